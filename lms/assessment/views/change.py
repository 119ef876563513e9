"""Around a course: what is asked before it, how sure the learner is after it, and what changed in between."""

from __future__ import annotations

from dataclasses import replace

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from werkzeug.datastructures import MultiDict

from lms.assessment import queries, questions, responses
from lms.assessment.change import queries as change_queries
from lms.assessment.change import services as change_services
from lms.assessment.change.domain import PRE_SEED, SUREST, read_confidence
from lms.assessment.views.routes import AROUND, blueprint
from lms.content.course import Course, Item
from lms.core.db import db
from lms.core.errors import DomainError
from lms.core.unit_of_work import unit_of_work
from lms.releases.queries import course_of, current
from lms.web import policy

_LEFT_OPEN = questions.Shown("", "I don’t know yet")


@blueprint.route(f"{AROUND}/pre-assessment", methods=["GET", "POST"])
@policy.enrolled
def pre_assessment(course: str) -> ResponseReturnValue:
    """Ungraded questions before the course, and how sure the learner is of each objective. Answered once."""
    release_id, value = current(db.session(), course)
    person_id = current_user.id
    if request.method == "GET":
        return _pre_assessment_page(value, person_id)
    given, wrong = responses.all_from_form(value.pre_items, request.form)
    confidence, errors = _confidence(value, request.form)
    errors = {f"item-{key}": message for key, message in wrong.items()} | errors
    try:
        if not errors:
            with unit_of_work() as session:
                change_services.take_pre_assessment(
                    session,
                    person_id=person_id,
                    release_id=release_id,
                    course=value,
                    responses=given,
                    confidence=confidence,
                )
            flash("Your answers are saved. You will see the change at the end of the course.", "success")
            return redirect(url_for("learning.dashboard"), 303)
    except DomainError as error:
        return _pre_assessment_page(value, person_id, problem=error.message, sent=request.form), error.status
    return _pre_assessment_page(value, person_id, errors=errors, sent=request.form), 422


@blueprint.route(f"{AROUND}/confidence", methods=["GET", "POST"])
@policy.enrolled
def confidence(course: str) -> ResponseReturnValue:
    """How sure the learner is of each objective after the course. Answered once."""
    _release, value = current(db.session(), course)
    person_id = current_user.id
    if request.method == "GET":
        return _confidence_page(value, person_id)
    found, errors = _confidence(value, request.form)
    try:
        if not errors:
            with unit_of_work() as session:
                change_services.tell_confidence(session, person_id=person_id, course=value, confidence=found)
            return redirect(url_for(".change", course=course), 303)
    except DomainError as error:
        return _confidence_page(value, person_id, problem=error.message, sent=request.form), error.status
    return _confidence_page(value, person_id, errors=errors, sent=request.form), 422


@blueprint.get(f"{AROUND}/change")
@policy.enrolled
def change(course: str) -> str:
    """Each objective before and after, and the first questions explained: once all quizzes are passed."""
    session = db.session()
    _release, value = current(session, course)
    person_id = current_user.id
    passed = _all_passed(value, person_id)
    pre = change_queries.pre_assessment(session, person_id, course)
    served = course_of(session, pre.release_id) if pre else value
    return render_template(
        "lms/assessment/change.html",
        course=value,
        served=served,
        passed=passed,
        begun=change_queries.has_begun(session, person_id, course),
        asked=change_queries.asked_around(session, person_id, course),
        pre=pre,
        changes=change_queries.changes_of(session, person_id, value, pre) if passed else (),
        # The key of these questions, too, is shown only when there is nothing left to be gained by it.
        explained=[questions.explained(item, pre.responses.get(item.key), seed=PRE_SEED) for item in served.pre_items]
        if passed and pre
        else [],
        verdict_of=questions.verdict,
    )


def _all_passed(course: Course, person_id: int) -> bool:
    return all(state.passed for state in queries.quiz_states(db.session(), person_id, course).values())


def _confidence(course: Course, form: MultiDict[str, str]) -> tuple[dict[str, int], dict[str, str]]:
    """Confidence by objective key, and what was wrong with others by the name of their field."""
    found, errors = {}, {}
    for objective in course.objectives:
        field = f"confidence-{objective.key}"
        if value := form.get(field):
            try:
                found[objective.key] = read_confidence(value)
            except DomainError as error:
                errors[field] = error.message
    return found, errors


def _question(item: Item, sent: MultiDict[str, str] | None) -> questions.Question:
    asked = questions.asked(
        item, seed=PRE_SEED, sent=responses.sent(item, sent) if sent is not None else None, graded=False
    )
    # A choice of one cannot be taken back in a browser, so that leaving it open is a choice as well.
    return replace(asked, options=(*asked.options, _LEFT_OPEN)) if item.type == "single" else asked


def _pre_assessment_page(
    course: Course,
    person_id: int,
    *,
    errors: dict[str, str] | None = None,
    problem: str = "",
    sent: MultiDict[str, str] | None = None,
) -> str:
    session = db.session()
    return render_template(
        "lms/assessment/pre_assessment.html",
        course=course,
        answered=change_queries.asked_around(session, person_id, course.slug).before,
        begun=change_queries.has_begun(session, person_id, course.slug),
        questions=[_question(item, sent) for item in course.pre_items],
        errors=errors or {},
        problem=problem,
        sent=sent or {},
        surest=SUREST,
    )


def _confidence_page(
    course: Course,
    person_id: int,
    *,
    errors: dict[str, str] | None = None,
    problem: str = "",
    sent: MultiDict[str, str] | None = None,
) -> str:
    return render_template(
        "lms/assessment/confidence.html",
        course=course,
        answered=change_queries.asked_around(db.session(), person_id, course.slug).after,
        passed=_all_passed(course, person_id),
        errors=errors or {},
        problem=problem,
        sent=sent or {},
        surest=SUREST,
    )
