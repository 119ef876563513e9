"""A learner's way through the course, for tests: as their browser goes it, or straight through the use cases.

Answers are right or wrong on purpose: the key is read on the server, where alone it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from lms.assessment import item_types
from lms.assessment import services as assessment
from lms.assessment.item_types import numeric
from lms.assessment.models import Attempt
from lms.assessment.responses import field_name
from lms.checkout.models import DiscountCode
from lms.content.course import Course, Item, Lesson
from lms.content.release import document, read
from lms.core.clock import now
from lms.core.db import db
from lms.core.unit_of_work import unit_of_work
from lms.learning import queries
from lms.learning import services as learning
from lms.learning.domain import evaluation_fields
from lms.releases import services as releases
from lms.releases.queries import course_of, current

COURSE = "mtm"
JSON = {"Accept": "application/json"}


def course(app: Flask) -> Course:
    """The course as it is published now."""
    with app.app_context():
        return current(db.session(), COURSE)[1]


def token(client: FlaskClient) -> str:
    """The form token of this browser, read from a page that anyone can open."""
    checks, client.checks_pages = getattr(client, "checks_pages", False), False  # type: ignore[attr-defined]
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', client.get("/assistance").text)
    client.checks_pages = checks  # type: ignore[attr-defined]
    assert found, "the assistance page carries no form token"
    return found[1]


Fields = Mapping[str, str | list[str]]


def post(
    client: FlaskClient,
    address: str,
    fields: Fields | None = None,
    *,
    headers: Mapping[str, str] | None = None,
) -> TestResponse:
    """Send a form with its token, as the page's own button does."""
    return client.post(address, data={"csrf_token": token(client), **(fields or {})}, headers=dict(headers or {}))


#: The values of one item's fields, by the part of its name.
Parts = dict[str, list[str]]


def right(item: Item, seed: int = 0) -> Parts:
    """What earns everything: option keys, the number for the seed's draw with its unit, or every field's answer."""
    if item.numeric:
        unit = {"unit": [item.numeric.unit]} if item.numeric.units else {}
        return {"": [f"{numeric.question(item, seed).answer:f}"], **unit}
    if item.gaps:
        return {gap.key: [gap.right[0]] for gap in item.gaps.gaps}
    return {"": [option.key for option in item.options if option.correct]}


def wrong(item: Item, seed: int = 0) -> Parts:
    """What earns nothing: one wrong option, a number that is far off, or a wrong answer in every field."""
    if item.numeric:
        return {"": [f"{abs(numeric.question(item, seed).answer) + 1000:f}"]}
    if item.gaps:
        return {
            gap.key: [next((each.key for each in gap.choices if each.key not in gap.right), "something else")]
            for gap in item.gaps.gaps
        }
    return {"": [next(option.key for option in item.options if not option.correct)]}


def response(item: Item, seed: int) -> dict[str, Any]:
    """The right answer as it is stored."""
    return item_types.of(item).read(item, right(item, seed))


def as_form(item: Item, parts: Mapping[str, list[str]]) -> dict[str, str | list[str]]:
    """The fields of one item as a form names them."""
    return {field_name(item, part): values for part, values in parts.items()}


def seed_of(app: Flask, attempt: str) -> int:
    """The seed of an attempt, which draws the numbers of its questions."""
    with app.app_context():
        return db.session.execute(select(Attempt.seed).where(Attempt.public_id == attempt)).scalar_one()


def drawn(app: Flask, attempt: str) -> list[Item]:
    """The items of an attempt, in the order shown, with the key."""
    with app.app_context():
        row = db.session.execute(select(Attempt).where(Attempt.public_id == attempt)).scalar_one()
        served = course_of(db.session(), row.release_id)
        return [served.item(key) for key in row.items]


def all_right(items: Iterable[Item], seed: int = 0) -> dict[str, str | list[str]]:
    return {name: values for item in items for name, values in as_form(item, right(item, seed)).items()}


def all_wrong(items: Iterable[Item], seed: int = 0) -> dict[str, str | list[str]]:
    return {name: values for item in items for name, values in as_form(item, wrong(item, seed)).items()}


def quiz_address(module: str) -> str:
    return f"/training/{COURSE}/{module}/quiz"


def start_quiz(client: FlaskClient, module: str) -> str:
    """Press Start on a module's quiz. Returns the attempt's public id."""
    reply = post(client, f"{quiz_address(module)}/start")
    assert reply.status_code == 303, reply.text
    return reply.location.rpartition("/")[2]


def finish(app: Flask, person_id: int, *, lessons: bool = True, quizzes: bool = True, evaluation: bool = True) -> None:
    """Bring a person through the course by its use cases: every lesson, every quiz right, the evaluation."""
    with app.app_context(), unit_of_work() as session:
        release_id, value = current(session, COURSE)
        learner = queries.learners(session, person_id, course=COURSE)[0]
        for lesson in value.lessons if lessons else ():
            learning.complete_lesson(session, learner=learner, lesson=lesson.key)
        for module in value.modules if quizzes else ():
            attempt = assessment.start_attempt(
                session, person_id=person_id, release_id=release_id, course=value, module=module
            )
            for key in attempt.items:
                given = response(value.item(key), attempt.seed)
                assessment.record_answer(session, attempt=attempt, item=key, response=given)
            session.flush()
            assert assessment.submit_attempt(session, attempt=attempt)
        if evaluation:
            session.flush()
            learner = queries.learners(session, person_id, course=COURSE)[0]
            assert not learning.answer_evaluation(session, learner=learner, given=evaluation_answers(value))


def evaluation_answers(value: Course) -> dict[str, str]:
    """An acceptable answer to every question of the evaluation."""
    return {
        field.name: field.options[0][0] if field.options else "Nothing to add." for field in evaluation_fields(value)
    }


def publish(app: Flask, changed: Course) -> None:
    """Publish a changed course as the next release."""
    # Through the document, as from files: a copy of a value keeps what the original had computed from its parts.
    with app.app_context(), unit_of_work() as session:
        releases.publish(session, read(document(changed)), actor_id=None)


def renamed_lesson(value: Course, old: str, new: str) -> Course:
    """The course with one lesson under another key, as `was` in its file says."""
    return value.model_copy(
        update={
            "modules": tuple(
                module.model_copy(update={"lessons": tuple(_renamed(one, old, new) for one in module.lessons)})
                for module in value.modules
            )
        }
    )


def _renamed(lesson: Lesson, old: str, new: str) -> Lesson:
    return lesson.model_copy(update={"key": new, "was": (*lesson.was, old)}) if lesson.key == old else lesson


def make_code(app: Flask, code: str, **columns: object) -> int:
    """Store a discount code for the course: 100 % off and unlimited unless told otherwise. Returns its id."""
    values: dict[str, object] = {
        "title": code.title(),
        "course": COURSE,
        "percent": None if "amount_cents" in columns else 100,
        "currency": "USD",
        "automatic": False,
        "active": True,
        "uses": 0,
        "created_at": now(),
    }
    with app.app_context(), unit_of_work() as session:
        row = DiscountCode(code=code, **{**values, **columns})
        session.add(row)
        session.flush()
        return row.id
