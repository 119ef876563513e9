"""What evidence says about an objective: never more than the interval allows, and always something to do next."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest

from lms.assessment.item_types import FULL
from lms.assessment.mastery import (
    EITHER,
    FIRM,
    LIKELY,
    NOT_YET,
    TARGET,
    TOO_FEW,
    Mastery,
    study_next,
)
from tests.support import journey


def of(right: float, items: int) -> Mastery:
    return Mastery(round(right * FULL), items * FULL)


@given(st.integers(1, 60), st.data())
def test_the_interval_is_wilsons(items: int, data: st.DataObject) -> None:
    """As another program calculates it."""
    right = data.draw(st.integers(0, items))
    expected = binomtest(right, items).proportion_ci(confidence_level=0.8, method="wilson")
    assert of(right, items).interval == pytest.approx((expected.low, expected.high), abs=1e-9)


@given(st.integers(0, 60), st.data())
def test_the_interval_holds_the_share_and_stays_a_share(items: int, data: st.DataObject) -> None:
    mastery = Mastery(data.draw(st.integers(0, items * FULL)), items * FULL)
    low, high = mastery.interval
    assert 0 <= low <= high <= 1
    if items:
        assert low - 1e-12 <= mastery.share <= high + 1e-12


@pytest.mark.parametrize(
    ("right", "items", "verdict"),
    [
        (0, 0, TOO_FEW),
        (3, 3, TOO_FEW),
        (4, 4, LIKELY),
        (6, 6, LIKELY),
        (7, 7, FIRM),
        (5, 6, LIKELY),
        (3, 4, EITHER),
        (2, 4, NOT_YET),
        (1, 4, NOT_YET),
        (10, 20, NOT_YET),
        (19, 20, FIRM),
        (18, 20, LIKELY),
        (17, 20, LIKELY),
    ],
)
def test_words_follow_from_the_interval(right: int, items: int, verdict: str) -> None:
    assert of(right, items).verdict == verdict


@given(st.integers(4, 40), st.data())
def test_one_more_right_answer_never_sounds_worse(items: int, data: st.DataObject) -> None:
    order = [NOT_YET, EITHER, LIKELY, FIRM]
    right = data.draw(st.integers(0, items - 1))
    assert order.index(of(right, items).verdict) <= order.index(of(right + 1, items).verdict)


def test_what_is_known_to_be_missing_comes_first() -> None:
    known = {"a": of(10, 10), "b": of(3, 4), "c": of(1, 6), "d": of(2, 8)}
    assert study_next(("a", "b", "c", "d", "e"), known) == "c"
    assert study_next(("a", "b", "e"), known) == "b"
    assert study_next(("a", "f", "e"), known) == "f", "among equals the course decides"
    assert study_next(("a",), known) is None
    assert TARGET == 0.8


def test_the_page_tells_what_it_rests_on(alice: FlaskClient, attempt: str, address: str) -> None:
    page = alice.get("/training/mtm/objectives").text
    assert "No question is answered yet" in page
    assert "There are too few answers" in page
    journey.post(alice, f"{address}/submit", {"incomplete": "yes"})
    page = alice.get("/training/mtm/objectives").text
    assert "Module 2 quiz" in page
    assert "not right" in page
    assert "Study this next" in page
    assert "0 of 2 right" in page
    for before in ("x", "-1", "0", "99999999999", "1"):
        assert alice.get(f"/training/mtm/objectives?before={before}").status_code == 200
