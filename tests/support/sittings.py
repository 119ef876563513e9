"""Submitted attempts with chosen questions and answers, straight through the use cases."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Flask
from sqlalchemy import select

from lms.assessment import services
from lms.assessment.item_types import FULL, Response
from lms.assessment.models import Attempt
from lms.core.clock import now
from lms.core.ids import public_id
from lms.core.unit_of_work import unit_of_work
from lms.releases.queries import current
from tests.support import journey


def sit(
    app: Flask, person_id: int, module: str, answers: Mapping[str, Response | None], *, number: int = 1, seed: int = 7
) -> str:
    """An attempt that served exactly these items, with these responses (None: no answer). Returns its public id."""
    attempt_id = start(app, person_id, module, answers, number=number, seed=seed)
    submit(app, attempt_id)
    return attempt_id


def start(
    app: Flask, person_id: int, module: str, answers: Mapping[str, Response | None], *, number: int = 1, seed: int = 7
) -> str:
    """The same, still open."""
    with app.app_context(), unit_of_work() as session:
        release_id, _course = current(session, journey.COURSE)
        attempt = Attempt(
            public_id=public_id(),
            person_id=person_id,
            course=journey.COURSE,
            quiz=module,
            number=number,
            release_id=release_id,
            seed=seed,
            items=list(answers),
            started_at=now(),
            max_points=FULL * len(answers),
        )
        session.add(attempt)
        session.flush()
        for item, response in answers.items():
            services.record_answer(session, attempt=attempt, item=item, response=response)
        return attempt.public_id


def submit(app: Flask, public_id: str) -> None:
    with app.app_context(), unit_of_work() as session:
        attempt = session.scalars(select(Attempt).where(Attempt.public_id == public_id)).one()
        assert services.submit_attempt(session, attempt=attempt)
