"""Stacked bars: what a whole is made of, one bar a row, with the parts named in their order below it."""

from __future__ import annotations

from decimal import Decimal

from markupsafe import Markup

from lms.content.course import DataTable, Figure, Row
from lms.web.charts.drawing import (
    LINE,
    Format,
    element,
    joined,
    paragraph,
    series_class,
    svg,
    text,
    text_width,
    wrapped,
    written,
)
from lms.web.charts.scale import Scale, number

_THICK = 24
#: Between two parts, so that they are told apart without their colours.
_SPLIT = 2


def draw(figure: Figure, table: DataTable, form: Format) -> Markup:
    """The chart for one width. Every bar has the same scale; a part without a value is named and not drawn."""
    unit = figure.unit or (table.column(figure.series[0].column).unit if figure.series else None)
    totals = {row.key: sum((value for _, value in _parts(figure, row)), Decimal(0)) for row in table.rows}
    x = Scale(Decimal(0), max([*totals.values(), Decimal(1)]), 0, form.width)

    parts: list[Markup] = []
    y = 0.0
    for row in table.rows:
        name, total = str(row.values.get(figure.label or "") or ""), written(totals[row.key], unit)
        beside = text_width(name) + text_width(total, bold=True) + 16 <= form.width
        lines = wrapped(name, form.width)
        parts.append(paragraph(0, y + 13, lines, class_="label chart-category"))
        y += 0 if beside else LINE * len(lines)
        parts.append(text(form.width, y + 13, total, class_="value", anchor="end"))
        y += LINE + 4
        parts += _bar(figure, row, x, y)
        y += _THICK + 3
        named, y = _names(figure, row, unit, y, form.width)
        parts += [*named]
        y += 14
    return svg(figure, form, max(y - 8, 20), joined(parts))


def _parts(figure: Figure, row: Row) -> list[tuple[int, Decimal]]:
    """The values of a row, each with the place of its series."""
    found = [(place, number(row.values.get(series.column))) for place, series in enumerate(figure.series)]
    return [(place, value) for place, value in found if value]


def _bar(figure: Figure, row: Row, x: Scale, y: float) -> list[Markup]:
    parts, done = [], Decimal(0)
    for place, value in _parts(figure, row):
        start, end = x(done) + (_SPLIT if done else 0), x(done + value)
        done += value
        width = max(end - start, 0.5)
        parts.append(
            element("rect", x=start, y=y, width=width, height=_THICK, class_=f"bar {series_class(place)}"),
        )
        words = written(value, None)
        if text_width(words, bold=True) + 8 <= width:
            parts.append(text(start + width / 2, y + 16.5, words, class_="on-bar", anchor="middle"))
    return parts


def _names(figure: Figure, row: Row, unit: str | None, y: float, width: float) -> tuple[list[Markup], float]:
    """What each part is, in the order of the bar, in as many lines as that takes; and where they end."""
    parts, x = [], 0.0
    for place, series in enumerate(figure.series):
        words = f"{series.label}: {written(row.values.get(series.column), unit)}"
        wide = text_width(words, bold=True)
        if x and x + wide > width:
            x, y = 0.0, y + LINE
        parts.append(text(x, y + 13, words, class_=f"value {series_class(place)}"))
        x += wide + 14
    return parts, y + LINE
