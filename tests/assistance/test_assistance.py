"""Need assistance? The form, what is kept of it, the mail, and the inbox."""

from __future__ import annotations

from email import message_from_bytes, policy
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms.assistance import services
from lms.assistance.models import AssistanceRequest
from lms.core import outbox
from lms.core.audit import AuditEvent
from lms.core.outbox import OutboxMessage
from lms.core.unit_of_work import unit_of_work
from tests.support import journey
from tests.support.people import People

with_inbox = pytest.mark.settings(assistance_inbox="help@example.org")


def stored(session: Session) -> list[AssistanceRequest]:
    session.rollback()
    return list(session.scalars(select(AssistanceRequest).order_by(AssistanceRequest.id)))


def mails(app: Flask, folder: Path) -> list[bytes]:
    with app.app_context():
        outbox.drain()
    return [path.read_bytes() for path in sorted((folder / "mail").glob("*.eml"))]


def test_only_the_name_is_required(client: FlaskClient, session: Session) -> None:
    reply = journey.post(client, "/assistance", {"name": "Mia"})
    assert reply.status_code == 303
    [request] = stored(session)
    assert (request.name, request.email, request.message, request.topic) == ("Mia", None, "", "mtm")
    assert request.reference in client.get(reply.location).text


@with_inbox
def test_a_request_reaches_the_inbox_by_mail(app: Flask, client: FlaskClient, tmp_path: Path) -> None:
    journey.post(
        client,
        "/assistance",
        {"name": "Mia", "email": "mia@example.org", "topic": "cdtm", "message": "Line one\r\nBcc: all@example.org"},
    )
    [data] = mails(app, tmp_path)
    message = message_from_bytes(data, policy=policy.default)
    assert (message["To"], message["Reply-To"], message["Bcc"]) == ("help@example.org", "mia@example.org", None)
    body = message.get_body(("plain",))
    assert body is not None
    assert "Bcc: all@example.org" in body.get_content(), "it is text, and stays text"


@with_inbox
@pytest.mark.parametrize("email", ["mia@example.org\r\nBcc: all@example.org", "a@b@c", "@", "x" * 300 + "@example.org"])
def test_an_address_that_is_none_is_refused(client: FlaskClient, session: Session, email: str) -> None:
    """Abuse case 18: no header can be smuggled in through the address."""
    assert journey.post(client, "/assistance", {"name": "Mia", "email": email}).status_code == 422
    assert stored(session) == []


@with_inbox
def test_an_address_with_an_umlaut_is_mailed(app: Flask, client: FlaskClient, tmp_path: Path) -> None:
    journey.post(client, "/assistance", {"name": "Jürgen", "email": "jürgen@example.org", "message": "Grüße"})
    assert len(mails(app, tmp_path)) == 1


@pytest.mark.parametrize(
    "fields",
    [{}, {"name": "   "}, {"name": "x" * 201}, {"name": "Mia", "topic": "no-such"},
     {"name": "Mia", "message": "x" * 5001}, {"name": "Mia", "website": "https://example.org"}],
)  # fmt: skip
def test_what_cannot_be_taken_is_shown_again(client: FlaskClient, session: Session, fields: dict[str, str]) -> None:
    reply = journey.post(client, "/assistance", {"phone": "225 555 0123", **fields})
    assert reply.status_code == 422
    assert "225 555 0123" in reply.text, "nothing that was typed is lost"
    assert stored(session) == []


def test_no_field_sets_what_the_form_does_not_ask(client: FlaskClient, people: People, session: Session) -> None:
    """Abuse case 6: names taken from the table's columns."""
    person_id = people.make("alice")
    extra = {"id": "77", "reference": "MINE", "person_id": str(person_id), "handled_by": "1",
             "handled_at": "2026-01-01", "received_at": "2020-01-01", "is_admin": "1", "role": "admin"}  # fmt: skip
    journey.post(client, "/assistance", {"name": "Mia", **extra})
    [request] = stored(session)
    assert request.id != 77
    assert request.reference != "MINE"
    assert (request.person_id, request.handled_by, request.handled_at) == (None, None, None)
    assert request.received_at.year >= 2026


