"""Bar chart: horizontal bars, grouped by row, each with its value written at it."""

from __future__ import annotations

from decimal import Decimal

from markupsafe import Markup

from lms.content.course import DataTable, Figure
from lms.web.charts.drawing import (
    LINE,
    Format,
    element,
    joined,
    paragraph,
    rule,
    series_class,
    svg,
    text,
    text_width,
    wrapped,
    written,
)
from lms.web.charts.scale import Scale, number, numbers, round_ticks

_THICK = 14
_GAP = 6


def draw(figure: Figure, table: DataTable, form: Format) -> Markup:
    """The chart for one width. Several series are told apart by their names at the bars."""
    category = figure.label or ""
    several = len(figure.series) > 1

    def caption(label: str, column: str, value: Decimal | None) -> str:
        amount = written(value, figure.unit or table.column(column).unit)
        return f"{label}: {amount}" if several else amount

    values = {
        (row.key, series.column): number(row.values.get(series.column))
        for row in table.rows
        for series in figure.series
    }
    captions = {
        (row.key, series.column): caption(series.label, series.column, values[row.key, series.column])
        for row in table.rows
        for series in figure.series
    }
    present = [Decimal(0), *numbers(values.values())]
    low = min(present) if min(present) == 0 else round_ticks(min(present), max(present), 6)[0]
    longest = max((text_width(words, bold=True) for words in captions.values()), default=0)
    # Beside the bar if that leaves the bars most of the width; else on a line of its own above each bar.
    beside = longest <= form.width * 0.4 and low == 0
    x = Scale(low, max(max(present), low + 1), 1, form.width - 1 - (longest + 8 if beside else 0))
    zero = x(Decimal(0))

    parts: list[Markup] = []
    y = 0.0
    tops: list[tuple[float, float]] = []
    for row in table.rows:
        name = wrapped(str(row.values.get(category) or ""), form.width)
        parts.append(paragraph(0, y + 13, name, class_="label chart-category"))
        y += LINE * len(name) + 3
        top = y
        for index, series in enumerate(figure.series):
            value, words = values[row.key, series.column], captions[row.key, series.column]
            if not beside:
                parts.append(text(0, y + 12, words, class_=f"value {series_class(index)}"))
                y += LINE
            if value is not None:
                end = x(value)
                parts.append(
                    element(
                        "rect",
                        x=min(zero, end),
                        y=y,
                        width=abs(end - zero),
                        height=_THICK,
                        class_=f"bar {series_class(index)}",
                    )
                )
            if beside:
                parts.append(
                    text(
                        (x(value) if value is not None else zero) + 6,
                        y + 11.5,
                        words,
                        class_=f"value {series_class(index)}",
                    )
                )
            y += _THICK + _GAP
        tops.append((top, y - _GAP))
        y += 10
    if low < 0:
        parts += [rule(zero, top - 2, zero, end + 2, "axis") for top, end in tops]
    return svg(figure, form, max(y - 8, 20), joined(parts))
