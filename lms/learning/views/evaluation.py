"""The course evaluation: the form that learners answer, and the report of all answers for instructors."""

from __future__ import annotations

from collections.abc import Iterator

from flask import flash, redirect, render_template, request
from flask.typing import ResponseReturnValue

from lms.core import csvlines
from lms.core.db import db
from lms.core.unit_of_work import unit_of_work
from lms.learning import queries, services
from lms.learning.domain import EVALUATIONS_TOGETHER, Tally, evaluation_fields, tallies
from lms.learning.gate import learner
from lms.learning.views.routes import blueprint
from lms.releases.queries import current
from lms.web import policy
from lms.web.links import url_for


@blueprint.route("/training/<course>/evaluation", methods=["GET", "POST"])
@policy.enrolled
def evaluation(course: str) -> ResponseReturnValue:
    """The form that is answered before the certificate."""
    found = learner()
    state = queries.state_of(db.session(), found)
    errors: dict[str, str] = {}
    if request.method == "POST" and not found.evaluation_done:
        with unit_of_work() as work:
            errors = services.answer_evaluation(work, learner=found, given=request.form.to_dict())
        if not errors:
            flash("Thank you. Your answers are stored without your name.", "success")
            return redirect(url_for("learning.dashboard", _anchor="certificate"), 303)
    fields = evaluation_fields(found.course)
    page = render_template(
        "lms/learning/evaluation.html",
        learner=found,
        state=state,
        fields=fields,
        errors=errors,
        error_links=[
            (f"{field.text}: {errors[field.name]}", f"#{field.name}") for field in fields if field.name in errors
        ],
        given=request.form,
    )
    return page, 422 if errors else 200


@blueprint.get("/instructor/<course>/evaluation")
@policy.instructor
def evaluation_report(course: str) -> str:
    """What all learners answered, in numbers, and what they wrote; nothing that tells one of them from the others."""
    _release, value = current(db.session(), course)
    found = queries.evaluations(db.session(), course)
    return render_template(
        "lms/learning/evaluation_report.html",
        course=value,
        answered=found.answered,
        shown=len(found.answers),
        tallies=tallies(value, found.answers),
        together=EVALUATIONS_TOGETHER,
    )


@blueprint.get("/instructor/<course>/evaluation.csv")
@policy.instructor
def evaluation_table(course: str) -> ResponseReturnValue:
    """The same as plain lines."""
    _release, value = current(db.session(), course)
    found = queries.evaluations(db.session(), course)
    lines = "".join(_lines(tallies(value, found.answers) if found.answers else ()))
    return (
        lines.encode(),
        200,
        {
            "Content-Type": "text/csv; charset=utf-8",
            "Content-Disposition": f'attachment; filename="{value.slug}-evaluation.csv"',
        },
    )


def _lines(found: tuple[Tally, ...]) -> Iterator[str]:
    yield csvlines.BYTE_ORDER_MARK
    yield csvlines.line("question", "objective", "answer", "number")
    for tally in found:
        question, objective = tally.field.question.text, tally.field.objective
        for label, number in tally.counts:
            yield csvlines.line(question, objective, label, number)
        for text in tally.texts:
            yield csvlines.line(question, objective, text, 1)
