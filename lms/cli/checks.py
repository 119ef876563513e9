"""The checks of `lms doctor`. Each yields findings and changes nothing."""

from __future__ import annotations

import os
import shutil
import smtplib
import ssl
import zlib
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

from flask import current_app
from sqlalchemy import func, select, text

from lms.accounts.queries import people_with_role
from lms.cli import database as structure
from lms.cli.content import load_course_files
from lms.cli.findings import Finding, fail, ok, warn
from lms.content import release as document_form
from lms.core import jobs
from lms.core.clock import now
from lms.core.db import WRITES, db, is_sqlite
from lms.core.outbox import OutboxMessage
from lms.core.settings import Settings
from lms.releases.models import ContentRelease

#: Free space, in bytes, below which a site soon stops taking answers, and below which it is time to look.
TOO_LITTLE, LITTLE = 100 * 2**20, 2**30
#: The worker leaves word each minute; a busy one may be late by one job.
WORKER_SILENCE = timedelta(minutes=3)
#: A mail that is due for longer than this waits for something that does not come.
BACKLOG = timedelta(minutes=15)
#: Group and everybody else.
_OTHERS = 0o077


def address(settings: Settings) -> Iterator[Finding]:
    """The public address: https wherever others come in."""
    if settings.is_loopback:
        yield warn(
            "address",
            f"LMS_BASE_URL is {settings.base_url}, so links in mails and QR codes work on this machine only.",
            "For others to use the site, set LMS_BASE_URL to its public https:// address.",
        )
    elif not settings.is_https:
        yield fail(
            "address",
            f"{settings.base_url} is not https: passwords and cookies would travel readable.",
            "Put a web server with a certificate in front and set LMS_BASE_URL to the https:// address.",
        )
    elif settings.trusted_proxies == 0:
        yield warn(
            "address",
            "The site is https, which the web server in front of it provides, and no proxy is trusted: "
            "rate limits then see one address for all visitors.",
            "Set LMS_TRUSTED_PROXIES to the number of proxies in front, usually 1.",
        )
    else:
        yield ok("address", f"{settings.base_url} is https.")


def provider(settings: Settings) -> Iterator[Finding]:
    """Who offers the course, as certificates print it."""
    missing = [
        name.upper()
        for name in ("provider_name", "provider_address", "provider_phone", "provider_website", "provider_email")
        if not getattr(settings, name)
    ]
    if missing:
        yield warn(
            "provider",
            "Certificates and pages do not name the organization in full.",
            "Set " + ", ".join(f"LMS_{name}" for name in missing) + ".",
        )
    else:
        yield ok("provider", f"The course is offered by {settings.provider_name}.")


def assistance(settings: Settings) -> Iterator[Finding]:
    """Where requests for assistance go."""
    if settings.assistance_inbox:
        yield ok("assistance", f"Requests are mailed to {settings.assistance_inbox}.")
    else:
        yield warn(
            "assistance",
            "Requests for assistance are stored and mailed to nobody.",
            "Set LMS_ASSISTANCE_INBOX, or look at /admin/assistance every day.",
        )


def data_folder(settings: Settings) -> Iterator[Finding]:
    """The folder of the database and the secret key: there, ours, private, with room."""
    folder = settings.data_dir.resolve()
    if not folder.is_dir():
        yield fail(
            "data folder",
            f"{folder} is not a folder." if folder.exists() else f"{folder} does not exist.",
            "Set LMS_DATA_DIR to a folder that this account may write to; `lms serve` makes and fills it.",
        )
        return
    if not _is_writable(folder):
        yield fail("data folder", f"{folder} cannot be written to.", "Give it to the account that runs the site.")
    readable = [path.name for path in _private_files(settings) if path.exists() and path.stat().st_mode & _OTHERS]
    if readable and folder.stat().st_mode & _OTHERS:
        yield warn(
            "data folder",
            f"Other accounts of this machine can reach {', '.join(readable)} in {folder}.",
            f"Run:  chmod 700 {folder}",
        )
    free = shutil.disk_usage(folder).free
    if free < TOO_LITTLE:
        yield fail(
            "disk",
            f"Only {free // 2**20} MB are free for {folder}.",
            "Make room now: answers cannot be stored without.",
        )
    elif free < LITTLE:
        yield warn("disk", f"{free // 2**20} MB are free for {folder}.", "Make room soon.")
    else:
        yield ok("disk", f"{free // 2**30} GB are free for {folder}.")


