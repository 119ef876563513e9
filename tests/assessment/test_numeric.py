"""Numeric questions: new numbers for each attempt, value and unit apart, and what a known mistake explains."""

from __future__ import annotations

import re
from decimal import Decimal
from html import unescape
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.assessment import item_types
from lms.assessment.item_types import FULL, numeric
from lms.assessment.models import Evidence
from lms.cli.content import load_course_files
from lms.content.course import Item
from lms.content.numeric import drawing
from lms.core.errors import DomainError
from tests.support import journey

COURSE = load_course_files().course
assert COURSE is not None
ITEMS = [item for module in COURSE.modules for item in (*module.quiz.items, *module.quiz.checks) if item.numeric]
BY_KEY = {item.key: item for item in ITEMS}
RATE = BY_KEY["delegation-t01-annual"]
D = Decimal


def with_units(item: Item) -> Item:
    assert item.numeric is not None
    return item.model_copy(update={"numeric": item.numeric.model_copy(update={"unit": "$", "units": ("$", "hours")})})


def read(item: Item, value: str, unit: str = "") -> dict[str, Any]:
    return item_types.of(item).read(item, {"": [value], "unit": [unit] if unit else []})


def test_the_course_has_templates_for_each_calculator() -> None:
    graded = [item.key for item in ITEMS if item.use == "quiz"]
    assert sum(key.startswith("delegation-") for key in graded) >= 12
    for prefix in ("stars-", "mtm-", "ccm-"):
        assert sum(key.startswith(prefix) for key in graded) >= 4


@pytest.mark.parametrize("item", ITEMS, ids=lambda item: item.key)
def test_every_draw_is_a_good_question(item: Item) -> None:
    """Numbers in all places, an answer of some size, and no known mistake that leads to it."""
    assert item.numeric is not None
    seen = set()
    for seed in range(150):
        asked = numeric.question(item, seed)
        seen.add(asked.stem_html)
        assert "{=" not in asked.stem_html
        assert abs(asked.answer) > 1
        for value, words in drawing.mistakes(item.numeric, asked.values):
            assert abs(value - asked.answer) > item.numeric.tolerance, (seed, words)
        assert "{=" not in numeric.rationale(item, seed)
        assert numeric.in_words(item.numeric, asked.answer) in unescape(numeric.rationale(item, seed))
    assert len(seen) >= 10


@pytest.mark.parametrize(
    ("key", "values", "answer"),
    [
        ("delegation-t01-annual", {"n": 200, "m": 15, "P": 60, "Q": 20}, "2000.00"),
        ("delegation-t02-load", {"w": 60}, "85.47"),
        ("delegation-t03-unequal", {"P": 62, "Q": 21, "a": 12, "b": 18, "n": 300}, "1830.00"),
        ("delegation-t04-checking", {"P": 60, "Q": 20, "a": 15, "b": 18, "s": 3, "n": 240}, "1440.00"),
        ("delegation-t05-break-even", {"T": 900, "S": "7.5"}, "120"),
        ("delegation-t06-payback", {"T": 1200, "S": 8, "n": 30}, "5.0"),
        ("delegation-t07-hours", {"a": 25, "s": 4, "n": 180}, "63.0"),
        ("delegation-t08-capacity", {"H": 63, "u": 80, "t": 36}, "84"),
        ("delegation-t09-cash", {"x": 84, "f": 60, "m": 37, "Q": 27}, "3641.40"),
        ("delegation-t10-slowest", {"P": 60, "Q": 20, "a": 15, "s": 3}, "36.0"),
        ("delegation-t11-percent", {"P": 60, "Q": 20}, "66.7"),
        ("delegation-t12-rework", {"P": 60, "Q": 20, "a": 10, "b": 12, "r": 15, "n": 400}, "1800.00"),
        ("mtm-t01-revenue", {"N": 40, "q": 25, "f": 65}, "1950.00"),
        ("mtm-t02-units", {"t": 37, "a": 50, "b": 25}, "100.00"),
        ("mtm-t03-break-even", {"f": 65, "v": 30, "p": 8, "k": 5, "q": 20, "F": 400}, "22"),
        ("mtm-t04-tolerance", {"f": 65, "v": 30, "p": 8, "k": 5}, "67.5"),
        ("ccm-t01-month", {"t": 60, "a": "60.49", "b": "45.93"}, "152.35"),
        ("stars-t01-rate", {"d": 400, "c": 340}, "85"),
        ("stars-t02-needed", {"d": 320, "c": 270, "k": 91}, "22"),
    ],
)
def test_templates_give_the_published_samples(key: str, values: dict[str, Any], answer: str) -> None:
    declared = BY_KEY[key].numeric
    assert declared is not None
    found = drawing.rounded(declared, numeric._answer(declared.answer, {name: D(v) for name, v in values.items()}))
    assert found == D(answer)


def test_the_same_seed_draws_the_same_numbers_and_others_draw_others() -> None:
    assert numeric.question(RATE, 7) == numeric.question(RATE, 7)
    assert len({numeric.question(RATE, seed).answer for seed in range(30)}) > 20


@pytest.mark.parametrize("text", ["{:,.2f}", "${:.2f}", " {:.2f} "])
def test_an_answer_may_be_written_as_people_write(text: str) -> None:
    answer = numeric.question(RATE, 3).answer
    assert item_types.of(RATE).grade(RATE, read(RATE, text.format(answer)), 3) == FULL


@pytest.mark.parametrize("text", ["", "many", "NaN", "inf", "1e9", "--1", "1,00", "9" * 40, "1/2", "<b>", "1\u0000"])
def test_what_is_no_number_is_refused_in_words(text: str) -> None:
    with pytest.raises(DomainError, match="Enter a number"):
        read(RATE, text)


