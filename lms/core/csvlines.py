"""Lines of CSV (RFC 4180) that a spreadsheet shows and never runs."""

from __future__ import annotations

import csv
import io
from datetime import date
from decimal import Decimal

Cell = str | bool | int | float | Decimal | date | None

#: Goes before the first line: without it spreadsheets misread every letter beyond ASCII.
BYTE_ORDER_MARK = "\ufeff"
_RISKY = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")


def line(*cells: Cell) -> str:
    """One line. Text that begins like a formula gets an apostrophe; numbers stay numbers; None is an empty cell."""
    out = io.StringIO()
    csv.writer(out).writerow([_written(cell) for cell in cells])
    return out.getvalue()


def _written(value: Cell) -> str:
    if value is None:
        return ""
    if isinstance(value, Decimal):
        return f"{value:f}"
    text = str(value)
    return f"'{text}" if isinstance(value, str) and text.startswith(_RISKY) else text
