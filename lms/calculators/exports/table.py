"""A result as CSV: inputs, steps and results, one a line."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from decimal import Decimal

from lms.calculators.domain import Result
from lms.core.arithmetic import Value

_RISKY = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")


def table(result: Result) -> Iterator[str]:
    """Lines of CSV (RFC 4180) with a byte order mark, without which spreadsheets misread signs."""
    yield "\ufeff"
    formula = result.formula
    yield _line("part", "key", "title", "value", "unit", "source")
    yield _line("about", "calculator", formula.title, formula.name, "", f"version {formula.version}")
    for each in formula.inputs:
        yield _line("input", each.key, each.title, result.inputs.values[each.key], each.unit.title, each.source)
    for declared in formula.tables:
        for number, row in enumerate(result.inputs.rows[declared.key]):
            for column in declared.columns:
                key = f"{declared.key}[{number}].{column.key}"
                yield _line(
                    "input", key, f"{row['name']}: {column.title}", row[column.key], column.unit.title, column.source
                )
    for line in result.lines:
        step = line.step
        if step.per is not None:
            for number, value in enumerate(line.by_row):
                yield _line("step", f"{step.per}[{number}].{step.key}", step.title, value, step.unit.title, "")
        else:
            shown = step.unit.rounded(line.value) if isinstance(line.value, Decimal) else line.value
            part = "result" if step.output else "step"
            yield _line(part, step.key, step.title, step.none_text if shown is None else shown, step.unit.title, "")


def _line(*cells: Value) -> str:
    out = io.StringIO()
    csv.writer(out).writerow([_cell(cell) for cell in cells])
    return out.getvalue()


def _cell(value: Value) -> str:
    """A cell that no spreadsheet runs: text that begins like a formula gets an apostrophe, numbers stay numbers."""
    if value is None:
        return ""
    if isinstance(value, Decimal):
        return f"{value:f}"
    text = str(value)
    return f"'{text}" if text.startswith(_RISKY) else text
