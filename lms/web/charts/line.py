"""Line chart: values over years or steps, with gaps where values are missing and labels at the ends."""

from __future__ import annotations

from decimal import Decimal

from markupsafe import Markup

from lms.content.course import DataTable, Figure
from lms.web.charts.drawing import (
    LINE,
    Format,
    element,
    joined,
    marker,
    rule,
    series_class,
    svg,
    text,
    text_width,
    wrapped,
    written,
)
from lms.web.charts.scale import Scale, number, numbers, round_ticks, spread

_PLOT_HEIGHT = 250


def draw(figure: Figure, table: DataTable, form: Format) -> Markup:
    """The chart for one width. Missing values interrupt a line; nothing is drawn between or beyond them."""
    columns = [[number(row.values.get(series.column)) for row in table.rows] for series in figure.series]
    steps = [str(row.values.get(figure.x or "")) for row in table.rows]
    unit = figure.unit or (table.column(figure.series[0].column).unit if figure.series else None)

    # Wide drawings name each line at its end; narrow ones have a key above.
    ends = [_last(column) for column in columns]
    end_labels = [
        (f"{written(end[1], unit)}" if form.narrow else f"{series.label}: {written(end[1], unit)}")
        if end
        else series.label
        for series, end in zip(figure.series, ends, strict=True)
    ]
    key, key_height = _key(figure, form) if form.narrow else (Markup(""), 0.0)
    heading = wrapped(figure.y_label or "", form.width)
    top = key_height + LINE * len(heading) + 12
    bottom = top + _PLOT_HEIGHT

    ticks = _ticks(figure, columns, 5 if form.narrow else 6)
    tick_labels = [written(tick, None) for tick in ticks]
    left = max(map(text_width, tick_labels)) + 6
    right = form.width - max((text_width(words, bold=True) for words in end_labels), default=0) - 8
    y = Scale(ticks[0], ticks[-1], bottom, top)
    x = [left + (right - left) * (place + 0.5) / len(steps) for place in range(len(steps))]

    parts = [key]
    parts += [text(0, key_height + LINE * (line + 1) - 4, words) for line, words in enumerate(heading)]
    parts += _shade(figure, steps, x, top, bottom)
    for tick, label in zip(ticks, tick_labels, strict=True):
        parts.append(rule(left, y(tick), right, y(tick), "grid-line" if tick != ticks[0] else "axis"))
        parts.append(text(left - 6, y(tick) + 4.5, label, anchor="end"))
    parts += _step_labels(steps, x, bottom + LINE, form.width)

    for index, column in enumerate(columns):
        parts.append(_line(index, column, x, y))
    wanted = [y(end[1]) if end else bottom for end in ends]
    for index, place in enumerate(spread(wanted, LINE, top, bottom)):
        if end := ends[index]:
            if x[end[0]] < x[-1]:  # the values end before the axis does: lead the eye to the label
                parts.append(rule(x[end[0]] + 8, y(end[1]), right + 4, place, "grid-line"))
            parts.append(text(right + 8, place + 4.5, end_labels[index], class_=f"value {series_class(index)}"))
    return svg(figure, form, bottom + LINE + 8, joined(parts))


def _last(column: list[Decimal | None]) -> tuple[int, Decimal] | None:
    return next(((place, value) for place, value in reversed(list(enumerate(column))) if value is not None), None)


def _ticks(figure: Figure, columns: list[list[Decimal | None]], at_most: int) -> tuple[Decimal, ...]:
    values = numbers(value for column in columns for value in column)
    low = figure.y_min if figure.y_min is not None else min(values, default=Decimal(0))
    high = figure.y_max if figure.y_max is not None else max(values, default=Decimal(1))
    return round_ticks(min(low, *values) if values else low, max(high, *values) if values else high, at_most)


def _line(index: int, column: list[Decimal | None], x: list[float], y: Scale) -> Markup:
    """One path with a new start after each gap, and a marker on every value."""
    path, pen_down, points = "", False, []
    for place, value in enumerate(column):
        if value is None:
            pen_down = False
            continue
        path += f"{'L' if pen_down else 'M'}{x[place]:.1f} {y(value):.1f}"
        pen_down = True
        points.append(marker(index, x[place], y(value), 3.6))
    return element("path", d=path, class_=f"line {series_class(index)}") + joined(points) if path else Markup("")


def _shade(figure: Figure, steps: list[str], x: list[float], top: float, bottom: float) -> list[Markup]:
    if figure.shade is None or not {figure.shade.start, figure.shade.end} <= set(steps):
        return []
    first, last = sorted((steps.index(figure.shade.start), steps.index(figure.shade.end)))
    half = (x[1] - x[0]) / 2 if len(x) > 1 else 10.0
    start, end = x[first] - half, x[last] + half
    lines = wrapped(figure.shade.label, max(end - start - 8, 40))
    return [
        element("rect", x=start, y=float(top), width=end - start, height=float(bottom - top), class_="shade"),
        *(
            text((start + end) / 2, bottom - 8 - LINE * (len(lines) - 1 - place), words, anchor="middle")
            for place, words in enumerate(lines)
        ),
    ]


def _step_labels(steps: list[str], x: list[float], y: float, width: float) -> list[Markup]:
    """As many step labels as fit without touching, always with the first; evenly spaced."""
    room = max(map(text_width, steps), default=0) + 10
    gap = x[1] - x[0] if len(x) > 1 else room
    every = next(step for step in range(1, len(steps) + 1) if step * gap >= room or step == len(steps)) if steps else 1
    half = max(map(text_width, steps), default=0) / 2
    return [
        text(min(max(x[place], half), width - half), y, steps[place], anchor="middle")
        for place in range(0, len(steps), every)
    ]


def _key(figure: Figure, form: Format) -> tuple[Markup, float]:
    """Line and marker samples with their names, above the plot; and its height."""
    parts, x, y = [], 0.0, 12.0
    for index, series in enumerate(figure.series):
        wide = 42 + text_width(series.label)
        if x and x + wide > form.width:
            x, y = 0.0, y + LINE + 3
        parts += [
            rule(x, y - 4, x + 34, y - 4, f"line {series_class(index)}"),
            marker(index, x + 17, y - 4, 3.6),
            text(x + 42, y, series.label),
        ]
        x += wide + 14
    return joined(parts), y + 10
