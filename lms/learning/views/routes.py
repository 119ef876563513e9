"""The blueprint that every page of learning belongs to, and where the steps of a course are done."""

from __future__ import annotations

from flask import Blueprint

from lms.learning.domain import Step
from lms.web.links import url_for

blueprint = Blueprint("learning", __name__)


def step_url(course: str, step: Step) -> str:
    """Where a step of the course is done."""
    if step.kind == "lesson":
        return url_for("learning.lesson", course=course, module=step.module, lesson=step.key)
    if step.kind == "quiz":
        return url_for("assessment.quiz", course=course, module=step.key)
    if step.kind == "evaluation":
        return url_for("learning.evaluation", course=course)
    return url_for("learning.dashboard", _anchor="certificate")


@blueprint.app_context_processor
def _addresses() -> dict[str, object]:
    return {"step_url": step_url}
