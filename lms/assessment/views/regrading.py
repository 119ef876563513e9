"""Regrading, for instructors: which questions were corrected, what a regrade would change, and doing it."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from sqlalchemy.orm import Session

from lms.assessment import emails, questions
from lms.assessment.forms import RegradeForm
from lms.assessment.regrading import queries
from lms.assessment.regrading import services as regrading_services
from lms.assessment.views.routes import TEACHING, blueprint
from lms.content.course import Course, Item
from lms.core.db import db
from lms.core.errors import Conflict, NotFound
from lms.core.unit_of_work import unit_of_work
from lms.releases.queries import current
from lms.web import policy

#: Changed results that the page lists; the counts above the list are of all.
MOST_LISTED = 200


@blueprint.get(f"{TEACHING}/regrade")
@policy.instructor
def regrades(course: str) -> ResponseReturnValue:
    """Questions that are graded otherwise than some learners' answers were."""
    session = db.session()
    release_id, value = current(session, course)
    lines = queries.differing(session, value, release_id)
    return render_template(
        "lms/assessment/regrades.html",
        course=value,
        lines=[line for line in lines if line.regraded_at is None],
        settled=[line for line in lines if line.regraded_at is not None],
    )


@blueprint.get(f"{TEACHING}/regrade/<item>")
@policy.instructor
def regrade(course: str, item: str) -> ResponseReturnValue:
    """What a regrade would change: by default no result falls."""
    return _page(course, item, RegradeForm())


@blueprint.post(f"{TEACHING}/regrade/<item>", endpoint="regrade_item")
@policy.instructor
def regrade_item(course: str, item: str) -> ResponseReturnValue:
    """Regrade as previewed. When it would do something else by now, the new preview is shown instead."""
    form = RegradeForm()
    if not form.validate_on_submit():
        return _page(course, item, form), 422
    actor_id = current_user.id
    try:
        with unit_of_work() as session:
            _release, value = _known(session, course, item)
            done = regrading_services.regrade_item(
                session,
                course=course,
                item=item,
                may_lower=_may_lower(),
                fingerprint=form.fingerprint.data or "",
                reason=form.reason.data or "",
                actor_id=actor_id,
            )
            mails = emails.send_regraded(session, regrade=done.regrade, changes=done.changes, course=value)
    except Conflict as conflict:
        return _page(course, item, form, stale=conflict.message), conflict.status
    if done.changes:
        changed = _counted(len(done.changes), "result")
        flash(f"Regraded: {changed} changed, {_counted(mails, 'mail')} on the way.", "success")
    return redirect(url_for(".regrade", course=course, item=item), 303)


def _page(course: str, item: str, form: RegradeForm, *, stale: str = "") -> str:
    session = db.session()
    release_id, value = _known(session, course, item)
    may_lower = _may_lower()
    preview = queries.preview(session, value, release_id, item, may_lower=may_lower)
    form.fingerprint.data = preview.fingerprint
    corrected = queries.item_in(value, item)
    return render_template(
        "lms/assessment/regrade.html",
        course=value,
        item=item,
        form=form,
        stale=stale,
        has_errors=bool(stale or form.errors),
        preview=preview,
        listed=preview.changes[:MOST_LISTED],
        may_lower=may_lower,
        versions=[(each, _asked(each.item)) for each in queries.versions(session, value, release_id, item)],
        corrected=corrected,
        corrected_asked=_asked(corrected) if corrected else None,
        past=queries.regrades(session, course, item),
        quiz_title=lambda key: _quiz_title(value, key),
    )


def _known(session: Session, course: str, item: str) -> tuple[int, Course]:
    """The present release's id and course. Raises NotFound for a question that neither it nor any learner has seen."""
    release_id, value = current(session, course)
    if not queries.is_known(session, value, item):
        raise NotFound
    return release_id, value


def _asked(item: Item) -> questions.Question:
    """The question, where it has numbers with those of one attempt as an example."""
    return questions.asked(item, seed=0)


def _may_lower() -> bool:
    return request.args.get("lowering") == "yes"


def _quiz_title(course: Course, key: str) -> str:
    present = course.module_key(key)
    return course.module(present).quiz.title if present else key


def _counted(number: int, what: str) -> str:
    return f"{number:,} {what}" if number == 1 else f"{number:,} {what}s"
