"""Time limits, extra time, flags, and one question at a time."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.assessment import allowances, jobs
from lms.assessment.domain import GRACE, deadline
from lms.assessment.models import Attempt
from lms.core.clock import now
from lms.core.unit_of_work import unit_of_work
from tests.assessment.conftest import MODULE, with_quiz
from tests.support import journey
from tests.support.people import People

LIMIT = 30


@pytest.fixture
def timed(app: Flask, alice: FlaskClient) -> str:
    """The address of an attempt at a quiz of thirty minutes that Alice has just started."""
    journey.publish(app, with_quiz(journey.course(app), time_limit_minutes=LIMIT))
    return f"{journey.quiz_address(MODULE)}/{journey.start_quiz(alice, MODULE)}"


def only(session: Session) -> Attempt:
    session.rollback()
    session.expire_all()
    return session.scalars(select(Attempt)).one()


def answer(app: Flask, client: FlaskClient, address: str, number: int = 0) -> int:
    """The status of saving the right answer to a question."""
    attempt = address.rpartition("/")[2]
    item = journey.drawn(app, attempt)[number]
    fields = journey.as_form(item, journey.right(item, journey.seed_of(app, attempt)))
    return journey.post(client, f"{address}/answers/{item.key}", fields, headers=journey.JSON).status_code


def later(minutes: int, seconds: int = 0) -> time_machine.travel:
    return time_machine.travel(now() + timedelta(minutes=minutes, seconds=seconds), tick=True)


def test_a_deadline_is_the_limit_and_the_extra_time() -> None:
    start = now()
    assert deadline(start, limit_minutes=None, extra_percent=50) is None
    assert deadline(start, limit_minutes=30, extra_percent=0) == start + timedelta(minutes=30)
    assert deadline(start, limit_minutes=30, extra_percent=25) == start + timedelta(minutes=37, seconds=30)


def test_without_a_limit_there_is_no_clock(alice: FlaskClient, attempt: str, address: str, session: Session) -> None:
    assert only(session).deadline is None
    page = alice.get(address).text
    assert "no time limit" in page
    assert "data-seconds-left" not in page
    with later(60 * 24 * 13):
        assert alice.get(address).status_code == 200


def test_the_limit_is_told_before_and_during(app: Flask, alice: FlaskClient, timed: str) -> None:
    assert "30 minutes" in alice.get(journey.quiz_address(MODULE)).text
    page = alice.get(timed).text
    assert 'data-seconds-left="1' in page
    assert "30 minutes left" in page


def test_an_answer_on_its_way_still_counts_and_a_later_one_does_not(
    app: Flask, alice: FlaskClient, timed: str, session: Session
) -> None:
    """Abuse case 14: the server's clock decides, whatever is sent or sent again."""
    assert answer(app, alice, timed) == 200
    with later(LIMIT, seconds=GRACE.seconds - 10):
        assert answer(app, alice, timed, 1) == 200
    with later(LIMIT, seconds=GRACE.seconds + 5):
        assert answer(app, alice, timed, 2) == 409
        item = only(session).items[0]
        assert journey.post(alice, f"{timed}/flags/{item}", {"flag": "on"}, headers=journey.JSON).status_code == 409


@pytest.mark.parametrize("way", ["page", "result", "submit", "worker"])
def test_what_was_saved_is_submitted_when_the_time_is_over(
    app: Flask, alice: FlaskClient, timed: str, session: Session, way: str
) -> None:
    """Nobody needs to come back for it, and whoever does finds the result."""
    answer(app, alice, timed)
    with later(LIMIT, seconds=GRACE.seconds + 5):
        if way == "worker":
            with app.app_context():
                jobs.close_expired()
        elif way == "submit":
            assert journey.post(alice, f"{timed}/submit").location == f"{timed}/result"
        else:
            alice.get(timed if way == "page" else f"{timed}/result")
        if way != "worker":
            assert alice.get(f"{timed}/result").status_code == 200
        found = only(session)
        assert found.submitted_at is not None
        assert found.points == 1000
        page = alice.get(f"{timed}/result").text
        assert "The time was over" in page


