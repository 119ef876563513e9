"""The database is full, read-only, locked or restarted: a clear page, nothing lost, and it goes on by itself."""

from __future__ import annotations

import re
import sqlite3
import uuid
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import create_engine, event, select
from sqlalchemy.exc import OperationalError
from sqlalchemy.pool import NullPool

from lms.accounts.models import Person
from lms.app import create_app
from lms.core.db import db
from lms.core.settings import Settings
from lms.learning.models import LessonNote
from tests.conftest import build_database
from tests.support.hygiene import PageCheckingClient
from tests.support.people import People
from tests.support.postgres import EmbeddedPostgres

NOTE = "What I have typed <with care> & at length. " * 400


@pytest.fixture
def lesson(app: Flask) -> str:
    from lms.releases.queries import current

    with app.app_context():
        first = current(db.session(), "mtm")[1].lessons[0]
        db.session.remove()
    return f"/training/mtm/{first.module_key}/{first.key}"


def token(page: str) -> str:
    found = re.search(r'name="csrf_token"[^>]* value="([^"]+)"', page)
    assert found is not None
    return found[1]


def notes(app: Flask) -> list[str]:
    with app.app_context():
        return list(db.session.scalars(select(LessonNote.text)))


def pragma(app: Flask, statement: str) -> None:
    """Run a statement on each connection that the application opens from now on."""
    with app.app_context():
        event.listen(db.engine, "connect", lambda connection, _record: connection.execute(statement))
        db.engine.dispose()


@pytest.fixture
def writer(app: Flask, people: People, lesson: str) -> FlaskClient:
    """Someone who has opened the lesson and saved a first note."""
    client = people.client("wanda", enrolled=True)
    page = client.get(lesson).text
    assert client.post(lesson + "/note", data={"csrf_token": token(page), "text": "first"}).status_code == 303
    return client


def assert_offers_the_note_again(page: str) -> str:
    """The page keeps what was typed, in a form that sends it once more. Returns its token."""
    assert "Send again" in page
    kept = re.search(r'name="text" value="([^"]*)"', page)
    assert kept is not None
    assert unescape(kept[1]) == NOTE
    assert not re.search(r"sqlite|Traceback|/lms/", page, re.IGNORECASE)
    return token(page)


@pytest.mark.parametrize(
    ("harm", "remedy"),
    [
        ("PRAGMA max_page_count = 1", "PRAGMA max_page_count = 1000000"),
        ("PRAGMA query_only = ON", "PRAGMA query_only = OFF"),
    ],
    ids=["full disk", "read-only"],
)
def test_a_note_survives_a_database_that_takes_nothing(
    app: Flask, writer: FlaskClient, lesson: str, harm: str, remedy: str
) -> None:
    """Abuse case 62: 503 with the form kept; reading goes on; the same form is stored once there is room."""
    pragma(app, harm)
    page = writer.get(lesson)
    assert page.status_code == 200
    reply = writer.post(lesson + "/note", data={"csrf_token": token(page.text), "text": NOTE})
    assert reply.status_code == 503
    again = assert_offers_the_note_again(reply.text)
    assert notes(app) == ["first"]
    pragma(app, remedy)
    assert writer.post(lesson + "/note", data={"csrf_token": again, "text": NOTE}).status_code == 303
    assert notes(app) == [NOTE.strip()]


@pytest.fixture
def impatient(app: Flask) -> None:
    """The patience with a locked database, ten seconds, is a tenth of one in this test."""
    pragma(app, "PRAGMA busy_timeout = 100")


