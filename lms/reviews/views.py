"""Ask for reviews and stop them; answer one, and read what was right."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_login import current_user
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as Reply

from lms.assessment import questions, responses
from lms.assessment.domain import grade_attempt, unanswered
from lms.content.course import Course, Item
from lms.core.clock import local_date, long_date
from lms.core.db import db
from lms.core.errors import NotFound
from lms.core.unit_of_work import unit_of_work
from lms.learning.gate import learner
from lms.learning.queries import Learner
from lms.releases.queries import course_of
from lms.reviews import queries, services
from lms.reviews.models import Review
from lms.reviews.queries import Plan
from lms.web import limits, policy
from lms.web.links import url_for
from lms.web.security import csrf

blueprint = Blueprint("reviews", __name__)

REVIEW = "/training/<course>/reviews/<review>"


@blueprint.app_context_processor
def _plans() -> dict[str, object]:
    """The dashboard and the certificate's page show where the reviews stand."""
    return {"reviews_of": lambda course: queries.plan_of(db.session(), current_user.id, course)}


@blueprint.post("/training/<course>/reviews")
@policy.enrolled
def start(course: str) -> ResponseReturnValue:
    """Plan the reviews; a second press changes nothing."""
    found = learner()
    with unit_of_work() as session:
        services.start_reviews(session, person_id=found.person_id, course=course)
    return redirect(_dashboard(course), 303)


@blueprint.post("/training/<course>/reviews/stop")
@policy.enrolled
def stop(course: str) -> ResponseReturnValue:
    """Stop the reviews from the dashboard."""
    found = learner()
    with unit_of_work() as session:
        services.stop_reviews(session, person_id=found.person_id, course=course)
    flash("The reviews are stopped. We mail you nothing more about them.", "success")
    return redirect(_dashboard(course), 303)


@blueprint.get(REVIEW)
@policy.enrolled
def review(course: str, review: str) -> ResponseReturnValue:
    """The questions of the review that is open; once they are answered, the explanations."""
    found = learner()
    row = _own_review(found, review)
    if row.submitted_at is not None:
        return _explained_page(found, row)
    elsewhere = _elsewhere(found, review)
    if elsewhere is not None:
        return elsewhere
    if row.release_id is None:
        with unit_of_work() as session:
            services.open_review(session, learner=found, review=_own_review(found, review))
        row = _own_review(found, review)
    return _questions_page(found, row)


@blueprint.post(REVIEW)
@policy.enrolled
def answer(course: str, review: str) -> ResponseReturnValue:
    """Take the answers. What was asked once is accepted, also when the next review has come meanwhile.

    Missing answers are named first; a box then accepts them.
    """
    found = learner()
    row = _own_review(found, review)
    here = redirect(url_for(".review", course=course, review=review), 303)
    if row.release_id is None or row.submitted_at is not None:
        return here
    served = _served(row)
    given, errors = responses.all_from_form(map(served.item, row.items), request.form)
    missing = [] if errors else unanswered(row.items, set(given))
    if errors or (missing and request.form.get("incomplete") != "yes"):
        return _questions_page(found, row, errors=errors, missing=missing, form=request.form), 422
    with unit_of_work() as session:
        services.submit_review(
            session,
            person_id=found.person_id,
            course=course,
            review=_own_review(found, review),
            responses=given,
        )
    return here


@blueprint.get("/reviews/stop/<stop>")
@policy.by_secret
def ask_to_stop(stop: str) -> ResponseReturnValue:
    """Where the stop link of a mail leads. Changes nothing: programs that look at mails open links, too."""
    return _stop_page(stop)


@blueprint.post("/reviews/stop/<stop>", endpoint="stop_by_link")
@policy.by_secret
def stop_by_link(stop: str) -> ResponseReturnValue:
    """Stop the reviews without signing in: from the page, or by a mail program's own button (RFC 8058).

    The reply is the page itself, since mail programs do not follow redirects.
    """
    with unit_of_work() as session:
        plan = queries.plan_by_stop_key(session, stop)
        if plan is not None:
            services.stop_reviews(session, person_id=plan.person_id, course=plan.course)
    return _stop_page(stop)


csrf.exempt(stop_by_link)  # the address alone permits it, whoever is signed in; a mail program has no form token


def _stop_page(key: str) -> ResponseReturnValue:
    session = db.session()
    plan = queries.plan_by_stop_key(session, key)
    if plan is None:
        limits.hit("wrong stop link by address", "30 per 10 minutes", limits.client_address())
        raise NotFound
    is_live = queries.live_plan(session, plan.person_id, plan.course) is not None
    return render_template("lms/reviews/stop.html", key=key, course=plan.course, is_live=is_live)


def _dashboard(course: str) -> str:
    return url_for("learning.dashboard", _anchor=f"reviews-{course}")


def _own_review(found: Learner, public_id: str) -> Review:
    return queries.access_review(db.session(), person_id=found.person_id, course=found.course.slug, public_id=public_id)


def _elsewhere(found: Learner, public_id: str) -> Reply | None:
    """Where a link leads whose review is not the open one; None for the open one."""
    course = found.course.slug
    plan = queries.plan_of(db.session(), found.person_id, course) or Plan(())
    ready = plan.standing.ready
    if ready is not None and ready.public_id == public_id:
        return None
    row = next((each for each in plan.reviews if each.public_id == public_id), None)
    following = plan.standing.following
    if row is None:
        flash("These reviews are stopped. You can start new ones whenever you like.", "info")
    elif following is not None and row.due_at >= following.due_at:
        flash(f"This review opens on {long_date(local_date(row.due_at))}.", "info")
    elif ready is not None:
        return redirect(url_for(".review", course=course, review=ready.public_id), 303)
    else:
        flash("A newer review has taken the place of that one.", "info")
    return redirect(_dashboard(course), 303)


def _served(row: Review) -> Course:
    if row.release_id is None:
        raise NotFound
    return course_of(db.session(), row.release_id)


def _questions_page(
    found: Learner,
    row: Review,
    *,
    errors: dict[str, str] | None = None,
    missing: list[int] | None = None,
    form: MultiDict[str, str] | None = None,
) -> str:
    served = _served(row)

    def question(item: Item) -> questions.Question:
        return questions.asked(item, seed=row.seed, sent=responses.sent(item, form) if form is not None else None)

    return render_template(
        "lms/reviews/review.html",
        course=found.course,
        review=row,
        questions=[question(served.item(key)) for key in row.items],
        errors=errors or {},
        missing=missing or [],
    )


def _explained_page(found: Learner, row: Review) -> str:
    served = _served(row)
    result = grade_attempt((served.item(key) for key in row.items), row.responses, seed=row.seed, pass_mark=0)
    return render_template(
        "lms/reviews/explained.html",
        course=found.course,
        served=served,
        review=row,
        result=result,
        explained=[
            questions.explained(each.item, each.response, seed=row.seed, points=each.points) for each in result.items
        ],
        lessons_for=lambda objective: [lesson for lesson in found.course.lessons if objective in lesson.objectives],
        verdict_of=questions.verdict,
        plan=queries.plan_of(db.session(), found.person_id, found.course.slug),
    )