def test_the_worker_leaves_other_attempts_alone(app: Flask, timed: str, session: Session) -> None:
    with later(LIMIT):
        with app.app_context():
            jobs.close_expired()
        assert only(session).submitted_at is None


def test_an_empty_submission_at_the_end_of_the_time_needs_no_second_press(
    app: Flask, alice: FlaskClient, timed: str, session: Session
) -> None:
    assert journey.post(alice, f"{timed}/submit", {"action": "submit"}).status_code == 422
    with later(LIMIT, seconds=1):
        assert journey.post(alice, f"{timed}/submit", {"action": "submit"}).location == f"{timed}/result"
        assert only(session).submitted_at is not None


def grant(app: Flask, person_id: int, percent: int) -> None:
    with app.app_context(), unit_of_work() as work:
        allowances.allow_time(
            work, person_id=person_id, course="mtm", percent=percent, reason="Agreed in writing", actor_id=None
        )


def test_extra_time_holds_for_open_and_for_later_attempts(
    app: Flask, alice: FlaskClient, people: People, timed: str, session: Session
) -> None:
    person_id = people.ids["alice"]
    grant(app, person_id, 50)
    found = only(session)
    assert found.deadline == found.started_at + timedelta(minutes=45)
    grant(app, person_id, 0)
    found = only(session)
    assert found.deadline == found.started_at + timedelta(minutes=30)
    grant(app, person_id, 100)
    journey.post(alice, f"{timed}/submit", {"incomplete": "yes"})
    journey.start_quiz(alice, MODULE)
    session.rollback()
    last = session.scalars(select(Attempt).order_by(Attempt.id.desc())).first()
    assert last is not None
    assert last.deadline == last.started_at + timedelta(minutes=60)


def test_a_shorter_limit_published_meanwhile_takes_no_time_away(
    app: Flask, alice: FlaskClient, timed: str, session: Session
) -> None:
    before = only(session).deadline
    journey.publish(app, with_quiz(journey.course(app), time_limit_minutes=5))
    alice.get(timed)
    assert only(session).deadline == before


def test_instructors_allow_attempts_and_time(app: Flask, people: People, timed: str, session: Session) -> None:
    teacher = people.client("teacher", roles=("instructor",))
    page = "/instructor/mtm/allowances"
    assert "Nothing granted yet" in teacher.get(page).text
    who = "alice@example.org"
    fields = {"time-email": who, "time-percent": "50", "time-reason": "Agreed in writing"}
    assert journey.post(teacher, f"{page}/time", fields).status_code == 303
    fields = {"attempts-email": who, "attempts-quiz": MODULE, "attempts-extra": "1", "attempts-reason": "Power cut"}
    assert journey.post(teacher, f"{page}/attempts", fields).status_code == 303
    shown = teacher.get(page).text
    assert "50 % more time" in shown
    assert "1 more attempt" in shown
    assert only(session).deadline == only(session).started_at + timedelta(minutes=45)


@pytest.mark.parametrize(
    ("form", "changed", "told"),
    [
        ("time", {"email": "nobody@example.org"}, "Nobody has an account"),
        ("time", {"percent": "301"}, "0 to 300"),
        ("time", {"percent": "-1"}, "0 to 300"),
        ("time", {"reason": " "}, "Enter the reason"),
        ("attempts", {"quiz": "9-none"}, "Not a valid choice"),
        ("attempts", {"extra": "0"}, "1 to 20"),
        ("attempts", {"email": ""}, "Enter their email address"),
    ],
)
def test_a_faulty_allowance_is_told_at_its_field(
    people: People, alice: FlaskClient, form: str, changed: dict[str, str], told: str
) -> None:
    teacher = people.client("teacher", roles=("instructor",))
    fields = {"email": "alice@example.org", "percent": "50", "quiz": MODULE, "extra": "1", "reason": "x", **changed}
    reply = journey.post(
        teacher, f"/instructor/mtm/allowances/{form}", {f"{form}-{name}": value for name, value in fields.items()}
    )
    assert reply.status_code == 422
    assert told in reply.text


