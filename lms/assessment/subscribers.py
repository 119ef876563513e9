"""What assessment does when a feature below announces something."""

from __future__ import annotations

from typing import Any

from markupsafe import Markup
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.accounts.signals import person_exported
from lms.assessment.cases import domain, queries
from lms.assessment.models import CaseRun, Confidence, PreAssessment


@person_exported.connect
def _add_to_download(person: Any, *, session: Session, parts: dict[str, Any]) -> None:
    parts["cases"] = [
        {
            "course": run.course,
            "case": run.case,
            "started_at": run.started_at,
            "finished_at": run.finished_at,
            "points": None if run.points is None else run.points / 1000,
            "decisions": _decisions(session, run),
        }
        for run in session.scalars(select(CaseRun).where(CaseRun.person_id == person.id).order_by(CaseRun.id))
    ]
    parts["pre_assessments"] = [
        {"course": row.course, "responses": row.responses, "taken_at": row.taken_at}
        for row in session.scalars(select(PreAssessment).where(PreAssessment.person_id == person.id))
    ]
    parts["confidence"] = [
        {"course": row.course, "objective": row.objective, "moment": row.moment, "value": row.value, "at": row.at}
        for row in session.scalars(select(Confidence).where(Confidence.person_id == person.id))
    ]


def _decisions(session: Session, run: CaseRun) -> list[dict[str, Any]]:
    """What was decided, in the words of the case."""
    case = queries.case_of(session, run)
    return [
        {
            "scene": case.scene(step.scene).title,
            "chosen": [
                Markup(html).striptags()  # noqa: S704 -- cleaned when the release was made
                for html in domain.chosen_html(case, step)
            ],
        }
        for step in queries.state_of(run)
    ]
