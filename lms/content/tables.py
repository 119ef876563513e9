"""Data tables: from the columns and rows of a file to a `DataTable`, cell by cell."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from lms.content.course import Cell, Column, DataTable, Row
from lms.content.report import Report
from lms.content.schema import DataFile
from lms.content.yamlfile import YamlFile


def build_table(name: str, value: DataFile, yaml: YamlFile, file: str, report: Report) -> DataTable | None:
    """The data table, or None after reporting what is wrong with its columns and rows."""
    before = len(report.findings)
    columns = [column.key for column in value.columns]
    for index, key in enumerate(columns):
        if key == "key" or key in columns[:index]:
            problem = "appears twice" if key != "key" else "has a name that rows use for themselves"
            report.error("key-repeated", f"the column “{key}” {problem}", file, yaml.line("columns", index, "key"))
    rows: dict[str, Row] = {}
    for index, entry in enumerate(value.rows):
        row = _row(index, entry, columns, yaml, file, report)
        if row.key in rows:
            line = yaml.line("rows", index, "key")
            report.error("key-repeated", f"the row “{row.key}” appears twice", file, line)
        rows[row.key] = row
    if len(report.findings) > before:
        return None
    return DataTable(
        key=name,
        title=value.title,
        description=value.description,
        sources=tuple(value.source),
        as_of=value.as_of,
        notes=value.notes,
        columns=tuple(Column(**column.model_dump()) for column in value.columns),
        rows=tuple(rows.values()),
    )


def _row(index: int, entry: dict[str, Any], columns: list[str], yaml: YamlFile, file: str, report: Report) -> Row:
    """One row. A column that the row leaves out has no value (None)."""
    if not isinstance(entry.get("key"), str | int):
        report.error("field-missing", f"rows.{index}: a row has a key", file, yaml.line("rows", index))
    cells: dict[str, Cell] = dict.fromkeys(columns)
    for column, value in entry.items():
        line = yaml.line("rows", index, column)
        if column == "key":
            continue
        if column not in cells:
            report.error("unknown-column", f"rows.{index}: there is no column “{column}”", file, line)
        elif isinstance(value, bool | list | dict):
            report.error("field-invalid", f"rows.{index}.{column}: a cell is a number or text", file, line)
        elif isinstance(value, date):
            cells[column] = value.isoformat()
        elif isinstance(value, Decimal | int | str):
            cells[column] = value
    return Row(key=str(entry.get("key", f"row {index + 1}")), values=cells)