def test_value_and_unit_are_scored_apart() -> None:
    item = with_units(RATE)
    answer = f"{numeric.question(item, 1).answer}"
    grade = item_types.of(item).grade
    assert grade(item, read(item, answer, "$"), 1) == FULL
    assert grade(item, read(item, answer, "hours"), 1) == numeric.VALUE_POINTS
    assert grade(item, read(item, answer), 1) == numeric.VALUE_POINTS
    assert grade(item, read(item, "1", "$"), 1) == numeric.UNIT_POINTS
    assert numeric.review(item, read(item, answer, "hours"), 1).unit_right is False
    with pytest.raises(DomainError, match="units shown"):
        read(item, answer, "years")


def test_a_known_mistake_is_explained() -> None:
    asked = numeric.question(RATE, 5)
    slip = asked.values["n"] * asked.values["m"] * (asked.values["P"] - asked.values["Q"])
    found = numeric.review(RATE, read(RATE, f"{slip:f}"), 5)
    assert not found.value_right
    assert "divide by 60" in found.remark_html
    assert numeric.review(RATE, read(RATE, "1.23"), 5).remark_html == ""


RESPONSES = st.dictionaries(
    st.text(max_size=6) | st.sampled_from(["value", "unit"]), st.none() | st.text() | st.floats()
)


@given(RESPONSES, st.integers(0, 2**62), st.sampled_from([RATE, with_units(RATE)]))
def test_no_response_earns_less_than_nothing_or_more_than_all(response: dict[str, Any], seed: int, item: Item) -> None:
    assert 0 <= item_types.of(item).grade(item, response, seed) <= FULL


@given(st.text())
def test_no_text_breaks_the_reading(text: str) -> None:
    try:
        response = read(RATE, text)
    except DomainError:
        return
    assert re.fullmatch(r"-?[0-9]*\.?[0-9]+", response["value"])


@pytest.fixture
def attempt(app: Flask, alice: FlaskClient) -> tuple[str, Item, int]:
    """An attempt that has drawn a numeric question."""
    for _ in range(3):
        public_id = journey.start_quiz(alice, "3-the-how")
        found = next((item for item in journey.drawn(app, public_id) if item.numeric), None)
        if found is not None:
            return public_id, found, journey.seed_of(app, public_id)
        address = f"{journey.quiz_address('3-the-how')}/{public_id}/submit"
        journey.post(alice, address, {"incomplete": "yes"})
    raise AssertionError("three attempts without a numeric question")


def test_a_number_is_saved_shown_again_and_graded(alice: FlaskClient, attempt: tuple[str, Item, int]) -> None:
    public_id, item, seed = attempt
    address = f"{journey.quiz_address('3-the-how')}/{public_id}"
    page = alice.get(address).text
    assert numeric.question(item, seed).stem_html.strip() in page
    answer = journey.right(item, seed)[""][0]
    assert item.rationale_html not in page
    given = journey.all_right([item], seed)
    saved = journey.post(alice, f"{address}/answers/{item.key}", given, headers=journey.JSON)
    assert saved.get_json()["state"] == "saved"
    assert f'value="{answer}"' in alice.get(address).text
    refused = journey.post(alice, f"{address}/answers/{item.key}", {item.key: "NaN"}, headers=journey.JSON)
    assert refused.status_code == 422
    assert f'value="{answer}"' in alice.get(address).text, "the last good answer stays"
    result = journey.post(alice, f"{address}/submit", {"incomplete": "yes"})
    shown = alice.get(result.location).text
    assert "Your answer: correct" in shown
    assert numeric.rationale(item, seed, withhold=True).strip() in shown, "attempts are left"


def test_the_answer_is_nowhere_before_submission(alice: FlaskClient, attempt: tuple[str, Item, int]) -> None:
    """Abuse case 12."""
    public_id, item, seed = attempt
    page = alice.get(f"{journey.quiz_address('3-the-how')}/{public_id}").text
    block = page[page.index(f'id="item-{item.key}"') :].partition("</fieldset>")[0]
    asked = numeric.question(item, seed)
    assert item.numeric is not None
    shown = block.replace(asked.stem_html, "")
    assert numeric.in_words(item.numeric, asked.answer) not in shown
    words = re.sub(r"<[^>]*>", " ", shown).split()
    values = re.findall(r'(?:value|data-[a-z-]+)="([^"]*)"', shown)
    assert f"{asked.answer}" not in [*words, *values]


def test_a_task_in_a_lesson_gives_new_numbers_at_each_try(alice: FlaskClient, session: Session, app: Flask) -> None:
    course = journey.course(app)
    lesson = next(each for each in course.lessons if "delegation-task-01" in each.checks)
    item = course.item("delegation-task-01")
    address = f"/training/mtm/{lesson.module_key}/{lesson.key}"
    first = alice.get(address).text
    assert numeric.question(item, 0).stem_html.strip() in first
    journey.post(alice, f"{address}/checks/{item.key}", {item.key: "1", "draw": "0"})
    told = alice.get(address).text
    assert "Not correct." in told
    assert "Try again with other numbers" in told
    again = alice.get(f"{address}?again={item.key}&draw=1").text
    assert numeric.question(item, 1).stem_html.strip() in again
    journey.post(alice, f"{address}/checks/{item.key}", {item.key: journey.right(item, 1)[""][0], "draw": "1"})
    assert "Correct." in alice.get(address).text
    rows = session.scalars(select(Evidence).where(Evidence.item == item.key).order_by(Evidence.id)).all()
    assert [(row.objective, row.source, row.points) for row in rows] == [("O3.5", "check", 0), ("O3.5", "check", FULL)]
    broken = journey.post(alice, f"{address}/checks/{item.key}", {item.key: "x", "draw": "99999999"})
    assert broken.status_code == 422
