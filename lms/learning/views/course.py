"""The training dashboard, the objectives and the lesson player."""

from __future__ import annotations

from collections.abc import Mapping

from flask import flash, jsonify, redirect, render_template, request, session
from flask.typing import ResponseReturnValue
from flask_login import current_user

from lms.accounts.queries import email_is_confirmed
from lms.assessment import queries as assessment_queries
from lms.assessment import responses
from lms.assessment import services as assessment
from lms.assessment.cases import queries as cases
from lms.assessment.change import queries as change_queries
from lms.assessment.mastery import FEWEST, TARGET, Mastery, study_next
from lms.assessment.queries import QuizState
from lms.content.course import Lesson
from lms.core.db import db
from lms.core.errors import DomainError, NotFound
from lms.core.unit_of_work import unit_of_work
from lms.learning import player, queries, services
from lms.learning.domain import (
    CourseState,
    ModuleState,
    Step,
    before_minutes,
    duration,
    lesson_step,
    minutes_from,
    quiz_minutes,
)
from lms.learning.forms import NoteForm
from lms.learning.gate import learner
from lms.learning.queries import Learner
from lms.learning.views.routes import blueprint, step_url
from lms.web import policy
from lms.web.errors import wants_json
from lms.web.links import url_for

#: Lines of evidence on one page.
_EVIDENCE_PAGE = 40


@blueprint.get("/training")
@policy.signed_in
def dashboard() -> ResponseReturnValue:
    """Every course of the person: where they are, one Continue, objectives, certificate."""
    courses = []
    for found in queries.learners(db.session(), current_user.id):
        quizzes = assessment_queries.quiz_states(db.session(), found.person_id, found.course)
        state = queries.state_with(found, quizzes)
        objectives = assessment_queries.objective_results(db.session(), found.person_id, found.course)
        courses.append(
            {
                "learner": found,
                "state": state,
                "quizzes": quizzes,
                "objectives": objectives,
                "around": _around(
                    found, state, begun=bool(objectives) or any(q.attempts_used for q in quizzes.values())
                ),
            }
        )
    return render_template(
        "lms/learning/dashboard.html",
        courses=courses,
        confirmed=email_is_confirmed(current_user),
        module_steps=_module_steps,
        continue_url=_continue_url,
        heading_text=player.heading_text,
        minutes_from=minutes_from,
        duration=duration,
        before_minutes=before_minutes,
        fewest=FEWEST,
        target=TARGET,
    )


def _around(found: Learner, state: CourseState, *, begun: bool) -> str:
    """What the dashboard offers around the course: `before` its first step, `after` its last quiz, or the `change`."""
    at_start, at_end = not begun and not state.lessons_done, state.quizzes_passed == len(state.modules)
    if not found.course.pre_items or not (at_start or at_end):
        return ""
    if at_end and found.completed_at is not None:
        return "change"  # its page also leads to a confidence that was not given; reviews have a statement of their own
    asked = change_queries.asked_around(db.session(), found.person_id, found.course.slug)
    if at_start:
        return "" if asked.before else "before"
    return "change" if asked.after else "after"


def _continue_url(found: Learner, step: Step) -> str:
    """The step's address, at the heading where the learner left the lesson."""
    address = step_url(found.course.slug, step)
    if step.kind == "lesson" and step.key == found.last_lesson and found.last_heading:
        address += f"#{found.last_heading}"
    return address


def _attempts_left(count: int) -> str:
    """`1 attempt left`, `no attempts left`."""
    return f"{count or 'no'} attempt{'' if count == 1 else 's'} left"


def _module_steps(found: Learner, state: ModuleState, quiz: QuizState) -> list[dict[str, str | None]]:
    """The lines of a module on the dashboard."""
    course = found.course.slug
    steps: list[dict[str, str | None]] = []
    for lesson in state.module.lessons:
        here = lesson.key == found.last_lesson and lesson.key not in found.done
        steps.append(
            {
                "label": lesson.title,
                "url": step_url(course, lesson_step(lesson)),
                "state": "done" if lesson.key in found.done else "current" if here else "todo",
                "note": "done" if lesson.key in found.done else f"{lesson.minutes} min",
            }
        )
    note = f"{quiz_minutes(state.module)} min"
    if quiz.best_percent is not None:
        note = f"{quiz.best_percent} %" + ("" if quiz.passed else f" · {_attempts_left(quiz.attempts_left)}")
    steps.append(
        {
            "label": state.module.quiz.title,
            "url": url_for("assessment.quiz", course=course, module=state.module.key),
            "state": "done" if quiz.passed else "current" if quiz.open_attempt else "todo",
            "note": note,
        }
    )
    return steps


