"""The learner's pages: place, notes, completion, evaluation, and access that ends at once."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import urlsplit

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms.accounts.models import Person
from lms.core.audit import AuditEvent
from lms.core.clock import now
from lms.core.unit_of_work import unit_of_work
from lms.learning import services
from lms.learning.models import (
    AccessGrant,
    Enrolment,
    EvaluationDone,
    EvaluationResponse,
    LessonNote,
    LessonProgress,
)
from tests.support import journey
from tests.support.people import People
from tests.support.together import all_at_once

LESSON = "/training/mtm/1-the-why/the-quadruple-aim"
NEXT = "/training/mtm/1-the-why/reading-the-evidence"


@pytest.fixture
def alice(people: People) -> FlaskClient:
    return people.client("alice", enrolled=True)


def count(session: Session, table: type) -> int:
    session.rollback()
    return session.scalar(select(func.count()).select_from(table)) or 0


def grant(app: Flask, person_id: int, reference: str, **more: object) -> int:
    with app.app_context(), unit_of_work() as session:
        return services.grant_access(
            session, person_id=person_id, course="mtm", source="seat", reference=reference, actor_id=None, **more
        ).id  # type: ignore[arg-type]


def revoke(app: Flask, grant_id: int) -> None:
    with app.app_context(), unit_of_work() as session:
        services.revoke_access(session, grant_id=grant_id, why="Seat taken back", actor_id=None)


def test_the_dashboard_goes_on_where_the_lesson_was_left(app: Flask, alice: FlaskClient) -> None:
    assert f'href="{LESSON}"' in alice.get("/training").text
    alice.get(NEXT)
    heading = journey.course(app).lesson("reading-the-evidence").headings[1].id
    assert journey.post(alice, f"{NEXT}/place", {"place": heading}).status_code == 204
    assert f'href="{NEXT}#{heading}"' in alice.get("/training").text


def test_a_place_that_the_lesson_does_not_have_is_refused(alice: FlaskClient) -> None:
    for place in ("", "section-none", "<script>", "x" * 10_000):
        assert journey.post(alice, f"{LESSON}/place", {"place": place}).status_code == 422


def test_complete_leads_on_and_a_second_press_changes_nothing(alice: FlaskClient, session: Session) -> None:
    for _press in range(2):
        reply = journey.post(alice, f"{LESSON}/complete")
        assert (reply.status_code, reply.location) == (303, NEXT)
    assert count(session, LessonProgress) == 1
    assert journey.post(alice, f"{LESSON}/complete", {"reopen": "yes"}).location == LESSON
    assert count(session, LessonProgress) == 0


def test_the_last_lesson_of_a_module_leads_to_its_quiz(app: Flask, alice: FlaskClient) -> None:
    last = journey.course(app).module("2-the-what").lessons[-1].key
    reply = journey.post(alice, f"/training/mtm/2-the-what/{last}/complete")
    assert reply.location == "/training/mtm/2-the-what/quiz"


def test_a_renamed_lesson_keeps_its_address_completion_and_note(
    app: Flask, alice: FlaskClient, session: Session
) -> None:
    journey.post(alice, f"{LESSON}/complete")
    journey.post(alice, f"{LESSON}/note", {"text": "Mine"})
    journey.publish(app, journey.renamed_lesson(journey.course(app), "the-quadruple-aim", "four-aims"))
    moved = alice.get(LESSON)
    assert (moved.status_code, moved.location) == (301, "/training/mtm/1-the-why/four-aims")
    page = alice.get(moved.location).text
    assert "Mine" in page
    assert 'name="reopen"' in page, "it is still complete"
    journey.post(alice, f"{LESSON}/complete", {"reopen": "yes"})
    assert count(session, LessonProgress) == 0, "it can be opened again under its new name"


def test_a_note_is_saved_changed_and_removed(alice: FlaskClient, session: Session) -> None:
    assert journey.post(alice, f"{LESSON}/note", {"text": "First"}).location == f"{LESSON}#note"
    reply = journey.post(alice, f"{LESSON}/note", {"text": "Second"}, headers=journey.JSON)
    assert reply.json is not None
    assert reply.json["state"] == "saved"
    assert session.scalar(select(LessonNote.text)) == "Second"
    journey.post(alice, f"{LESSON}/note", {"text": "   "})
    assert count(session, LessonNote) == 0


def test_a_note_that_is_too_long_is_shown_again_and_not_stored(alice: FlaskClient, session: Session) -> None:
    text = "word " * 4100
    reply = journey.post(alice, f"{LESSON}/note", {"text": text})
    assert reply.status_code == 422
    assert text.strip() in reply.text
    assert "20,000" in reply.text
    assert journey.post(alice, f"{LESSON}/note", {"text": text}, headers=journey.JSON).status_code == 422
    assert count(session, LessonNote) == 0


def test_a_note_is_its_writers_alone(alice: FlaskClient, people: People) -> None:
    """Abuse case 2: nobody else sees it, administrators included."""
    journey.post(alice, f"{LESSON}/note", {"text": "Between me and me", "enrolment_id": "2", "lesson": "other"})
    for other in (
        people.client("bob", enrolled=True),
        people.client("chief", enrolled=True, roles=("admin", "instructor")),
    ):
        assert "Between me and me" not in other.get(LESSON).text
    assert "Between me and me" in alice.get(LESSON).text


def test_a_note_with_markup_is_shown_as_written(alice: FlaskClient) -> None:
    """Abuse case 49: the page check fails on a script that would run."""
    journey.post(
        alice, f"{LESSON}/note", {"text": "</textarea><script>alert(1)</script>\0<img src=x onerror=alert(1)>"}
    )
    page = alice.get(LESSON).text
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_two_windows_write_one_note(any_database: str, app: Flask, people: People) -> None:
    """Both windows save their first note at once: neither gets an error page, and one row is kept."""
    assert any_database
    people.client("alice", enrolled=True)
    with app.app_context():
        from lms.core.db import db

        enrolment = db.session.scalars(select(Enrolment.id)).one()

    def save(number: int) -> None:
        with app.app_context(), unit_of_work() as session:
            services.save_note(session, enrolment_id=enrolment, lesson="the-quadruple-aim", text=f"Window {number}")

    all_at_once(save, 12)
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(LessonNote)) == 1


def test_revoking_ends_access_at_once_in_every_window(app: Flask, people: People) -> None:
    """Abuse case 8."""
    bob = people.client("bob")
    grant_id = grant(app, people.ids["bob"], "seat-1")
    assert bob.get(LESSON).status_code == 200
    attempt = journey.start_quiz(bob, "1-the-why")
    revoke(app, grant_id)
    for page in (LESSON, f"{journey.quiz_address('1-the-why')}/{attempt}", "/training/mtm/evaluation"):
        assert urlsplit(bob.get(page).location or "").path == "/courses/mtm", page
    for form in (
        f"{LESSON}/note",
        f"{LESSON}/complete",
        f"{journey.quiz_address('1-the-why')}/{attempt}/submit",
        "/training/mtm/certificate",
    ):
        assert journey.post(bob, form).status_code == 404, form
    assert LESSON not in bob.get("/training").text


def test_an_expired_grant_ends_by_the_servers_clock(app: Flask, people: People) -> None:
    """Abuse cases 8 and 14."""
    bob = people.client("bob")
    grant(app, people.ids["bob"], "seat-1", expires_at=now() + timedelta(days=1))
    assert bob.get(LESSON).status_code == 200
    with time_machine.travel(now() + timedelta(days=1, minutes=1), tick=True):
        assert bob.get(LESSON).status_code == 303


def test_of_two_grants_revoking_one_leaves_the_other(app: Flask, people: People, session: Session) -> None:
    """Invariant I2: only that grant ends; progress stays."""
    bob = people.client("bob")
    first, _second = grant(app, people.ids["bob"], "seat-1"), grant(app, people.ids["bob"], "seat-2")
    journey.post(bob, f"{LESSON}/complete")
    revoke(app, first)
    revoke(app, first)
    assert bob.get(LESSON).status_code == 200
    assert count(session, LessonProgress) == 1
    assert count(session, Enrolment) == 1
    assert session.scalar(select(func.count()).where(AuditEvent.action == "access.revoked")) == 1


def test_the_same_grant_twice_is_one_row(app: Flask, people: People, session: Session) -> None:
    person_id = people.make("bob")
    assert grant(app, person_id, "seat-1") == grant(app, person_id, "seat-1")
    assert count(session, AccessGrant) == 1


def test_a_suspended_person_is_out_at_once(app: Flask, alice: FlaskClient, people: People) -> None:
    """Abuse cases 8 and 40."""
    assert alice.get(LESSON).status_code == 200
    with app.app_context(), unit_of_work() as session:
        session.get_one(Person, people.ids["alice"]).active = False
    assert urlsplit(alice.get(LESSON).location or "").path == "/sign-in"


def test_the_evaluation_opens_at_the_end(app: Flask, alice: FlaskClient, people: People, session: Session) -> None:
    answers = journey.evaluation_answers(journey.course(app))
    assert "opens at the end" in alice.get("/training/mtm/evaluation").text
    assert journey.post(alice, "/training/mtm/evaluation", answers).status_code == 422
    assert count(session, EvaluationResponse) == 0
    journey.finish(app, people.ids["alice"], evaluation=False)
    missing = journey.post(alice, "/training/mtm/evaluation", {**answers, "materials": ""})
    assert missing.status_code == 422
    assert "Choose an answer." in missing.text
    assert count(session, EvaluationResponse) == 0
    for _press in range(2):
        journey.post(alice, "/training/mtm/evaluation", answers)
    assert count(session, EvaluationResponse) == count(session, EvaluationDone) == 1
    assert session.scalar(select(Enrolment.completed_at)) is not None


def test_the_evaluation_is_kept_without_its_author(
    app: Flask, alice: FlaskClient, people: People, session: Session
) -> None:
    """No column of the answers leads back to a person, not even by the time of day."""
    journey.finish(app, people.ids["alice"])
    columns = {column.name for column in EvaluationResponse.__table__.columns}
    assert columns == {"id", "course", "release_id", "answered_on", "answers"}
    row = session.scalars(select(EvaluationResponse)).one()
    assert len(row.answered_on) == len("2026-01-01")
    assert not {"alice", "alice@example.org"} & set(map(str.lower, map(str, row.answers.values())))
    assert "evaluation" not in alice.get("/account/data").text.lower()


def test_a_nul_in_a_comment_is_dropped(any_database: str, app: Flask, people: People) -> None:
    """Abuse case 18: PostgreSQL refuses the character; the person's answer is stored without it."""
    assert any_database
    client = people.client("alice", enrolled=True)
    journey.finish(app, people.ids["alice"], evaluation=False)
    answers = {**journey.evaluation_answers(journey.course(app)), "comments": "Good\0 course"}
    assert journey.post(client, "/training/mtm/evaluation", answers).status_code == 303


