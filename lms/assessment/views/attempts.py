"""A module quiz: its start page, an open attempt, each answer, submission, the result."""

from __future__ import annotations

from math import ceil

from flask import jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from werkzeug.datastructures import MultiDict

from lms.assessment import paging, queries, questions, responses, services
from lms.assessment.domain import is_over, unanswered
from lms.assessment.models import Attempt
from lms.assessment.regrading import queries as regrading_queries
from lms.assessment.regrading.domain import corrected_result, shown
from lms.assessment.views.routes import QUIZ, blueprint
from lms.content.course import Course, Item, Module
from lms.core.clock import now
from lms.core.db import db
from lms.core.errors import Conflict, DomainError, NotFound
from lms.core.unit_of_work import unit_of_work
from lms.releases.queries import course_of, current
from lms.web import policy
from lms.web.errors import wants_json


@blueprint.get(QUIZ)
@policy.enrolled
def quiz(course: str, module: str) -> ResponseReturnValue:
    """What the quiz asks for, the attempts so far, and the button that starts or resumes."""
    _release, value, found = _module(course, module)
    session = db.session()
    timed = found.quiz.settings.time_limit_minutes is not None
    return render_template(
        "lms/assessment/quiz.html",
        course=value,
        module=found,
        state=queries.quiz_states(session, current_user.id, value)[found.key],
        attempts=queries.attempts(session, current_user.id, course, found.quiz, found.was),
        extra_time=queries.extra_time(session, current_user.id, course) if timed else 0,
    )


@blueprint.post(f"{QUIZ}/start")
@policy.enrolled
def start(course: str, module: str) -> ResponseReturnValue:
    """Start an attempt, or go on with the open one."""
    release_id, value, found = _module(course, module)
    person_id = current_user.id
    with unit_of_work() as session:
        attempt = services.start_attempt(
            session, person_id=person_id, release_id=release_id, course=value, module=found
        )
        address = _attempt_url("attempt", attempt)
    return redirect(address, 303)


@blueprint.get(f"{QUIZ}/<attempt>")
@policy.enrolled
def attempt(course: str, module: str, attempt: str) -> ResponseReturnValue:
    """The questions of an open attempt, with the answers saved so far: all of them, or the one asked for."""
    found = _settled(_own_attempt(course, module, attempt))
    if found.submitted_at is not None:
        return redirect(_attempt_url("result", found), 303)
    return _attempt_page(found)


@blueprint.post(f"{QUIZ}/<attempt>/answers/<item>")
@policy.enrolled
def answer(course: str, module: str, attempt: str, item: str) -> ResponseReturnValue:
    """Save one answer. Replies only when it is stored."""
    person_id = current_user.id  # asked before the unit of work, which forgets what was read earlier
    with unit_of_work() as session:
        found = _own_attempt(course, module, attempt, person_id=person_id, hold=True)
        served = services.served_item(session, found, item)
        # No option at all is an answer taken back, not a mistake: boxes can be cleared again.
        response = responses.from_form(served, request.form) if responses.has_answer(served, request.form) else None
        try:
            saved = services.record_answer(session, attempt=found, item=item, response=response)
        except Conflict as conflict:
            conflict.location = _attempt_url("result", found)
            raise
    if wants_json():
        return jsonify(state="saved", saved_at=saved.saved_at.isoformat(), revision=saved.revision)
    return redirect(_question_url(found, item), 303)


@blueprint.post(f"{QUIZ}/<attempt>/flags/<item>")
@policy.enrolled
def flag(course: str, module: str, attempt: str, item: str) -> ResponseReturnValue:
    """Mark a question to be reviewed later, or take the mark away; answers that come with it are saved."""
    person_id = current_user.id
    flagged = request.form.get("flag") == "on"
    with unit_of_work() as session:
        found = _own_attempt(course, module, attempt, person_id=person_id, hold=True)
        services.served_item(session, found, item)
        try:
            services.flag_item(attempt=found, item=item, flagged=flagged)
            errors = {} if wants_json() else _save_all(found, request.form)
        except Conflict as conflict:
            conflict.location = _attempt_url("result", found)
            raise
    if wants_json():
        return jsonify(state="saved", flagged=flagged)
    if errors:
        return _attempt_page(found, errors=errors, given=request.form), 422
    return redirect(_question_url(found, item), 303)


@blueprint.post(f"{QUIZ}/<attempt>/submit")
@policy.enrolled
def submit(course: str, module: str, attempt: str) -> ResponseReturnValue:
    """Save every answer on the page, then grade; or only save and go where another button leads.

    Answers are stored before anything can refuse the submission. Missing answers are named first; a second
    press of "Submit anyway" accepts them.
    """
    try:
        with unit_of_work() as session:
            found = _own_attempt(course, module, attempt, hold=True)
            already = found.submitted_at is not None
            errors = {} if already else _save_all(found, request.form)
    except Conflict:  # another window, a second press of the button, or the clock was quicker by a moment
        already = True
    if already:
        return redirect(_attempt_url("result", _own_attempt(course, module, attempt)), 303)
    if errors:
        return _attempt_page(found, errors=errors, given=request.form), 422
    action = request.form.get("action", "")
    if action == "save":
        return redirect(_attempt_url("attempt", found, saved="yes", question=request.form.get("question")), 303)
    if action.startswith("question-"):
        return redirect(_attempt_url("attempt", found, question=action.removeprefix("question-")), 303)
    missing = unanswered(found.items, set(queries.answers(db.session(), found.id)))
    in_time = found.deadline is None or now() < found.deadline
    if missing and in_time and request.form.get("incomplete") != "yes":
        return _attempt_page(found, missing=missing), 422
    with unit_of_work() as session:
        services.submit_attempt(session, attempt=_own_attempt(course, module, attempt))
    return redirect(_attempt_url("result", found), 303)


