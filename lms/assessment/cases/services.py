"""Use cases of cases. Each takes the session of a unit of work and never commits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import exists, select, update
from sqlalchemy.orm import Session

from lms.accounts.queries import hold_person
from lms.assessment.cases import domain, queries
from lms.assessment.cases.domain import State
from lms.assessment.models import CaseRun, Evidence
from lms.content.cases.values import Case, evidence_item
from lms.core.clock import now
from lms.core.errors import Conflict, DomainError
from lms.core.ids import public_id
from lms.core.ids import seed as new_seed

_CHANGED = (
    "This page was no longer the present one: the case went on in another window. "
    "Nothing is lost; go on from where it stands now."
)
_FINISHED = "This case is finished already, so its decisions can no longer change. Its debrief is there to read."


def start_run(session: Session, *, person_id: int, release_id: int, course: str, case: Case) -> CaseRun:
    """Begin a case, or return the run that is open. Of many starts at the same moment one begins it."""
    hold_person(session, person_id)
    open_run = session.scalar(
        select(CaseRun).where(
            CaseRun.person_id == person_id,
            CaseRun.course == course,
            CaseRun.case == case.key,
            CaseRun.finished_at.is_(None),
        )
    )
    if open_run is not None:
        return open_run
    run = CaseRun(
        public_id=public_id(),
        person_id=person_id,
        course=course,
        case=case.key,
        release_id=release_id,
        seed=new_seed(),
        decisions=[],
        revision=0,
        started_at=now(),
        max_points=case.points,
    )
    session.add(run)
    session.flush()
    return run


def decide(session: Session, *, run: CaseRun, scene: str, revision: int, form: Mapping[str, Sequence[str]]) -> None:
    """Take the decision that a form carries for a scene, as the run stood at `revision`.

    Raises Conflict when the run has gone on since or is finished (the same decision sent twice counts once), and
    DomainError when the form carries no decision of that scene.
    """
    case, state = queries.case_of(session, run), queries.state_of(run)
    if run.finished_at is not None:
        raise Conflict(_FINISHED)
    if revision == run.revision - 1 and _was_sent_before(case, state, scene, form):
        return
    if revision != run.revision or domain.current(case, state).key != scene:
        raise Conflict(_CHANGED)
    _store(session, run, domain.decide(case, state, form))


def _was_sent_before(case: Case, state: State, scene: str, form: Mapping[str, Sequence[str]]) -> bool:
    if not state or state[-1].scene != scene:
        return False
    try:
        return domain.decide(case, state[:-1], form) == state
    except DomainError:
        return False


def go_back(session: Session, *, run: CaseRun, revision: int) -> None:
    """Take the last decision back. Raises Conflict when the run has gone on, DomainError where the decision stands."""
    if run.finished_at is not None:
        raise Conflict(_FINISHED)
    if revision != run.revision:
        raise Conflict(_CHANGED)
    _store(session, run, domain.back(queries.case_of(session, run), queries.state_of(run)))


def _store(session: Session, run: CaseRun, state: State, **values: Any) -> None:
    """Store the next state, unless another request has stored one meanwhile."""
    stored = session.execute(
        update(CaseRun)
        .where(CaseRun.id == run.id, CaseRun.revision == run.revision, CaseRun.finished_at.is_(None))
        .values(
            decisions=[{"scene": step.scene, "chosen": list(step.chosen)} for step in state],
            revision=run.revision + 1,
            **values,
        )
        .execution_options(synchronize_session=False)
    )
    if stored.rowcount != 1:  # type: ignore[attr-defined]
        raise Conflict(_CHANGED)
    session.refresh(run)


def finish(session: Session, *, run: CaseRun, revision: int) -> None:
    """Close a run at its end and score it. The person's first finished run of the case gives evidence.

    Nothing happens when it is finished already. Raises Conflict when the run has gone on or is not at an end.
    """
    hold_person(session, run.person_id)
    session.refresh(run)
    if run.finished_at is not None:
        return
    case, state = queries.case_of(session, run), queries.state_of(run)
    if revision != run.revision or domain.current(case, state).decision is not None:
        raise Conflict(_CHANGED)
    scored = domain.score(case, state)
    is_first = not session.scalar(
        select(
            exists().where(
                CaseRun.person_id == run.person_id,
                CaseRun.course == run.course,
                CaseRun.case == run.case,
                CaseRun.finished_at.is_not(None),
            )
        )
    )
    moment = now()
    _store(session, run, state, finished_at=moment, points=sum(each.points for each in scored))
    if not is_first:
        return
    for each in scored:
        if each.scene.objective:
            session.add(
                Evidence(
                    person_id=run.person_id,
                    course=run.course,
                    objective=each.scene.objective,
                    source="case",
                    reference=run.public_id,
                    item=evidence_item(case.key, each.scene.key),
                    points=each.points,
                    max_points=each.most,
                    at=moment,
                )
            )
