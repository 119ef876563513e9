"""When something goes wrong: nothing typed is lost, nothing inside is shown, no other site presses our buttons."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from lms.assistance.models import AssistanceRequest
from lms.core.db import db
from tests.support import journey
from tests.support.people import People

SAME = {"Sec-Fetch-Site": "same-origin"}
OTHERS = [
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
    {"Origin": "https://evil.example"},
    {"Referer": "https://evil.example/http://localhost/"},
    {"Origin": "null"},
    {"Origin": "http://localhost.evil.example"},
    {},
]
LESSON = "/training/mtm/1-the-why/the-quadruple-aim"


def test_a_form_that_expired_is_offered_again_with_everything_typed(client: FlaskClient, session: Session) -> None:
    """Abuse case 48, from the honest side: an old tab loses nothing."""
    typed = {"csrf_token": "old", "name": "Mia <b>", "message": "Line 1\nLine 2", "topic": "cdtm"}
    reply = client.post("/assistance", data=typed, headers=SAME)
    assert reply.status_code == 400
    assert 'value="Mia &lt;b&gt;"' in reply.text
    assert "Line 1\nLine 2" in reply.text
    assert "Send again" in reply.text
    assert session.scalar(select(AssistanceRequest)) is None
    session.rollback()
    journey.post(client, "/assistance", {name: value for name, value in typed.items() if name != "csrf_token"})
    assert session.scalar(select(AssistanceRequest.message)) is not None


@pytest.mark.parametrize("field", ["password", "new_password", "code", "totp_secret", "token"])
def test_passwords_and_codes_are_never_sent_back(client: FlaskClient, field: str) -> None:
    secret = "four unrelated harbour words"
    reply = client.post("/sign-in", data={"email": "mia@example.org", field: secret}, headers=SAME)
    assert reply.status_code == 400
    assert secret not in reply.text
    assert "type them once more" in reply.text


def test_the_way_back_from_an_expired_form_is_a_page(people: People) -> None:
    """The page check fails when the link leads to an address that only takes forms."""
    alice = people.client("alice")
    order = journey.post(alice, "/courses/mtm/start").location
    reply = alice.post(
        f"{order}/code", data={"code": "SPRING"}, headers={**SAME, "Referer": f"http://localhost{order}"}
    )
    assert reply.status_code == 400
    assert f'href="{order}"' in reply.text


@pytest.mark.parametrize("headers", OTHERS)
def test_a_form_on_another_site_is_refused(people: People, headers: dict[str, str]) -> None:
    """Abuse case 48: no token, or another session's; and nothing that was sent comes back."""
    alice, bob = people.client("alice", enrolled=True), people.client("bob", enrolled=True)
    for token in ("", "x", journey.token(bob)):
        reply = alice.post(f"{LESSON}/note", data={"csrf_token": token, "text": "planted"}, headers=headers)
        assert reply.status_code == 400
        assert "did not come from this site" in reply.text
        assert "planted" not in reply.text
    assert "planted" not in alice.get(LESSON).text


def test_json_in_disguise_is_no_form(people: People) -> None:
    """Abuse case 48: a text/plain body needs a token like any other."""
    alice = people.client("alice", enrolled=True)
    reply = alice.post(f"{LESSON}/note", data='{"text": "planted"}', content_type="text/plain")
    assert reply.status_code == 400


def test_a_script_gets_a_new_token_with_the_refusal(people: People) -> None:
    alice = people.client("alice", enrolled=True)
    reply = alice.post(f"{LESSON}/note", data={"text": "Kept"}, headers={**SAME, **journey.JSON})
    assert (reply.status_code, reply.mimetype) == (400, "application/problem+json")
    assert reply.json is not None
    again = alice.post(f"{LESSON}/note", data={"text": "Kept", "csrf_token": reply.json["csrf"]}, headers=journey.JSON)
    assert again.status_code == 200