def test_a_question_is_marked_to_be_looked_at_again(
    app: Flask, alice: FlaskClient, attempt: str, address: str, session: Session
) -> None:
    """Without scripts the button sends the page's answers along, and nothing typed is lost."""
    first, second = journey.drawn(app, attempt)[:2]
    fields = {**journey.as_form(first, journey.right(first)), "flag": "on", "question": "all"}
    reply = journey.post(alice, f"{address}/flags/{second.key}", fields)
    assert (reply.status_code, reply.location) == (303, f"{address}#item-{second.key}")
    found = only(session)
    assert found.flags == [second.key]
    assert f'name="answered" value="{first.key}"' in alice.get(address).text
    assert "question 2</a>" in alice.get(f"{address}?question=review").text
    reply = journey.post(alice, f"{address}/flags/{second.key}", {"flag": "off"}, headers=journey.JSON)
    assert reply.json == {"state": "saved", "flagged": False}
    assert only(session).flags == []
    assert journey.post(alice, f"{address}/flags/no-such-item", {"flag": "on"}).status_code == 404


def test_one_question_at_a_time(app: Flask, alice: FlaskClient, session: Session) -> None:
    """Opens at the first question without an answer; each button saves; the list at the end names what is missing."""
    journey.publish(app, with_quiz(journey.course(app), navigation="one-at-a-time"))
    attempt = journey.start_quiz(alice, MODULE)
    address = f"{journey.quiz_address(MODULE)}/{attempt}"
    items, seed = journey.drawn(app, attempt), journey.seed_of(app, attempt)
    page = alice.get(address).text
    assert "Question 1 of" in page
    assert f'id="item-{items[1].key}"' not in page
    for number, item in enumerate(items[:-1], start=1):
        fields = {**journey.as_form(item, journey.right(item, seed)), "question": str(number)}
        reply = journey.post(alice, f"{address}/submit", {**fields, "action": f"question-{number + 1}"})
        assert reply.location == f"{address}?question={number + 1}"
    page = alice.get(address).text
    assert f'id="item-{items[-1].key}"' in page, "the first one without an answer"
    refused = journey.post(alice, f"{address}/submit", {"action": "submit", "question": "review"})
    assert refused.status_code == 422
    assert f"Question {len(items)} has no answer yet" in refused.text
    assert f"?question={len(items)}" in refused.text
    from_a_question = journey.post(alice, f"{address}/submit", {"action": "submit", "question": "1"})
    assert "Before you submit" in from_a_question.text, "what is missing stands on other pages, so their list is shown"
    last = {**journey.as_form(items[-1], journey.right(items[-1], seed)), "question": str(len(items))}
    journey.post(alice, f"{address}/submit", {**last, "action": "question-review"})
    assert "Before you submit" in alice.get(address).text
    assert journey.post(alice, f"{address}/submit", {"action": "submit"}).location == f"{address}/result"
    assert only(session).passed is True


@pytest.mark.parametrize("asked", ["0", "99", "-1", "x", "1000000", "²", ""])
def test_a_question_that_is_not_there_shows_the_usual_page(alice: FlaskClient, address: str, asked: str) -> None:
    assert alice.get(f"{address}?question={asked}").text.count('class="card flow"') > 1


def test_a_wrong_answer_of_one_view_is_told_in_it(app: Flask, alice: FlaskClient, attempt: str, address: str) -> None:
    item = next(item for item in journey.drawn(app, attempt) if item.options)
    number = journey.drawn(app, attempt).index(item) + 1
    fields = {item.key: "nonsense", "question": str(number), "action": f"question-{number + 1}"}
    reply = journey.post(alice, f"{address}/submit", fields)
    assert reply.status_code == 422
    assert f"Question {number}: " in reply.text
