"""The numbers of a cohort: as other programs calculate them, and never of fewer than ten learners."""

from __future__ import annotations

from collections import Counter
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from lms.assessment.cohort.domain import BANDS, FEWEST_LEARNERS, Group, Sums, change, shown, standing, student
from lms.assessment.item_types import FULL
from lms.assessment.mastery import Mastery


def sums(pairs: np.ndarray) -> Sums:
    x, y = pairs[:, 0], pairs[:, 1]
    return Sums(len(pairs), x.sum(), y.sum(), (x * x).sum(), (y * y).sum(), (x * y).sum())


@pytest.mark.parametrize("freedom", [9, 10, 15, 29, 100, 1000, 10**6])
def test_students_deviate(freedom: int) -> None:
    assert student(freedom) == pytest.approx(stats.t.ppf(0.975, freedom), abs=1e-4)


@given(st.lists(st.tuples(st.integers(0, 6), st.integers(1, 6)), min_size=10, max_size=80))
def test_a_standing_is_the_mean_of_learners(answers: list[tuple[int, int]]) -> None:
    pairs = [(min(right, items), items) for right, items in answers]
    groups = [Group(right * FULL, items * FULL, n) for (right, items), n in Counter(pairs).items()]
    found = standing(groups)
    shares = np.array([right / items for right, items in pairs])
    assert found.learners == len(pairs)
    assert found.share == pytest.approx(shares.mean(), abs=1e-9)
    reach = stats.t.ppf(0.975, len(shares) - 1) * shares.std(ddof=1) / np.sqrt(len(shares))
    expected = max(0.0, shares.mean() - reach), min(1.0, shares.mean() + reach)
    assert found.interval == pytest.approx(expected, abs=1e-4)
    bands = Counter(Mastery(right * FULL, items * FULL).verdict for right, items in pairs)
    assert all(found.bands[band] == bands[band] for band in found.bands)


def test_nothing_is_said_of_nine() -> None:
    assert standing([Group(FULL, 4 * FULL, 9)]).learners is None
    assert standing([Group(FULL, 4 * FULL, 9)]).share is None
    assert standing([]).bands == {}
    assert standing([Group(FULL, 4 * FULL, 10)]).learners == 10
    pairs = np.array([(0.0, 1.0)] * 9)
    assert change(sums(pairs)) is None
    assert change(sums(np.array([(0.0, 1.0)] * 10))) is not None


@given(st.lists(st.integers(0, 40), min_size=len(BANDS), max_size=len(BANDS)))
def test_no_small_count_can_be_worked_out(counts: list[int]) -> None:
    """Neither one band nor what is left of the total may stand for one to nine learners."""
    given_counts = dict(zip(BANDS, counts, strict=True))
    visible = shown(given_counts)
    assert all(visible[band] == given_counts[band] >= FEWEST_LEARNERS for band in visible)
    left = sum(counts) - sum(visible.values())
    assert left == 0 or left >= FEWEST_LEARNERS or sum(counts) < FEWEST_LEARNERS


def test_hiding_is_no_more_than_needed() -> None:
    assert shown({"a": 30, "b": 20, "c": 12}) == {"a": 30, "b": 20, "c": 12}
    assert shown({"a": 30, "b": 6, "c": 7}) == {"a": 30}
    assert shown({"a": 30, "b": 20, "c": 7}) == {"a": 30}
    assert shown({"a": 30, "b": 0, "c": 0}) == {"a": 30}


@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), min_size=10, max_size=60))
def test_the_mean_change_is_that_of_pairs(answers: list[tuple[int, int]]) -> None:
    pairs = np.array(answers) / 4
    found = change(sums(pairs))
    assert found
    differences = pairs[:, 1] - pairs[:, 0]
    assert found.mean == pytest.approx(differences.mean(), abs=1e-9)
    reach = stats.t.ppf(0.975, len(pairs) - 1) * differences.std(ddof=1) / np.sqrt(len(pairs))
    low, high = differences.mean() - reach, differences.mean() + reach
    assert found.interval == pytest.approx((max(-1.0, low), min(1.0, high)), abs=1e-4)
    if found.gain is not None:
        assert found.gain == pytest.approx(differences.mean() / (1 - pairs[:, 0].mean()), abs=1e-9)


def test_there_is_no_gain_where_everybody_was_right_before() -> None:
    found = change(sums(np.array([(1.0, 1.0)] * 12)))
    assert found
    assert (found.mean, found.gain, found.gain_interval) == (0.0, None, None)


def test_the_gains_interval_agrees_with_a_bootstrap() -> None:
    """The delta method against resampling of learners, for a cohort of sixty."""
    chance = np.random.default_rng(20261128)
    ability = chance.normal(size=60)
    before = (chance.normal(size=60) + ability > 0.6).astype(float)
    after = chance.binomial(4, 1 / (1 + np.exp(-(1.0 + ability)))) / 4
    pairs = np.column_stack([before, after])
    found = change(sums(pairs))
    assert found
    assert found.gain_interval
    draws = chance.integers(0, 60, size=(20_000, 60))
    means = pairs[draws].mean(axis=1)
    gains = (means[:, 1] - means[:, 0]) / (1 - means[:, 0])
    assert found.gain_interval == pytest.approx(tuple(np.quantile(gains, [0.025, 0.975])), abs=0.03)


def test_the_intervals_hold_what_they_promise() -> None:
    """Of many cohorts of thirty, about 95 in a hundred intervals hold the true mean change and the true gain."""
    chance = np.random.default_rng(1)
    hits = Counter[str]()
    cohorts = 2000
    for _cohort in range(cohorts):
        before = (chance.random(30) < 0.3).astype(float)
        after = chance.binomial(4, np.where(before > 0, 0.9, 0.7)) / 4
        found = change(sums(np.column_stack([before, after])))
        assert found
        assert found.gain_interval
        true_after = 0.3 * 0.9 + 0.7 * 0.7
        hits["mean"] += found.interval[0] <= true_after - 0.3 <= found.interval[1]
        hits["gain"] += found.gain_interval[0] <= (true_after - 0.3) / 0.7 <= found.gain_interval[1]
    for name in ("mean", "gain"):
        assert 0.93 <= hits[name] / cohorts <= 0.975, (name, hits[name] / cohorts)


def test_bands_are_all_there_are() -> None:
    """Every verdict has its column."""
    assert {Mastery(points, 12 * FULL).verdict for points in range(0, 12 * FULL + 1, FULL)} < set(BANDS)
    assert len(BANDS) == len(set(BANDS)) == 5
    assert all(one != other for one, other in combinations(BANDS, 2))
