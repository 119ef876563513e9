"""Rules of cases on plain data: which scene comes next, what a decision may be, what a run has earned.

A run is the list of its decisions. Each is a tuple of keys, whatever its kind: the option taken, the questions asked,
the statements ticked, the items in the order given, or one wording for each part of a note. Points are thousandths.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import TypeVar

from lms.content.cases.values import Ask, Case, Choose, Decision, Interview, Note, Rank, Scene, Select
from lms.core.errors import DomainError

#: The field of a form that carries options, questions and statements. Items and parts have fields of their own.
FIELD = "choice"


@dataclass(frozen=True)
class Step:
    """What was decided in a scene."""

    scene: str
    chosen: tuple[str, ...]


#: The decisions of a run so far, in their order.
State = tuple[Step, ...]


def current(case: Case, state: State) -> Scene:
    """The scene in which the run is."""
    return case.scene(_next(case, state[-1]) if state else case.start)


def _next(case: Case, step: Step) -> str:
    decision = case.scene(step.scene).decision
    if isinstance(decision, Choose):
        return next(option.goto for option in decision.options if option.key in step.chosen)
    if decision is None:
        raise ValueError(f"nothing is decided in {step.scene}")
    return decision.goto


def decide(case: Case, state: State, form: Mapping[str, Sequence[str]]) -> State:
    """The state after the decision that a form carries for the current scene.

    Raises DomainError, with a sentence for the person, for what is no decision there: nothing, too much, or foreign.
    """
    scene = current(case, state)
    if scene.decision is None:
        raise DomainError("This is the end of the case: there is nothing more to decide.")
    return (*state, Step(scene.key, _read(scene.decision, form)))


def may_go_back(case: Case, state: State) -> bool:
    """True when the scene before lets its decision be taken back."""
    return bool(state) and case.scene(state[-1].scene).reversible


def back(case: Case, state: State) -> State:
    """The state before the last decision. Raises DomainError where that decision stands."""
    if not may_go_back(case, state):
        raise DomainError("The decision before this one stands.")
    return state[:-1]


def _read(decision: Decision, form: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    match decision:
        case Choose(options=options):
            chosen = _picked(form, {option.key for option in options}, most=1)
            if not chosen:
                raise DomainError("Choose one of the options.")
            return chosen
        case Interview(questions=questions, limit=limit):
            asked = _picked(form, {each.key for each in questions}, most=limit)
            if not asked:
                raise DomainError("Choose at least one question to ask.")
            return asked
        case Select(options=options):
            ticked = _picked(form, {option.key for option in options}, most=len(options))
            if not ticked:
                raise DomainError("Tick what applies; at least one does.")
            return ticked
        case Rank(items=items):
            return _in_order(form, tuple(item.key for item in items))
        case Note(fields=fields):
            return tuple(_wording(form, part.key, {option.key for option in part.options}) for part in fields)


def _picked(form: Mapping[str, Sequence[str]], known: set[str], *, most: int) -> tuple[str, ...]:
    given = form.get(FIELD, ())
    if len(given) > len(known) or len(set(given)) < len(given) or not known.issuperset(given):
        raise DomainError("Choose from what is listed.")
    if len(given) > most:
        raise DomainError(f"Choose {most} at most; you chose {len(given)}.")
    return tuple(given)


def _in_order(form: Mapping[str, Sequence[str]], keys: tuple[str, ...]) -> tuple[str, ...]:
    """The keys in the order of the places that the form gives them."""
    places = {key: form.get(key, ("",)) for key in keys}
    allowed = {str(number) for number in range(1, len(keys) + 1)}
    if any(len(given) != 1 or given[0] not in {"", *allowed} for given in places.values()):
        raise DomainError("Choose a place from the list.")
    if {given[0] for given in places.values()} != allowed:
        raise DomainError(f"Give each its own place, from 1 to {len(keys)}.")
    return tuple(sorted(keys, key=lambda key: int(places[key][0])))


def _wording(form: Mapping[str, Sequence[str]], part: str, known: set[str]) -> str:
    given = form.get(part, ())
    if not given:
        raise DomainError("Choose a wording for each part.")
    if len(given) > 1 or given[0] not in known:
        raise DomainError("Choose from what is listed.")
    return given[0]


def points_of(decision: Decision, chosen: Sequence[str]) -> int:
    """What a decision earns: from 0 to the most that it can, whatever was chosen."""
    match decision:
        case Choose(options=options):
            return next((option.points for option in options if option.key in chosen[:1]), 0)
        case Interview(questions=questions, limit=limit):
            asked = set(chosen[:limit])
            return sum(each.points for each in questions if each.key in asked)
        case Select(options=options, points=points):
            if not chosen:
                return 0
            judged = sum((option.key in chosen) == option.right for option in options)
            return _above_half(judged, len(options), points)
        case Rank(items=items, points=points):
            place = {key: number for number, key in enumerate(chosen)}
            pairs = list(combinations([place.get(item.key, -1) for item in items], 2))
            return _above_half(sum(0 <= first < second for first, second in pairs), len(pairs), points)
        case Note(fields=fields, points=points):
            right = sum(option.right and option.key in chosen for part in fields for option in part.options)
            return right * points // len(fields)


def _above_half(right: int, of: int, points: int) -> int:
    """Half right is what guessing gives and earns nothing; from there the points rise with the share."""
    return max(0, 2 * right - of) * points // of


@dataclass(frozen=True)
class Scored:
    """What one scene of a run earned."""

    scene: Scene
    chosen: tuple[str, ...]
    points: int

    @property
    def most(self) -> int:
        return self.scene.most


def score(case: Case, state: State) -> tuple[Scored, ...]:
    """Every decision of a run with its points, in the order of the path taken."""
    found = []
    for step in state:
        scene = case.scene(step.scene)
        points = points_of(scene.decision, step.chosen) if scene.decision else 0
        found.append(Scored(scene, step.chosen, points))
    return tuple(found)


def by_objective(scored: Sequence[Scored]) -> dict[str, tuple[int, int]]:
    """Points and possible points for each objective, in the order of the path."""
    totals: dict[str, tuple[int, int]] = {}
    for each in scored:
        if each.scene.objective:
            points, most = totals.get(each.scene.objective, (0, 0))
            totals[each.scene.objective] = (points + each.points, most + each.most)
    return totals


def findings(case: Case, state: State) -> tuple[Ask, ...]:
    """The questions that were asked so far, whose answers are known."""
    found: list[Ask] = []
    for step in state:
        decision = case.scene(step.scene).decision
        if isinstance(decision, Interview):
            found += [each for each in decision.questions if each.key in step.chosen]
    return tuple(found)


def chosen_html(case: Case, step: Step) -> tuple[str, ...]:
    """What was chosen in a scene, as it was worded there, in the order in which it was given."""
    words: dict[str, str] = {}
    match case.scene(step.scene).decision:
        case Choose(options=options):
            words = {option.key: option.html for option in options}
        case Interview(questions=questions):
            words = {each.key: each.html for each in questions}
        case Select(options=statements):
            words = {option.key: option.html for option in statements}
        case Rank(items=items):
            words = {item.key: item.html for item in items}
        case Note(fields=fields):
            words = {option.key: option.html for part in fields for option in part.options}
    return tuple(words[key] for key in step.chosen if key in words)


Keyed = TypeVar("Keyed")


def shuffled(entries: Sequence[Keyed], *, seed: int, scene: str) -> tuple[Keyed, ...]:
    """The entries of a decision in the order of a run. Where their order is what is asked for, use `mixed`."""
    found = list(entries)
    random.Random(f"{seed}:{scene}").shuffle(found)  # noqa: S311 -- a shuffle, not a secret
    return tuple(found)


def mixed(entries: Sequence[Keyed], *, seed: int, scene: str) -> tuple[Keyed, ...]:
    """Shuffled, and never in the order of the file: shown in the right order a ranking would ask nothing."""
    found = shuffled(entries, seed=seed, scene=scene)
    return (*found[1:], found[0]) if list(found) == list(entries) else found
