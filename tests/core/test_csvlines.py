"""CSV that no spreadsheet runs."""

from __future__ import annotations

import csv
import io
from datetime import date
from decimal import Decimal

import pytest

from lms.core import csvlines


def read(*cells: csvlines.Cell) -> list[str]:
    return next(csv.reader(io.StringIO(csvlines.line(*cells))))


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠"])
def test_text_that_begins_like_a_formula_is_text(start: str) -> None:
    """Abuse case: a name such as `=HYPERLINK(…)` in a downloaded table."""
    assert read(f"{start}1+1", "safe") == [f"'{start}1+1", "safe"]


def test_numbers_stay_numbers() -> None:
    assert read(-3, -0.25, Decimal("-0.10"), Decimal("1E+3"), True, None, date(2026, 11, 28)) == [
        "-3", "-0.25", "-0.10", "1000", "True", "", "2026-11-28",
    ]  # fmt: skip


def test_lines_follow_the_standard() -> None:
    assert csvlines.line('He said "no"', "a,b", "two\nlines") == '"He said ""no""","a,b","two\nlines"\r\n'
