"""Reads of runs of cases. None of them grows with the number of learners."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.assessment.cases.domain import State, Step
from lms.assessment.models import CaseRun
from lms.content.cases.values import Case
from lms.core.errors import NotFound
from lms.releases.queries import course_of


@dataclass(frozen=True)
class RunSummary:
    """One run of a case as a line of a list. Points are thousandths, None before the end."""

    public_id: str
    started_at: datetime
    finished_at: datetime | None
    #: The number of the scene in which an open run is, from 1.
    scene: int
    points: int | None
    max_points: int


@dataclass(frozen=True)
class CaseState:
    """What a person has done about one case."""

    runs: tuple[RunSummary, ...] = ()

    @property
    def open_run(self) -> RunSummary | None:
        return next((run for run in self.runs if run.finished_at is None), None)

    @property
    def best(self) -> RunSummary | None:
        """The finished run with the largest share of its points, the latest among equals; None before the first."""
        finished = [run for run in reversed(self.runs) if run.points is not None]
        return max(finished, key=lambda run: (run.points or 0) / run.max_points, default=None)


def case_states(session: Session, person_id: int, course: str, cases: Collection[str]) -> Mapping[str, CaseState]:
    """The state of each of these cases for a person, in one statement; none where there is no case to ask about."""
    if not cases:
        return {}
    rows = session.scalars(
        select(CaseRun)
        .where(CaseRun.person_id == person_id, CaseRun.course == course, CaseRun.case.in_(cases))
        .order_by(CaseRun.id)
    ).all()
    return {case: CaseState(tuple(_summary(row) for row in rows if row.case == case)) for case in cases}


def _summary(run: CaseRun) -> RunSummary:
    return RunSummary(
        public_id=run.public_id,
        started_at=run.started_at,
        finished_at=run.finished_at,
        scene=len(run.decisions) + 1,
        points=run.points,
        max_points=run.max_points,
    )


def access_run(session: Session, *, person_id: int, course: str, case: str, public_id: str) -> CaseRun:
    """The person's own run of this case. Raises NotFound for another's as for none."""
    run = session.scalar(
        select(CaseRun).where(
            CaseRun.public_id == public_id,
            CaseRun.person_id == person_id,
            CaseRun.course == course,
            CaseRun.case == case,
        )
    )
    if run is None:
        raise NotFound
    return run


def case_of(session: Session, run: CaseRun) -> Case:
    """The case as this run is served."""
    return course_of(session, run.release_id).case(run.case)


def state_of(run: CaseRun) -> State:
    """The decisions of a run."""
    return tuple(Step(each["scene"], tuple(each["chosen"])) for each in run.decisions)
