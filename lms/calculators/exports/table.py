"""A result as CSV: inputs, steps and results, one a line."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from lms.calculators.domain import Result
from lms.core import csvlines


def table(result: Result) -> Iterator[str]:
    """Lines of CSV."""
    yield csvlines.BYTE_ORDER_MARK
    formula = result.formula
    yield csvlines.line("part", "key", "title", "value", "unit", "source")
    yield csvlines.line("about", "calculator", formula.title, formula.name, "", f"version {formula.version}")
    for each in formula.inputs:
        yield csvlines.line("input", each.key, each.title, result.inputs.values[each.key], each.unit.title, each.source)
    for declared in formula.tables:
        for number, row in enumerate(result.inputs.rows[declared.key]):
            for column in declared.columns:
                key = f"{declared.key}[{number}].{column.key}"
                yield csvlines.line(
                    "input", key, f"{row['name']}: {column.title}", row[column.key], column.unit.title, column.source
                )
    for line in result.lines:
        step = line.step
        if step.per is not None:
            for number, value in enumerate(line.by_row):
                yield csvlines.line("step", f"{step.per}[{number}].{step.key}", step.title, value, step.unit.title, "")
        else:
            shown = step.unit.rounded(line.value) if isinstance(line.value, Decimal) else line.value
            part = "result" if step.output else "step"
            value = step.none_text if shown is None else shown
            yield csvlines.line(part, step.key, step.title, value, step.unit.title, "")
