"""Certificates from issue to verification: one a person and course, frozen, and true on the day it is looked at."""

from __future__ import annotations

import re
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms.accounts.models import Person
from lms.certificates import queries, services
from lms.certificates.domain import Reason
from lms.certificates.models import Certificate
from lms.core import outbox
from lms.core.audit import AuditEvent
from lms.core.db import db
from lms.core.errors import Conflict
from lms.core.outbox import OutboxMessage
from lms.core.unit_of_work import unit_of_work
from tests.support import journey
from tests.support.people import People
from tests.support.together import all_at_once

ISSUE = "/training/mtm/certificate"


@pytest.fixture
def alice(app: Flask, people: People) -> FlaskClient:
    """Alice has finished the course."""
    client = people.client("alice", enrolled=True)
    journey.finish(app, people.ids["alice"])
    return client


def issue(client: FlaskClient) -> str:
    """Press the button on the dashboard. Returns the code."""
    reply = journey.post(client, ISSUE)
    assert reply.status_code == 303, reply.text
    return str(reply.location.rpartition("/")[2])


def rename(app: Flask, person_id: int, name: str) -> None:
    with app.app_context(), unit_of_work() as session:
        session.get_one(Person, person_id).name = name


def count(app: Flask, *where: object) -> int:
    with app.app_context():
        return db.session.scalar(select(func.count()).select_from(Certificate).where(*where)) or 0  # type: ignore[arg-type]


def test_twenty_presses_issue_one_certificate(any_database: str, app: Flask, people: People) -> None:
    """Abuse case 22 and invariant I5."""
    assert any_database
    person_id = people.make("alice", enrolled=True)
    journey.finish(app, person_id)
    settings = app.extensions["lms.settings"]

    def press(_number: int) -> str:
        with app.app_context(), unit_of_work() as session:
            return services.issue_certificate(session, person_id=person_id, course="mtm", settings=settings).code

    assert len(set(all_at_once(press, 20))) == 1
    assert count(app) == 1


def test_twenty_corrections_leave_one_valid_certificate(any_database: str, app: Flask, people: People) -> None:
    """Abuse cases 22 and 25: of many corrections at once one is made; the others are told so, without an error page."""
    assert any_database
    person_id = people.make("alice", enrolled=True)
    journey.finish(app, person_id)
    settings = app.extensions["lms.settings"]
    with app.app_context(), unit_of_work() as session:
        code = services.issue_certificate(session, person_id=person_id, course="mtm", settings=settings).code
    rename(app, person_id, "Alice Newname")

    def press(_number: int) -> bool:
        with app.app_context():
            try:
                with unit_of_work() as session:
                    found = queries.access_certificate(session, person_id=person_id, code=code)
                    services.correct_certificate(
                        session, certificate=found, reason=Reason.NAME_CORRECTION, settings=settings, actor_id=None
                    )
            except Conflict:
                return False
            return True

    assert sum(all_at_once(press, 20)) == 1
    assert count(app) == 2
    assert count(app, Certificate.status == "valid") == 1


def test_an_unfinished_course_gives_no_certificate(people: People, app: Flask) -> None:
    bob = people.client("bob", enrolled=True)
    journey.finish(app, people.ids["bob"], evaluation=False)
    assert journey.post(bob, ISSUE).status_code == 409
    assert count(app) == 0


def test_an_unconfirmed_address_gives_no_certificate(app: Flask, people: People) -> None:
    bob = people.client("bob", enrolled=True, confirmed=False)
    journey.finish(app, people.ids["bob"])
    reply = journey.post(bob, ISSUE)
    assert reply.status_code == 409
    assert "Confirm your email address first" in reply.text
    assert count(app) == 0


def test_codes_are_random_and_long(app: Flask, people: People) -> None:
    """Abuse case 23: 28 characters of 32, without a sequence."""
    codes = []
    for name in ("ann", "ben", "cai"):
        client = people.client(name, enrolled=True)
        journey.finish(app, people.ids[name])
        codes.append(issue(client))
    assert all(re.fullmatch(r"[0-9a-hjkmnp-tv-z]{28}", code) for code in codes)
    assert len({code[:6] for code in codes}) == len({code[-6:] for code in codes}) == 3


def test_wrong_codes_say_nothing_and_are_stopped(client: FlaskClient, alice: FlaskClient) -> None:
    """Abuse case 23: no name, one answer for every wrong code, and an end to guessing; good codes still work."""
    code = issue(alice)
    client.checks_pages = False  # type: ignore[attr-defined]
    near = code[:-1] + ("0" if code[-1] != "0" else "1")
    replies = [client.get(f"/verify/{guess}") for guess in (near, "x", "0" * 28, "'; DROP TABLE certificate; --")]
    assert {reply.status_code for reply in replies} == {404}
    assert not any("Alice" in reply.text for reply in replies)
    statuses = [client.get(f"/verify/{number:028d}").status_code for number in range(30)]
    assert statuses[-1] == 429
    assert statuses.count(404) == 26
    assert client.get(f"/verify/{code}").status_code == 200


