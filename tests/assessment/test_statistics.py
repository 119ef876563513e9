"""Item statistics: every figure agrees with a plain computation from the whole table of scores."""

from __future__ import annotations

import random
import statistics
from collections.abc import Sequence
from math import exp, sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.assessment import item_types
from lms.assessment.statistics import (
    FEWEST,
    FEWEST_IN_CELL,
    FULL,
    LONGEST,
    CellFigures,
    Flag,
    ItemFigures,
    Scored,
    Tally,
    dead_distractors,
    flags,
    item_figures,
    quiz_figures,
    wilson,
)

#: One attempt: points by item.
Points = dict[int, int]
RIGHT, WRONG = "right", "wrong"


def crowd(
    attempts: int, items: int, *, drawn: int | None = None, levels: Sequence[int] = (0, FULL), seed: int = 1
) -> list[Points]:
    """Scores of learners of different abilities on items of different difficulty, each on their own draw."""
    chance = random.Random(seed)  # noqa: S311 -- an example, not a secret
    found = []
    for _ in range(attempts):
        ability = chance.gauss(0, 1)
        mine = chance.sample(range(items), drawn or items)
        found.append(
            {
                item: levels[sum(chance.random() < 1 / (1 + exp(item / items - ability)) for _ in levels[1:])]
                for item in mine
            }
        )
    return found


def counted(attempts: Sequence[Points]) -> Tally:
    tally = Tally()
    for item in sorted({item for attempt in attempts for item in attempt}):
        tally.expect(item, (RIGHT, WRONG))
    for attempt in attempts:
        tally.add([Scored(item, points, (RIGHT if points else WRONG,)) for item, points in attempt.items()])
    return tally


def rest(attempt: Points, item: int) -> float:
    return (sum(attempt.values()) - attempt[item]) / (len(attempt) - 1)


DRAWS = [
    pytest.param({"items": 12}, id="all get the same"),
    pytest.param({"items": 40, "drawn": 8}, id="a draw"),
    pytest.param({"items": 9, "levels": (0, 333, 666, FULL)}, id="partial credit"),
    pytest.param({"items": 30, "drawn": 7, "levels": (0, 500, FULL)}, id="a draw with partial credit"),
]


@pytest.mark.parametrize("shape", DRAWS)
def test_figures_of_items(shape: dict) -> None:
    attempts = crowd(900, **shape)
    tally = counted(attempts)
    for item in range(shape["items"]):
        asked = [attempt for attempt in attempts if item in attempt]
        own, others = [attempt[item] for attempt in asked], [rest(attempt, item) for attempt in asked]
        found = item_figures(tally.items[item])
        assert found is not None
        assert found.n == len(asked)
        assert found.facility == pytest.approx(statistics.fmean(own) / FULL, abs=1e-9)
        assert found.discrimination == pytest.approx(statistics.correlation(own, others), abs=1e-9)
        assert found.mean_rest == pytest.approx(statistics.fmean(others) / FULL, abs=1e-9)
        for cell, chosen in ((RIGHT, [bool(points) for points in own]), (WRONG, [not points for points in own])):
            figures = next(each for each in found.cells if each.cell == cell)
            assert figures.share == pytest.approx(statistics.fmean(chosen), abs=1e-9)
            mean = statistics.fmean(other for other, is_chosen in zip(others, chosen, strict=True) if is_chosen)
            assert figures.mean_rest == pytest.approx(mean / FULL, abs=1e-9)


@pytest.mark.parametrize("shape", [DRAWS[0], DRAWS[2]])
def test_where_all_get_the_same_items_reliability_is_cronbachs_alpha(shape: dict) -> None:
    attempts = crowd(500, **shape)
    items = shape["items"]
    totals = [sum(attempt.values()) for attempt in attempts]
    variances = [statistics.variance([attempt[item] for attempt in attempts]) for item in range(items)]
    alpha = items / (items - 1) * (1 - sum(variances) / statistics.variance(totals))
    found = quiz_figures(counted(attempts))
    assert found is not None
    assert (found.attempts, found.items, found.error_of_draw) == (500, items, 0)
    assert found.alpha == pytest.approx(alpha, abs=1e-9)
    assert found.mean == pytest.approx(statistics.fmean(totals) / FULL / items, abs=1e-9)
    assert found.deviation == pytest.approx(statistics.stdev(totals) / FULL / items, abs=1e-9)
    assert found.error == pytest.approx(statistics.stdev(totals) * sqrt(1 - alpha) / FULL / items, abs=1e-9)


def test_of_right_and_wrong_it_is_kr_20() -> None:
    """Kuder and Richardson's formula 20, with the variance that divides by n."""
    attempts = crowd(400, 10)
    shares = [statistics.fmean(attempt[item] / FULL for attempt in attempts) for item in range(10)]
    variance = statistics.pvariance([sum(attempt.values()) / FULL for attempt in attempts])
    found = quiz_figures(counted(attempts))
    assert found is not None
    assert found.alpha == pytest.approx(10 / 9 * (1 - sum(p * (1 - p) for p in shares) / variance), abs=1e-9)


