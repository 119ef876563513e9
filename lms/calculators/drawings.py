"""A result as figures, drawn as those of the course are: with title, description, table and source line."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from markupsafe import Markup

from lms.calculators.domain import Result, Swing
from lms.calculators.domain.wording import inside
from lms.content.course import Cell, Column, DataTable, Figure, Row, Series
from lms.web.charts import render_figure

_ORIGIN = "Calculated from the inputs on this page."


def bars(result: Result) -> Markup | None:
    """The chart that the formula declares, or None where it has none or a part of it has no value."""
    formula = result.formula
    if not formula.bars:
        return None
    # Bars of one part each stand for different things: each then has its own name, and one colour serves them all.
    alone = all(len(bar.parts) == 1 for bar in formula.bars)
    labels = ["Amount"] if alone else list(dict.fromkeys(label for bar in formula.bars for label, _key in bar.parts))
    rows = []
    unit = ""
    for number, bar in enumerate(formula.bars):
        name = f"{bar.label}: {bar.parts[0][0].lower()}" if alone else bar.label
        values: dict[str, Cell] = {"label": name, **{_column(labels, label): Decimal(0) for label in labels}}
        for label, key in bar.parts:
            line = result.line(key)
            if not isinstance(line.value, Decimal):
                return None
            unit = "$" if line.step.unit.before else line.step.unit.after.strip()
            values[_column(labels, labels[0] if alone else label)] = line.step.unit.rounded(line.value)
        rows.append(Row(key=f"bar-{number}", values=values))
    said = "; ".join(
        f"{bar.label}: " + ", ".join(f"{label} {result.line(key).shown}" for label, key in bar.parts)
        for bar in formula.bars
    )
    figure = Figure(
        key="result-bars",
        kind="bars",
        title=formula.bars_title,
        description=f"{said}.",
        data="result",
        label="label",
        series=tuple(Series(column=_column(labels, label), label=label) for label in labels),
        unit=unit,
    )
    columns = (
        Column(key="label", title="", unit=None),
        *(Column(key=_column(labels, each), title=each, unit=unit) for each in labels),
    )
    return render_figure(figure, _table(columns, rows, formula.reviewed_on), origin=_ORIGIN)


def _column(labels: list[str], label: str) -> str:
    return f"part-{labels.index(label)}"


def tornado(result: Result, swings: tuple[Swing, ...], *, most: int = 8) -> Markup | None:
    """How far the target moves with each input alone, the widest first."""
    base = result.scope[result.formula.target]
    unit = result.formula.step(result.formula.target).unit
    told = [
        swing
        for swing in swings[:most]
        if isinstance(swing.low, Decimal) and isinstance(swing.high, Decimal) and swing.size
    ]
    if not told or not isinstance(base, Decimal):
        return None
    rows = [
        Row(
            key=swing.driver.key.replace("_", "-"),
            values={
                "label": swing.driver.title,
                "value": unit.rounded(base),
                "low": unit.rounded(min(swing.low, swing.high)),  # type: ignore[type-var, arg-type]
                "high": unit.rounded(max(swing.low, swing.high)),  # type: ignore[type-var, arg-type]
            },
        )
        for swing in told
    ]
    widest = told[0]
    figure = Figure(
        key="tornado",
        kind="intervals",
        title=f"What it hangs on: {inside(result.formula.step(result.formula.target).title)}",
        description=f"Each input alone, 20% lower and 20% higher. The widest swing has {inside(widest.driver.title)}: "
        f"{unit.write(widest.size)}.",
        data="swings",
        label="label",
        value="value",
        low="low",
        high="high",
        unit="$" if unit.before else unit.after.strip() or None,
        reference=unit.rounded(base),
    )
    sign = "$" if unit.before else unit.after.strip() or None
    columns = (
        Column(key="label", title="Input moved", unit=None),
        Column(key="value", title="Now", unit=sign),
        Column(key="low", title="Lowest", unit=sign),
        Column(key="high", title="Highest", unit=sign),
    )
    return render_figure(figure, _table(columns, rows, result.formula.reviewed_on), origin=_ORIGIN)


def _table(columns: tuple[Column, ...], rows: list[Row], as_of: date) -> DataTable:
    return DataTable(
        key="result", title="", description="", sources=(), as_of=as_of, notes=None, columns=columns, rows=tuple(rows)
    )
