"""Interval (forest) plot: an estimate with its limits in each row, against a reference line."""

from __future__ import annotations

from decimal import Decimal

from markupsafe import Markup

from lms.content.course import DataTable, Figure, Row
from lms.web.charts.drawing import (
    LINE,
    Format,
    joined,
    marker,
    paragraph,
    rule,
    svg,
    text,
    text_width,
    wrapped,
    written,
)
from lms.web.charts.scale import Scale, number, numbers, round_ticks

_LANE = 22


def draw(figure: Figure, table: DataTable, form: Format) -> Markup:
    """The plot for one width. A row without an estimate or a limit shows what it has, and its words."""
    label = figure.label or ""
    cells = [number(row.values.get(column)) for row in table.rows for column in _columns(figure)]
    marks = numbers([*cells, figure.reference])
    ticks = round_ticks(min(marks, default=Decimal(0)), max(marks, default=Decimal(1)), 5 if form.narrow else 8)
    inset = max(text_width(written(tick, None)) for tick in (ticks[0], ticks[-1])) / 2
    x = Scale(ticks[0], ticks[-1], inset, form.width - inset)

    rows: list[Markup] = []
    lanes: list[float] = []  # top of each row's drawing; lines of the grid keep out of the words between them
    y = 0.0
    for row in table.rows:
        name, amount = str(row.values.get(label) or ""), _amount(figure, row)
        if text_width(name) + text_width(amount, bold=True) + 24 <= form.width:
            rows += [
                text(0, y + 13, name, class_="label chart-category"),
                text(form.width, y + 13, amount, class_="value", anchor="end"),
            ]
            y += LINE
        else:
            lines = wrapped(name, form.width)
            rows.append(paragraph(0, y + 13, lines, class_="label chart-category"))
            rows.append(paragraph(0, y + 13 + LINE * len(lines), [amount], class_="value"))
            y += LINE * (len(lines) + 1)
        lanes.append(y)
        rows.append(_interval(figure, row, x, y + _LANE / 2))
        y += _LANE + 10

    parts = [rule(x(tick), top, x(tick), top + _LANE + 5, "grid-line") for tick in ticks for top in lanes]
    if figure.reference is not None:
        at = x(figure.reference)
        parts += [rule(at, top, at, top + _LANE + 5, "reference") for top in lanes]
    parts.append(joined(rows))
    parts.append(rule(x(ticks[0]), y, x(ticks[-1]), y, "axis"))
    parts += [text(x(tick), y + LINE, written(tick, None), anchor="middle") for tick in ticks]
    y += LINE
    if figure.unit:
        parts.append(text(form.width / 2, y + LINE + 1, figure.unit, anchor="middle"))
        y += LINE
    return svg(figure, form, y + 8, joined(parts))


def _columns(figure: Figure) -> tuple[str, str, str]:
    return figure.value or "", figure.low or "", figure.high or ""


def _amount(figure: Figure, row: Row) -> str:
    """`−7.6 (−9.0 to −6.3)`; the unit stands at the axis."""
    value, low, high = (written(row.values.get(column), None) for column in _columns(figure))
    return f"{value} ({low} to {high})"


def _interval(figure: Figure, row: Row, x: Scale, y: float) -> Markup:
    value, low, high = (number(row.values.get(column)) for column in _columns(figure))
    parts = []
    if low is not None and high is not None:
        parts.append(rule(x(low), y, x(high), y, "line series-1"))
    parts += [rule(x(limit), y - 6, x(limit), y + 6, "line series-1") for limit in (low, high) if limit is not None]
    if value is not None:
        parts.append(marker(0, x(value), y, 5.5))
    return joined(parts)
