"""Abuse case 63 (in part): `lms doctor` finds each seeded fault, and says what to do."""

from __future__ import annotations

import json
import os
import sqlite3
import zlib
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from flask import Flask
from sqlalchemy import select

from lms.cli import checks
from lms.cli.doctor import doctor
from lms.core import jobs, outbox
from lms.core.clock import now
from lms.core.db import db
from lms.core.settings import Settings
from lms.core.unit_of_work import unit_of_work
from lms.releases.models import ContentRelease
from tests.support.people import People
from tests.support.server import free_port
from tests.support.smtp import MailServer

SILENT = f"smtp://127.0.0.1:{free_port()}"
WELL = {
    "LMS_BASE_URL": "https://training.example.org",
    "LMS_TRUSTED_PROXIES": "1",
    "LMS_MAIL_FROM": "Training <training@example.org>",
    "LMS_ASSISTANCE_INBOX": "team@example.org",
    "LMS_PROVIDER_NAME": "A School",
    "LMS_PROVIDER_ADDRESS": "1 Main Street",
    "LMS_PROVIDER_PHONE": "+1 225 555 0100",
    "LMS_PROVIDER_WEBSITE": "https://example.org",
    "LMS_PROVIDER_EMAIL": "team@example.org",
}


class Site:
    """A site that is well in every respect, until a test makes it ill."""

    def __init__(self, app: Flask, folder: Path, mail: MailServer, monkeypatch: pytest.MonkeyPatch) -> None:
        self.app, self.folder, self._monkeypatch = app, folder, monkeypatch
        for name in [name for name in os.environ if name.startswith("LMS_")]:
            monkeypatch.delenv(name)
        self.set(**WELL, LMS_DATA_DIR=str(folder), LMS_MAIL_URL=mail.url)

    def set(self, **settings: str) -> None:
        for name, value in settings.items():
            self._monkeypatch.setenv(name, value)

    def look(self) -> tuple[int, dict[str, tuple[str, str, str]]]:
        """Exit code, and the worst finding of each check."""
        result = CliRunner().invoke(doctor, ["--json"])
        report = json.loads(result.stdout)
        found: dict[str, tuple[str, str, str]] = {}
        for one in sorted(report["checks"], key=lambda one: ["ok", "warn", "fail"].index(one["status"])):
            found[one["check"]] = (one["status"], one["message"], one["remedy"])
        return result.exit_code, found


@pytest.fixture
def site(
    app: Flask, settings: Settings, mail_server: MailServer, people: People, monkeypatch: pytest.MonkeyPatch
) -> Site:
    settings.data_dir.chmod(0o700)
    people.make("olivia", roles=("admin",))
    jobs.of(app).beat()
    return Site(app, settings.data_dir, mail_server, monkeypatch)


def test_a_site_that_is_well(site: Site) -> None:
    code, found = site.look()
    assert {check: finding for check, finding in found.items() if finding[0] != "ok"} == {}
    assert code == 0
    assert set(found) == {
        *("settings", "address", "provider", "assistance", "disk", "secret key", "mail", "backups"),
        *("database", "worker", "outbox", "course", "administrators"),
    }


def test_it_reads_well_for_people(site: Site) -> None:
    site.set(LMS_ASSISTANCE_INBOX="")
    result = CliRunner().invoke(doctor)
    assert result.exit_code == 0
    assert "ok    course: Release 1 is intact" in result.stdout
    assert "warn  assistance: Requests for assistance are stored" in result.stdout
    assert "      Set LMS_ASSISTANCE_INBOX" in result.stdout


def old_revision(site: Site) -> None:
    with site.app.app_context(), db.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")


def damaged(site: Site) -> None:
    with site.app.app_context():
        db.engine.dispose()
    path = site.folder / "lms.sqlite3"
    connection = sqlite3.connect(path)
    page, size = connection.execute(
        "SELECT rootpage, (SELECT page_size FROM pragma_page_size) FROM sqlite_master WHERE name = 'person'"
    ).fetchone()
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    with path.open("r+b") as file:
        file.seek((page - 1) * size)
        file.write(b"\xff" * size)


def orphan(site: Site) -> None:
    connection = sqlite3.connect(site.folder / "lms.sqlite3")
    connection.execute("INSERT INTO person_role (person_id, role_id) VALUES (4711, 1)")
    connection.commit()
    connection.close()


def no_release(site: Site) -> None:
    with site.app.app_context(), unit_of_work() as session:
        session.delete(session.scalars(select(ContentRelease)).one())


def changed_release(site: Site) -> None:
    with site.app.app_context(), unit_of_work() as session:
        release = session.scalars(select(ContentRelease)).one()
        release.document = zlib.compress(zlib.decompress(release.document).replace(b"the", b"teh", 1))


def waiting_mail(site: Site, **columns: Any) -> None:
    with site.app.app_context(), unit_of_work() as session:
        outbox.put(session, "mail", {"to": "a@example.org", "subject": "x", "text": "x"})
        session.flush()
        message = session.scalars(select(outbox.OutboxMessage)).one()
        message.created_at = now() - timedelta(hours=1)
        message.last_error = "ConnectionRefusedError: refused"
        for column, value in columns.items():
            setattr(message, column, value)


def given_up_mail(site: Site) -> None:
    waiting_mail(site, given_up_at=now())


def silent_worker(site: Site) -> None:
    queue = jobs.of(site.app)
    queue.huey.storage.put_data("lms.heartbeat", (now() - timedelta(minutes=10)).isoformat().encode())