@blueprint.get("/training/<course>/objectives")
@policy.enrolled
def objectives(course: str) -> str:
    """Every objective with what the answers so far say about it, how sure that is, and what to study next."""
    found = learner()
    before = request.args.get("before", "")
    known = assessment_queries.objective_results(db.session(), found.person_id, found.course)
    lines = assessment_queries.evidence(
        db.session(),
        found.person_id,
        course,
        before=int(before) if before.isascii() and before.isdigit() and len(before) < 10 else None,
        limit=_EVIDENCE_PAGE + 1,
    )
    first = study_next(tuple(objective.key for objective in found.course.objectives), known)
    return render_template(
        "lms/learning/objectives.html",
        course=found.course,
        known=known,
        nothing=Mastery(0, 0),
        first=found.course.objective(first) if first else None,
        lesson_of=lambda objective: _lesson_to_read(found, objective),
        lines=lines[:_EVIDENCE_PAGE],
        older=lines[_EVIDENCE_PAGE - 1].id if len(lines) > _EVIDENCE_PAGE else None,
        where_asked=lambda line: _where_asked(found, line.source, line.item),
        fewest=FEWEST,
        target=TARGET,
    )


def _lesson_to_read(found: Learner, objective: str) -> Lesson:
    """The first lesson of an objective that is not read yet; the first of all once they are read."""
    lessons = [lesson for lesson in found.course.lessons if objective in lesson.objectives]
    return next((lesson for lesson in lessons if lesson.key not in found.done), lessons[0])


def _where_asked(found: Learner, source: str, item: str) -> str:
    """Where a question was asked, in words; the present course may no longer have it."""
    if source == "check":
        lesson = next((lesson for lesson in found.course.lessons if item in lesson.checks), None)
        return f"Check in “{lesson.title}”" if lesson else "Check in a lesson"
    if source == "case":
        case = found.course.cases.get(item.split(":")[1])
        return f"Case “{case.title}”" if case else "Case"
    if source == "review":
        return "Review after the course"
    module = next((each for each in found.course.modules if item in {one.key for one in each.quiz.items}), None)
    return module.quiz.title if module else "Module quiz"


@blueprint.get("/training/<course>/<module>/<lesson>")
@policy.enrolled
def lesson(course: str, module: str, lesson: str) -> ResponseReturnValue:
    """One lesson. Opening it makes it the place to continue at."""
    found = learner()
    key = services.require_lesson(found.course, module, lesson)
    value = found.course.lesson(key)
    if (value.module_key, key) != (module, lesson):  # an old address of a renamed lesson
        return redirect(url_for("learning.lesson", course=course, module=value.module_key, lesson=key), 301)
    page = _lesson_page(found, value)
    if found.last_lesson != key and request.method == "GET":
        # After the page is made: a unit of work forgets what was read, and the page would read it again.
        with unit_of_work() as work:
            services.remember_place(work, enrolment_id=found.enrolment_id, lesson=key, heading=None)
    return page


@blueprint.post("/training/<course>/<module>/<lesson>/complete")
@policy.enrolled
def complete_lesson(course: str, module: str, lesson: str) -> ResponseReturnValue:
    """Mark complete and go on, or take it back."""
    found = learner()
    key = services.require_lesson(found.course, module, lesson)
    reopen = request.form.get("reopen") == "yes"
    with unit_of_work() as work:
        if reopen:
            services.reopen_lesson(work, learner=found, lesson=key)
        else:
            services.complete_lesson(work, learner=found, lesson=key)
    if reopen:
        return redirect(url_for("learning.lesson", course=course, module=module, lesson=key), 303)
    return redirect(step_url(course, player.step_after(found.course, key)), 303)