def secret_key(settings: Settings) -> Iterator[Finding]:
    """What signs cookies and links."""
    path = settings.data_dir / "secret_key"
    if settings.secret_key:
        yield ok("secret key", "It is set by LMS_SECRET_KEY.")
    elif not path.exists():
        yield warn("secret key", "There is none yet.", "The first start makes one in the data folder.")
    elif len(path.read_text(errors="replace").strip()) < 32:
        yield fail(
            "secret key",
            f"{path} is damaged.",
            "Restore it from the backup, or remove it: everyone then signs in again.",
        )
    elif path.stat().st_mode & _OTHERS:
        yield fail("secret key", f"{path} can be read by other accounts of this machine.", f"Run:  chmod 600 {path}")
    else:
        yield ok("secret key", f"It is kept in {path}, readable by its owner only.")


def mail(settings: Settings) -> Iterator[Finding]:
    """The mail server answers. Nothing is sent and nobody signs in."""
    url = urlsplit(settings.mail_url)
    if url.scheme in {"console", "folder"}:
        where = (
            "shown in the log" if url.scheme == "console" else f"written to {settings.mail_url.removeprefix('folder:')}"
        )
        remedy = "Set LMS_MAIL_URL to smtp://user:password@host:port, so that people get their mails."
        yield (warn if settings.is_loopback else fail)("mail", f"Mails are only {where}.", remedy)
        return
    host, port = url.hostname or "localhost", url.port or (465 if url.scheme == "smtps" else 25)
    try:
        if url.scheme == "smtps":
            server: smtplib.SMTP = smtplib.SMTP_SSL(host, port, timeout=5, context=ssl.create_default_context())
        else:
            server = smtplib.SMTP(host, port, timeout=5)
        with server:
            server.noop()
    except (OSError, smtplib.SMTPException) as error:
        yield fail(
            "mail",
            f"The mail server {host}:{port} does not answer: {error}.",
            "Check LMS_MAIL_URL and the server. Mails wait in the outbox meanwhile.",
        )
        return
    if settings.mail_from.rstrip(">").endswith("localhost"):
        yield warn(
            "mail", "The sender LMS_MAIL_FROM is at localhost, which other servers refuse.", "Set LMS_MAIL_FROM."
        )
    yield ok("mail", f"The mail server {host}:{port} answers.")


def is_unusable(settings: Settings) -> bool:
    """True when the application could not even be built: it keeps its queue and key in the data folder."""
    return not (settings.data_dir.is_dir() and _is_writable(settings.data_dir))


def database(_settings: Settings) -> Iterator[Finding]:
    """Reachable, at the present structure, writable, intact."""
    where = db.engine.url.render_as_string(hide_password=True)
    state = structure.state()
    if state == structure.EMPTY:
        yield fail("database", f"{where} is empty.", "Start the site once with `lms serve`, or run:  lms migrate")
        return
    if state != structure.CURRENT:
        remedy = (
            "Back it up, then run:  lms migrate"
            if state == structure.BEHIND
            else "Install the version of the software that it was used with last."
        )
        yield fail("database", f"Its structure is {state}.", remedy)
        return
    with db.engine.connect().execution_options(**{WRITES: True}) as connection:
        if is_sqlite(db.engine):
            yield from _sqlite(where, connection.scalars(text("PRAGMA quick_check(5)")).all())
            if broken := connection.execute(text("PRAGMA foreign_key_check")).all():
                yield fail(
                    "database", f"{len(broken)} rows refer to rows that are not there.", "Restore the last good backup."
                )
        elif connection.scalar(text("SHOW transaction_read_only")) == "on":
            yield fail("database", "The server takes no changes.", "Point LMS_DATABASE_URL to the primary server.")
        else:
            yield ok("database", f"{where} answers and takes changes, and its structure is current.")


def _sqlite(where: str, words: object) -> Iterator[Finding]:
    if words == ["ok"]:
        yield ok("database", f"{where} is intact and takes changes, and its structure is current.")
    else:
        yield fail("database", f"{where} is damaged: {words}.", "Stop the site and restore the last good backup.")


def worker(_settings: Settings) -> Iterator[Finding]:
    """The process that sends mails left word lately."""
    beat = jobs.of(current_app).last_beat()
    remedy = "`lms serve` starts one, unless LMS_WORKER=separate: then run  lms worker"
    if beat is None:
        yield warn("worker", "None has run yet, so no mail was sent.", remedy)
    elif now() - beat > WORKER_SILENCE:
        yield fail("worker", f"None runs: the last one was seen {_ago(now() - beat)} ago.", remedy)
    else:
        yield ok("worker", f"It was seen {_ago(max(now() - beat, timedelta()))} ago.")