@pytest.fixture
def locked(app: Flask, sqlite_url: str, people: People) -> Iterator[FlaskClient]:
    """Alice's browser while another program holds the database for writing."""
    alice = people.client("alice", enrolled=True)
    alice.token = journey.token(alice)  # type: ignore[attr-defined]
    with app.app_context():
        db.session.remove()
        db.engine.dispose()
        # Waiting for the lock is right, and ten seconds of it too long for a test.
        event.listen(db.engine, "connect", lambda connection, _record: connection.execute("PRAGMA busy_timeout=50"))
    other = sqlite3.connect(sqlite_url.removeprefix("sqlite:///"), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    yield alice
    other.execute("ROLLBACK")
    other.close()


def test_a_locked_database_keeps_what_was_typed(locked: FlaskClient) -> None:
    """Abuse case 62: the site says that it is busy, offers the form again, and reading goes on."""
    fields = {"csrf_token": locked.token, "text": "Typed for an hour"}  # type: ignore[attr-defined]
    reply = locked.post(f"{LESSON}/note", data=fields)
    assert reply.status_code == 503
    assert "Typed for an hour" in reply.text
    assert "Send again" in reply.text
    script = locked.post(f"{LESSON}/note", data=fields, headers=journey.JSON)
    assert (script.status_code, script.headers["Retry-After"]) == (503, "5")
    assert locked.get("/training").status_code == 200


def test_an_open_page_of_a_locked_database_says_busy(locked: FlaskClient) -> None:
    reply = locked.get(LESSON)  # opening a lesson remembers the place
    assert reply.status_code == 503
    assert reply.headers["Retry-After"] == "5"


def test_a_database_that_is_gone_gets_a_page_and_no_loop(app: Flask, people: People, sqlite_url: str) -> None:
    """Abuse cases 62 and 63: even who is signed in cannot be read, and there is a page all the same."""
    alice = people.client("alice", enrolled=True)
    path = Path(sqlite_url.removeprefix("sqlite:///"))
    with app.app_context():
        db.session.remove()
        db.engine.dispose()
    kept = path.with_suffix(".away")
    shutil.move(path, kept)
    path.mkdir()
    app.config["PROPAGATE_EXCEPTIONS"] = False
    reply = alice.get("/training")
    assert reply.status_code == 503
    assert str(path) not in reply.text
    path.rmdir()
    shutil.move(kept, path)
    assert alice.get("/training").status_code == 200, "it recovers without a hand"


@pytest.mark.parametrize("accept", ["text/html", "application/json"])
def test_an_error_page_shows_nothing_of_the_inside(app: Flask, client: FlaskClient, accept: str) -> None:
    """Abuse case 63: no trace, path, statement or version."""

    def fail() -> str:
        raise RuntimeError("secret-detail /etc/passwd SELECT * FROM person")

    app.view_functions["public.home"] = fail
    app.config["PROPAGATE_EXCEPTIONS"] = False
    reply = client.get("/", headers={"Accept": accept})
    assert reply.status_code == 500
    for hidden in ("secret-detail", "Traceback", "SELECT", "RuntimeError", "/etc", ".py", "Werkzeug", "Flask"):
        assert hidden not in reply.text
    assert reply.headers["X-Request-Id"]
    assert "Werkzeug" not in str(reply.headers)


@pytest.mark.parametrize(
    ("method", "address", "status"), [("GET", "/nothing", 404), ("POST", "/mtm", 405), ("PUT", "/", 405)]
)
def test_plain_mistakes_get_plain_pages(client: FlaskClient, method: str, address: str, status: int) -> None:
    token = journey.token(client)
    reply = client.open(address, method=method, headers={"X-CSRFToken": token})
    assert reply.status_code == status
    assert ("GET" in reply.headers.get("Allow", "")) == (status == 405)


@pytest.mark.parametrize("address", ["/courses/%00", "/courses/mt%00m/sources", "/verify/a%00b"])
def test_a_nul_in_an_address_is_an_address_of_nothing(any_database: str, client: FlaskClient, address: str) -> None:
    """Abuse case 18: PostgreSQL refuses the character; nobody may see that by an error page."""
    assert any_database
    assert client.get(address).status_code == 404
