"""Decisions as pages show them: what is asked, which holds nothing of the points, and the debrief after the end."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from lms.assessment.cases.domain import FIELD, Scored, mixed, shuffled
from lms.assessment.item_types import FULL
from lms.assessment.questions import Control, Shown
from lms.content.cases.values import (
    Ask,
    Choose,
    Decision,
    Interview,
    Note,
    Part,
    Place,
    Rank,
    Scene,
    Select,
    Statement,
    Way,
)
from lms.content.gaps.values import Choice


@dataclass(frozen=True)
class Group:
    """Options of which one, or several, are chosen."""

    name: str
    stem_html: str
    several: bool
    options: tuple[Shown, ...]
    chosen: frozenset[str]


@dataclass(frozen=True)
class Asked:
    """A decision that is to be taken: groups of options, or for a ranking a list with a field each."""

    kind: str
    prompt_html: str
    hint: str | None
    groups: tuple[Group, ...]
    controls: tuple[Control, ...]


def asked(scene: Scene, *, seed: int, sent: Mapping[str, Sequence[str]] | None = None) -> Asked:
    """The decision of a scene as a run with this seed asks it, filled in with what a form `sent`.

    Raises ValueError for the end of a case.
    """
    decision, sent = scene.decision, sent or {}
    if decision is None:
        raise ValueError(f"nothing is asked in {scene.key}")
    groups: tuple[Group, ...] = ()
    controls: tuple[Control, ...] = ()
    hint = None
    match decision:
        case Choose(options=ways):
            groups = (_group(FIELD, decision.prompt_html, ways, scene, seed, sent, several=False),)
        case Interview(questions=questions, limit=limit):
            hint = f"Choose {limit} at most. You hear the answers once you have asked."
            groups = (_group(FIELD, decision.prompt_html, questions, scene, seed, sent, several=True),)
        case Select(options=statements):
            hint = "A wrong tick takes back the credit of a right one."
            groups = (_group(FIELD, decision.prompt_html, statements, scene, seed, sent, several=True),)
        case Rank(items=items):
            hint = "Give each its place, 1 for the first."
            places = tuple(Choice(key=str(number), text=str(number)) for number in range(1, len(items) + 1))
            controls = tuple(
                Control(item.key, item.html, places, next(iter(sent.get(item.key, ())), ""))
                for item in mixed(items, seed=seed, scene=scene.key)
            )
        case Note(fields=fields):
            hint = "Choose one wording for each part."
            groups = tuple(
                _group(part.key, part.label, part.options, scene, seed, sent, several=False) for part in fields
            )
    return Asked(decision.kind, decision.prompt_html, hint, groups, controls)


def _group(
    name: str,
    stem: str,
    options: Sequence[Way | Ask | Statement],
    scene: Scene,
    seed: int,
    sent: Mapping[str, Sequence[str]],
    *,
    several: bool,
) -> Group:
    order = shuffled(options, seed=seed, scene=f"{scene.key}:{name}")
    return Group(
        name, stem, several, tuple(Shown(option.key, option.html) for option in order), frozenset(sent.get(name, ()))
    )


State = Literal["correct", "wrong", "key", "other"]


@dataclass(frozen=True)
class Mark:
    """How one option fared. `words` say it, `state` gives it an icon and a tone."""

    html: str
    feedback_html: str
    state: State
    words: str


@dataclass(frozen=True)
class Reviewed:
    """One decision in the debrief: its marks, under the label of each part where it has parts."""

    scored: Scored
    prompt_html: str
    parts: tuple[tuple[str, tuple[Mark, ...]], ...]
    #: Questions that were worth asking and were not, with their answers.
    missed: tuple[Ask, ...]


def reviewed(scored: Scored) -> Reviewed:
    """A decision with what was chosen, what would have been better, and why. For finished runs alone."""
    decision = scored.scene.decision
    if decision is None:
        raise ValueError(f"nothing was decided in {scored.scene.key}")
    parts = _marks(decision, scored.chosen)
    missed = _worth_asking(decision, scored.chosen) if isinstance(decision, Interview) else ()
    return Reviewed(scored, decision.prompt_html, parts, missed)


def _marks(decision: Decision, chosen: tuple[str, ...]) -> tuple[tuple[str, tuple[Mark, ...]], ...]:
    match decision:
        case Choose(options=options):
            return (("", tuple(_way(option, option.key in chosen, decision.most) for option in options)),)
        case Interview(questions=questions):
            missed = _worth_asking(decision, chosen)
            return (("", tuple(_question(each, each.key in chosen, each in missed) for each in questions)),)
        case Select(options=options):
            return (("", tuple(_ticked(option, option.key in chosen) for option in options)),)
        case Rank(items=items):
            return (("", tuple(_placed(item, right, chosen) for right, item in enumerate(items, start=1))),)
        case Note(fields=fields):
            return tuple((part.label, _wordings(part, chosen)) for part in fields)


def _way(option: Way, taken: bool, most: int) -> Mark:
    earned = f": {points_in_words(option.points)}" if most else ""
    if taken:
        state: State = "other" if not most else "correct" if option.points == most else "wrong"
        return Mark(option.html, option.feedback_html, state, f"You chose this{earned}")
    if most and option.points == most:
        return Mark(option.html, option.feedback_html, "key", f"Better{earned}")
    return Mark(option.html, option.feedback_html, "other", "")


def _worth_asking(decision: Interview, chosen: tuple[str, ...]) -> tuple[Ask, ...]:
    """Questions that were not asked although they are worth as much as the best that fit within the limit."""
    best = sorted((each.points for each in decision.questions), reverse=True)[: decision.limit]
    least = max(1, best[-1])
    return tuple(each for each in decision.questions if each.points >= least and each.key not in chosen)


def _question(question: Ask, was_asked: bool, missed: bool) -> Mark:
    earned = points_in_words(question.points)
    if was_asked:
        state: State = "correct" if question.points else "wrong"
        return Mark(question.html, question.feedback_html, state, f"You asked this: {earned}")
    if missed:
        return Mark(question.html, question.feedback_html, "key", f"Worth asking: {earned}")
    return Mark(question.html, question.feedback_html, "other", "")


def _ticked(option: Statement, was_ticked: bool) -> Mark:
    states: dict[tuple[bool, bool], tuple[State, str]] = {
        (True, True): ("correct", "You ticked this: it applies"),
        (True, False): ("wrong", "You ticked this: it does not apply"),
        (False, True): ("key", "It applies; you did not tick it"),
        (False, False): ("other", "You left this out: it does not apply"),
    }
    return Mark(option.html, option.feedback_html, *states[was_ticked, option.right])


def _placed(item: Place, right: int, chosen: tuple[str, ...]) -> Mark:
    given = chosen.index(item.key) + 1 if item.key in chosen else None
    if given == right:
        return Mark(item.html, item.feedback_html, "correct", f"Place {right}: you put it there")
    return Mark(item.html, item.feedback_html, "wrong", f"Place {right}; you put it at {given or 'none'}")


def _wordings(part: Part, chosen: tuple[str, ...]) -> tuple[Mark, ...]:
    found = []
    for option in part.options:
        taken = option.key in chosen
        state: State = ("correct" if option.right else "wrong") if taken else "key" if option.right else "other"
        words = {"correct": "You chose this: right", "wrong": "You chose this: not right", "key": "Right", "other": ""}
        found.append(Mark(option.html, option.feedback_html, state, words[state]))
    return tuple(found)


def points_in_words(points: int) -> str:
    """Thousandths of points as they are read: `1 point`, `2.5 points`."""
    shown = f"{round(points / FULL, 2):g}"
    return f"{shown} point" if shown == "1" else f"{shown} points"
