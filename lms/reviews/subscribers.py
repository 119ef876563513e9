"""What reviews do when features below them announce something."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.accounts.signals import person_exported
from lms.reviews.models import Review, ReviewPlan


@person_exported.connect
def _add_to_download(person: Any, *, session: Session, parts: dict[str, Any]) -> None:
    plans = session.scalars(select(ReviewPlan).where(ReviewPlan.person_id == person.id).order_by(ReviewPlan.id)).all()
    parts["reviews"] = [
        {
            "course": plan.course,
            "started_at": plan.started_at,
            "ended_at": plan.ended_at,
            "reviews": [
                {
                    "due_at": row.due_at,
                    "mailed_at": row.mailed_at,
                    "questions": row.items,
                    "answers": row.responses,
                    "submitted_at": row.submitted_at,
                }
                for row in session.scalars(select(Review).where(Review.plan_id == plan.id).order_by(Review.due_at))
            ],
        }
        for plan in plans
    ]