@pytest.mark.parametrize("shape", [DRAWS[1], DRAWS[3]])
def test_with_a_draw_the_difficulty_of_the_items_drawn_is_taken_away(shape: dict) -> None:
    attempts = crowd(700, **shape)
    k, n = shape["drawn"], len(attempts)
    means = {
        item: statistics.fmean(attempt[item] for attempt in attempts if item in attempt)
        for item in range(shape["items"])
    }
    distances = [[points - means[item] for item, points in attempt.items()] for attempt in attempts]
    within = sum(distance**2 for each in distances for distance in each)
    between = sum(sum(each) ** 2 for each in distances)
    alpha = k / (k - 1) * (1 - within / between)
    luck = statistics.stdev(sum(means[item] for item in attempt) for attempt in attempts)
    found = quiz_figures(counted(attempts))
    assert found is not None
    assert found.alpha == pytest.approx(alpha, abs=1e-9)
    assert found.error_of_draw == pytest.approx(luck / FULL / k, abs=1e-9)
    error = sqrt(between * (1 - alpha) / (n - 1) + luck**2)
    assert found.error == pytest.approx(error / FULL / k, abs=1e-9)


def test_a_draw_is_as_reliable_as_spearman_and_brown_foretell_from_the_whole_bank() -> None:
    bank, k = 24, 8
    everything = quiz_figures(counted(crowd(6000, bank)))
    draws = quiz_figures(counted(crowd(6000, bank, drawn=k)))
    assert everything is not None
    assert draws is not None
    assert everything.alpha is not None
    ratio = k / bank
    foretold = ratio * everything.alpha / (1 + (ratio - 1) * everything.alpha)
    assert draws.alpha == pytest.approx(foretold, abs=0.02)


def test_the_commonest_number_of_items_is_described() -> None:
    short, long = crowd(60, 5), crowd(40, 8, seed=2)
    found = quiz_figures(counted([*short, *long]))
    alone = quiz_figures(counted(short))
    assert found is not None
    assert alone is not None
    assert (found.attempts, found.items) == (60, 5)
    assert found.alpha == pytest.approx(alone.alpha, abs=1e-9)


def test_where_nothing_varies_nothing_is_claimed() -> None:
    same = quiz_figures(counted([{0: FULL, 1: 333, 2: 0}] * 50))
    assert same is not None
    assert (same.alpha, same.error, same.deviation) == (None, None, 0)
    for item in counted([{0: FULL, 1: 333, 2: 0}] * 50).items.values():
        figures = item_figures(item)
        assert figures is not None
        assert figures.discrimination is None
    for n in range(30, 60):
        alike = item_figures(counted([{0: FULL * (number % 2), 1: 100, 2: 0, 3: 0} for number in range(n)]).items[0])
        assert alike is not None
        assert alike.discrimination is None
    # Items that vary while their totals do not: rounding must not pass for a difference.
    for n in range(30, 60):
        turns = quiz_figures(counted([{item: 700 * (number % 7 == item) for item in range(7)} for number in range(n)]))
        assert turns is not None
        assert (turns.alpha, turns.error_of_draw) == (None, 0)
    one = quiz_figures(counted(crowd(50, 1)))
    assert one is not None
    assert one.alpha is None


def test_nothing_is_said_below_the_fewest_attempts() -> None:
    few = counted(crowd(FEWEST - 1, 6))
    assert [item_figures(item) for item in few.items.values()] == [None] * 6
    assert quiz_figures(few) is None
    assert quiz_figures(Tally()) is None
    enough = counted(crowd(FEWEST, 6))
    assert None not in [item_figures(item) for item in enough.items.values()]
    assert quiz_figures(enough) is not None


@pytest.mark.parametrize("chosen", [0, FEWEST_IN_CELL - 1, FEWEST_IN_CELL])
def test_nothing_is_said_of_an_option_that_few_chose(chosen: int) -> None:
    attempts = [{0: 0 if number < chosen else FULL, 1: FULL * (number % 2)} for number in range(40)]
    found = item_figures(counted(attempts).items[0])
    assert found is not None
    wrong = next(each for each in found.cells if each.cell == WRONG)
    assert wrong.is_shown is (chosen >= FEWEST_IN_CELL)


def timed(seconds: Sequence[float | None]) -> ItemFigures:
    tally = Tally()
    tally.expect("item")
    for each in seconds:
        tally.add([Scored("item", FULL, (), each)])
    found = item_figures(tally.items["item"])
    assert found is not None
    return found


@given(st.lists(st.floats(0, LONGEST - 1), min_size=FEWEST, max_size=60))
def test_the_median_time_is_exact_to_the_second(seconds: list[float]) -> None:
    assert timed(seconds).median_seconds == statistics.median(int(each) for each in seconds)


