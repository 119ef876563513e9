"""A calculation as plain data: what the command line prints, and any other program is given.

Numbers are decimal texts, so that cents stay cents in every language. `outputs` are rounded as they are shown; `steps`
hold the exact values beside them. A value that does not exist is null, and `shown` says why.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from lms.calculators.domain.evaluation import Line, Result
from lms.core.arithmetic import Value
from lms.core.arithmetic.evaluate import TableReader, settled


def document(result: Result, read: TableReader) -> dict[str, Any]:
    """Inputs with what was left out filled in, outputs by key, every step with its arithmetic, and what to note."""
    formula = result.formula
    return {
        "calculator": formula.name,
        "title": formula.title,
        "version": formula.version,
        "reviewed_on": formula.reviewed_on.isoformat(),
        "inputs": result.inputs.as_data(),
        "outputs": {key: _plain(value) for key, value in result.shown.items()},
        "steps": [_step(result, line, read) for line in result.lines],
        "notices": [{"tone": notice.tone, "text": notice.text} for notice in result.notices],
    }


def _step(result: Result, line: Line, read: TableReader) -> dict[str, Any]:
    step, arithmetic = line.step, result.arithmetic(line, read)
    described = {
        "key": step.key,
        "title": step.title,
        "unit": step.unit.key,
        "value": _plain(line.value),
        "shown": line.shown,
        "words": arithmetic.words,
    }
    if step.per is None:
        return {**described, "numbers": arithmetic.numbers}
    return {**described, "table": step.per, "rows": [_plain(value) for value in line.by_row]}


def _plain(value: Value) -> str | bool | None:
    if not isinstance(value, Decimal):
        return value
    text = f"{settled(value):f}"
    return text.rstrip("0").rstrip(".") or "0" if "." in text and len(text.partition(".")[2]) > 2 else text
