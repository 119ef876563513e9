"""Regrading: what a corrected version of a question makes of an answer that was given to an earlier one.

Plain functions on plain data. Points rise whenever the corrected version gives more for the answer as it stands. They
fall only where that was chosen, and only for who was asked the same: a learner who could not have chosen the new right
answer is not marked down for it. See docs/decisions/regrade.md.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import astuple, dataclass, replace
from datetime import datetime
from typing import Any

from lms.assessment import item_types
from lms.assessment.domain import Graded, Result, passes
from lms.assessment.item_types import FULL, Response, numeric
from lms.content.course import Course, Item

_RIGHT = "Another answer is right"
WITHDRAWN = "It is withdrawn: it counts in full for everyone who was asked"


@dataclass(frozen=True)
class Outcome:
    """Points of one answer after regrading, and whether something kept them from following the corrected version."""

    points: int
    #: The corrected version gives less, and the points stay.
    kept: bool = False
    #: The corrected version no longer offers what was chosen, or asks with other numbers: it cannot grade the answer.
    unreadable: bool = False


@dataclass(frozen=True)
class Served:
    """One submitted attempt with its answer to the item that is regraded. Points are thousandths of an item."""

    attempt_id: int
    public_id: str
    person_id: int
    name: str
    quiz: str
    number: int
    release_id: int
    seed: int
    evidence_id: int
    item_points: int
    points: int
    max_points: int
    passed: bool
    response: Response | None


@dataclass(frozen=True)
class Change:
    """One attempt whose result a regrade changes."""

    served: Served
    item_points: int
    points: int
    passed: bool

    @property
    def percents(self) -> tuple[int, int]:
        """Whole per cent before and after, rounded down as everywhere."""
        possible = self.served.max_points
        return self.served.points * 100 // possible, self.points * 100 // possible


@dataclass(frozen=True)
class Preview:
    """What a regrade would do."""

    course: str
    item: str
    release_id: int
    may_lower: bool
    #: Submitted attempts that another release served the item to.
    examined: int
    kept: int
    unreadable: int
    changes: tuple[Change, ...]

    @property
    def raised(self) -> int:
        return sum(each.points > each.served.points for each in self.changes)

    @property
    def lowered(self) -> int:
        return sum(each.points < each.served.points for each in self.changes)

    @property
    def newly_passed(self) -> int:
        return sum(each.passed and not each.served.passed for each in self.changes)

    @property
    def no_longer_passed(self) -> int:
        return sum(each.served.passed and not each.passed for each in self.changes)

    @property
    def learners(self) -> int:
        return len({each.served.person_id for each in self.changes})

    @property
    def fingerprint(self) -> str:
        """Names exactly this preview: another one as soon as an answer, a result or the release is another."""
        changes = [
            (each.served.attempt_id, each.served.item_points, each.item_points, each.served.points, each.points)
            for each in self.changes
        ]
        about = astuple(replace(self, changes=()))
        return hashlib.sha256(json.dumps([about, changes]).encode()).hexdigest()


@dataclass(frozen=True)
class Correction:
    """What a regrade means for one question of one attempt."""

    at: datetime
    reason: str
    #: The release that corrected the question, and the question in it; None where it is withdrawn.
    course: Course
    item: Item | None
    #: Points before and after; None where they stayed.
    points: tuple[int, int] | None


def differences(served: Item, corrected: Item | None) -> tuple[str, ...]:
    """In what the two grade differently, in words; nothing where they do not."""
    if corrected is None:
        return (WITHDRAWN,)
    if served.type != corrected.type:
        return ("It is another kind of question",)
    before, after = _grading(served), _grading(corrected)
    found = tuple(words for words in before if before[words] != after[words])
    if _RIGHT in found and not after[_RIGHT] <= {option.key for option in served.options}:
        found = (*found, "What is right now was not offered in these words before")
    return found


def grade_alike(one: Item | None, other: Item | None) -> bool:
    """True when two versions of an item grade every answer in the same way; None is a withdrawn one."""
    if one is None or other is None:
        return one is other
    return not differences(one, other)


def same_wording(served: Item, corrected: Item) -> bool:
    """True when both ask in the same words."""
    texts = [(item.stem_html, item.gaps.text_html if item.gaps else "") for item in (served, corrected)]
    return texts[0] == texts[1]


def outcome(
    served: Item, corrected: Item | None, response: Response | None, *, seed: int, points: int, may_lower: bool
) -> Outcome:
    """Regrade one answer, which has earned `points` so far."""
    if corrected is None:
        return Outcome(FULL)
    found = grade(served, corrected, response, seed)
    if found is None:
        return Outcome(points, unreadable=True)
    if found < points and not (may_lower and _asked_the_same(served, corrected)):
        return Outcome(points, kept=True)
    return Outcome(found)


def grade(served: Item, corrected: Item, response: Response | None, seed: int) -> int | None:
    """Points that the corrected version gives for an answer to the one served. None where it cannot tell."""
    if response is None:
        return 0
    if served.type != corrected.type or not _readable(corrected, response):
        return None
    if served.numeric and corrected.numeric:
        try:
            asked = numeric.question(served, seed).values, numeric.question(corrected, seed).values
        except ValueError:
            return None
        if asked[0] != asked[1]:
            return None
    return item_types.of(corrected).grade(corrected, response, seed)


def changed(served: Served, found: Outcome, *, pass_mark: int) -> Change | None:
    """The attempt after regrading one item; None where nothing changes."""
    if found.points == served.item_points:
        return None
    points = served.points - served.item_points + found.points
    return Change(served, found.points, points, passes(points, served.max_points, pass_mark))


def corrected_result(result: Result, corrections: Mapping[str, Correction], *, passed: bool) -> Result:
    """A result that was graded as served, with the points that regrades gave; `passed` as the attempt's row has it."""
    items = tuple(
        replace(each, points=found.points[1])
        if (found := corrections.get(each.item.key)) is not None and found.points is not None
        else each
        for each in result.items
    )
    return replace(result, items=items, points=sum(each.points for each in items), passed=passed)