def outbox(_settings: Settings) -> Iterator[Finding]:
    """Mails and other messages that wait, or that were given up."""
    waiting = select(func.count(), func.min(OutboxMessage.created_at)).where(
        OutboxMessage.done_at.is_(None), OutboxMessage.given_up_at.is_(None), OutboxMessage.created_at < now() - BACKLOG
    )
    late, _oldest = db.session.execute(waiting).one()
    given_up = db.session.scalar(select(func.count()).where(OutboxMessage.given_up_at.is_not(None))) or 0
    newest_error = db.session.scalar(
        select(OutboxMessage.last_error)
        .where(OutboxMessage.last_error.is_not(None), OutboxMessage.done_at.is_(None))
        .order_by(OutboxMessage.id.desc())
        .limit(1)
    )
    because = f" The last error: {newest_error}" if newest_error else ""
    if late:
        yield fail(
            "outbox",
            f"{late} messages wait for more than {_ago(BACKLOG)}.{because}",
            "See to the worker and the mail server.",
        )
    if given_up:
        yield warn(
            "outbox",
            f"{given_up} messages were given up after two days of trying.{because}",
            "Tell the people concerned another way; the messages stay in the table outbox_message.",
        )
    if not late and not given_up:
        yield ok("outbox", "Nothing waits for long, and nothing was given up.")


def course(_settings: Settings) -> Iterator[Finding]:
    """The published release: there, unchanged, readable, and the same as the files."""
    row = db.session.scalar(
        select(ContentRelease).where(ContentRelease.course == "mtm").order_by(ContentRelease.number.desc()).limit(1)
    )
    if row is None:
        yield fail("course", "No release is published.", "Run:  lms content publish")
        return
    document = zlib.decompress(row.document)
    if document_form.digest(document) != row.digest:
        yield fail(
            "course",
            f"Release {row.number} is not what was published: its digest differs.",
            "Restore the last good backup.",
        )
        return
    published = document_form.read(document)
    files = load_course_files()
    if files.report.errors or files.course is None:
        yield warn("course", f"The course files have {len(files.report.errors)} errors.", "Run:  lms content check")
    elif document_form.digest(document_form.document(files.course)) != row.digest:
        yield warn(
            "course", f"The course files differ from release {row.number}.", "To publish them:  lms content publish"
        )
    else:
        yield ok(
            "course", f"Release {row.number} is intact, has {len(published.lessons)} lessons and equals the files."
        )


def administrators(_settings: Settings) -> Iterator[Finding]:
    """Someone can run the site."""
    people = [person for person in people_with_role(db.session(), "admin") if person.active]
    if people:
        yield ok(
            "administrators", f"There are {len(people)}." if len(people) > 1 else f"There is one: {people[0].email}."
        )
    else:
        yield warn("administrators", "There is none.", "Register on the site, then run:  lms admin create YOUR-EMAIL")


def backups(settings: Settings) -> Iterator[Finding]:
    """Nobody can see from here whether there are any; so say what they need."""
    what = "the database" if settings.database_url else str((settings.data_dir / "lms.sqlite3").resolve())
    tool = "pg_dump" if settings.effective_database_url.startswith("postgres") else "sqlite3 … .backup"
    key = "LMS_SECRET_KEY" if settings.secret_key else str((settings.data_dir / "secret_key").resolve())
    yield ok("backups", f"Not checked. Keep daily copies of {what} (with {tool}) and of {key}, on another machine.")


#: Checks that need no database, then those that do.
OUTSIDE = (address, provider, assistance, data_folder, secret_key, mail, backups)
INSIDE = (worker, outbox, course, administrators)


def _private_files(settings: Settings) -> tuple[Path, ...]:
    return tuple(settings.data_dir / name for name in ("lms.sqlite3", "jobs.sqlite3"))


def _is_writable(folder: Path) -> bool:
    return os.access(folder, os.W_OK | os.X_OK)


def _ago(span: timedelta) -> str:
    seconds = int(span.total_seconds())
    for size, unit in ((86_400, "day"), (3_600, "hour"), (60, "minute")):
        if seconds >= size:
            count = seconds // size
            return f"{count} {unit}{'s' if count > 1 else ''}"
    return f"{seconds} second{'' if seconds == 1 else 's'}"
