"""Questions answered in fields: any response earns between nothing and all, and shuffling changes no score."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given, settings
from hypothesis import strategies as st

from lms.assessment import item_types
from lms.assessment.item_types import FULL, gaps
from lms.cli.content import load_course_files
from lms.content.course import Item
from lms.core.errors import DomainError
from tests.support import journey

COURSE = load_course_files().course
assert COURSE is not None
ALL = [item for module in COURSE.modules for item in (*module.quiz.items, *module.quiz.checks)]
ITEMS = [item for item in ALL if item.gaps]
#: One of each type, whatever is drawn.
EACH = list({item.type: item for item in ALL}.values())
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=8,
)


def points(item: Item, parts: dict[str, list[str]], seed: int = 0) -> int:
    kind = item_types.of(item)
    return kind.grade(item, kind.read(item, parts), seed)


@pytest.mark.parametrize("item", EACH, ids=lambda item: item.type)
@given(response=st.dictionaries(st.sampled_from(["choice", "choices", "value", "unit", "fields", "x"]), ANYTHING))
def test_any_stored_response_earns_between_nothing_and_all(item: Item, response: dict[str, Any]) -> None:
    assert 0 <= item_types.of(item).grade(item, response, 7) <= FULL


@pytest.mark.parametrize("item", EACH, ids=lambda item: item.type)
@settings(max_examples=60, deadline=None)
@given(data=st.data(), seed=st.integers(0, 2**62))
def test_any_form_is_refused_or_earns_between_nothing_and_all(item: Item, data: st.DataObject, seed: int) -> None:
    """Whatever is sent, a sentence refuses it or it is graded, and what is stored can be shown again as it was sent."""
    known = [option.key for option in item.options]
    known += [choice.key for gap in (item.gaps.gaps if item.gaps else ()) for choice in gap.choices]
    value = st.text(max_size=210) | st.sampled_from([*known, "1", "-1e9", "NaN", "1e400", "½", ""])
    kind = item_types.of(item)
    parts = {part: data.draw(st.lists(value, max_size=3)) for part in kind.parts(item)}
    try:
        response = kind.read(item, parts)
    except DomainError:
        return
    assert 0 <= kind.grade(item, response, seed) <= FULL
    again = kind.read(item, {part: list(values) for part, values in kind.fields(response).items()})
    assert kind.grade(item, again, seed) == kind.grade(item, response, seed)


@pytest.mark.parametrize("item", ITEMS, ids=lambda item: item.key)
def test_the_right_answer_earns_all_and_a_wrong_one_nothing(item: Item) -> None:
    right = journey.right(item)
    assert points(item, right) == FULL
    for gap, values in right.items():
        rest = {name: given for name, given in right.items() if name != gap}
        if rest:
            count = len(right)
            assert points(item, rest) == ((count - 1) * 1000 // count if item.credit == "share" else 0)
        assert values
    if item.type != "ordering":
        assert points(item, journey.wrong(item)) == 0


@pytest.mark.parametrize("item", [item for item in ITEMS if item.type != "short"], ids=lambda item: item.key)
@given(seed=st.integers(0, 2**62))
def test_an_order_changes_what_is_seen_and_never_a_score(item: Item, seed: int) -> None:
    shown = gaps.shown(item, seed)
    assert item.gaps is not None
    assert {gap.key for gap in shown.gaps} == {gap.key for gap in item.gaps.gaps}
    for gap in shown.gaps:
        own = next(each for each in item.gaps.gaps if each.key == gap.key)
        assert sorted(choice.key for choice in gap.choices) == sorted(choice.key for choice in own.choices)
        assert gap.right == own.right
    assert points(item, journey.right(item), seed) == points(item, journey.right(item), seed + 1) == FULL
    if item.type == "ordering":
        assert shown.gaps != item.gaps.gaps, "shown in the right order it would ask nothing"


def test_every_accepted_wording_earns_all() -> None:
    for item in ITEMS:
        for gap in item.gaps.gaps if item.gaps else ():
            for text in gap.right if not gap.choices else ():
                rest = {name: given for name, given in journey.right(item).items() if name != gap.key}
                assert points(item, {**rest, gap.key: [f"  {text.upper()}. "]}) == FULL, text


def test_credit_for_all_or_nothing() -> None:
    item = next(item for item in ITEMS if item.type == "matching").model_copy(update={"credit": "all"})
    right = journey.right(item)
    assert points(item, right) == FULL
    assert points(item, dict(list(right.items())[1:])) == 0


def test_the_result_names_each_field_and_keeps_what_was_typed(
    app: Flask, alice: FlaskClient, every_type: list[Item]
) -> None:
    module = "2-the-what"
    attempt = journey.start_quiz(alice, module)
    address = f"{journey.quiz_address(module)}/{attempt}"
    short = next(item for item in every_type if item.type == "short")
    assert short.gaps is not None
    given = {f"{short.key}.{gap.key}" if gap.key else short.key: "<b>my own words</b>" for gap in short.gaps.gaps}
    journey.post(alice, f"{address}/submit", {**given, "incomplete": "yes"})
    page = alice.get(f"{address}/result").text
    assert "&lt;b&gt;my own words&lt;/b&gt;" in page
    assert page.count("no answer") >= len(every_type) - 1