def test_breaks_and_unknown_times_do_not_count() -> None:
    found = timed([10.0] * FEWEST + [LONGEST, 9e9, None])
    assert (found.n, found.timed, found.median_seconds) == (FEWEST + 3, FEWEST, 10)
    assert timed([10.0] * (FEWEST - 1) + [None]).median_seconds is None


@given(st.integers(1, 400), st.floats(0, 1))
def test_wilsons_bounds_are_the_shares_from_which_the_observed_one_is_just_not_too_far(n: int, share: float) -> None:
    z = 1.96
    low, high = wilson(share, n, z)
    assert 0 <= low <= high <= 1
    for bound in (low, high):
        assert (bound - share) ** 2 == pytest.approx(z**2 * bound * (1 - bound) / n, abs=1e-9)
    assert wilson(share, 0, z) == (0, 1)


def test_choices_and_items_that_were_not_named() -> None:
    tally = Tally()
    tally.expect("item", ("a",))
    for _ in range(FEWEST):
        tally.add([Scored("item", 0, ("a", "not an option"))])
    found = item_figures(tally.items["item"])
    assert found is not None
    assert [(each.cell, each.share) for each in found.cells] == [("a", 1)]
    with pytest.raises(KeyError):
        tally.add([Scored("another", 0)])


def test_points_are_those_of_the_item_types() -> None:
    assert FULL == item_types.FULL


# Flags


def figures(
    *,
    facility: float = 0.6,
    n: int = 200,
    discrimination: float | None = 0.3,
    cells: dict[str, tuple[float, float | None]] | None = None,
) -> ItemFigures:
    """An item with nothing wrong; `cells` are the share of choosers and their mean rest."""
    low, high = wilson(facility, n, 1.96)
    shown = {"key": (0.6, 0.7), "b": (0.2, 0.5), "c": (0.2, 0.5)} if cells is None else cells
    return ItemFigures(
        n, facility, low, high, discrimination, 0.6, tuple(CellFigures(key, *each) for key, each in shown.items()),
        None, 0,
    )  # fmt: skip


def said(found: ItemFigures, others: float | None = 0.6) -> list[Flag]:
    return flags(found, distractors={"b", "c"}, others=others)


STRONG = {"key": (0.4, 0.5), "b": (0.4, 0.75), "c": (0.2, 0.5)}


def test_a_good_item_gets_no_flag() -> None:
    assert said(figures()) == []


def test_a_negative_item_whose_distractor_draws_the_strong_is_perhaps_miskeyed() -> None:
    assert said(figures(discrimination=-0.2, cells=STRONG)) == [Flag.MISKEY]
    assert said(figures(discrimination=0.1, cells=STRONG)) == []
    assert said(figures(discrimination=None, cells=STRONG)) == []
    hidden = {**STRONG, "b": (0.02, None), "c": (0.6, 0.5)}
    assert Flag.MISKEY not in said(figures(discrimination=-0.05, cells=hidden))
    only_the_key = {"key": (0.6, 0.75), "b": (0.2, 0.6), "c": (0.2, 0.5)}
    assert Flag.MISKEY not in said(figures(discrimination=-0.05, cells=only_the_key))


@pytest.mark.parametrize(("discrimination", "n", "flagged"), [(-0.2, 200, True), (-0.2, 60, False), (-1.0, 30, True)])
def test_without_such_a_distractor_only_what_chance_does_not_explain(
    discrimination: float, n: int, flagged: bool
) -> None:
    found = figures(discrimination=discrimination, n=n, cells={})
    assert said(found) == ([Flag.UPSIDE_DOWN] if flagged else [])


def test_a_distractor_below_five_per_cent_is_dead() -> None:
    found = figures(cells={"key": (0.02, None), "b": (0.049, 0.4), "c": (0.05, 0.4)})
    assert said(found) == [Flag.DEAD_DISTRACTOR]
    assert dead_distractors(found, distractors={"b", "c"}) == ["b"]


@pytest.mark.parametrize(
    ("facility", "n", "others", "flagged"),
    [
        (0.97, 200, 0.6, True),
        (0.97, 200, 0.9, False),  # the whole objective is easy by now
        (0.97, 200, None, False),
        (0.97, 40, 0.6, False),  # too few to be sure
        (0.85, 200, 0.3, False),
    ],
)
def test_too_easy_is_judged_beside_the_objective(facility: float, n: int, others: float | None, flagged: bool) -> None:
    assert said(figures(facility=facility, n=n), others) == ([Flag.TOO_EASY] if flagged else [])


@pytest.mark.parametrize(("facility", "n", "flagged"), [(0.3, 200, True), (0.3, 40, False), (0.39, 200, False)])
def test_too_hard_needs_the_whole_interval(facility: float, n: int, flagged: bool) -> None:
    assert said(figures(facility=facility, n=n)) == ([Flag.TOO_HARD] if flagged else [])


@pytest.mark.parametrize("flag", Flag)
def test_every_flag_says_what_to_look_at(flag: Flag) -> None:
    assert flag.words.endswith(".")
