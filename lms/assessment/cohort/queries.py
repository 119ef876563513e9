"""Reads of a course's evidence over all learners. The database does the sums: rows that come back do not grow with
learners, and neither do statements."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Float, FromClause, Select, case, cast, func, null, select, union_all
from sqlalchemy.orm import Session

from lms.assessment.cohort.domain import FEWEST_LEARNERS, Change, Group, Standing, Sums, change, standing
from lms.assessment.domain import FULL
from lms.assessment.models import Evidence
from lms.assessment.queries import COUNTED, RANK, SHARE
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
    """What evidence says about every objective of the course, in three statements."""
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
        changes.get(None),
    )


def _groups(session: Session, course: str) -> dict[str, list[Group]]:
    """By objective, how many learners have the same points of the same number of questions."""
    ranked = (
        select(Evidence.person_id, Evidence.objective, SHARE, RANK)
        .where(Evidence.course == course, *COUNTED)
        .subquery()
    )
    learner = (
        select(
            ranked.c.objective,
            func.sum(ranked.c.points).label("points"),
            (FULL * func.count()).label("possible"),
        )
        .where(ranked.c.rank == 1)
        .group_by(ranked.c.person_id, ranked.c.objective)
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


def _changes(session: Session, course: Course) -> dict[str | None, Change | None]:
    """By objective; under None over the course, where each learner counts with means over the same objectives."""
    pairs = _pairs(course).cte("pairs")
    asked = select(func.count(pairs.c.objective.distinct())).scalar_subquery()
    means = (
        select(func.avg(pairs.c.x).label("x"), func.avg(pairs.c.y).label("y"))
        .group_by(pairs.c.person_id)
        .having(func.count() == asked)
        .subquery()
    )
    rows = session.execute(
        union_all(select(pairs.c.objective, *_sums(pairs)).group_by(pairs.c.objective), select(null(), *_sums(means)))
    )
    return {objective: change(Sums(*sums)) for objective, *sums in rows if sums[0]}


def _sums(pairs: FromClause) -> tuple[ColumnElement[Any], ...]:
    """The columns of `Sums`."""
    x, y = pairs.c.x, pairs.c.y
    return func.count(), func.sum(x), func.sum(y), func.sum(x * x), func.sum(y * y), func.sum(x * y)


def _pairs(course: Course) -> Select[tuple[int, str, float, float]]:
    """Shares right of one learner in one objective: x before the course, y in the last quiz that asked about it.

    Who answered some questions before the course and left others alone did not know those: x is 0 there.
    """
    share = cast(func.sum(Evidence.points), Float) / cast(func.sum(Evidence.max_points), Float)
    place = func.row_number().over(
        partition_by=(Evidence.person_id, Evidence.objective, Evidence.source), order_by=func.max(Evidence.id).desc()
    )
    sittings = (
        select(Evidence.person_id, Evidence.objective, Evidence.source, share.label("share"), place.label("from_last"))
        .where(
            Evidence.course == course.slug,
            Evidence.objective.in_([each.key for each in course.objectives]),
            Evidence.source.in_(["pre", "quiz"]),
        )
        .group_by(Evidence.person_id, Evidence.objective, Evidence.source, Evidence.reference)
        .subquery()
    )
    x = func.max(case((sittings.c.source == "pre", sittings.c.share)))
    y = func.max(case((sittings.c.source == "quiz", sittings.c.share)))
    # Windows instead of joins: one sort, where a join of two summaries has no index to go by.
    both = (
        select(
            sittings.c.person_id,
            sittings.c.objective,
            x.label("x"),
            y.label("y"),
            func.count(x).over(partition_by=sittings.c.person_id).label("answered_by_person"),
            func.count(x).over(partition_by=sittings.c.objective).label("asked_in_objective"),
        )
        .where(sittings.c.from_last == 1)
        .group_by(sittings.c.person_id, sittings.c.objective)
        .subquery()
    )
    return select(both.c.person_id, both.c.objective, func.coalesce(both.c.x, 0.0).label("x"), both.c.y).where(
        both.c.y.is_not(None), both.c.answered_by_person > 0, both.c.asked_in_objective > 0
    )
