"""Checks of cases: what their scenes name exists, and every way leads from the start to an end without a circle."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

from lms.content.cases import graph
from lms.content.cases.assemble import CasePart, Path, case_of
from lms.content.cases.values import LONGEST_ITEM, Case, Choose, Scene, evidence_item
from lms.content.course import CaseBlock
from lms.content.parts import Parts
from lms.content.report import Report

#: A fault's code, its place in the file, and the sentence about it.
Fault = tuple[str, Path, str]


def run(parts: Parts, report: Report, objectives: Mapping[str, str], today: date) -> None:
    """Report what is wrong with the cases of the course. `objectives`: the module of each objective."""
    placed = {
        block.case for lesson in parts.lessons.values() for block in lesson.text.blocks if isinstance(block, CaseBlock)
    }
    for part in parts.cases.values():
        if part.key not in placed:
            report.warning("case-unused", f"the case {part.key} stands in no lesson", part.file, 1)
        if part.value is None:
            continue
        if part.value.reviewed_on > today:
            report.warning("date-future", "reviewed_on lies in the future", part.file, part.yaml.line("reviewed_on"))
        case = case_of(part)
        for code, path, message in (
            *_sources(parts, part),
            *_objectives(parts, case, objectives),
            *_long_keys(case),
            *(_unknown_scenes(case) or _graph(case, part)),
        ):
            report.error(code, message, part.file, part.yaml.line(*path))


def _sources(parts: Parts, part: CasePart) -> Iterator[Fault]:
    for index, name in enumerate(part.value.sources if part.value else ()):
        if parts.lacks_source(name):
            yield "unknown-source", ("sources", index), f"there is no source “{name}”"


def _objectives(parts: Parts, case: Case, objectives: Mapping[str, str]) -> Iterator[Fault]:
    for scene in case.scenes.values():
        at: Path = ("scenes", scene.key, "objective")
        if scene.objective is None:
            if scene.most:
                yield "case-objective", at, f"points can be won in “{scene.key}”, so it names an objective"
            continue
        home = objectives.get(scene.objective)
        if not scene.most:
            yield "case-objective", at, f"no points can be won in “{scene.key}”, so it names no objective"
        if home is None and "objective" not in parts.unread:
            yield "unknown-objective", at, f"there is no objective {scene.objective}"
        elif home and home != case.module_key:
            yield "objective-elsewhere", at, f"{scene.objective} belongs to the module {home}"


def _long_keys(case: Case) -> Iterator[Fault]:
    for key in case.scenes:
        if len(evidence_item(case.key, key)) > LONGEST_ITEM:
            yield "key-form", ("scenes", key), f"the key “{key}” is too long together with that of the case"


def _unknown_scenes(case: Case) -> list[Fault]:
    named: list[tuple[Path, str]] = [(("start",), case.start)]
    for scene in case.scenes.values():
        named += [(path, key) for path, key in _links(scene)]
    return [("unknown-scene", path, f"there is no scene “{key}”") for path, key in named if key not in case.scenes]


def _links(scene: Scene) -> Iterator[tuple[Path, str]]:
    """Every `goto` of a scene with its place in the file."""
    decision = scene.decision
    if decision is None:
        return
    at: Path = ("scenes", scene.key, decision.kind)
    if isinstance(decision, Choose):
        for index, option in enumerate(decision.options):
            yield (*at, "options", index, "goto"), option.goto
    else:
        yield (*at, "goto"), decision.goto


def _graph(case: Case, part: CasePart) -> Iterator[Fault]:
    reached = graph.reachable(case)
    for key in case.scenes:
        if key not in reached:
            yield "case-unreachable", ("scenes", key), f"no way from the start leads to “{key}”"
    if circle := graph.circle(case):
        last = case.scene(circle[-1])
        at = next(path for path, key in _links(last) if key == circle[0])
        yield "case-circle", at, f"the scenes lead round in a circle: {' → '.join((*circle, circle[0]))}"
    elif (best := graph.best_total(case)) != case.points:
        points = part.value.points if part.value else 0
        yield "case-points", ("points",), f"the best way earns {best // 1000} points, the file says {points}"
