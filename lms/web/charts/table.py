"""The figures as a table: the whole content of a chart for those who do not see it, or want to copy it."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from lms.content.course import Column, DataTable
from lms.web.charts.drawing import element, joined, written
from lms.web.charts.scale import number

#: Tables up to this many columns turn into stacked records on phones; wider ones scroll in their frame.
_STACKED_COLUMNS = 4


def draw(table: DataTable, columns: Sequence[Column], *, caption: str, ident: str) -> Markup:
    """A table with caption, column headings and row headings; each value with its unit."""
    stacked = len(columns) <= _STACKED_COLUMNS
    numeric = {
        column.key: all(
            number(row.values.get(column.key)) is not None or row.values.get(column.key) is None for row in table.rows
        )
        for column in columns
    }
    head = joined(
        element("th", column.title, scope="col", **({"class_": "num"} if numeric[column.key] else {}))
        for column in columns
    )
    body = joined(
        element(
            "tr",
            joined(
                _cell(row.values.get(column.key), column, place == 0, numeric[column.key])
                for place, column in enumerate(columns)
            ),
        )
        for row in table.rows
    )
    drawn = element(
        "table",
        element("caption", caption, class_="visually-hidden", id=ident)
        + element("thead", element("tr", head))
        + element("tbody", body),
        class_="data stack" if stacked else "data",
    )
    if stacked:
        return element("div", drawn, class_="table-frame")
    # A frame that scrolls must be reachable by keyboard, and say what it is.
    return element("div", drawn, class_="table-frame", role="region", aria_labelledby=ident, tabindex=0)


def _cell(value: object, column: Column, is_head: bool, numeric: bool) -> Markup:
    attributes: dict[str, object] = {"scope": "row"} if is_head else {}
    if numeric:
        attributes["class_"] = "num"
    # Years are numbers too, and are not grouped: only a unit makes `written` group thousands.
    words = written(value, column.unit)
    return element("th" if is_head else "td", element("span", words), data_label=column.title, **attributes)
