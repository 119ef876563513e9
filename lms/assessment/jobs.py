"""What the worker does for assessment: attempts whose time is over are submitted although nobody comes back."""

from __future__ import annotations

from sqlalchemy import select

from lms.assessment import services
from lms.assessment.domain import GRACE
from lms.assessment.models import Attempt
from lms.core.clock import now
from lms.core.db import db
from lms.core.unit_of_work import unit_of_work

_BATCH = 100


def close_expired() -> None:
    """Submit them with what was saved, each in a transaction of its own, so that one cannot hold up the others."""
    expired = db.session.scalars(
        select(Attempt.id)
        .where(Attempt.submitted_at.is_(None), Attempt.deadline < now() - GRACE)
        .order_by(Attempt.deadline)
        .limit(_BATCH)
    ).all()
    for key in expired:
        with unit_of_work() as session:
            services.close_if_over(session, attempt=session.get_one(Attempt, key))
