"""Rules of quizzes on plain data: what is drawn, in which order it is shown, how it is scored."""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass
from datetime import datetime, timedelta

from lms.assessment import item_types
from lms.assessment.item_types import FULL, Response
from lms.content.course import Item, Option, Quiz

__all__ = ["FULL", "Graded", "Response", "Result", "draw", "grade_attempt", "passes", "shuffled_options"]

#: An answer that was on its way when the time ran out still counts.
GRACE = timedelta(seconds=30)


@dataclass(frozen=True)
class Graded:
    """One item of a submitted attempt. Points are thousandths of an item."""

    item: Item
    response: Response | None
    points: int


@dataclass(frozen=True)
class Result:
    """A graded attempt."""

    items: tuple[Graded, ...]
    points: int
    max_points: int
    passed: bool

    @property
    def percent(self) -> int:
        """Whole per cent, rounded down, so that a score just below the mark never reads as if it reached it."""
        return self.points * 100 // self.max_points if self.max_points else 0

    def by_objective(self) -> dict[str, tuple[int, int]]:
        """Points and possible points for each objective, in the order in which the items were shown."""
        totals: dict[str, tuple[int, int]] = {}
        for graded in self.items:
            points, possible = totals.get(graded.item.objective, (0, 0))
            totals[graded.item.objective] = (points + graded.points, possible + FULL)
        return totals


def draw(quiz: Quiz, *, seed: int, seen: Mapping[str, int]) -> tuple[str, ...]:
    """Keys of the items of a new attempt, in the order shown.

    For each objective the setting's number of items is drawn; those seen least often come first, so that a
    retake repeats an item only when the bank has no other. The same seed and history draw the same items.
    """
    chance = random.Random(seed)  # noqa: S311 -- a shuffle, not a secret
    drawn: list[str] = []
    for objective in dict.fromkeys(item.objective for item in quiz.items):
        pool = [item.key for item in quiz.items if item.objective == objective]
        chance.shuffle(pool)
        pool.sort(key=lambda key: seen.get(key, 0))
        drawn += pool[: quiz.settings.draw_per_objective]
    chance.shuffle(drawn)
    return tuple(drawn)


def shuffled_options(item: Item, *, seed: int) -> tuple[Option, ...]:
    """The options in the order of this attempt; options with an order of their own (numbers) keep it."""
    if item.ordered:
        return item.options
    options = list(item.options)
    random.Random(f"{seed}:{item.key}").shuffle(options)  # noqa: S311 -- a shuffle, not a secret
    return tuple(options)


def grade_attempt(items: Iterable[Item], responses: Mapping[str, Response], *, seed: int, pass_mark: int) -> Result:
    """Grade the items that were served. An item without a response earns nothing."""
    graded = []
    for item in items:
        response = responses.get(item.key)
        points = 0 if response is None else item_types.of(item).grade(item, response, seed)
        graded.append(Graded(item, response, points))
    points = sum(entry.points for entry in graded)
    possible = FULL * len(graded)
    return Result(tuple(graded), points, possible, passes(points, possible, pass_mark))


def passes(points: int, possible: int, pass_mark: int) -> bool:
    """True when the points reach the pass mark (per cent), compared without rounding."""
    return possible > 0 and points * 100 >= pass_mark * possible


def deadline(started_at: datetime, *, limit_minutes: int | None, extra_percent: int) -> datetime | None:
    """When the time of an attempt is over: the limit, and `extra_percent` of it more. None without a limit."""
    if limit_minutes is None:
        return None
    return started_at + timedelta(minutes=limit_minutes) * (100 + extra_percent) / 100


def is_over(deadline: datetime | None, moment: datetime) -> bool:
    """True when no answer is taken any more at `moment`."""
    return deadline is not None and moment > deadline + GRACE


def unanswered(items: Iterable[str], answered: Set[str]) -> list[int]:
    """Numbers, from 1, of the items without an answer."""
    return [number for number, key in enumerate(items, start=1) if key not in answered]
