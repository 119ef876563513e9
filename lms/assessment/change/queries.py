"""Reads of what was answered around a course: before it, and after it."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import bindparam, exists, func, or_, select
from sqlalchemy.orm import Session

from lms.assessment.change.domain import Answers, Change, Moment, changes
from lms.assessment.models import Attempt, Confidence, Evidence, PreAssessment
from lms.content.course import Course
from lms.releases.queries import course_of


@dataclass(frozen=True)
class Asked:
    """Whether the questions around a course were answered."""

    before: bool
    after: bool


_ASKED = select(
    exists().where(PreAssessment.person_id == bindparam("person"), PreAssessment.course == bindparam("wanted_course")),
    exists().where(
        Confidence.person_id == bindparam("person"),
        Confidence.course == bindparam("wanted_course"),
        Confidence.moment == "after",
    ),
)


def asked_around(session: Session, person_id: int, course: str) -> Asked:
    """What a person has answered before and after a course, in one statement."""
    before, after = session.execute(_ASKED, {"person": person_id, "wanted_course": course}).one()
    return Asked(before, after)


def has_begun(session: Session, person_id: int, course: str) -> bool:
    """True once a check was answered or a quiz started: what is answered from then on is not from before the course."""
    return bool(
        session.scalar(
            select(
                or_(
                    exists().where(Evidence.person_id == person_id, Evidence.course == course),
                    exists().where(Attempt.person_id == person_id, Attempt.course == course),
                )
            )
        )
    )


def pre_assessment(session: Session, person_id: int, course: str) -> PreAssessment | None:
    """What a person answered before a course."""
    return session.scalar(
        select(PreAssessment).where(PreAssessment.person_id == person_id, PreAssessment.course == course)
    )


def changes_of(session: Session, person_id: int, course: Course, pre: PreAssessment | None) -> tuple[Change, ...]:
    """Every objective before and after the course. Only for who has passed its quizzes: the numbers tell of keys."""
    sure: dict[tuple[Moment, str], int] = {
        ("before" if row.moment == "before" else "after", row.objective): row.value
        for row in session.scalars(
            select(Confidence).where(Confidence.person_id == person_id, Confidence.course == course.slug)
        )
    }
    return changes(
        course,
        sure=sure,
        before=_answers_before(session, pre) if pre else {},
        after=_answers_in_last_quizzes(session, person_id, course.slug),
    )


def _answers_before(session: Session, pre: PreAssessment) -> dict[str, Answers]:
    """By objective; a question without an answer counts as not known."""
    points = dict(
        session.execute(
            select(Evidence.item, Evidence.points).where(
                Evidence.person_id == pre.person_id, Evidence.course == pre.course, Evidence.source == "pre"
            )
        ).all()
    )
    found: dict[str, Answers] = {}
    for item in course_of(session, pre.release_id).pre_items:
        so_far = found.get(item.objective, Answers(0, 0))
        found[item.objective] = Answers(so_far.points + points.get(item.key, 0), so_far.questions + 1)
    return found


def _answers_in_last_quizzes(session: Session, person_id: int, course: str) -> dict[str, Answers]:
    """By objective, from the last graded attempt that asked about it."""
    rows = session.execute(
        select(Evidence.objective, func.sum(Evidence.points), func.count())
        .where(Evidence.person_id == person_id, Evidence.course == course, Evidence.source == "quiz")
        .group_by(Evidence.objective, Evidence.reference)
        .order_by(func.max(Evidence.id))
    )
    return {objective: Answers(int(points), questions) for objective, points, questions in rows}  # the last one stays
