"""Doing the calculation of a formula, with every step shown."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, localcontext
from typing import Any

from lms.calculators.domain import wording
from lms.calculators.domain.declaration import Formula, Notice, Step
from lms.calculators.domain.reading import Inputs
from lms.core.arithmetic import CONTEXT, Value
from lms.core.arithmetic.evaluate import Draws, TableReader


@dataclass(frozen=True)
class Line:
    """A step with its value: one for the formula, or one for each row of its table."""

    step: Step
    value: Value
    #: Values by row, for a step that is done for each row; `value` is their sum then, or None if they have none.
    by_row: tuple[Value, ...] = ()

    @property
    def shown(self) -> str:
        """The value with its unit, rounded as its unit says; or why there is none."""
        return wording.written(self.step, self.value)


@dataclass(frozen=True)
class Result:
    """A finished calculation."""

    formula: Formula
    inputs: Inputs
    lines: tuple[Line, ...]
    notices: tuple[Notice, ...]
    scope: Mapping[str, Value]

    def line(self, key: str) -> Line:
        """Raises KeyError."""
        for line in self.lines:
            if line.step.key == key:
                return line
        raise KeyError(key)

    @property
    def outputs(self) -> dict[str, Value]:
        """Results by key, exact; None where a result does not exist."""
        return {line.step.key: line.value for line in self.lines if line.step.output and line.step.per is None}

    @property
    def shown(self) -> dict[str, Value]:
        """Results by key, rounded as they are shown: money to the cent."""
        return {
            line.step.key: line.step.unit.rounded(line.value) if isinstance(line.value, Decimal) else line.value
            for line in self.lines
            if line.step.output and line.step.per is None
        }

    def arithmetic(self, line: Line, read: TableReader) -> wording.Arithmetic:
        """The step in words and in numbers."""
        return wording.arithmetic(self.formula, line.step, self.scope, read)


class _Row(dict[str, Any]):
    """The values of a row; what it does not have itself is looked for in the whole calculation."""

    def __init__(self, values: Mapping[str, Any], scope: Mapping[str, Any]) -> None:
        super().__init__(values)
        self.scope = scope

    def __missing__(self, key: str) -> Any:
        return self.scope[key]


def evaluate(formula: Formula, inputs: Inputs, read: TableReader) -> Result:
    """Calculate every step in order, exactly. `read` looks figures up in the dated tables of the course."""
    with localcontext(CONTEXT):
        scope: dict[str, Any] = dict(inputs.values)
        rows = _row_scopes(formula, inputs.rows, scope, Decimal)
        lines = []
        for step in formula.steps:
            if step.per is None:
                value = scope[step.key] = step.parsed.exact(scope, read)
                lines.append(Line(step, value))
                continue
            values = []
            for row in rows[step.per]:
                row[step.key] = step.parsed.exact(row, read)
                values.append(row[step.key])
            total = scope[f"total({step.key})"] = _sum(values, Decimal(0)) if step.summed else None
            lines.append(Line(step, total, tuple(values)))
        notices = tuple(notice for notice in formula.notices if _holds(notice, scope, rows, read))
    return Result(formula, inputs, tuple(lines), notices, scope)


def simulate_steps(
    formula: Formula,
    values: Mapping[str, Draws],
    rows: Mapping[str, Sequence[Mapping[str, Draws]]],
    read: TableReader,
    target: str,
) -> Mapping[str, Draws]:
    """What the step `target` is calculated from, and itself, for many draws at once, in floating point."""
    scope: dict[str, Any] = dict(values)
    scopes = _row_scopes(formula, rows, scope, float)
    for step in formula.needed_for(target):
        if step.per is None:
            scope[step.key] = step.parsed.columns(scope, read)
            continue
        for row in scopes[step.per]:
            row[step.key] = step.parsed.columns(row, read)
        scope[f"total({step.key})"] = _sum([row[step.key] for row in scopes[step.per]], 0.0)
    return scope


def _row_scopes(
    formula: Formula,
    rows: Mapping[str, Sequence[Mapping[str, Any]]],
    scope: dict[str, Any],
    number: Callable[[int], Any],
) -> dict[str, list[_Row]]:
    scopes = {}
    for table in formula.tables:
        scopes[table.key] = [_Row(row, scope) for row in rows[table.key]]
        scope[f"count({table.key})"] = number(len(rows[table.key]))
        for column in table.columns:
            scope[f"total({column.key})"] = _sum([row[column.key] for row in rows[table.key]], number(0))
    return scopes


def _sum(values: Sequence[Any], zero: Any) -> Any:
    """The sum over the rows: a value, or one for each draw; none when a row has none."""
    if None in values:
        return None
    columns = [value for value in values if isinstance(value, list)]
    rest = sum((value for value in values if not isinstance(value, list)), zero)
    return [rest + sum(draw) for draw in zip(*columns, strict=True)] if columns else rest


def _holds(notice: Notice, scope: Mapping[str, Any], rows: Mapping[str, Sequence[_Row]], read: TableReader) -> bool:
    """Whether the condition holds: for a condition about rows, in any of them."""
    names = notice.parsed.names
    for table_rows in rows.values():
        if table_rows and any(name in table_rows[0] for name in names):
            return any(bool(notice.parsed.exact(row, read)) for row in table_rows)
    if any(name not in scope for name in names):
        return False  # a condition about the rows of a table that has none
    return bool(notice.parsed.exact(scope, read))
