"""Exceptions that instructors make for one person: further attempts and extra time."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from wtforms import SelectChoice

from lms.accounts.queries import person_by_email
from lms.assessment import allowances as granting
from lms.assessment import queries
from lms.assessment.forms import AttemptsForm, TimeForm
from lms.assessment.views.routes import TEACHING, blueprint
from lms.content.course import Course
from lms.core.db import db
from lms.core.unit_of_work import unit_of_work
from lms.releases.queries import current
from lms.web import policy


@blueprint.get(f"{TEACHING}/allowances")
@policy.instructor
def allowances(course: str) -> str:
    """Both forms, and what was granted last."""
    _release, value = current(db.session(), course)
    return _page(value, _attempts_form(value), _time_form())


@blueprint.post(f"{TEACHING}/allowances/attempts")
@policy.instructor
def allow_attempts(course: str) -> ResponseReturnValue:
    """Let a person sit a quiz more often."""
    _release, value = current(db.session(), course)
    form = _attempts_form(value, sent=True)
    if not form.validate() or (person_id := _person(form)) is None:
        return _page(value, form, _time_form()), 422
    actor_id = current_user.id
    with unit_of_work() as session:
        granting.allow_attempts(
            session,
            person_id=person_id,
            course=value.slug,
            quiz=form.quiz.data,
            extra=form.extra.data or 0,
            reason=form.reason.data or "",
            actor_id=actor_id,
        )
    flash(f"Further attempts at “{value.module(form.quiz.data).quiz.title}”: {form.extra.data}.", "success")
    return redirect(url_for(".allowances", course=course), 303)


@blueprint.post(f"{TEACHING}/allowances/time")
@policy.instructor
def allow_time(course: str) -> ResponseReturnValue:
    """Give a person more time in the quizzes of the course."""
    _release, value = current(db.session(), course)
    form = _time_form(sent=True)
    if not form.validate() or (person_id := _person(form)) is None:
        return _page(value, _attempts_form(value), form), 422
    actor_id = current_user.id
    percent = form.percent.data or 0
    with unit_of_work() as session:
        granting.allow_time(
            session,
            person_id=person_id,
            course=value.slug,
            percent=percent,
            reason=form.reason.data or "",
            actor_id=actor_id,
        )
    flash(f"Extra time in every quiz that has a limit: {percent} %.", "success")
    return redirect(url_for(".allowances", course=course), 303)


def _attempts_form(course: Course, *, sent: bool = False) -> AttemptsForm:
    form = AttemptsForm(request.form if sent else None, prefix="attempts-")
    form.quiz.choices = [SelectChoice(module.key, module.quiz.title) for module in course.modules]
    return form


def _time_form(*, sent: bool = False) -> TimeForm:
    return TimeForm(request.form if sent else None, prefix="time-")


def _person(form: AttemptsForm | TimeForm) -> int | None:
    """The id of the person whose address was typed, or None after saying so at the field."""
    found = person_by_email(db.session(), (form.email.data or "").lower())
    if found is None:
        form.email.errors = [*form.email.errors, "Nobody has an account with this address."]
        return None
    return found.id


def _page(course: Course, attempts: AttemptsForm, time: TimeForm) -> str:
    return render_template(
        "lms/assessment/allowances.html",
        course=course,
        attempts=attempts,
        time=time,
        granted=queries.allowances(db.session(), course.slug, limit=20),
        titles={module.key: module.quiz.title for module in course.modules},
    )
