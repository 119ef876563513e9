"""Reads of a course's evidence over all learners. The database does the sums: rows that come back do not grow with
learners, and neither do statements."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Float, Select, and_, cast, func, select
from sqlalchemy.orm import Session

from lms.assessment.cohort import FEWEST_LEARNERS, Change, Group, Standing, Sums, change, standing
from lms.assessment.models import Evidence
from lms.assessment.queries import COUNTED
from lms.content.course import Course, Objective

#: Sources of evidence for what learners can do now, in the order of the page.
SOURCES = {
    "quiz": "Quizzes",
    "check": "Checks in lessons",
    "case": "Cases",
    "review": "Review",
    "calculator": "Calculators",
}


@dataclass(frozen=True)
class Line:
    """One objective over all learners."""

    objective: Objective
    standing: Standing
    #: Answers by source; None and missing: of fewer than ten learners.
    answers: Mapping[str, int]
    change: Change | None


@dataclass(frozen=True)
class Matrix:
    """A course's objectives over all learners."""

    lines: tuple[Line, ...]
    #: Over the objectives that were asked about before the course, of those who answered on all of them since.
    change: Change | None


def matrix(session: Session, course: Course) -> Matrix:
    """What evidence says about every objective of the course, in four statements."""
    groups = _groups(session, course.slug)
    answers = _answers(session, course.slug)
    changes = _changes(session, course)
    return Matrix(
        tuple(
            Line(
                objective=each,
                standing=standing(groups.get(each.key, ())),
                answers=answers.get(each.key, {}),
                change=changes.get(each.key),
            )
            for each in course.objectives
        ),
        _whole_change(session, course),
    )


def _groups(session: Session, course: str) -> dict[str, list[Group]]:
    """By objective, how many learners have the same points of the same number of questions."""
    best = (
        select(
            Evidence.person_id,
            Evidence.objective,
            func.max(Evidence.points).label("points"),
            func.max(Evidence.max_points).label("possible"),
        )
        .where(Evidence.course == course, *COUNTED)
        .group_by(Evidence.person_id, Evidence.objective, Evidence.item)
        .subquery()
    )
    learner = (
        select(best.c.objective, func.sum(best.c.points).label("points"), func.sum(best.c.possible).label("possible"))
        .group_by(best.c.person_id, best.c.objective)
        .subquery()
    )
    rows = session.execute(
        select(learner.c.objective, learner.c.points, learner.c.possible, func.count()).group_by(
            learner.c.objective, learner.c.points, learner.c.possible
        )
    )
    found: dict[str, list[Group]] = {}
    for objective, points, possible, learners in rows:
        found.setdefault(objective, []).append(Group(int(points), int(possible), learners))
    return found


def _answers(session: Session, course: str) -> dict[str, dict[str, int]]:
    """By objective and source, how many answers there are, where at least ten learners gave them."""
    rows = session.execute(
        select(Evidence.objective, Evidence.source, func.count())
        .where(Evidence.course == course)
        .group_by(Evidence.objective, Evidence.source)
        .having(func.count(Evidence.person_id.distinct()) >= FEWEST_LEARNERS)
    )
    found: dict[str, dict[str, int]] = {}
    for objective, source, answers in rows:
        found.setdefault(objective, {})[source] = answers
    return found


def _changes(session: Session, course: Course) -> dict[str, Change | None]:
    """By objective."""
    pairs = _pairs(course).subquery()
    rows = session.execute(
        select(
            pairs.c.objective,
            func.count(),
            func.sum(pairs.c.x),
            func.sum(pairs.c.y),
            func.sum(pairs.c.x * pairs.c.x),
            func.sum(pairs.c.y * pairs.c.y),
            func.sum(pairs.c.x * pairs.c.y),
        ).group_by(pairs.c.objective)
    )
    return {objective: change(Sums(*sums)) for objective, *sums in rows}


def _whole_change(session: Session, course: Course) -> Change | None:
    """Over the course: each learner's means over the same objectives before and after."""
    pairs = _pairs(course).cte("pairs")
    asked = select(func.count(pairs.c.objective.distinct())).scalar_subquery()
    learner = (
        select(func.avg(pairs.c.x).label("x"), func.avg(pairs.c.y).label("y"))
        .group_by(pairs.c.person_id)
        .having(func.count() == asked)
        .subquery()
    )
    row = session.execute(
        select(
            func.count(),
            func.sum(learner.c.x),
            func.sum(learner.c.y),
            func.sum(learner.c.x * learner.c.x),
            func.sum(learner.c.y * learner.c.y),
            func.sum(learner.c.x * learner.c.y),
        )
    ).one()
    return change(Sums(*row)) if row[0] else None


def _pairs(course: Course) -> Select[tuple[int, str, float, float]]:
    """Shares right of one learner in one objective: x before the course, y in the last quiz that asked about it.

    Who answered some questions before the course and left others alone did not know those: x is 0 there.
    """
    own = (Evidence.course == course.slug, Evidence.objective.in_([each.key for each in course.objectives]))
    share = cast(func.sum(Evidence.points), Float) / cast(func.sum(Evidence.max_points), Float)
    before = (
        select(Evidence.person_id, Evidence.objective, share.label("x"))
        .where(*own, Evidence.source == "pre")
        .group_by(Evidence.person_id, Evidence.objective)
        .cte("before")
    )
    people = select(before.c.person_id).distinct().subquery()
    asked = select(before.c.objective).distinct().subquery()
    attempts = (
        select(
            Evidence.person_id,
            Evidence.objective,
            share.label("y"),
            func.row_number()
            .over(partition_by=(Evidence.person_id, Evidence.objective), order_by=func.max(Evidence.id).desc())
            .label("from_last"),
        )
        .where(*own, Evidence.source == "quiz")
        .group_by(Evidence.person_id, Evidence.objective, Evidence.reference)
        .subquery()
    )
    after = select(attempts).where(attempts.c.from_last == 1).subquery()
    return (
        select(after.c.person_id, after.c.objective, func.coalesce(before.c.x, 0.0).label("x"), after.c.y)
        .join(people, people.c.person_id == after.c.person_id)
        .join(asked, asked.c.objective == after.c.objective)
        .outerjoin(before, and_(before.c.person_id == after.c.person_id, before.c.objective == after.c.objective))
    )
