"""Rules of quizzes on plain data: what is drawn, how it is shown, how it is scored."""

from __future__ import annotations

from collections import Counter
from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.assessment import item_types
from lms.assessment.domain import FULL, draw, grade_attempt, passes, shuffled_options, unanswered
from lms.content.course import Item, Option, Quiz, QuizSettings

SEEDS = st.integers(0, 2**62 - 1)


@st.composite
def items(draw_from: st.DrawFn, *, key: str = "item", objective: str = "O1") -> Item:
    """An item of either type with two to six options, at least one right and one wrong."""
    several = draw_from(st.booleans())
    count = draw_from(st.integers(2, 6))
    right = draw_from(st.integers(1, count - 1)) if several else 1
    flags = draw_from(st.permutations([number < right for number in range(count)]))
    return make_item(key, objective, flags, several=several, ordered=draw_from(st.booleans()))


def make_item(key: str, objective: str, flags: list[bool], *, several: bool = False, ordered: bool = False) -> Item:
    return Item(
        key=key, type="multi" if several else "single", use="quiz", objective=objective, level="recall",
        stem_html="<p>?</p>", ordered=ordered, rationale_html="<p>.</p>", sources=(), reviewed_on=date(2026, 1, 1),
        options=tuple(
            Option(key=f"{key}-{number}", html=str(number), correct=flag, feedback_html="f")
            for number, flag in enumerate(flags)
        ),
    )  # fmt: skip


def make_quiz(per_objective: list[int], *, drawn: int) -> Quiz:
    """A bank with so many items for each objective."""
    bank = [
        make_item(f"i{objective}-{number}", f"O{objective}", [True, False])
        for objective, count in enumerate(per_objective)
        for number in range(count)
    ]
    settings = QuizSettings(draw_per_objective=drawn, pass_mark=70, attempts=3, feedback="after-submission")
    return Quiz(key="quiz", title="Quiz", settings=settings, items=tuple(bank), checks=())


BANKS = st.lists(st.integers(1, 8), min_size=1, max_size=5)


@given(BANKS, st.integers(1, 4), SEEDS)
def test_each_objective_gives_its_number_of_items(bank: list[int], drawn: int, seed: int) -> None:
    quiz = make_quiz(bank, drawn=drawn)
    keys = draw(quiz, seed=seed, seen={})
    assert len(set(keys)) == len(keys)
    counts = Counter(item.objective for item in quiz.items if item.key in keys)
    assert counts == {f"O{number}": min(drawn, count) for number, count in enumerate(bank)}


@given(BANKS, st.integers(1, 4), SEEDS, st.data())
def test_the_least_seen_items_come_first(bank: list[int], drawn: int, seed: int, data: st.DataObject) -> None:
    quiz = make_quiz(bank, drawn=drawn)
    seen = {item.key: data.draw(st.integers(0, 3)) for item in quiz.items}
    keys = set(draw(quiz, seed=seed, seen=seen))
    for objective in {item.objective for item in quiz.items}:
        pool = [item.key for item in quiz.items if item.objective == objective]
        chosen = [seen[key] for key in pool if key in keys]
        left = [seen[key] for key in pool if key not in keys]
        assert not left or max(chosen) <= min(left)


@given(BANKS, st.integers(1, 4), SEEDS)
def test_the_same_seed_and_history_draw_the_same(bank: list[int], drawn: int, seed: int) -> None:
    quiz = make_quiz(bank, drawn=drawn)
    assert draw(quiz, seed=seed, seen={"i0-0": 1}) == draw(quiz, seed=seed, seen={"i0-0": 1})


RESPONSES = st.one_of(
    st.none(),
    st.builds(lambda value: {"choice": value}, st.text(max_size=8) | st.none() | st.integers()),
    st.builds(lambda values: {"choices": values}, st.lists(st.text(max_size=8))),
    st.just({}),
)


@given(items(), RESPONSES, SEEDS)
def test_points_stay_within_bounds_for_any_response(item: Item, response: dict[str, object] | None, seed: int) -> None:
    """Abuse cases 18 and 21: whatever is stored, an item gives no less than nothing and no more than everything."""
    result = grade_attempt([item], {} if response is None else {item.key: response}, seed=seed, pass_mark=70)
    assert 0 <= result.points <= result.max_points == FULL
    assert 0 <= result.percent <= 100


@given(items(), st.data())
def test_only_the_key_earns_everything(item: Item, data: st.DataObject) -> None:
    right = {option.key for option in item.options if option.correct}
    chosen = data.draw(st.sets(st.sampled_from([option.key for option in item.options]), min_size=1))
    if item.type == "single":
        chosen = {next(iter(chosen))}
    kind = item_types.of(item)
    points = kind.grade(item, kind.read(item, {"": sorted(chosen)}), 0)
    assert (points == FULL) == (chosen == right)
    if not chosen & right:
        assert points == 0


@given(items(), SEEDS, SEEDS, st.data())
def test_the_order_shown_never_changes_a_score(item: Item, first: int, second: int, data: st.DataObject) -> None:
    """Abuse case 12: shuffling moves options about and nothing else."""
    shown = shuffled_options(item, seed=first)
    assert sorted(option.key for option in shown) == sorted(option.key for option in item.options)
    assert shown == shuffled_options(item, seed=first)
    if item.ordered:
        assert shown == item.options
    chosen = data.draw(st.sampled_from(shown)).key
    response = {"choices": [chosen]} if item.type == "multi" else {"choice": chosen}
    grades = {item_types.of(item).grade(item, response, seed) for seed in (first, second)}
    assert len(grades) == 1


@given(st.integers(0, 40_000), st.integers(1, 40), st.integers(1, 100))
def test_the_pass_mark_is_compared_without_rounding(points: int, count: int, mark: int) -> None:
    possible = FULL * count
    points = min(points, possible)
    assert passes(points, possible, mark) == (Fraction(points, possible) >= Fraction(mark, 100))


@pytest.mark.parametrize(
    ("points", "possible", "mark", "passed"),
    [(7000, 10000, 70, True), (6999, 10000, 70, False), (0, 1000, 1, False), (1000, 1000, 100, True), (0, 0, 1, False)],
)
def test_pass_marks_at_the_edge(points: int, possible: int, mark: int, passed: bool) -> None:
    assert passes(points, possible, mark) is passed


def test_a_score_just_below_the_mark_never_reads_as_the_mark() -> None:
    item = make_item("a", "O1", [True, True, True, False], several=True)
    result = grade_attempt([item], {"a": {"choices": ["a-0", "a-1"]}}, seed=0, pass_mark=67)
    assert (result.points, result.percent, result.passed) == (666, 66, False)


def test_multi_select_takes_back_credit_but_never_more() -> None:
    item = make_item("a", "O1", [True, True, False, False], several=True)
    grade = item_types.of(item).grade
    assert grade(item, {"choices": ["a-0"]}, 0) == 500
    assert grade(item, {"choices": ["a-0", "a-2"]}, 0) == 0
    assert grade(item, {"choices": ["a-2", "a-3"]}, 0) == 0
    assert grade(item, {"choices": ["a-0", "a-1", "a-2", "a-3"]}, 0) == 0


def test_unanswered_items_are_numbered_as_shown() -> None:
    assert unanswered(["a", "b", "c"], {"b"}) == [1, 3]
