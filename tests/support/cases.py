"""The sample case in the published course, and the ways through it."""

from __future__ import annotations

import re
from collections.abc import Collection
from functools import cache
from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from lms.assessment.cases.domain import FIELD, State, current
from lms.assessment.cases.domain import decide as decide_on
from lms.assessment.models import CaseRun
from lms.content.cases.values import Case, Choose, Interview, Note, Rank, Scene, Select, Statement
from lms.content.course import CaseBlock, Course
from lms.content.loader import load
from lms.core.clock import now
from lms.core.ids import public_id, seed
from tests.support import journey

CASE = "tea-round"
ADDRESS = f"/courses/{journey.COURSE}/cases/{CASE}"
#: Where the sample case stands in the published course.
MODULE = "1-the-why"
_SAMPLE = Path(__file__).parents[1] / "content" / "sample"

Fields = dict[str, str | list[str]]


@cache
def sample() -> Course:
    """The sample course of the content tests, which holds the case."""
    found = load(_SAMPLE, calculators={"pot-cost"}).course
    assert found is not None
    return found


def publish_case(app: Flask, case: Case | None = None) -> Case:
    """Publish the course with the case (the sample one unless given) in its first lesson."""
    case = case or sample().case(CASE)
    course = journey.course(app)
    module = course.module(MODULE)
    first = module.lessons[0]
    blocks = tuple(block for block in first.blocks if block != CaseBlock(case=CASE))
    lesson = first.model_copy(update={"blocks": (*blocks, CaseBlock(case=CASE))})
    changed = module.model_copy(update={"lessons": (lesson, *module.lessons[1:])})
    update = {
        "cases": {**course.cases, CASE: case.model_copy(update={"module_key": MODULE})},
        "sources": {**course.sources, **sample().sources},
        "modules": tuple(changed if one.key == MODULE else one for one in course.modules),
    }
    journey.publish(app, course.model_copy(update=update))
    return case


def start(client: FlaskClient) -> str:
    """Press Start. Returns the address of the run."""
    reply = journey.post(client, f"{ADDRESS}/start")
    assert reply.status_code == 303, reply.text
    return str(reply.location)


def fields(scene: Scene, *, best: bool = True) -> Fields:
    """A decision of a scene as its form sends it: what earns the most, or what earns nothing where that can be."""
    match scene.decision:
        case Choose(options=ways):
            ranked_ways = sorted(ways, key=lambda each: each.points, reverse=True)
            return {FIELD: ranked_ways[0 if best else -1].key}
        case Interview(questions=questions, limit=limit):
            ranked = sorted(questions, key=lambda each: each.points, reverse=True)
            return {FIELD: [each.key for each in (ranked[:limit] if best else ranked[-1:])]}
        case Select(options=statements):
            return {FIELD: [each.key for each in statements if each.right == best]}
        case Rank(items=items):
            order = items if best else items[::-1]
            return {item.key: str(place) for place, item in enumerate(order, start=1)}
        case Note(fields=parts):
            return {part.key: _first(part.options, right=best) for part in parts}
        case _:
            raise ValueError(f"nothing is decided in {scene.key}")


def _first(options: tuple[Statement, ...], *, right: bool) -> str:
    return next(option.key for option in options if option.right == right)


def stored_run(
    session: Session, *, person_id: int, release_id: int, case: Case, stop: str, worst: Collection[str] = ()
) -> CaseRun:
    """A run that has come to the scene `stop`, by the best decisions but in the scenes named in `worst`."""
    state: State = ()
    while (scene := current(case, state)).key != stop:
        state = decided(case, state, fields(scene, best=scene.key not in worst))
    run = CaseRun(
        public_id=public_id(),
        person_id=person_id,
        course=journey.COURSE,
        case=case.key,
        release_id=release_id,
        seed=seed(),
        decisions=[{"scene": step.scene, "chosen": list(step.chosen)} for step in state],
        revision=len(state),
        started_at=now(),
        max_points=case.points,
    )
    session.add(run)
    session.flush()
    return run


def decided(case: Case, state: State, given: Fields) -> State:
    """The state after a decision that is given as form fields."""
    return decide_on(case, state, {name: [each] if isinstance(each, str) else each for name, each in given.items()})


def hidden(page: str) -> Fields:
    """What the page's own form carries unseen: the scene, and the state that it shows."""
    found = dict(re.findall(r'<input type="hidden" name="(scene|revision)" value="([^"]*)"', page))
    return {**found}


def scene_of(client: FlaskClient, case: Case, run: str) -> Scene:
    """The scene that the run's page shows now."""
    page = client.get(run).text
    found = re.search(r'name="scene" value="([^"]+)"', page)
    if found:
        return case.scene(found[1])
    return next(scene for scene in case.scenes.values() if scene.decision is None and scene.title in page)


def decide(client: FlaskClient, case: Case, run: str, *, best: bool = True) -> TestResponse:
    """Take the decision of the present scene, as its form sends it."""
    page = client.get(run).text
    scene = scene_of(client, case, run)
    return journey.post(client, run, {**hidden(page), **fields(scene, best=best)})


def go_through(client: FlaskClient, case: Case, run: str, *, best: bool = True, finish: bool = True) -> None:
    """Decide in every scene up to an end, and finish there."""
    while scene_of(client, case, run).decision is not None:
        reply = decide(client, case, run, best=best)
        assert reply.status_code == 303, reply.text
    if finish:
        reply = journey.post(client, f"{run}/finish", hidden(client.get(run).text))
        assert reply.status_code == 303, reply.text
        assert reply.location == f"{run}/debrief"
