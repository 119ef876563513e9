"""The mail server is away: people notice nothing, and get their mails when it is back."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from lms.core import outbox
from lms.core.clock import now
from lms.core.db import db
from lms.core.outbox import OutboxMessage
from lms.core.settings import Settings
from tests.support.people import People
from tests.support.server import ROOT
from tests.support.smtp import MailServer

DETAILS = {
    "name": "Nadia Newcomer",
    "email": "nadia@example.org",
    "phone": "225 555 0123",
    "password": "a long enough one",
}


@pytest.fixture
def settings(settings: Settings, mail_server: MailServer) -> Settings:
    return settings.model_copy(update={"mail_url": mail_server.url, "assistance_inbox": "team@example.org"})


def token(client: FlaskClient, path: str) -> str:
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', client.get(path).text)
    assert found is not None
    return found[1]


def ask_and_register(app: Flask) -> None:
    """Two pages that write mails; each answers at once, whatever the mail server does."""
    visitor, newcomer = app.test_client(), app.test_client()
    started = time.monotonic()
    form = {"name": "Vera", "topic": "mtm", "message": "How do we begin?"}
    reply = visitor.post("/assistance", data={**form, "csrf_token": token(visitor, "/assistance")})
    assert reply.status_code == 303
    reply = newcomer.post("/register", data={**DETAILS, "csrf_token": token(newcomer, "/register")})
    assert reply.status_code in {302, 303}, reply.text
    assert time.monotonic() - started < 10


def waiting(app: Flask) -> list[OutboxMessage]:
    with app.app_context():
        return list(db.session.scalars(select(OutboxMessage).where(OutboxMessage.done_at.is_(None))))


def drain(app: Flask) -> int:
    with app.app_context():
        return outbox.drain()


def test_mails_wait_for_the_server_to_come_back(app: Flask, mail_server: MailServer) -> None:
    """Abuse case 62: SMTP down. Nothing is lost, nothing is sent twice, and no hand is needed."""
    mail_server.stop()
    ask_and_register(app)
    assert drain(app) == 0
    assert [(message.attempts, message.given_up_at) for message in waiting(app)] == [(1, None), (1, None)]
    assert drain(app) == 0  # not due again yet
    mail_server.start()
    with time_machine.travel(now() + timedelta(seconds=20)):
        assert drain(app) == 2
        assert drain(app) == 0
    assert sorted(recipient for [recipient] in mail_server.recipients) == ["nadia@example.org", "team@example.org"]
    assert waiting(app) == []


def test_a_server_that_refuses_is_asked_again(app: Flask, mail_server: MailServer) -> None:
    mail_server.refuse = "451 Try again later"
    ask_and_register(app)
    assert drain(app) == 0
    assert all("451" in (message.last_error or "") for message in waiting(app))
    mail_server.refuse = None
    with time_machine.travel(now() + timedelta(seconds=20)):
        assert drain(app) == 2


def test_a_certificate_is_promised_while_the_server_is_away(
    app: Flask, mail_server: MailServer, people: People
) -> None:
    """The page says that the mail is on its way; it is, as soon as that can be."""
    from tests.reliability.finished import certificate_of

    mail_server.stop()
    client = people.client("gloria", enrolled=True)
    code = certificate_of(app, people.ids["gloria"])
    page = f"/certificates/{code}"
    assert client.post(page + "/mail", data={"csrf_token": token(client, page)}).status_code == 303
    drain(app)
    mail_server.start()
    with time_machine.travel(now() + timedelta(seconds=20)):
        drain(app)
    [message] = mail_server.messages
    assert [part.get_content_type() for part in message.iter_attachments()] == ["application/pdf"]


def test_the_worker_sends_what_waited(app: Flask, mail_server: MailServer, settings: Settings, tmp_path: Path) -> None:
    """A worker that starts after the mails were written, as after a night without one."""
    ask_and_register(app)
    assert mail_server.messages == []
    environment = {name: value for name, value in os.environ.items() if not name.startswith("LMS_")} | {
        "LMS_DATA_DIR": str(settings.data_dir),
        "LMS_DATABASE_URL": settings.database_url,
        "LMS_MAIL_URL": settings.mail_url,
    }
    with (tmp_path / "worker.log").open("w") as log:
        worker = subprocess.Popen(
            [sys.executable, "-m", "lms", "worker"],
            cwd=ROOT,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
        )
    try:
        mail_server.wait_for(2, seconds=40)
        worker.terminate()
        assert worker.wait(20) == 0
    finally:
        worker.kill()
        worker.wait()
    assert waiting(app) == []


@pytest.mark.parametrize("step", [timedelta(days=1), timedelta(days=-1), timedelta(hours=-2)], ids=str)
def test_a_clock_that_is_set_neither_holds_up_mail_nor_repeats_it(
    app: Flask, mail_server: MailServer, step: timedelta
) -> None:
    """Abuse case 62: the clock steps while mails wait, one of them after a failed try."""
    ask_and_register(app)
    mail_server.refuse = "451 Try again later"
    with app.app_context():
        assert outbox.drain(limit=1) == 0
    mail_server.refuse = None
    with time_machine.travel(now() + step):
        drain(app)
    with time_machine.travel(now() + step + timedelta(hours=3)):
        drain(app)
    assert waiting(app) == []
    assert len(mail_server.messages) == 2
