"""Timeline: stretches and moments along one axis, in lanes; a swim-lane when the lanes are people or roles."""

from __future__ import annotations

from decimal import Decimal

from markupsafe import Markup

from lms.content.course import DataTable, Figure, Row
from lms.web.charts.drawing import (
    LINE,
    Format,
    element,
    joined,
    marker,
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

_THICK = 12
_STEP = 20


def draw(figure: Figure, table: DataTable, form: Format) -> Markup:
    """The timeline for one width: each row a bar from its start to its end, or a point where they are equal.

    Lanes stand in the order in which the table names them first. A row without a start has its words and no mark.
    """
    places = numbers(row.values.get(column) for row in table.rows for column in (figure.start, figure.end) if column)
    ticks = round_ticks(min(places, default=Decimal(0)), max(places, default=Decimal(1)), 5 if form.narrow else 12)
    inset = max(text_width(written(tick, None)) for tick in (ticks[0], ticks[-1])) / 2
    x = Scale(ticks[0], ticks[-1], inset, form.width - inset)

    lanes: dict[str, list[Row]] = {}
    for row in table.rows:
        lanes.setdefault(str(row.values.get(figure.lane or "") or ""), []).append(row)
    marks: list[Markup] = []
    stretches: list[tuple[float, float]] = []  # where lines of the grid run: beside the marks, not through headings
    y = 0.0
    for lane, (name, rows) in enumerate(lanes.items()):
        heading = wrapped(name, form.width / 1.1)  # bold
        marks.append(paragraph(0, y + 13, heading, class_="value"))
        y += LINE * len(heading) + 4
        top = y
        for row in rows:
            drawn, y = _row(figure, row, lane, x, y, form)
            marks += drawn
        stretches.append((top - 2, y))
        y += 10
    grid = [rule(x(tick), top, x(tick), end, "grid-line") for tick in ticks for top, end in stretches]
    axis = [rule(x(ticks[0]), y, x(ticks[-1]), y, "axis")]
    axis += [text(x(tick), y + LINE, written(tick, None), anchor="middle") for tick in ticks]
    y += LINE
    if figure.unit:
        named = wrapped(figure.unit, form.width)
        axis += [text(form.width / 2, y + LINE * (n + 1), words, anchor="middle") for n, words in enumerate(named)]
        y += LINE * len(named)
    return svg(figure, form, y + 8, joined([*grid, *marks, *axis]))


def _row(figure: Figure, row: Row, lane: int, x: Scale, y: float, form: Format) -> tuple[list[Markup], float]:
    """A row's words and mark, and where the next row begins. Words stand beside the mark where they fit."""
    words = str(row.values.get(figure.label or "") or "")
    start, end = (number(row.values.get(column or "")) for column in (figure.start, figure.end))
    start, end = (end if start is None else start), (start if end is None else end)
    if start is None or end is None:
        lines = wrapped(words, form.width)
        return [paragraph(0, y + 13, lines, class_="label on-grid")], y + LINE * len(lines) + 3
    is_point = start == end
    left, right = (x(start) - 6, x(start) + 6) if is_point else (x(start), max(x(end), x(start) + 2))
    wide = text_width(words)
    parts: list[Markup] = []
    if right + 6 + wide <= form.width:
        parts.append(text(right + 6, y + 12, words, class_="label on-grid"))
    elif left - 6 - wide >= 0:
        parts.append(text(left - 6, y + 12, words, class_="label on-grid", anchor="end"))
    else:
        lines = wrapped(words, form.width)
        parts.append(paragraph(0, y + 12, lines, class_="label on-grid"))
        y += LINE * len(lines) + 1
    if is_point:
        parts.append(marker(lane, x(start), y + 8, 5.5))
    else:
        mark = element("rect", x=left, y=y + 2, width=right - left, height=_THICK, class_=f"bar {series_class(lane)}")
        parts.append(mark)
    return parts, y + _STEP
