"""The language of formulas: exact, the same in bulk, and unable to do anything but calculate."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from lms.core.arithmetic import ExpressionError, Value, parse

D = Decimal


def value(text: str, **given: Value) -> Value:
    return parse(text).evaluate(given)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1 + 2 * 3", 7),
        ("(1 + 2) * 3", 9),
        ("-2 - -3", 1),
        ("0.1 + 0.2", D("0.3")),
        ("7 / 2", D("3.5")),
        ("ceil(1 / 3)", 1),
        ("floor(-1 / 3)", -1),
        ("round(2.5)", 3),
        ("round(-2.5)", -3),
        ("round(1.005, 2)", D("1.01")),
        ("ceil(1 / 3 * 3)", 1),
        ("floor(1 / 3 * 3)", 1),
        ("round(1 / 3 * 1.5)", 1),
        ("min(3, 1, 2)", 1),
        ("max(3, 1, 2)", 3),
        ("abs(0 - 4)", 4),
        ("1 if 2 > 1 else 0", 1),
        ("1 if 'a' == 'b' else 0", 0),
        ("1 if 1 < 2 and not 3 < 2 or none else 0", 1),
    ],
)
def test_it_calculates_as_written(text: str, expected: Any) -> None:
    assert value(text) == expected


@pytest.mark.parametrize("text", ["none", "1 / 0", "none + 1", "1 / 0 * 2", "ceil(none)", "1 if none else none"])
def test_what_does_not_exist_stays_none(text: str) -> None:
    assert value(text) is None


def test_none_is_neither_more_nor_less_but_can_be_asked_for() -> None:
    assert value("1 if none > 0 else 2") == 2
    assert value("1 if none < 0 else 2") == 2
    assert value("1 if known(none) else 2") == 2
    assert value("1 if known(0) else 2") == 1


def test_values_totals_and_tables() -> None:
    text = "total(minutes) / count(activities) + lookup('wages', state, 2023, 'hourly')"
    figures = {("wages", "la-2023", "hourly"): D("19.01")}
    expression = parse(text, names={"minutes", "activities", "state"})
    assert expression.names == {"total(minutes)", "count(activities)", "state"}
    given: dict[str, Value] = {"total(minutes)": D(90), "count(activities)": D(2), "state": "la"}
    assert expression.evaluate(given, lambda *key: figures.get(key)) == D("64.01")
    assert expression.evaluate({**given, "state": "xx"}, lambda *key: figures.get(key)) is None


@pytest.mark.parametrize(
    "text",
    [
        "",
        "__import__('os')",
        "open('x')",
        "a.b",
        "a[0]",
        "2 ** 9",
        "9 % 2",
        "9 // 2",
        "1 if 2",
        "1 < 2 < 3",
        "lambda: 1",
        "[1, 2]",
        "{1: 2}",
        "f'{a}'",
        "x := 1",
        "a = 1",
        "1_000",
        "0x10",
        "1e9",
        "1j",
        "True",
        "NaN()",
        "round(1, a)",
        "round(1, 11)",
        "round(1, 0.5)",
        "'a' + 'b'",
        "-'a'",
        "2 * 'a'",
        "max('a', 1)",
        "b'a'",
        "...",
        "ceil(1, 2)",
        "ceil(x=1)",
        "total(1)",
        "total(a, b)",
        "lookup('t', 'r')",
        "lookup(t, 'r', 'c')",
        "a b",
        "1" * 21,
        "9" * 2001,
        "(" * 500 + "1" + ")" * 500,
        "-" * 100 + "1",
    ],
)
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(ExpressionError) as refusal:
        parse(text)
    assert refusal.value.message
    assert refusal.value.column >= 1


@pytest.mark.parametrize(
    ("text", "given"), [("a + 1", "x"), ("a < 1", "x"), ("-a", "x"), ("round(a * a, 2)", D(10) ** 20)]
)
def test_values_that_do_not_fit_are_refused(text: str, given: Value) -> None:
    with pytest.raises(ExpressionError, match="cannot be calculated"):
        value(text, a=given)


def test_a_long_chain_is_calculated_without_running_out_of_stack() -> None:
    assert value("1 if " + " and ".join(["1"] * 300) + " else 2") == 1


def test_an_unknown_name_is_named_with_its_place() -> None:
    with pytest.raises(ExpressionError, match="'wgae'") as refusal:
        parse("2 * wgae", names={"wage"})
    assert refusal.value.column == 5


PIECES = "1 2.5 a 'b' none + - * / ** ( ) , < == and or not if else round ceil min known total count lookup lambda ."
TEXTS = st.text(max_size=80) | st.lists(st.sampled_from(PIECES.split()), max_size=12).map(" ".join)


@given(TEXTS)
@example("a" * 61)
@example("\0")
@settings(max_examples=300)
def test_no_text_does_anything_but_calculate_or_be_refused(text: str) -> None:
    try:
        expression = parse(text)
        expression.evaluate(dict.fromkeys(expression.names, D(2)), lambda *_key: None)
    except ExpressionError:
        return
    assert expression.text == " ".join(text.split())


NUMBERS = st.decimals(min_value=-999, max_value=999, places=2, allow_nan=False, allow_infinity=False)
LEAVES = st.sampled_from(["a", "b", "c", "2", "0.75"])
TREES = st.recursive(
    LEAVES,
    lambda below: st.one_of(
        st.tuples(below, st.sampled_from("+-*/"), below).map(lambda parts: f"({' '.join(parts)})"),
        st.tuples(below, below, below).map(lambda parts: f"({parts[0]} if {parts[1]} > 1 else {parts[2]})"),
        st.tuples(st.sampled_from(["min", "max"]), below, below).map(
            lambda parts: f"{parts[0]}({parts[1]}, {parts[2]})"
        ),
    ),
    max_leaves=12,
)


@given(TREES, NUMBERS, NUMBERS, NUMBERS)
def test_it_agrees_with_exact_fractions(text: str, a: Decimal, b: Decimal, c: Decimal) -> None:
    try:
        fractions = {name: Fraction(number) for name, number in {"a": a, "b": b, "c": c}.items()}
        exact = eval(text.replace("0.75", "F(3, 4)"), {"F": Fraction, "min": min, "max": max}, fractions)  # noqa: S307
    except ZeroDivisionError:
        return
    found = value(text, a=a, b=b, c=c)
    if found is None:  # a division by zero in a branch that Python's fractions never reached
        return
    assert isinstance(found, Decimal)
    assert abs(Fraction(found) - exact) <= max(1, abs(exact)) * Fraction(1, 10**20)


@given(TREES, st.lists(NUMBERS, min_size=1, max_size=6), NUMBERS, NUMBERS)
def test_many_draws_at_once_agree_with_one_by_one(text: str, draws: list[Decimal], b: Decimal, c: Decimal) -> None:
    expression = parse(text)
    column = expression.columns({"a": [float(draw) for draw in draws], "b": float(b), "c": float(c)}, None)
    results = column if isinstance(column, list) else [column] * len(draws)
    singles = [expression.columns({"a": float(draw), "b": float(b), "c": float(c)}, None) for draw in draws]
    assert results == singles


@given(TREES, st.lists(st.integers(-999, 999), min_size=1, max_size=4), st.integers(-999, 999))
def test_many_draws_agree_with_the_exact_value(text: str, draws: list[int], b: int) -> None:
    """With whole numbers and without divisions inside, where floating point and decimals branch alike."""
    expression = parse(f"({text.replace('/', '-').replace('0.75', '3')}) / 7")
    column = expression.columns({"a": [float(draw) for draw in draws], "b": float(b), "c": 2.0}, None)
    found = column if isinstance(column, list) else [column] * len(draws)
    for draw, got in zip(draws, found, strict=True):
        exact = expression.evaluate({"a": D(draw), "b": D(b), "c": D(2)})
        assert isinstance(exact, Decimal)
        assert got == pytest.approx(float(exact), rel=1e-9)


@given(NUMBERS)
def test_rounding_is_half_away_from_zero(number: Decimal) -> None:
    assert value("round(a, 1)", a=number) == number.quantize(D("0.1"), ROUND_HALF_UP)
