"""A result as a one-page brief: question, result, what it hangs on, assumptions with their sources."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any

from lms.calculators.domain import Input, Result, Swing, Table
from lms.core.clock import long_date
from lms.core.typeset import Document, Drawable

_document = Document(Path(__file__).parent.parent / "typst" / "brief.typ")
_MOST_SWINGS = 5
_MOST_ROWS = 8


def brief(result: Result, swings: tuple[Swing, ...], *, made_on: date, site: str, address: str) -> bytes:
    """The brief as tagged PDF; the same bytes for the same input. `address` leads back to the inputs."""
    moment = datetime.combine(made_on, time(12), tzinfo=UTC)
    return _document.pdf(
        lambda drawable: _page_data(result, swings, made_on, drawable(site), drawable(address), drawable),
        timestamp=int(moment.timestamp()),
    )


def _page_data(
    result: Result, swings: tuple[Swing, ...], made_on: date, site: str, address: str, drawable: Drawable
) -> dict[str, Any]:
    formula = result.formula
    return {
        "title": formula.title,
        "question": formula.question,
        "site": site,
        "made_on": long_date(made_on),
        "record": f"Formula version {formula.version}, reviewed {long_date(formula.reviewed_on)}.",
        "address": address,
        "views": [
            {
                "title": view.title,
                "text": view.text,
                "headline": {"title": formula.step(view.headline).title, "value": result.line(view.headline).shown},
                "lines": [[result.line(key).step.title, result.line(key).shown] for key in view.outputs],
            }
            for view in formula.views
        ],
        "notices": [notice.text for notice in result.notices],
        "bars_title": formula.bars_title,
        "bars": _bars(result),
        "swings": _swings(result, swings),
        "swings_title": f"{formula.step(formula.target).title} with each input 20% lower and higher",
        "grids": [
            {
                "title": grid.title,
                "columns": list(grid.columns),
                "rows": [[title, *(result.line(key).shown for key in keys)] for title, keys in grid.rows],
            }
            for grid in formula.grids
        ],
        "inputs": [[each.title, _input(result, each.key), each.source] for each in formula.inputs],
        "tables": [_table(result, table, drawable) for table in formula.tables],
        "limits": formula.limits,
    }


def _input(result: Result, key: str) -> str:
    return _cell(result.formula.input(key), result.inputs.values[key])


def _bars(result: Result) -> list[dict[str, Any]]:
    """Bars with each part's share of the longest one; none where a part has no value."""
    lines = [[(label, result.line(key)) for label, key in bar.parts] for bar in result.formula.bars]
    values = [[line.value for _label, line in parts if isinstance(line.value, Decimal)] for parts in lines]
    if [len(parts) for parts in lines] != [len(found) for found in values]:
        return []
    longest = max((sum(found, Decimal(0)) for found in values), default=Decimal(0))
    return [
        {
            "label": bar.label,
            "parts": [
                {"label": label, "shown": line.shown, "share": max(float(value / longest), 0.0) if longest > 0 else 0.0}
                for (label, line), value in zip(parts, found, strict=True)
            ],
        }
        for bar, parts, found in zip(result.formula.bars, lines, values, strict=True)
    ]


def _swings(result: Result, swings: tuple[Swing, ...]) -> list[dict[str, Any]]:
    unit = result.formula.step(result.formula.target).unit
    told = [
        (swing, swing.low, swing.high)
        for swing in swings[:_MOST_SWINGS]
        if isinstance(swing.low, Decimal) and isinstance(swing.high, Decimal) and swing.size
    ]
    if not told:
        return []
    least, most = (pick(value for _swing, low, high in told for value in (low, high)) for pick in (min, max))
    return [
        {
            "label": swing.driver.title,
            "low": unit.write(low),
            "high": unit.write(high),
            "from": float((min(low, high) - least) / (most - least)),
            "to": float((max(low, high) - least) / (most - least)),
        }
        for swing, low, high in told
    ]


def _table(result: Result, table: Table, drawable: Drawable) -> dict[str, Any]:
    rows = result.inputs.rows[table.key]
    lines = [
        [drawable(str(row["name"])), *(_cell(column, row[column.key]) for column in table.columns)]
        for row in rows[:_MOST_ROWS]
    ]
    return {
        "title": table.title,
        "columns": [table.row_title, *(column.title for column in table.columns)],
        "rows": lines,
        "more": f"and {len(rows) - len(lines)} more" if len(rows) > len(lines) else "",
    }


def _cell(declared: Input, value: Decimal | str) -> str:
    return declared.unit.write(value) if isinstance(value, Decimal) else declared.title_of(value)
