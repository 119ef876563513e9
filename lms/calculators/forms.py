"""The calculator's form: from the address of a page to inputs, and from inputs to the fields that show them.

The form is sent by GET, so an address holds a whole scenario and can be shared. A row of a table is written
`activities.0.rework`; `activities` itself holds the number of rows, so that an emptied table stays empty.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from werkzeug.datastructures import MultiDict

from lms.calculators.domain import Formula, Input, Inputs, Table, defaults
from lms.calculators.domain.declaration import Kind

#: Rows that a page takes; an address has to stay short. The API takes more.
MOST_ROWS = 20
_ROW_FIELD = re.compile(r"([a-z_]+)\.([0-9]{1,2})\.([a-z_]+)\Z")


@dataclass(frozen=True)
class Field:
    """One field of the page: its name in the address, what stands in it, and what is wrong with that."""

    declared: Input
    name: str
    value: str
    error: str | None
    fixed: bool = False

    @property
    def id(self) -> str:
        return self.name.replace(".", "-").replace("_", "-")


@dataclass(frozen=True)
class RowFields:
    """The fields of one row of a table."""

    number: int
    kind: Kind
    name: str
    prefix: str
    fields: tuple[Field, ...]
    error: str | None


def from_address(formula: Formula, query: MultiDict[str, str]) -> dict[str, Any]:
    """The inputs that an address gives, still unchecked. Other parameters, which others add to links, are left out."""
    data: dict[str, Any] = {each.key: query[each.key] for each in formula.inputs if each.key in query}
    for table in formula.tables:
        if table.key in query:
            data[table.key] = _rows(table, query)
    action = query.get("do", "")
    preset = next((each for each in formula.presets if action == f"preset-{each.key}"), None)
    if preset is not None:
        data |= {key: _written(value) for key, value in preset.values.items()}
    for table in formula.tables:
        _change_rows(table, data, action)
    return data


def _rows(table: Table, query: MultiDict[str, str]) -> list[dict[str, str]]:
    count = query[table.key]
    rows: list[dict[str, str]] = [
        {} for _ in range(min(int(count), MOST_ROWS) if count.isascii() and count.isdigit() else 0)
    ]
    for name, value in query.items():
        found = _ROW_FIELD.match(name)
        if found and found[1] == table.key and int(found[2]) < len(rows):
            rows[int(found[2])][found[3]] = value
    return rows


def _change_rows(table: Table, data: dict[str, Any], action: str) -> None:
    """Add or remove the row whose button was pressed."""
    if action == f"add-{table.key}":
        rows = data.setdefault(table.key, [dict(row) for row in table.rows])
        if len(rows) < MOST_ROWS:
            rows.append({"kind": table.kinds[-1].key})
    elif action.startswith(f"remove-{table.key}-"):
        number = action.rpartition("-")[2]
        rows = data.get(table.key, [])
        if number.isascii() and number.isdigit() and int(number) < len(rows):
            del rows[int(number)]


def address_query(inputs: Inputs) -> str:
    """The inputs as the query of an address: what a share link holds."""
    return urlencode(list(_pairs(inputs.as_data())))


def _pairs(data: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for key, value in data.items():
        if isinstance(value, str):
            yield key, value
            continue
        yield key, str(len(value))
        for number, row in enumerate(value):
            for column, cell in row.items():
                yield f"{key}.{number}.{column}", cell


def fields(formula: Formula, data: Mapping[str, Any], errors: Mapping[str, str]) -> dict[str, Field]:
    """The single fields by key, with what was typed."""
    return {each.key: _field(each, each.key, data.get(each.key), errors.get(each.key)) for each in formula.inputs}


def row_fields(table: Table, data: Mapping[str, Any], errors: Mapping[str, str]) -> list[RowFields]:
    """The fields of every row, with what was typed."""
    rows = data.get(table.key, table.rows)
    found = []
    for number, row in enumerate(rows if isinstance(rows, list | tuple) else ()):
        path = f"{table.key}[{number}]"
        kinds = {kind.key: kind for kind in table.kinds}
        kind = kinds.get(str(row.get("kind")), table.kinds[-1])
        prefix = f"{table.key}.{number}"
        cells = tuple(
            _field(
                column,
                f"{prefix}.{column.key}",
                row.get(column.key, kind.fixed.get(column.key)),
                errors.get(f"{path}.{column.key}"),
                fixed=column.key in kind.fixed,
            )
            for column in table.columns
        )
        name = str(row.get("name") or kind.title)
        error = errors.get(path) or errors.get(f"{path}.name") or errors.get(f"{path}.kind")
        found.append(RowFields(number, kind, name, prefix, cells, error))
    return found


def error_links(formula: Formula, errors: Mapping[str, str]) -> list[tuple[str, str | None]]:
    """What is wrong, each with the field to go to."""
    titles = {each.key: each.title for each in formula.inputs}
    for table in formula.tables:
        titles |= {column.key: column.title for column in table.columns}
    links: list[tuple[str, str | None]] = []
    for path, sentence in errors.items():
        name = path.replace("[", ".").replace("]", "")
        table_key, _dot, rest = name.partition(".")
        number, _dot, column = rest.partition(".")
        title = titles.get(column or table_key, table_key)
        where = f"{title}, row {int(number) + 1}" if number else title
        target = name.replace(".", "-").replace("_", "-") if not number or column in titles else None
        links.append((f"{where}: {sentence}", f"#{target}" if target else None))
    return links


def _field(declared: Input, name: str, given: Any, error: str | None, *, fixed: bool = False) -> Field:
    value = declared.default if given is None else given
    if isinstance(value, Decimal):
        value = _for_people(declared, value)
    return Field(declared, name, str(value), error, fixed)


def _for_people(declared: Input, value: Decimal) -> str:
    """A number as it stands in a field: a share as per cent."""
    if declared.unit.share:
        return f"{_written(value * 100)}%"
    return f"{value:.2f}" if declared.unit.before == "$" and value == round(value, 2) else _written(value)


def _written(value: Decimal | str) -> str:
    if isinstance(value, str):
        return value
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def default_query(formula: Formula) -> str:
    """The query of the defaults."""
    return address_query(defaults(formula))


def shown_data(formula: Formula, inputs: Inputs) -> dict[str, Any]:
    """Checked inputs as the fields show them: numbers again, so that a share is shown as per cent."""
    return {**inputs.values, **{key: [dict(row) for row in rows] for key, rows in inputs.rows.items()}}