@blueprint.get(f"{QUIZ}/<attempt>/result")
@policy.enrolled
def result(course: str, module: str, attempt: str) -> ResponseReturnValue:
    """Score, explanation for every option, result per objective. Only after submission."""
    found = _settled(_own_attempt(course, module, attempt))
    if found.submitted_at is None:
        return redirect(_attempt_url("attempt", found), 303)
    session = db.session()
    served = course_of(session, found.release_id)
    _release, value, present = _module(course, module)
    state = queries.quiz_states(session, current_user.id, value)[present.key]
    corrections = regrading_queries.corrections(session, found)
    graded = corrected_result(services.result_of(session, found), corrections, passed=bool(found.passed))
    withheld = not state.key_is_open
    return render_template(
        "lms/assessment/result.html",
        course=value,
        module=present,
        served=served,
        attempt=found,
        result=graded,
        state=state,
        withheld=withheld,
        corrections=corrections,
        explained=[
            questions.explained(
                shown(each, corrections.get(each.item.key), seed=found.seed),
                each.response,
                seed=found.seed,
                points=each.points,
                withhold=withheld,
            )
            for each in graded.items
        ],
        lessons_for=lambda objective: [lesson for lesson in value.lessons if objective in lesson.objectives],
        verdict_of=questions.verdict,
    )


def _module(course: str, module: str) -> tuple[int, Course, Module]:
    release_id, value = current(db.session(), course)
    key = value.module_key(module)
    if key is None:
        raise NotFound
    return release_id, value, value.module(key)


def _own_attempt(
    course: str, module: str, public_id: str, *, person_id: int | None = None, hold: bool = False
) -> Attempt:
    found = queries.access_attempt(
        db.session(), person_id=person_id or current_user.id, course=course, public_id=public_id, hold=hold
    )
    if found.quiz != module:
        raise NotFound
    return found


def _settled(attempt: Attempt) -> Attempt:
    """The attempt, submitted now if its time has run out meanwhile."""
    if attempt.submitted_at is None and is_over(attempt.deadline, now()):
        with unit_of_work() as session:
            services.close_if_over(session, attempt=attempt)
    return attempt


def _seconds_left(attempt: Attempt) -> int:
    """Rounded up: a page that counts them down never ends before the server does. 0 without a limit."""
    return max(0, ceil((attempt.deadline - now()).total_seconds())) if attempt.deadline else 0


def _attempt_url(
    endpoint: str,
    attempt: Attempt,
    *,
    saved: str | None = None,
    question: str | None = None,
    anchor: str | None = None,
) -> str:
    return url_for(
        f".{endpoint}",
        course=attempt.course,
        module=attempt.quiz,
        attempt=attempt.public_id,
        saved=saved,
        question=question,
        _anchor=anchor,
    )


def _question_url(attempt: Attempt, item: str) -> str:
    """Where a question of an open attempt stands: in the view in which the form was."""
    question = str(attempt.items.index(item) + 1) if request.form.get("question", "all") != "all" else None
    return _attempt_url("attempt", attempt, question=question, anchor=f"item-{item}")


def _save_all(attempt: Attempt, form: MultiDict[str, str]) -> dict[str, str]:
    """Store every answer that the form carries; return what was wrong by item key."""
    session = db.session()
    errors = {}
    for key in attempt.items:
        item = services.served_item(session, attempt, key)
        if not responses.has_answer(item, form):
            # Only what the page showed as answered can have been cleared on it; the rest was answered elsewhere since.
            if key in form.getlist("answered"):
                services.record_answer(session, attempt=attempt, item=key, response=None)
            continue
        try:
            services.record_answer(session, attempt=attempt, item=key, response=responses.from_form(item, form))
        except Conflict:
            raise
        except DomainError as error:
            errors[key] = error.message
    return errors


def _attempt_page(
    attempt: Attempt,
    *,
    errors: dict[str, str] | None = None,
    missing: list[int] | None = None,
    given: MultiDict[str, str] | None = None,
) -> str:
    session = db.session()
    served = course_of(session, attempt.release_id)
    module = served.module(attempt.quiz)
    stored = queries.answers(session, attempt.id)
    asked = request.values.get("question")
    if missing and asked != "all":
        asked = "review"
    view = paging.view(asked, attempt.items, set(stored), module.quiz.settings.navigation)

    def question(item: Item) -> questions.Question:
        sent = responses.sent(item, given) if given is not None and responses.has_answer(item, given) else None
        response = stored[item.key].response if item.key in stored else None
        return questions.asked(item, seed=attempt.seed, response=response, sent=sent)

    return render_template(
        "lms/assessment/attempt.html",
        course=served,
        module=module,
        attempt=attempt,
        view=view,
        seconds_left=_seconds_left(attempt),
        questions={key: question(served.item(key)) for key in view.items},
        answered=set(stored),
        saved=request.args.get("saved") == "yes",
        errors=errors or {},
        missing=missing or [],
    )
