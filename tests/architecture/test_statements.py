"""How many SQL statements the pages that everyone opens all day long cost."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import insert

from lms.accounts.models import Person
from lms.assessment.models import Attempt
from lms.core.clock import now
from lms.core.ids import public_id
from lms.core.unit_of_work import unit_of_work
from lms.learning.models import AccessGrant, Enrolment, LessonProgress
from lms.releases.queries import current
from tests.support import journey
from tests.support.people import People
from tests.support.statements import statements

LESSON = "/training/mtm/1-the-why/the-quadruple-aim"
NEXT = "/training/mtm/1-the-why/reading-the-evidence"


@pytest.fixture
def alice(people: People) -> Iterator[FlaskClient]:
    client = people.client("alice", enrolled=True)
    assert client.get("/training").status_code == 200  # the course is read from its release once a process
    return client


def cost(app: Flask, client: FlaskClient, address: str, *, status: int = 200) -> int:
    with statements(app) as sent:
        assert client.get(address).status_code == status
    return len(sent)


def test_a_lesson_page_takes_three_statements_in_every_state(app: Flask, alice: FlaskClient) -> None:
    """Who it is, what the learner may and has done, and where they are now: in at most one statement each."""
    assert cost(app, alice, LESSON) <= 3, "opened for the first time"
    assert cost(app, alice, LESSON) <= 2, "opened again"
    assert cost(app, alice, NEXT) <= 3, "the next lesson"
    journey.post(alice, f"{LESSON}/note", {"text": "Ask about the fourth aim."})
    journey.post(alice, f"{LESSON}/complete")
    with statements(app) as sent:
        assert "Ask about the fourth aim." in alice.get(LESSON).text
    assert len(sent) <= 3, "completed, with a note, after another lesson"


def test_a_renamed_lesson_costs_no_more(app: Flask, alice: FlaskClient) -> None:
    journey.post(alice, f"{LESSON}/note", {"text": "Kept through the change."})
    journey.publish(app, journey.renamed_lesson(journey.course(app), "the-quadruple-aim", "four-aims"))
    assert cost(app, alice, LESSON, status=301) <= 3
    with statements(app) as sent:
        assert "Kept through the change." in alice.get("/training/mtm/1-the-why/four-aims").text
    assert len(sent) <= 3


def test_the_dashboard_takes_five_statements(app: Flask, alice: FlaskClient, people: People) -> None:
    assert cost(app, alice, "/training") <= 5, "at the start"
    journey.finish(app, people.ids["alice"])
    assert cost(app, alice, "/training") <= 5, "at the end"


@pytest.mark.parametrize(("address", "most"), [("/courses/mtm", 4), ("/training/mtm/1-the-why/quiz", 6)])
def test_other_pages_of_the_way_stay_small(app: Flask, alice: FlaskClient, address: str, most: int) -> None:
    assert cost(app, alice, address) <= most


def test_no_page_asks_more_when_there_are_more_learners(app: Flask, alice: FlaskClient, people: People) -> None:
    journey.finish(app, people.ids["alice"], quizzes=False, evaluation=False)
    found = []
    for crowd in (10, 200):
        add_learners(app, crowd)
        pages = ("/training", LESSON, NEXT, "/courses/mtm", "/training/mtm/1-the-why/quiz")
        found.append([cost(app, alice, page) for page in pages])
    assert found[0] == found[1]


def add_learners(app: Flask, count: int) -> None:
    """Further people in the middle of the course."""
    with app.app_context(), unit_of_work() as session:
        release_id, course = current(session, "mtm")
        moment = now()
        people = [
            Person(name=f"Learner {number}", email=f"{public_id()}@example.org", active=True,
                   fs_uniquifier=public_id(), created_at=moment, phone="")
            for number in range(count)
        ]  # fmt: skip
        session.add_all(people)
        session.flush()
        session.execute(
            insert(AccessGrant),
            [{"person_id": person.id, "course": "mtm", "source": "staff", "reference": "crowd",
              "granted_at": moment} for person in people],
        )  # fmt: skip
        enrolments = [Enrolment(person_id=person.id, course="mtm", enrolled_at=moment) for person in people]
        session.add_all(enrolments)
        session.flush()
        session.execute(
            insert(LessonProgress),
            [{"enrolment_id": row.id, "lesson": lesson.key, "opened_at": moment, "completed_at": moment}
             for row in enrolments for lesson in course.lessons[:3]],
        )  # fmt: skip
        session.execute(
            insert(Attempt),
            [{"public_id": public_id(), "person_id": person.id, "course": "mtm", "quiz": "1-the-why", "number": 1,
              "release_id": release_id, "seed": 1, "items": [], "started_at": moment, "max_points": 1000}
             for person in people],
        )  # fmt: skip
