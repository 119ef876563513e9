"""Reads of attempts and evidence. None of them grows with the number of learners."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, case, func, null, or_, select
from sqlalchemy.orm import Session

from lms.accounts.models import Person
from lms.assessment.domain import FULL, Response
from lms.assessment.mastery import Mastery
from lms.assessment.models import Answer, Attempt, AttemptAllowance, Evidence, TimeAllowance
from lms.content.course import Course, Quiz
from lms.core.errors import NotFound


@dataclass(frozen=True)
class QuizState:
    """What a person has done about one module quiz."""

    attempts_used: int
    attempts_allowed: int
    passed: bool
    #: Best score so far in whole per cent, None before the first submission.
    best_percent: int | None
    #: Public id of the attempt that is still open.
    open_attempt: str | None
    last_attempt: str | None

    @property
    def attempts_left(self) -> int:
        return max(0, self.attempts_allowed - self.attempts_used)

    @property
    def may_start(self) -> bool:
        return not self.passed and self.open_attempt is None and self.attempts_left > 0

    @property
    def key_is_open(self) -> bool:
        """True when right answers may be named: nothing can be gained by them any more."""
        return self.passed or (self.open_attempt is None and self.attempts_left == 0)


@dataclass(frozen=True)
class Allowance:
    """What one person was granted: `amount` attempts at `quiz`, or per cent of more time where it is None."""

    name: str
    quiz: str | None
    amount: int
    reason: str
    at: datetime


@dataclass(frozen=True)
class EvidenceLine:
    """One observation as a line of a list."""

    id: int
    objective: str
    source: str
    item: str
    points: int
    max_points: int
    at: datetime


@dataclass(frozen=True)
class AttemptSummary:
    """One attempt as a line of a list."""

    public_id: str
    quiz: str
    number: int
    started_at: datetime
    submitted_at: datetime | None
    percent: int | None
    passed: bool | None


#: These two are asked by every dashboard, so they are built once.
_ATTEMPTS = (
    select(
        Attempt.quiz,
        Attempt.public_id,
        Attempt.submitted_at,
        Attempt.points,
        Attempt.max_points,
        Attempt.passed,
        select(func.coalesce(func.sum(AttemptAllowance.extra), 0))
        .where(
            AttemptAllowance.person_id == Attempt.person_id,
            AttemptAllowance.course == Attempt.course,
            AttemptAllowance.quiz == Attempt.quiz,
        )
        .scalar_subquery()
        .label("extra"),
    )
    .where(Attempt.person_id == bindparam("person"), Attempt.course == bindparam("wanted_course"))
    .order_by(Attempt.number)
)
#: Evidence for what people can do now: all of quizzes, cases and reviews, and the first try at a check. What they knew
#: before the course says nothing about now.
COUNTED = (
    Evidence.source != "pre",
    or_(Evidence.source.in_(("quiz", "case", "review")), Evidence.reference == "1"),
)
#: A decision of a case may be worth several points; as evidence each counts as one question.
SHARE = (Evidence.points * FULL // Evidence.max_points).label("points")
#: 1 for the evidence that counts of a person's evidence on one question: what they can do now is said by the last
#: review, and before the first by the best result.
RANK = (
    func.row_number()
    .over(
        partition_by=(Evidence.person_id, Evidence.objective, Evidence.item),
        order_by=(
            case((Evidence.source == "review", 0), else_=1),
            case((Evidence.source == "review", Evidence.id)).desc(),
            Evidence.points.desc(),
        ),
    )
    .label("rank")
)
_RANKED = (
    select(Evidence.objective, SHARE, RANK)
    .where(Evidence.person_id == bindparam("person"), Evidence.course == bindparam("wanted_course"), *COUNTED)
    .subquery()
)
_RESULTS = (
    select(_RANKED.c.objective, func.sum(_RANKED.c.points), FULL * func.count())
    .where(_RANKED.c.rank == 1)
    .group_by(_RANKED.c.objective)
)


def quiz_states(session: Session, person_id: int, course: Course) -> Mapping[str, QuizState]:
    """The state of every quiz of the course for a person, by present module key, in one statement."""
    rows = session.execute(_ATTEMPTS, {"person": person_id, "wanted_course": course.slug}).all()
    states = {}
    for module in course.modules:
        names = {module.key, *module.was}
        attempts = [row for row in rows if row.quiz in names]
        percents = [row.points * 100 // row.max_points for row in attempts if row.points is not None]
        states[module.key] = QuizState(
            attempts_used=len(attempts),
            attempts_allowed=module.quiz.settings.attempts + (attempts[-1].extra if attempts else 0),
            passed=any(row.passed for row in attempts),
            best_percent=max(percents, default=None),
            open_attempt=next((row.public_id for row in attempts if row.submitted_at is None), None),
            last_attempt=attempts[-1].public_id if attempts else None,
        )
    return states


def attempts(
    session: Session, person_id: int, course: str, quiz: Quiz, was: tuple[str, ...] = ()
) -> list[AttemptSummary]:
    """A person's attempts at a quiz, first to last."""
    rows = session.scalars(
        select(Attempt)
        .where(Attempt.person_id == person_id, Attempt.course == course, Attempt.quiz.in_([quiz.key, *was]))
        .order_by(Attempt.number)
    )
    return [
        AttemptSummary(
            public_id=row.public_id,
            quiz=row.quiz,
            number=row.number,
            started_at=row.started_at,
            submitted_at=row.submitted_at,
            percent=None if row.points is None else row.points * 100 // row.max_points,
            passed=row.passed,
        )
        for row in rows
    ]


