"""Reads of access and progress. The number of statements does not grow with lessons, modules or learners."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, SQLColumnExpression, String, and_, bindparam, case, exists, func, or_, select
from sqlalchemy.orm import Session

from lms.assessment import queries as assessment
from lms.assessment.queries import QuizState
from lms.content.course import Course
from lms.core.clock import now
from lms.core.db import UtcDateTime
from lms.learning.domain import EVALUATIONS_TOGETHER, CourseState, course_state, current_keys
from lms.learning.models import (
    AccessGrant,
    Enrolment,
    EvaluationDone,
    EvaluationResponse,
    LessonNote,
    LessonProgress,
)
from lms.releases.queries import course_of, current_release_id


@dataclass(frozen=True)
class Learner:
    """A person in a course whom the gate let through, with what one statement tells of them."""

    person_id: int
    enrolment_id: int
    release_id: int
    course: Course
    #: Keys of completed lessons, in the names of the current release.
    done: frozenset[str]
    last_lesson: str | None
    last_heading: str | None
    enrolled_at: datetime
    completed_at: datetime | None
    evaluation_done: bool
    #: The learner's note on the lesson that was asked for.
    note: str


def live_grant(
    person_id: SQLColumnExpression[int] | int,
    course: SQLColumnExpression[str] | str,
    moment: SQLColumnExpression[datetime] | datetime | None = None,
) -> ColumnElement[bool]:
    """The one definition of access: any grant that is neither revoked nor over (now, unless `moment` says when)."""
    return exists().where(
        AccessGrant.person_id == person_id,
        AccessGrant.course == course,
        AccessGrant.revoked_at.is_(None),
        or_(AccessGrant.expires_at.is_(None), AccessGrant.expires_at > (now() if moment is None else moment)),
    )


#: Asked by every page of a course, so it is built once.
_LEARNERS = (
    select(
        Enrolment.id,
        Enrolment.course,
        Enrolment.last_lesson,
        Enrolment.last_heading,
        Enrolment.enrolled_at,
        Enrolment.completed_at,
        EvaluationDone.at.label("evaluation_done"),
        current_release_id(Enrolment.course).label("release_id"),
        LessonProgress.lesson,
        LessonProgress.completed_at.label("lesson_completed_at"),
        # One row per lesson begun: the note travels on the first of them only.
        case((func.row_number().over(partition_by=Enrolment.id) == 1, LessonNote.text)).label("note"),
    )
    .outerjoin(LessonProgress, LessonProgress.enrolment_id == Enrolment.id)
    .outerjoin(
        LessonNote,
        and_(LessonNote.enrolment_id == Enrolment.id, LessonNote.lesson == bindparam("wanted_lesson", type_=String())),
    )
    .outerjoin(EvaluationDone, EvaluationDone.enrolment_id == Enrolment.id)
    .where(
        Enrolment.person_id == bindparam("person"),
        live_grant(Enrolment.person_id, Enrolment.course, bindparam("moment", type_=UtcDateTime())),
    )
    .order_by(Enrolment.enrolled_at.desc(), Enrolment.id)
)
_LEARNERS_OF_COURSE = _LEARNERS.where(Enrolment.course == bindparam("wanted_course"))


def learners(
    session: Session, person_id: int, *, course: str | None = None, lesson: str | None = None
) -> list[Learner]:
    """The courses that a person may use now, newest enrolment first, in one statement."""
    given = {"person": person_id, "wanted_lesson": lesson, "moment": now()}
    if course is None:
        rows = session.execute(_LEARNERS, given)
    else:
        rows = session.execute(_LEARNERS_OF_COURSE, {**given, "wanted_course": course})
    by_enrolment: dict[int, list[_Row]] = {}
    for row in rows:
        by_enrolment.setdefault(row.id, []).append(row)  # type: ignore[arg-type]
    return [_learner(session, person_id, found) for found in by_enrolment.values()]


class _Row:
    """The columns of `learners`, for the type checker."""

    id: int
    course: str
    last_lesson: str | None
    last_heading: str | None
    enrolled_at: datetime
    completed_at: datetime | None
    evaluation_done: datetime | None
    release_id: int
    lesson: str | None
    lesson_completed_at: datetime | None
    note: str | None


def _learner(session: Session, person_id: int, rows: list[_Row]) -> Learner:
    first = rows[0]
    course = course_of(session, first.release_id)
    stored = {row.lesson: row.lesson_completed_at for row in rows if row.lesson is not None}
    last = course.lesson_key(first.last_lesson) if first.last_lesson else None
    return Learner(
        person_id=person_id,
        enrolment_id=first.id,
        release_id=first.release_id,
        course=course,
        done=current_keys(course, stored),
        last_lesson=last,
        last_heading=first.last_heading if last else None,
        enrolled_at=first.enrolled_at,
        completed_at=first.completed_at,
        evaluation_done=first.evaluation_done is not None,
        note=next((row.note for row in rows if row.note), ""),
    )


def state_of(session: Session, learner: Learner) -> CourseState:
    """How far the learner is. One more statement, for the quizzes."""
    return state_with(learner, assessment.quiz_states(session, learner.person_id, learner.course))


def state_with(learner: Learner, quizzes: Mapping[str, QuizState]) -> CourseState:
    """How far the learner is, from the states of the quizzes by module key."""
    passed = {module for module, quiz in quizzes.items() if quiz.passed}
    return course_state(
        learner.course,
        done=learner.done,
        passed=passed,
        evaluation_done=learner.evaluation_done,
        last_lesson=learner.last_lesson,
    )


#: Asked with every answer to a quiz.
_ENROLLED = select(Enrolment.id).where(
    Enrolment.person_id == bindparam("person"),
    Enrolment.course == bindparam("wanted_course"),
    live_grant(Enrolment.person_id, Enrolment.course, bindparam("moment", type_=UtcDateTime())),
)


def is_enrolled(session: Session, person_id: int, course: str) -> bool:
    """True when the person may use the course now."""
    given = {"person": person_id, "wanted_course": course, "moment": now()}
    return session.scalar(_ENROLLED, given) is not None


@dataclass(frozen=True)
class Evaluations:
    """The evaluations of a course. `answers` are those of full groups only, see EVALUATIONS_TOGETHER."""

    answered: int
    answers: tuple[Mapping[str, str], ...]


def evaluations(session: Session, course: str) -> Evaluations:
    """How many evaluated a course, and what they answered, as far as it may be shown."""
    answered = session.scalar(select(func.count()).where(EvaluationResponse.course == course)) or 0
    shown = answered - answered % EVALUATIONS_TOGETHER
    rows = session.scalars(
        select(EvaluationResponse.answers)
        .where(EvaluationResponse.course == course)
        .order_by(EvaluationResponse.id)
        .limit(shown)
    )
    return Evaluations(answered, tuple(rows) if shown else ())
