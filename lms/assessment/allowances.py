"""Use cases of exceptions for one person: further attempts, and extra time. Each is audited with its reason."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.assessment.domain import deadline
from lms.assessment.models import Attempt, AttemptAllowance, TimeAllowance
from lms.core import audit
from lms.core.clock import now
from lms.core.errors import DomainError
from lms.releases.queries import course_of

MOST_ATTEMPTS = 20
#: Four times the limit is the most that any accommodation asks for.
MOST_TIME = 300


def allow_attempts(
    session: Session, *, person_id: int, course: str, quiz: str, extra: int, reason: str, actor_id: int | None
) -> None:
    """Grant a person further attempts at one quiz. Raises DomainError outside 1 to 20, and without a reason."""
    if not 1 <= extra <= MOST_ATTEMPTS:
        raise DomainError(f"Allow between 1 and {MOST_ATTEMPTS} further attempts.", field="extra")
    _needs(reason)
    session.add(
        AttemptAllowance(
            person_id=person_id,
            course=course,
            quiz=quiz,
            extra=extra,
            reason=reason,
            granted_by=actor_id,
            granted_at=now(),
        )
    )
    audit.record(
        session,
        "attempts.allowed",
        subject=("person", person_id),
        actor_id=actor_id,
        course=course,
        quiz=quiz,
        extra=extra,
        reason=reason,
    )


def allow_time(
    session: Session, *, person_id: int, course: str, percent: int, reason: str, actor_id: int | None
) -> None:
    """Grant a person `percent` more time in every quiz of a course, in place of what they were granted before.

    Open attempts get it too. Raises DomainError outside 0 (which ends it) to 300, and without a reason.
    """
    if not 0 <= percent <= MOST_TIME:
        raise DomainError(f"Allow between 0 and {MOST_TIME} per cent.", field="percent")
    _needs(reason)
    session.add(
        TimeAllowance(
            person_id=person_id, course=course, percent=percent, reason=reason, granted_by=actor_id, granted_at=now()
        )
    )
    attempts = select(Attempt).where(
        Attempt.person_id == person_id,
        Attempt.course == course,
        Attempt.submitted_at.is_(None),
        Attempt.deadline.is_not(None),
    )
    for attempt in session.scalars(attempts.with_for_update()):
        settings = course_of(session, attempt.release_id).module(attempt.quiz).quiz.settings
        attempt.deadline = deadline(
            attempt.started_at, limit_minutes=settings.time_limit_minutes, extra_percent=percent
        )
    audit.record(
        session,
        "time.allowed",
        subject=("person", person_id),
        actor_id=actor_id,
        course=course,
        percent=percent,
        reason=reason,
    )


def _needs(reason: str) -> None:
    if not reason.strip():
        raise DomainError("Say why, in a few words: it is kept in the audit log.", field="reason")
