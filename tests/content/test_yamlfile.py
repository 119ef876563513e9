"""YAML as course files mean it: exact numbers, plain words, and lines."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from lms.content.yamlfile import parse


def test_only_plain_forms_are_more_than_text() -> None:
    text = "a: No\nb: 1_000\nc: 12:30\nd: 29.80\ne: 2026-11-23\nf: 007\ng: 1e5\nh: .inf\ni: ~\nj: true\nk: -3"
    assert parse(text + "\nl: '5'\nm: yes").data == {
        "a": "No",
        "b": "1_000",
        "c": "12:30",
        "d": Decimal("29.80"),
        "e": date(2026, 11, 23),
        "f": "007",
        "g": "1e5",
        "h": ".inf",
        "i": None,
        "j": True,
        "k": -3,
        "l": "5",
        "m": "yes",
    }
    assert str(parse("d: 29.80").data["d"]) == "29.80"


def test_lines() -> None:
    file = parse("a:\n  - {b: 1}\n  - b: |\n      text\n    c: x\n", first_line=10)
    assert file.line("a", 0, "b") == 11
    assert file.line("a", 1) == 12
    assert file.text_line("a", 1, "b") == 13
    assert file.line("a", 1, "missing") == 12
    assert file.line("a", "variant", 1, "c") == 14


def test_repeated_key_keeps_the_first_value_and_reading_goes_on() -> None:
    file = parse("a: {x: 1}\na: {x: 2}\nb: 3\n")
    assert file.data == {"a": {"x": 1}, "b": 3}
    assert [(each.code, each.line) for each in file.problems] == [("yaml-duplicate-key", 2)]


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet="ab:-[]{}|>&*!%@`\"'#,?\n 1.", max_size=60))
def test_no_text_makes_it_raise(text: str) -> None:
    file = parse(text)
    assert file.problems or file.data is None or isinstance(file.data, dict | list | str | int | Decimal | bool)
