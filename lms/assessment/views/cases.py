"""A case: its introduction, the scenes of a run, each decision, the debrief after the end."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from sqlalchemy.orm import Session

from lms.assessment.cases import domain, queries, services, shown
from lms.assessment.models import CaseRun
from lms.assessment.views.routes import CASE, blueprint
from lms.content.cases.graph import most_decisions
from lms.content.cases.values import Case
from lms.content.course import Course, Source
from lms.core.db import db
from lms.core.errors import Conflict, DomainError, NotFound
from lms.core.unit_of_work import unit_of_work
from lms.releases.queries import course_of, current
from lms.web import policy


@blueprint.get(CASE)
@policy.enrolled
def case(course: str, case: str) -> ResponseReturnValue:
    """What the case is about, the runs so far, and the button that starts or resumes."""
    _release, value, found = _case(course, case)
    state = queries.case_states(db.session(), current_user.id, course, [case])[case]
    return render_template(
        "lms/assessment/case.html",
        course=value,
        case=found,
        state=state,
        lesson=value.lesson_with_case(case),
        points=shown.points_in_words,
    )


@blueprint.post(f"{CASE}/start")
@policy.enrolled
def start_case(course: str, case: str) -> ResponseReturnValue:
    """Start a run, or go on with the open one."""
    release_id, _value, found = _case(course, case)
    person_id = current_user.id
    with unit_of_work() as session:
        run = services.start_run(session, person_id=person_id, release_id=release_id, course=course, case=found)
        address = _run_url("scene", run)
    return redirect(address, 303)


@blueprint.get(f"{CASE}/<run>")
@policy.enrolled
def scene(course: str, case: str, run: str) -> ResponseReturnValue:
    """The scene in which an open run is."""
    found = _own_run(course, case, run)
    if found.finished_at is not None:
        return redirect(_run_url("debrief", found), 303)
    return _scene_page(found)


@blueprint.post(f"{CASE}/<run>")
@policy.enrolled
def decide(course: str, case: str, run: str) -> ResponseReturnValue:
    """Take the decision of a scene and go on to the next."""
    form = request.form.to_dict(flat=False)
    try:
        with _changing(course, case, run) as (session, found):
            services.decide(session, run=found, scene=request.form.get("scene", ""), revision=_revision(), form=form)
    except (Conflict, NotFound):
        raise
    except DomainError as error:
        return _scene_page(_own_run(course, case, run), error=error.message, sent=form), error.status
    return redirect(_run_url("scene", found), 303)


@blueprint.post(f"{CASE}/<run>/back")
@policy.enrolled
def back(course: str, case: str, run: str) -> ResponseReturnValue:
    """Take the last decision back, where the case allows it."""
    with _changing(course, case, run) as (session, found):
        services.go_back(session, run=found, revision=_revision())
    return redirect(_run_url("scene", found), 303)


@blueprint.post(f"{CASE}/<run>/finish")
@policy.enrolled
def finish(course: str, case: str, run: str) -> ResponseReturnValue:
    """Close a run at its end; the debrief follows."""
    with _changing(course, case, run) as (session, found):
        services.finish(session, run=found, revision=_revision())
    return redirect(_run_url("debrief", found), 303)


@blueprint.get(f"{CASE}/<run>/debrief")
@policy.enrolled
def debrief(course: str, case: str, run: str) -> ResponseReturnValue:
    """The path taken, what would have been better and why. Only after the end."""
    found = _own_run(course, case, run)
    if found.finished_at is None:
        return redirect(_run_url("scene", found), 303)
    session = db.session()
    served = course_of(session, found.release_id)
    value = queries.case_of(session, found)
    _release, present = current(session, course)
    state = queries.state_of(found)
    scored = domain.score(value, state)
    reviewed = [shown.reviewed(each) for each in scored]
    return render_template(
        "lms/assessment/debrief.html",
        course=present,
        served=served,
        case=value,
        run=found,
        outcome=domain.current(value, state),
        reviewed=reviewed,
        missed=[each for one in reviewed for each in one.missed],
        by_objective=domain.by_objective(scored),
        lesson=present.lesson_with_case(case),
        may_try_again=case in present.cases,
        lessons_for=lambda objective: [lesson for lesson in present.lessons if objective in lesson.objectives],
        sources=_sources(served, value, value.sources),
        points=shown.points_in_words,
    )


@contextmanager
def _changing(course: str, case: str, run: str) -> Iterator[tuple[Session, CaseRun]]:
    """The person's own run in a unit of work. A conflict leads to where the run stands."""
    person_id = current_user.id  # asked before the unit of work, which forgets what was read earlier
    try:
        with unit_of_work() as session:
            yield session, _own_run(course, case, run, person_id=person_id)
    except Conflict as conflict:
        conflict.location = url_for(".scene", course=course, case=case, run=run)
        raise


def _scene_page(run: CaseRun, *, error: str | None = None, sent: Mapping[str, Sequence[str]] | None = None) -> str:
    session = db.session()
    served, case = course_of(session, run.release_id), queries.case_of(session, run)
    state = queries.state_of(run)
    scene = domain.current(case, state)
    findings = domain.findings(case, state)
    cited = {*scene.sources, *(key for each in findings for key in each.sources)}
    return render_template(
        "lms/assessment/scene.html",
        course=served,
        case=case,
        run=run,
        scene=scene,
        number=len(state) + 1,
        at_most=len(state) + most_decisions(case, scene.key),
        asked=shown.asked(scene, seed=run.seed, sent=sent) if scene.decision else None,
        findings=findings,
        may_go_back=domain.may_go_back(case, state),
        previous=case.scene(state[-1].scene) if state else None,
        sources=_sources(served, case, cited),
        error=error,
    )


def _sources(course: Course, case: Case, cited: Iterable[str]) -> list[tuple[int, Source]]:
    """Sources with the numbers under which the case cites them."""
    wanted = set(cited)
    return [(number, course.sources[key]) for number, key in enumerate(case.sources, start=1) if key in wanted]


def _revision() -> int:
    """The state of the run that the sender's page showed; -1, which is none, for anything but a number."""
    given = request.form.get("revision", "")
    return int(given) if given.isascii() and given.isdigit() and len(given) < 7 else -1


def _case(course: str, case: str) -> tuple[int, Course, Case]:
    release_id, value = current(db.session(), course)
    if case not in value.cases:
        raise NotFound
    return release_id, value, value.case(case)


def _own_run(course: str, case: str, public_id: str, *, person_id: int | None = None) -> CaseRun:
    return queries.access_run(
        db.session(), person_id=person_id or current_user.id, course=course, case=case, public_id=public_id
    )


def _run_url(endpoint: str, run: CaseRun) -> str:
    return url_for(f".{endpoint}", course=run.course, case=run.case, run=run.public_id)