def test_the_course_is_completed_once(app: Flask, people: People, session: Session) -> None:
    person_id = people.make("bob", enrolled=True)
    journey.finish(app, person_id)
    first = session.scalar(select(Enrolment.completed_at))
    assert first is not None
    with app.app_context(), unit_of_work() as work:
        services.refresh_completion(work, person_id=person_id, course="mtm")
    session.rollback()
    assert session.scalar(select(Enrolment.completed_at)) == first
    assert session.scalar(select(func.count()).where(AuditEvent.action == "course.completed")) == 1


def test_a_knowledge_check_is_explained_and_nonsense_is_not(app: Flask, alice: FlaskClient) -> None:
    course = journey.course(app)
    item = course.item(course.lesson("the-quadruple-aim").checks[0])
    reply = journey.post(alice, f"{LESSON}/checks/{item.key}", journey.as_form(item, journey.right(item)))
    page = alice.get(reply.location).text if reply.status_code == 303 else reply.text
    assert "Correct." in page
    assert journey.post(alice, f"{LESSON}/checks/{item.key}", {item.key: "nonsense"}).status_code == 422
    quiz_item = course.module("1-the-why").quiz.items[0].key
    assert journey.post(alice, f"{LESSON}/checks/{quiz_item}", {quiz_item: "x"}).status_code == 404