@pytest.mark.usefixtures("impatient")
def test_a_note_survives_a_locked_database(app: Flask, writer: FlaskClient, lesson: str, tmp_path: Path) -> None:
    """Abuse case 62: locked for longer than our patience (as by a backup gone wrong)."""
    other = sqlite3.connect(tmp_path / "lms.sqlite3", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    page = writer.get(lesson)
    assert page.status_code == 200
    reply = writer.post(lesson + "/note", data={"csrf_token": token(page.text), "text": NOTE})
    assert reply.status_code == 503
    again = assert_offers_the_note_again(reply.text)
    asked = {"Accept": "application/json"}
    reply = writer.post(lesson + "/note", data={"csrf_token": again, "text": NOTE}, headers=asked)
    assert (reply.status_code, reply.mimetype) == (503, "application/problem+json")
    other.execute("ROLLBACK")
    other.close()
    assert writer.post(lesson + "/note", data={"csrf_token": again, "text": NOTE}).status_code == 303
    assert notes(app) == [NOTE.strip()]


@pytest.mark.usefixtures("impatient")
def test_sign_in_while_the_database_is_locked(app: Flask, client: FlaskClient, tmp_path: Path) -> None:
    """A password is never sent back: the page asks for it again, and says so."""
    page = client.get("/sign-in").text
    other = sqlite3.connect(tmp_path / "lms.sqlite3", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    form = {"csrf_token": token(page), "email": "nobody@example.org", "password": "not sent back"}
    reply = client.post("/sign-in", data=form)
    other.execute("ROLLBACK")
    other.close()
    assert reply.status_code == 503
    assert "not sent back" not in reply.text
    assert "Open the form again" in reply.text
    assert client.post("/sign-in", data=form).status_code == 200


def test_registration_that_cannot_be_stored_says_so(app: Flask, client: FlaskClient) -> None:
    """Abuse case 62: the disk fills up between the form's checks and the commit that follows the page."""

    def fail(_session: object) -> None:
        raise OperationalError("COMMIT", None, sqlite3.OperationalError("database or disk is full"))

    app.config["PROPAGATE_EXCEPTIONS"] = False
    form = {"name": "Vera", "email": "vera@example.org", "password": "four unrelated words", "phone": "225 555 0123"}
    form["csrf_token"] = token(client.get("/register").text)
    event.listen(db.session, "before_commit", fail)
    try:
        reply = client.post("/register", data=form)
    finally:
        event.remove(db.session, "before_commit", fail)
    assert reply.status_code == 503
    assert form["password"] not in reply.text
    assert "Open the form again" in reply.text
    with app.app_context():
        assert db.session.scalar(select(Person).where(Person.email == form["email"])) is None


@pytest.fixture
def own_postgres() -> Iterator[EmbeddedPostgres]:
    """A server for one test, so that it can be restarted."""
    server = EmbeddedPostgres(Path(f"/tmp/lms-pg-{uuid.uuid4().hex[:10]}"), durable=True)  # noqa: S108
    server.start()
    yield server
    server.stop()


@pytest.fixture
def site_on_own_postgres(own_postgres: EmbeddedPostgres, tmp_path: Path) -> Iterator[Flask]:
    url = own_postgres.url.render_as_string(hide_password=False)
    settings = Settings(data_dir=tmp_path, database_url=url, mail_url=f"folder:{tmp_path / 'mail'}")
    build_database(settings)
    app = create_app(settings)
    app.test_client_class = PageCheckingClient
    yield app
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


@pytest.mark.postgres
def test_requests_go_on_after_a_restart_of_postgresql(
    own_postgres: EmbeddedPostgres, site_on_own_postgres: Flask
) -> None:
    """Abuse case 62: the pool's dead connections are replaced; while the server is away, pages say so with 503."""
    client = People(site_on_own_postgres).client("petra", enrolled=True)
    assert client.get("/training").status_code == 200
    own_postgres.crash()
    away = client.get("/training")
    assert away.status_code == 503
    assert away.headers["Retry-After"]
    assert not re.search(r"psycopg|Traceback|SELECT", away.text)
    form = {"name": "Vera", "topic": "mtm", "message": "kept meanwhile", "csrf_token": "x"}
    assert client.post("/assistance", data=form).status_code in {400, 503}
    own_postgres.resume()
    for _ in range(3):
        assert client.get("/training").status_code == 200
    with create_engine(own_postgres.url, poolclass=NullPool).connect() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM person").scalar() == 1
