"""The schedule and the draw, on plain data."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from lms.assessment.item_types import FULL
from lms.assessment.mastery import Mastery
from lms.calculators.domain import formulas
from lms.content import locate
from lms.content.course import Item
from lms.content.loader import load
from lms.reviews.domain import DAYS, QUESTIONS, Planned, draw, due_dates, standing
from lms.reviews.services import pool
from tests.support import journey

START = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)


def plan(**changes: dict[str, bool]) -> list[Planned]:
    """Four reviews by their days; `d10={"submitted": True}` changes that of the tenth day."""
    return [
        replace(Planned(str(days), due_at, announced=False, submitted=False), **changes.get(f"d{days}", {}))
        for days, due_at in zip(DAYS, due_dates(START), strict=True)
    ]


def test_the_days_are_fixed() -> None:
    assert [(due - START).days for due in due_dates(START)] == [3, 10, 30, 60]


@pytest.mark.parametrize(
    ("day", "done", "ready", "following"),
    [
        (0, (), None, "3"),
        (2.99, (), None, "3"),
        (3, (), "3", "10"),
        (9, (), "3", "10"),
        (9, ("d3",), None, "10"),
        (10, (), "10", "30"),
        (10, ("d3",), "10", "30"),
        (59, ("d3", "d30"), None, "60"),
        (60, ("d3",), "60", None),
        (1000, (), "60", None),
        (1000, ("d60",), None, None),
    ],
)
def test_a_missed_review_is_replaced_by_the_next(
    day: float, done: tuple[str, ...], ready: str | None, following: str | None
) -> None:
    found = standing(plan(**{name: {"submitted": True} for name in done}), START + timedelta(days=day))
    assert (found.ready and found.ready.public_id, found.following and found.following.public_id) == (ready, following)
    assert found.finished is (ready is None and following is None)


def test_what_was_announced_stays_open_when_the_clock_is_set_back() -> None:
    found = standing(plan(d10={"announced": True}), START)
    assert found.ready is not None
    assert found.ready.public_id == "10"
    assert found.following is not None
    assert found.following.public_id == "30"


@pytest.fixture(scope="module")
def items() -> list[Item]:
    """What the shipped course can ask in reviews."""
    course = load(locate.shipped_root(), calculators=formulas()).course
    assert course is not None
    return pool(course, {module.key for module in course.modules})


def known_from(items: list[Item], right: dict[str, int]) -> dict[str, Mastery]:
    """Ten questions answered for each objective, of which so many were right (all, unless said)."""
    return {item.objective: Mastery(right.get(item.objective, 10) * FULL, 10 * FULL) for item in items}


def test_the_objectives_known_least_come_first(items: list[Item]) -> None:
    objectives = sorted({item.objective for item in items})
    weak = set(objectives[:4])
    by_key = {item.key: item for item in items}
    for seed in range(20):
        found = draw(items, known=known_from(items, dict.fromkeys(weak, 3)), seen={}, seed=seed)
        asked = Counter(by_key[key].objective for key in found)
        assert weak <= set(asked) or any(by_key[key].numeric for key in found)
        assert len(weak - set(asked)) == 0, asked
        assert max(asked.values()) == 1, "one question each before a second from any"


def test_what_nothing_is_known_about_comes_before_what_is_known(items: list[Item]) -> None:
    objectives = sorted({item.objective for item in items})
    known = known_from(items, {})
    del known[objectives[5]]
    found = draw(items, known=known, seen={}, seed=1)
    assert objectives[5] in {item.objective for item in items if item.key in found}


def test_there_is_a_calculation_in_each(items: list[Item]) -> None:
    numeric = {item.key for item in items if item.numeric}
    assert numeric
    for seed in range(50):
        assert numeric & set(draw(items, known={}, seen={}, seed=seed))
    without = [item for item in items if not item.numeric]
    assert len(draw(without, known={}, seen={}, seed=1)) == QUESTIONS


def test_what_was_answered_least_often_comes_first(items: list[Item]) -> None:
    """Review after review no question comes again while its objective has another, and none is forgotten."""
    known = known_from(items, {})
    seen: Counter[str] = Counter()
    for seed in range(200):
        seen.update(draw(items, known=known, seen=seen, seed=seed))
    for objective in {item.objective for item in items}:
        for kind in (True, False):
            times = [seen[item.key] for item in items if item.objective == objective and bool(item.numeric) is kind]
            if times and not kind:
                assert max(times) - min(times) <= 1, (objective, times)


@given(
    seed=st.integers(0, 2**62),
    size=st.integers(0, 40),
    right=st.dictionaries(st.integers(0, 12), st.integers(0, 10)),
)
def test_a_draw_is_five_different_questions_and_the_same_again(
    items: list[Item], seed: int, size: int, right: dict[int, int]
) -> None:
    objectives = sorted({item.objective for item in items})
    some = items[:: max(1, len(items) // size)][:size] if size else []
    known = known_from(items, {objectives[place % len(objectives)]: count for place, count in right.items()})
    found = draw(some, known=known, seen={}, seed=seed)
    assert len(set(found)) == len(found) == min(QUESTIONS, len(some))
    assert found == draw(some, known=known, seen={}, seed=seed)
    assert set(found) <= {item.key for item in some}


def test_a_quiz_that_is_not_passed_lends_no_question(app: Flask) -> None:
    course = journey.course(app)
    first = course.modules[0]
    asked = {item.key for item in pool(course, {first.key})}
    assert {item.key for item in first.quiz.items} <= asked
    for module in course.modules:
        assert {item.key for item in module.quiz.checks} <= asked
    for module in course.modules[1:]:
        assert not {item.key for item in module.quiz.items} & asked
