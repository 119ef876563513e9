"""Figures that change with the year: read from the dated tables that ship with the course, never typed twice."""

from __future__ import annotations

from decimal import Decimal
from functools import cache

from lms.content.course import DataTable
from lms.content.loader import load_table
from lms.content.locate import shipped_root
from lms.core.arithmetic import Value


def figures(table: str, row: str, column: str) -> Value:
    """A figure of a dated table, or None where the table has none. Raises ValueError for an unknown table."""
    return _cells(table).get((row, column))


def figure(table: str, row: str, column: str) -> Decimal:
    """A figure that a declaration stands on. Raises ValueError when the table has none."""
    found = figures(table, row, column)
    if not isinstance(found, Decimal):
        raise ValueError(f"the table {table} has no figure {column} of {row}")
    return found


@cache
def dated_table(key: str) -> DataTable:
    """A table of `modules/data`. Raises ValueError for one that is missing or faulty."""
    return load_table(shipped_root(), key)


@cache
def _cells(table: str) -> dict[tuple[str, str], Value]:
    cells: dict[tuple[str, str], Value] = {}
    for row in dated_table(table).rows:
        for column, cell in row.values.items():
            cells[row.key, column] = Decimal(cell) if isinstance(cell, int) else cell
    return cells
