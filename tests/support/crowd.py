"""Many learners who have sat a quiz, stored straight into the tables: quick, and the same for the same seed."""

from __future__ import annotations

import math
import random
from collections.abc import Collection, Iterator
from datetime import timedelta
from functools import cache
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from lms.accounts.models import Person
from lms.assessment import item_types
from lms.assessment.domain import draw
from lms.assessment.models import Answer, Attempt
from lms.content.course import Course, Item, Module
from lms.core.clock import now
from lms.core.ids import public_id
from tests.support import journey

#: Different draws of numbers and of answers to choose from; grading each anew would take most of the time.
SEEDS = 40
_BATCH = 1000


def sit_quiz(
    session: Session,
    *,
    release_id: int,
    course: Course,
    module: Module,
    learners: int,
    seed: int = 1,
    upside_down: Collection[str] = (),
) -> None:
    """One submitted attempt of each of so many new learners, with its draw and its answers.

    Each learner has an ability, each item a difficulty; what is right depends on both and on chance. One answer of
    fifty is missing. Items that are `upside_down` are got right by the weak, as if their key were wrong.
    """
    chance = random.Random(seed)  # noqa: S311 -- an example, not a secret
    difficulty = {item.key: chance.uniform(-1.5, 1.0) for item in module.quiz.items}
    answer = cache(lambda key, number, wrong: _answer(course.item(key), number, wrong))
    moment = now() - timedelta(days=30)
    for start in range(0, learners, _BATCH):
        people = _people(session, min(_BATCH, learners - start))
        attempts, stored = [], []
        for person_id in people:
            number = chance.randrange(SEEDS)
            items = draw(module.quiz, seed=chance.randrange(2**31), seen={})
            ability, at, total = chance.gauss(0, 1), moment, 0
            mine: list[dict[str, Any]] = []
            for key in items:
                at += timedelta(seconds=chance.lognormvariate(3.6, 0.5))
                if chance.random() < 0.02:
                    continue
                lean = -ability if key in upside_down else ability
                is_right = chance.random() < 1 / (1 + math.exp(difficulty[key] - lean))
                response, points = answer(key, number, None if is_right else chance.randrange(3))
                total += points
                mine.append({"item": key, "response": response, "points": points, "saved_at": at, "revision": 1})
            attempts.append({
                "public_id": public_id(), "person_id": person_id, "course": course.slug, "quiz": module.key,
                "number": 1, "release_id": release_id, "seed": number, "items": list(items), "started_at": moment,
                "submitted_at": at, "points": total, "max_points": 1000 * len(items), "passed": False,
            })  # fmt: skip
            stored.append(mine)
        ids = session.scalars(insert(Attempt).returning(Attempt.id, sort_by_parameter_order=True), attempts)
        rows = [{**row, "attempt_id": found} for found, mine in zip(ids, stored, strict=True) for row in mine]
        session.execute(insert(Answer), rows)


def _people(session: Session, count: int) -> Iterator[int]:
    moment = now()
    return iter(
        session.scalars(
            insert(Person).returning(Person.id),
            [
                {"name": "A learner", "email": f"{public_id()}@example.org", "phone": "", "active": True,
                 "fs_uniquifier": public_id(), "created_at": moment}
                for _ in range(count)
            ],
        ).all()
    )  # fmt: skip


def _answer(item: Item, seed: int, wrong: int | None) -> tuple[dict[str, Any], int]:
    """A right answer, or the wrong one of that number, as it is stored, and its points."""
    kind = item_types.of(item)
    fields = journey.right(item, seed)
    if wrong is not None:
        options = [option.key for option in item.options if not option.correct]
        fields = {"": [options[wrong % len(options)]]} if options else journey.wrong(item, seed)
    response = kind.read(item, fields)
    return response, kind.grade(item, response, seed)