def test_a_signed_in_persons_request_is_theirs(people: People, session: Session) -> None:
    alice = people.client("alice")
    assert 'value="Alice"' in alice.get("/assistance").text
    journey.post(alice, "/assistance", {"name": "Alice"})
    assert stored(session)[0].person_id == people.ids["alice"]


def test_too_many_requests_from_one_place_are_stopped(client: FlaskClient, session: Session) -> None:
    """Abuse case 42, for forms: and no header moves the counter to another place."""
    client.checks_pages = False  # type: ignore[attr-defined]
    token = journey.token(client)
    statuses = [
        client.post(
            "/assistance", data={"csrf_token": token, "name": "Mia"}, headers={"X-Forwarded-For": f"10.0.0.{number}"}
        ).status_code
        for number in range(12)
    ]
    assert statuses == [303] * 10 + [429] * 2
    assert len(stored(session)) == 10


def test_a_message_cannot_do_anything_in_the_inbox(client: FlaskClient, people: People) -> None:
    """Abuse case 49: the page check fails on a script that would run."""
    nasty = "<script>alert(1)</script><img src=x onerror=alert(1)>{{ 7 * 7 }}"
    journey.post(client, "/assistance", {"name": nasty[:200], "organization": nasty, "message": nasty})
    page = people.client("chief", roles=("admin",)).get("/admin/assistance").text
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page
    assert "49" not in page.partition("<main")[2].partition("</main>")[0].replace("&#34;", "").replace("&#39;", "")


def test_the_inbox_marks_and_removes(client: FlaskClient, people: People, session: Session) -> None:
    for name in ("Mia Martin", "Noah Novak"):
        journey.post(client, "/assistance", {"name": name})
    mia, noah = (request.reference for request in stored(session))
    chief = people.client("chief", roles=("admin",))
    for _press in range(2):
        assert journey.post(chief, f"/admin/assistance/{mia}/handled").status_code == 303
    assert "Mia Martin" not in chief.get("/admin/assistance").text
    assert "Mia Martin" in chief.get("/admin/assistance?show=handled").text
    assert journey.post(chief, f"/admin/assistance/{noah}/remove").status_code == 303
    assert journey.post(chief, f"/admin/assistance/{noah}/remove").status_code == 404
    assert journey.post(chief, "/admin/assistance/NONE/handled").status_code == 404
    assert [request.reference for request in stored(session)] == [mia]
    assert session.scalars(
        select(AuditEvent.action).where(AuditEvent.subject_kind == "assistance").order_by(AuditEvent.id)
    ).all() == [
        "assistance.handled",
        "assistance.removed",
    ]


@pytest.mark.parametrize("before", ["0", "-1", "abc", "9" * 40, "1.5", ""])
def test_any_page_key_gets_a_page(people: People, before: str) -> None:
    """Abuse case 18."""
    chief = people.client("chief", roles=("admin",))
    assert chief.get("/admin/assistance", query_string={"before": before}).status_code == 200


def test_the_inbox_pages_hold_fifty(app: Flask, people: People) -> None:
    with app.app_context(), unit_of_work() as session:
        for number in range(60):
            services.ask(session, name=f"Person {number:02}", email=None, phone=None, organization=None, topic="mtm",
                         topic_label="MTM", message="", person_id=None, inbox="")  # fmt: skip
    chief = people.client("chief", roles=("admin",))
    first = chief.get("/admin/assistance").text
    assert "Person 59" in first
    assert "Person 09" not in first
    assert "before=11" in first
    assert "Person 09" in chief.get("/admin/assistance?before=11").text


def test_without_an_inbox_nothing_is_mailed(client: FlaskClient, session: Session) -> None:
    journey.post(client, "/assistance", {"name": "Mia"})
    assert session.scalar(select(func.count()).select_from(OutboxMessage)) == 0
