"""Learners by the dozen, with evidence of every kind."""

from __future__ import annotations

import random
from datetime import timedelta

from flask import Flask
from sqlalchemy import insert

from lms.accounts.models import Person
from lms.assessment.item_types import FULL
from lms.assessment.models import Evidence
from lms.core.clock import now
from lms.core.unit_of_work import unit_of_work

#: Two objectives are asked about before the course; the third is not.
FIRST, SECOND, THIRD = "O1.1", "O1.2", "O2.1"

Observation = dict[str, object]


def make_learners(app: Flask, count: int) -> list[int]:
    """People without a way to sign in, as many as wanted, in few statements."""
    with app.app_context(), unit_of_work() as session:
        made = session.scalars(
            insert(Person).returning(Person.id, sort_by_parameter_order=True),
            [
                {"name": f"Learner {number}", "email": f"observed-{count}-{number}@example.org", "phone": "",
                 "active": True, "fs_uniquifier": f"observed-{count}-{number}", "created_at": now()}
                for number in range(count)
            ],
        )  # fmt: skip
        return list(made)


def observe(app: Flask, people: list[int], seed: int = 1) -> list[Observation]:
    """Evidence of every kind for each person: some of it that does not count. Returns the rows."""
    chance = random.Random(seed)  # noqa: S311
    rows: list[Observation] = []

    def add(person: int, objective: str, source: str, reference: str, item: str, points: int, minute: int) -> None:
        rows.append(
            {"person_id": person, "course": "mtm", "objective": objective, "source": source, "reference": reference,
             "item": item, "points": points, "max_points": FULL, "at": now() + timedelta(minutes=minute)}
        )  # fmt: skip

    for person in people:
        ability = chance.random()
        asked = [each for each in (FIRST, SECOND) if chance.random() < 0.8] if chance.random() < 0.9 else []
        for objective in asked:
            add(person, objective, "pre", "1", f"pre-{objective}", FULL * (chance.random() < ability / 2), 0)
        for attempt in range(chance.choice([1, 1, 2])):
            for objective in (FIRST, SECOND, THIRD):
                for number in chance.sample(range(4), 2):
                    points = chance.choice([0, 500, FULL]) if chance.random() < 0.2 else FULL * (
                        chance.random() < ability + 0.2
                    )  # fmt: skip
                    item = f"{objective}-{number}"
                    add(person, objective, "quiz", f"{person}-{attempt}", item, int(points), 10 + attempt)
        for reference in ("1", "2"):
            add(person, FIRST, "check", reference, "check-1", FULL * (chance.random() < ability), 5)
    with app.app_context(), unit_of_work() as session:
        session.execute(insert(Evidence), rows)
    return rows