def shown(graded: Graded, correction: Correction | None, *, seed: int) -> Item:
    """The version of a question that its explanation goes by: the corrected one, where it offers what was given."""
    if correction is None or correction.item is None:
        return graded.item
    readable = grade(graded.item, correction.item, graded.response, seed) is not None
    return correction.item if readable else graded.item


def by_person(changes: Iterable[Change]) -> dict[int, list[Change]]:
    """Changes of each person, in their order."""
    found: dict[int, list[Change]] = {}
    for each in changes:
        found.setdefault(each.served.person_id, []).append(each)
    return found


def _grading(item: Item) -> dict[str, Any]:
    """Everything that grading looks at, by the words for a difference in it."""
    found: dict[str, Any] = {"Partly right answers count in another way": item.credit}
    found[_RIGHT] = {option.key for option in item.options if option.correct}
    if item.numeric:
        asks = item.numeric
        found["The answer is calculated in another way"] = (asks.answer, asks.places)
        found["Another tolerance"] = asks.tolerance
        found["Another unit, or other units to choose from"] = (asks.unit, set(asks.units))
        found["Other numbers are asked"] = (asks.parameters, asks.constraints)
    if item.gaps:
        found["Other answers are accepted"] = {gap.key: set(gap.right) for gap in item.gaps.gaps}
    return found


def _readable(item: Item, response: Response) -> bool:
    """True when everything in the response is something that the item offers."""
    given = item_types.of(item).fields(response)
    if item.options:
        return set(given.get("", ())) <= {option.key for option in item.options}
    if item.gaps:
        choices = {gap.key: {choice.key for choice in gap.choices} for gap in item.gaps.gaps}
        return all(
            part in choices and (not choices[part] or set(values) <= choices[part]) for part, values in given.items()
        )
    return True


def _asked_the_same(served: Item, corrected: Item) -> bool:
    """True when both offer the same to choose from or to fill in, in the same words."""
    return same_wording(served, corrected) and _offered(served) == _offered(corrected)


def _offered(item: Item) -> Any:
    return (
        {option.key for option in item.options},
        set(item.numeric.units) if item.numeric else None,
        {gap.key: {choice.key for choice in gap.choices} for gap in item.gaps.gaps} if item.gaps else None,
    )
