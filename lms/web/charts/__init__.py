"""Figures of the course as accessible HTML and SVG, drawn on the server from a data table.

Each chart is drawn twice, for desk and phone; the style sheet shows one, so its text keeps its size on both.
Colours are classes of the style sheet; dashes, markers and words at the marks say the same without colour.
"""

from __future__ import annotations

from collections.abc import Mapping

from markupsafe import Markup

from lms.content.course import DataTable, Figure, Source
from lms.core.clock import long_date
from lms.web.charts import bars, intervals, line, stacked, timeline
from lms.web.charts import table as tables
from lms.web.charts.drawing import NARROW, WIDE, element

_DRAWINGS = {
    "line": line.draw,
    "bars": bars.draw,
    "intervals": intervals.draw,
    "stacked": stacked.draw,
    "timeline": timeline.draw,
}

__all__ = ["render_figure"]


def render_figure(
    figure: Figure, table: DataTable, sources: Mapping[str, Source] | None = None, *, origin: str | None = None
) -> Markup:
    """The whole figure: title, drawing with its description, table of every value, source line.

    `sources` are the course's; without them the line names only the date of the data. `origin` stands in its place,
    for data that were calculated. Ids derive from the figure's key, so a figure may stand once on a page.
    """
    ident = f"figure-{figure.key}"
    parts = [element("figcaption", element("p", figure.title, class_="chart-title", id=f"{ident}-title"))]
    if figure.kind == "table":
        columns = [table.column(key) for key in figure.columns] or list(table.columns)
        parts.append(tables.draw(table, columns, caption=figure.title, ident=f"{ident}-table"))
    else:
        draw = _DRAWINGS[figure.kind]
        parts.append(element("div", draw(figure, table, WIDE) + draw(figure, table, NARROW), class_="chart-drawing"))
        parts.append(
            element(
                "details",
                element("summary", "View as table")
                + tables.draw(table, table.columns, caption=figure.title, ident=f"{ident}-table"),
                class_="chart-table",
            )
        )
    if table.notes:
        parts.append(element("p", " ".join(table.notes.split()), class_="chart-source"))
    parts.append(element("p", origin or _source_line(table, sources or {}), class_="chart-source"))
    return element("figure", Markup("").join(parts), class_="chart", id=ident, aria_labelledby=f"{ident}-title")


def _source_line(table: DataTable, sources: Mapping[str, Source]) -> str:
    """`Sources: An Office (2024, 2025). Data as of 8 October 2025.`"""
    works = [sources[key] for key in table.sources if key in sources]
    years: dict[str, list[str]] = {}
    for work in works:
        known = years.setdefault(work.authors, [])
        if work.year and str(work.year) not in known:
            known.append(str(work.year))
    names = [f"{authors} ({', '.join(sorted(dates))})" if dates else authors for authors, dates in years.items()]
    named = f"{'Source' if len(works) == 1 else 'Sources'}: {'; '.join(names)}. " if names else ""
    return f"{named}Data as of {long_date(table.as_of)}."