@blueprint.post("/training/<course>/<module>/<lesson>/note")
@policy.enrolled
def save_note(course: str, module: str, lesson: str) -> ResponseReturnValue:
    """Store the learner's private note."""
    found = learner()
    key = services.require_lesson(found.course, module, lesson)
    form = NoteForm()
    text = form.text.data or ""
    try:
        with unit_of_work() as work:
            saved_at = services.save_note(work, enrolment_id=found.enrolment_id, lesson=key, text=text)
    except DomainError as error:
        if wants_json():
            raise
        form.text.errors = [error.message]
        return _lesson_page(found, found.course.lesson(key), note_form=form), 422
    if wants_json():
        return jsonify(state="saved", saved_at=saved_at.isoformat())
    flash("Your note is saved.", "success")
    return redirect(url_for("learning.lesson", course=course, module=module, lesson=key, _anchor="note"), 303)


@blueprint.post("/training/<course>/<module>/<lesson>/place")
@policy.enrolled
def save_place(course: str, module: str, lesson: str) -> ResponseReturnValue:
    """Remember the heading that is being read."""
    found = learner()
    key = services.require_lesson(found.course, module, lesson)
    heading = request.form.get("place", "")
    if heading not in {known.id for known in found.course.lesson(key).headings}:
        raise DomainError("There is no such heading in this lesson.", field="place")
    with unit_of_work() as work:
        services.remember_place(work, enrolment_id=found.enrolment_id, lesson=key, heading=heading)
    return "", 204


@blueprint.post("/training/<course>/<module>/<lesson>/checks/<item>")
@policy.enrolled
def answer_check(course: str, module: str, lesson: str, item: str) -> ResponseReturnValue:
    """Answer an ungraded knowledge check; the explanation follows at once."""
    found = learner()
    key = services.require_lesson(found.course, module, lesson)
    value = found.course.lesson(key)
    if item not in value.checks:
        raise NotFound
    try:
        response = responses.from_form(found.course.item(item), request.form)
    except DomainError as error:
        state = player.CheckState(error=error.message, seed=_draw(request.form))
        return _lesson_page(found, value, checks={item: state}), error.status
    seed = _draw(request.form)
    with unit_of_work() as work:
        assessment.record_check(
            work, person_id=found.person_id, course=course, item=found.course.item(item), response=response, seed=seed
        )
    # Shown by the page that follows, so that reloading it sends nothing again.
    session["checked"] = {"item": item, "response": response, "seed": seed}
    return redirect(url_for(".lesson", course=course, module=module, lesson=key, _anchor=f"check-{item}"), 303)


def _last_check(value: Lesson) -> dict[str, player.CheckState]:
    """The knowledge check of this lesson that was answered last, until it is tried again."""
    checked = session.get("checked")
    if checked is None or checked["item"] not in value.checks:
        return {}
    if request.args.get("again") == checked["item"]:
        del session["checked"]
        return {}
    return {checked["item"]: player.CheckState(response=checked["response"], seed=checked.get("seed", 0))}


def _draw(given: Mapping[str, str]) -> int:
    """Which draw of a question's numbers is meant: practice, so everyone may choose."""
    draw = given.get("draw", "")
    return int(draw) if draw.isascii() and draw.isdigit() and len(draw) <= 4 else 0


def _lesson_page(
    found: Learner,
    value: Lesson,
    *,
    note_form: NoteForm | None = None,
    checks: dict[str, player.CheckState] | None = None,
) -> str:
    course = found.course
    module = course.module(value.module_key)
    return render_template(
        "lms/learning/lesson.html",
        learner=found,
        course=course,
        module=module,
        lesson=value,
        done=value.key in found.done,
        position=module.lessons.index(value) + 1,
        previous=player.step_before(course, value.key),
        following=player.step_after(course, value.key),
        note_form=note_form or NoteForm(text=found.note),
        checks=checks or _last_check(value),
        cases=cases.case_states(db.session(), found.person_id, course.slug, player.cases(value)),
        draw_of=lambda item: _draw(request.args) if request.args.get("again") == item.key else 0,
        player=player,
    )