#: Asked with every answer.
_OWN_ATTEMPT = select(Attempt).where(
    Attempt.public_id == bindparam("attempt"),
    Attempt.person_id == bindparam("person"),
    Attempt.course == bindparam("wanted_course"),
)


def extra_time(session: Session, person_id: int, course: str) -> int:
    """Per cent of a quiz's time limit that the person gets on top of it."""
    found = session.scalar(
        select(TimeAllowance.percent)
        .where(TimeAllowance.person_id == person_id, TimeAllowance.course == course)
        .order_by(TimeAllowance.id.desc())
        .limit(1)
    )
    return found or 0


def allowances(session: Session, course: str, *, limit: int) -> list[Allowance]:
    """What was granted in a course, the newest first."""
    attempts = select(
        Person.name, AttemptAllowance.quiz, AttemptAllowance.extra, AttemptAllowance.reason, AttemptAllowance.granted_at
    ).where(AttemptAllowance.person_id == Person.id, AttemptAllowance.course == course)
    time = select(Person.name, null(), TimeAllowance.percent, TimeAllowance.reason, TimeAllowance.granted_at).where(
        TimeAllowance.person_id == Person.id, TimeAllowance.course == course
    )
    both = attempts.union_all(time)
    return [Allowance(*row) for row in session.execute(both.order_by(both.selected_columns[4].desc()).limit(limit))]


#: Read anew, whatever the session knows of it.
_HELD_ATTEMPT = _OWN_ATTEMPT.with_for_update().execution_options(populate_existing=True)


def access_attempt(session: Session, *, person_id: int, course: str, public_id: str, hold: bool = False) -> Attempt:
    """The person's own attempt. Raises NotFound for another's as for none.

    With `hold` nobody else changes it until the transaction ends.
    """
    attempt = session.scalar(
        _HELD_ATTEMPT if hold else _OWN_ATTEMPT, {"attempt": public_id, "person": person_id, "wanted_course": course}
    )
    if attempt is None:
        raise NotFound
    return attempt


def answers(session: Session, attempt_id: int) -> dict[str, Answer]:
    """The stored answers of an attempt by item key."""
    return {row.item: row for row in session.scalars(select(Answer).where(Answer.attempt_id == attempt_id))}


def responses(stored: Mapping[str, Answer]) -> dict[str, Response]:
    return {item: answer.response for item, answer in stored.items()}


def objective_results(session: Session, person_id: int, course: Course) -> Mapping[str, Mastery]:
    """Evidence per objective, in one statement: of each item the answer in the last review that asked it; else the best
    graded score, of a check the first try, of a case the first run."""
    rows = session.execute(_RESULTS, {"person": person_id, "wanted_course": course.slug})
    return {objective: Mastery(int(points), int(possible)) for objective, points, possible in rows}


def times_answered(session: Session, person_id: int, course: str) -> Mapping[str, int]:
    """How often a person was graded on each item, in quizzes, checks and reviews."""
    rows = session.execute(
        select(Evidence.item, func.count())
        .where(Evidence.person_id == person_id, Evidence.course == course)
        .group_by(Evidence.item)
    )
    return dict(rows.all())


def evidence(
    session: Session, person_id: int, course: str, *, before: int | None = None, limit: int
) -> list[EvidenceLine]:
    """A person's observations, the newest first, without those from before the course, whose results are shown at its
    end. `before` is the last line of the page before."""
    statement = (
        select(Evidence)
        .where(Evidence.person_id == person_id, Evidence.course == course, Evidence.source != "pre")
        .order_by(Evidence.id.desc())
    )
    if before is not None:
        statement = statement.where(Evidence.id < before)
    return [
        EvidenceLine(row.id, row.objective, row.source, row.item, row.points, row.max_points, row.at)
        for row in session.scalars(statement.limit(limit))
    ]