def test_the_verify_page_shows_the_declared_fields_and_no_more(
    app: Flask, client: FlaskClient, alice: FlaskClient
) -> None:
    """Abuse case 24."""
    reply = client.get(f"/verify/{issue(alice)}")
    page = reply.text
    for shown in ("Alice", journey.course(app).title, "valid", "This is not continuing-education credit"):
        assert shown in page
    for hidden in ("alice@example.org", "+1225", "555-0123", "(225)", "points", "%"):
        assert hidden not in page.partition("<main")[2].partition("</main>")[0]
    assert reply.headers["X-Robots-Tag"] == "noindex, nofollow"
    assert '<meta name="robots" content="noindex, nofollow">' in page


@pytest.mark.parametrize("typed", ["{}", " {} ", "upper", "grouped"])
def test_a_code_typed_from_paper_is_found(client: FlaskClient, alice: FlaskClient, typed: str) -> None:
    code = issue(alice)
    grouped = "-".join(code[start : start + 4] for start in range(0, 28, 4))
    given = {"upper": code.upper(), "grouped": grouped.upper()}.get(typed, typed.format(code))
    reply = client.get("/verify", query_string={"code": given}, follow_redirects=True)
    assert "This certificate is valid" in reply.text


def test_a_correction_supersedes_and_says_so(
    app: Flask, client: FlaskClient, alice: FlaskClient, people: People
) -> None:
    """Abuse case 25: the old code still maps, and tells that a newer one took its place."""
    old = issue(alice)
    refused = journey.post(alice, f"/certificates/{old}/correct")
    assert refused.status_code == 409, "there is nothing to correct yet"
    rename(app, people.ids["alice"], "Alice Newname")
    assert "Alice Newname" not in client.get(f"/verify/{old}").text, "a certificate is frozen"
    new = journey.post(alice, f"/certificates/{old}/correct").location.rpartition("/")[2]
    assert new != old
    before, after = client.get(f"/verify/{old}").text, client.get(f"/verify/{new}").text
    assert "superseded" in before
    assert "Alice Newname" not in before
    assert "This certificate is valid" in after
    assert "Alice Newname" in after
    assert alice.get(f"/certificates/{old}.pdf").status_code == 200
    assert journey.post(alice, f"/certificates/{old}/correct").status_code == 409
    assert issue(alice) == new


def test_a_revocation_shows_at_once_and_is_not_undone_by_the_learner(
    app: Flask, client: FlaskClient, alice: FlaskClient, session: Session
) -> None:
    """Abuse case 25."""
    code = issue(alice)
    with app.app_context(), unit_of_work() as work:
        row = work.scalars(select(Certificate)).one()
        services.revoke_certificate(work, certificate=row, reason=Reason.INTEGRITY, actor_id=None)
    page = client.get(f"/verify/{code}").text
    assert "This certificate is revoked" in page
    assert Reason.INTEGRITY.sentence in page
    assert journey.post(alice, ISSUE).status_code == 409
    assert journey.post(alice, f"/certificates/{code}/correct").status_code == 409
    assert count(app) == 1
    actions = session.scalars(select(AuditEvent.action)).all()
    assert {"certificate.issued", "certificate.revoked"} <= set(actions)


def test_the_pdf_has_the_same_bytes_each_time(app: Flask, alice: FlaskClient, people: People) -> None:
    code = issue(alice)
    first = alice.get(f"/certificates/{code}.pdf")
    rename(app, people.ids["alice"], "Alice Newname")
    assert first.data.startswith(b"%PDF-")
    assert first.mimetype == "application/pdf"
    assert alice.get(f"/certificates/{code}.pdf").data == first.data


def test_the_certificate_comes_by_mail(app: Flask, alice: FlaskClient, tmp_path: Path) -> None:
    code = issue(alice)
    assert journey.post(alice, f"/certificates/{code}/mail").status_code == 303
    with app.app_context():
        outbox.drain()
    [path] = (tmp_path / "mail").glob("*.eml")
    message = message_from_bytes(path.read_bytes(), policy=policy.default)
    assert message["To"] == "alice@example.org"
    [attached] = list(message.iter_attachments())
    assert attached.get_content_type() == "application/pdf"
    assert attached.get_content() == alice.get(f"/certificates/{code}.pdf").data
    body = message.get_body(("plain",))
    assert body is not None
    assert f"/verify/{code}" in body.get_content()


def test_no_mail_to_an_address_that_is_not_confirmed(
    app: Flask, alice: FlaskClient, people: People, session: Session
) -> None:
    code = issue(alice)
    with app.app_context(), unit_of_work() as work:
        work.get_one(Person, people.ids["alice"]).confirmed_at = None
    assert journey.post(alice, f"/certificates/{code}/mail").status_code == 409
    assert session.scalar(select(func.count()).select_from(OutboxMessage)) == 0


def test_what_a_form_says_does_not_get_onto_a_certificate(app: Flask, alice: FlaskClient, session: Session) -> None:
    """Abuse case 6."""
    fields = {"name": "Dr. Somebody Else", "learner_name": "Dr. Somebody Else", "status": "valid", "code": "0" * 28,
              "completed_on": "2020-01-01", "person_id": "99", "course": "other"}  # fmt: skip
    journey.post(alice, ISSUE, fields)
    row = session.scalars(select(Certificate)).one()
    assert (row.snapshot["learner_name"], row.course) == ("Alice", "mtm")
    assert row.code != "0" * 28