def no_worker(site: Site) -> None:
    jobs.of(site.app).huey.storage.pop_data("lms.heartbeat")


def open_key(site: Site) -> None:
    (site.folder / "secret_key").chmod(0o644)


def damaged_key(site: Site) -> None:
    (site.folder / "secret_key").write_text("short")


def open_folder(site: Site) -> None:
    site.folder.chmod(0o755)
    (site.folder / "lms.sqlite3").chmod(0o644)


def setting(**values: str) -> Callable[[Site], None]:
    return lambda site: site.set(**values)


FAULTS: dict[str, tuple[Callable[[Site], None], str, str, str, str]] = {
    # name: (how it is seeded, check, status, words of the message, words of the remedy)
    "unknown setting": (setting(LMS_TYPO="1"), "settings", "fail", "LMS_TYPO", "lms settings"),
    "wrong setting": (setting(LMS_WEB_THREADS="0"), "settings", "fail", "LMS_WEB_THREADS", "lms settings"),
    "weak key": (setting(LMS_SECRET_KEY="x"), "settings", "fail", "32 characters", "lms settings"),
    "plain http": (setting(LMS_BASE_URL="http://training.example.org"), "address", "fail", "not https", "certificate"),
    "loopback": (setting(LMS_BASE_URL="http://127.0.0.1:8000"), "address", "warn", "this machine only", "LMS_BASE_URL"),
    "no proxy": (setting(LMS_TRUSTED_PROXIES="0"), "address", "warn", "no proxy", "LMS_TRUSTED_PROXIES"),
    "provider": (setting(LMS_PROVIDER_PHONE=""), "provider", "warn", "in full", "LMS_PROVIDER_PHONE"),
    "inbox": (setting(LMS_ASSISTANCE_INBOX=""), "assistance", "warn", "nobody", "LMS_ASSISTANCE_INBOX"),
    "no mail server": (setting(LMS_MAIL_URL=SILENT), "mail", "fail", "not answer", "LMS_MAIL_URL"),
    "mail to the log": (setting(LMS_MAIL_URL="console:"), "mail", "fail", "in the log", "smtp://"),
    "sender": (setting(LMS_MAIL_FROM="x@localhost"), "mail", "warn", "LMS_MAIL_FROM", "LMS_MAIL_FROM"),
    "folder missing": (setting(LMS_DATA_DIR="/nowhere/lms"), "data folder", "fail", "does not exist", "LMS_DATA_DIR"),
    "folder is a file": (setting(LMS_DATA_DIR=__file__), "data folder", "fail", "not a folder", "LMS_DATA_DIR"),
    "folder open": (open_folder, "data folder", "warn", "Other accounts", "chmod 700"),
    "key open": (open_key, "secret key", "fail", "other accounts", "chmod 600"),
    "key damaged": (damaged_key, "secret key", "fail", "damaged", "backup"),
    "no database server": (
        setting(LMS_DATABASE_URL="postgresql://nobody@127.0.0.1:1/none"), "database", "fail", "refused", "Mend",
    ),
    "structure": (old_revision, "database", "fail", "newer than the code", "Install"),
    "damaged database": (damaged, "database", "fail", "", ""),
    "orphans": (orphan, "database", "fail", "1 rows refer", "backup"),
    "no worker yet": (no_worker, "worker", "warn", "None has run", "lms serve"),
    "worker gone": (silent_worker, "worker", "fail", "10 minutes ago", "lms worker"),
    "backlog": (waiting_mail, "outbox", "fail", "ConnectionRefusedError", "mail server"),
    "given up": (given_up_mail, "outbox", "warn", "given up", "another way"),
    "no release": (no_release, "course", "fail", "No release", "lms content publish"),
    "release changed": (changed_release, "course", "fail", "digest differs", "backup"),
}  # fmt: skip


@pytest.mark.parametrize("fault", FAULTS)
def test_a_seeded_fault_is_found(site: Site, fault: str) -> None:
    """Abuse case 63: doctor finds each fault, and exits with 1 when it breaks the site."""
    seed, check, status, message, remedy = FAULTS[fault]
    seed(site)
    code, found = site.look()
    assert found[check][0] == status
    assert message in found[check][1]
    assert remedy in found[check][2]
    assert code == (1 if status == "fail" else 0)


def test_a_disk_that_fills_up(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    for little, status in ((checks.LITTLE, "warn"), (checks.TOO_LITTLE, "fail")):
        monkeypatch.setattr(
            checks.shutil, "disk_usage", lambda _path, free=little - 1: type("Usage", (), {"free": free})
        )
        assert site.look()[1]["disk"][0] == status


def test_course_files_that_were_edited(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    course = checks.load_course_files()
    assert course.course is not None
    edited = type(course)(course.course.model_copy(update={"tagline": "Another"}), course.report)
    monkeypatch.setattr(checks, "load_course_files", lambda: edited)
    assert site.look()[1]["course"][:2] == ("warn", "The course files differ from release 1.")


def test_a_site_without_administrator(
    app: Flask, settings: Settings, mail_server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = Site(app, settings.data_dir, mail_server, monkeypatch).look()[1]
    assert found["administrators"][0] == "warn"
    assert "lms admin create" in found["administrators"][2]


def test_looking_changes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not even a folder, a key or an empty database comes of it where there is no site yet."""
    monkeypatch.setenv("LMS_DATA_DIR", str(tmp_path / "none"))
    assert CliRunner().invoke(doctor).exit_code == 1
    assert not (tmp_path / "none").exists()
