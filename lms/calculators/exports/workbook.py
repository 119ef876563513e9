"""A result as a workbook with live formulas: change an input, and the spreadsheet gives what the page would give."""

from __future__ import annotations

import io
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

import xlsxwriter
from xlsxwriter.utility import xl_col_to_name

from lms.calculators.domain import Formula, Input, Result, Step, Table
from lms.calculators.domain.figures import dated_table, figures
from lms.calculators.domain.units import Unit
from lms.calculators.exports import spreadsheet
from lms.content.course import DataTable
from lms.core.arithmetic import Value
from lms.core.clock import long_date

_INPUTS, _RESULTS, _ABOUT = "Inputs", "Results", "About"
_HEADER = 1  # rows above the first value


class _Book:
    """The workbook while it is written, with the cell in which each value stands."""

    def __init__(self, result: Result, made_on: date) -> None:
        self.result = result
        self.formula: Formula = result.formula
        self.made_on = made_on
        self.out = io.BytesIO()
        # Text that somebody typed must never become a formula or a link.
        options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
        self.book = xlsxwriter.Workbook(self.out, options)
        self.book.set_properties({"title": self.formula.title, "created": datetime.combine(made_on, time())})
        self.head = self.book.add_format({"bold": True, "bg_color": "#e2f0ee", "text_wrap": True, "valign": "top"})
        self.wrap = self.book.add_format({"text_wrap": True, "valign": "top"})
        self.cells: dict[str, str] = {}
        self.places: dict[str, tuple[str, str, str]] = {}
        self._formats: dict[tuple[str, int], Any] = {}

    def number_format(self, unit: Unit, *, typed: bool = False) -> Any:
        """How a cell shows its number; `typed` cells are those to change."""
        digits = "0" * unit.places
        whole = f"#,##0.{digits}" if digits else "#,##0"
        code = f"0.{digits}%" if unit.share else f'"$"{whole}' if unit.before else whole
        key = (code, typed)
        if key not in self._formats:
            look = {"num_format": code, "valign": "top", "align": "right"}
            self._formats[key] = self.book.add_format({**look, "bg_color": "#fff8e1", "border": 1} if typed else look)
        return self._formats[key]


def workbook(result: Result, *, made_on: date) -> bytes:
    """The workbook's bytes; the same for the same result and day."""
    book = _Book(result, made_on)
    results = book.book.add_worksheet(_RESULTS)
    inputs = book.book.add_worksheet(_INPUTS)
    for table in book.formula.tables:
        _name_rows(book, table)
    _write_inputs(book, inputs)
    sheets = [book.book.add_worksheet(table.title) for table in book.formula.tables]
    for key in book.formula.data:
        _write_data(book, dated_table(key))
    # Cells are named before any formula is written: a row's formula may need a result, and a result a row.
    scalar = [step for step in book.formula.steps if step.per is None]
    for number, step in enumerate(scalar):
        book.cells[step.key] = f"'{_RESULTS}'!$B${number + _HEADER + 1}"
    for table, sheet in zip(book.formula.tables, sheets, strict=True):
        _write_rows(book, table, sheet)
    _write_results(book, results, scalar)
    _write_about(book)
    book.book.close()
    return book.out.getvalue()


def _write_inputs(book: _Book, sheet: Any) -> None:
    _titles(book, sheet, ["Input", "Value", "Unit", "From", "To", "Help", "Source"], [44, 14, 18, 10, 10, 50, 60])
    for number, each in enumerate(book.formula.inputs):
        row = number + _HEADER
        value = book.result.inputs.values[each.key]
        sheet.write_string(row, 0, each.title, book.wrap)
        if isinstance(value, Decimal):
            sheet.write_number(row, 1, float(value), book.number_format(each.unit, typed=True))
            sheet.write_number(row, 3, float(each.minimum), book.number_format(each.unit))
            sheet.write_number(row, 4, float(each.maximum), book.number_format(each.unit))
            limits = {"validate": "decimal", "criteria": "between"}
            sheet.data_validation(
                row, 1, row, 1, {**limits, "minimum": float(each.minimum), "maximum": float(each.maximum)}
            )
        else:
            sheet.write_string(row, 1, value, book.number_format(each.unit, typed=True))
            names = [key for key, _title in each.choices]
            sheet.data_validation(row, 1, row, 1, {"validate": "list", "source": names})
        choices = "; ".join(f"{key}: {title}" for key, title in each.choices)
        for column, words in ((2, each.unit.title), (5, f"{each.help} {choices}".strip()), (6, each.source)):
            sheet.write_string(row, column, words, book.wrap)
        book.cells[each.key] = f"'{_INPUTS}'!$B${row + 1}"
        book.book.define_name(each.key, f"='{_INPUTS}'!$B${row + 1}")


def _name_rows(book: _Book, table: Table) -> None:
    """Where the columns of a table stand: inputs first, then the steps that are done for each row."""
    count = len(book.result.inputs.rows[table.key])
    steps = [step for step in book.formula.steps if step.per == table.key]
    for number, key in enumerate([*(column.key for column in table.columns), *(step.key for step in steps)]):
        letter = xl_col_to_name(number + 1)
        first, last = _HEADER + 1, _HEADER + max(count, 1)
        book.cells[f"total({key})"] = f"SUM('{table.title}'!${letter}${first}:${letter}${last})"
        book.cells[f"{table.key}.{key}"] = f"${letter}"
    book.cells[f"count({table.key})"] = str(count)


def _write_rows(book: _Book, table: Table, sheet: Any) -> None:
    steps = [step for step in book.formula.steps if step.per == table.key]
    declared: list[Input | Step] = [*table.columns, *steps]
    titles = [table.row_title, *(f"{each.title}, {each.unit.title}" for each in declared)]
    _titles(book, sheet, titles, [32, *([14] * (len(titles) - 1))])
    lines = {line.step.key: line for line in book.result.lines}
    for number, values in enumerate(book.result.inputs.rows[table.key]):
        row = number + _HEADER
        sheet.write_string(row, 0, str(values["name"]), book.wrap)
        for column, each in enumerate(table.columns, start=1):
            sheet.write_number(row, column, float(values[each.key]), book.number_format(each.unit, typed=True))

        def reference(name: str, row: int = row) -> str:
            letter = book.cells.get(f"{table.key}.{name}")
            return f"{letter}{row + 1}" if letter else book.cells[name]

        for column, step in enumerate(steps, start=len(table.columns) + 1):
            _write_step(book, sheet, row, column, step, lines[step.key].by_row[number], reference)


def _write_results(book: _Book, sheet: Any, steps: list[Step]) -> None:
    _titles(book, sheet, ["Result", "Value", "Unit", "How it is calculated", "Note"], [46, 18, 20, 80, 50])
    for number, step in enumerate(steps):
        row = number + _HEADER
        line = book.result.line(step.key)
        sheet.write_string(row, 0, step.title, book.wrap)
        _write_step(book, sheet, row, 1, step, line.value, lambda name: book.cells[name])
        words = book.result.arithmetic(line, figures)
        for column, text in ((2, step.unit.title), (3, words.words), (4, step.note)):
            sheet.write_string(row, column, text, book.wrap)
    sheet.freeze_panes(_HEADER, 1)


def _write_step(
    book: _Book, sheet: Any, row: int, column: int, step: Step, value: Value, reference: spreadsheet.Reference
) -> None:
    """A step as a formula with its present value, which programs show that do not calculate."""
    told = spreadsheet.formula(step.parsed.root, reference, lambda table: book.places[table])
    none = step.none_text.replace('"', '""')
    is_number = (
        bool(step.unit.places or step.unit.before or step.unit.share or isinstance(value, Decimal)) or value is None
    )
    whole = f'=IFERROR(({told})*1,"{none}")' if is_number and step.unit.key != "name" else f'=IFERROR({told},"{none}")'
    cached = step.none_text if value is None else float(value) if isinstance(value, Decimal) else value
    sheet.write_formula(row, column, whole, book.number_format(step.unit), cached)


def _write_data(book: _Book, table: DataTable) -> None:
    """A dated table on a sheet of its own, for the steps that look figures up."""
    name = table.key[:31]
    sheet = book.book.add_worksheet(name)
    sheet.write_string(0, 0, "key", book.head)
    for number, column in enumerate(table.columns, start=1):
        sheet.write_string(0, number, column.key, book.head)
    for number, each in enumerate(table.rows, start=1):
        sheet.write_string(number, 0, each.key)
        for column_number, column in enumerate(table.columns, start=1):
            cell = each.values[column.key]
            if isinstance(cell, int | Decimal):
                sheet.write_number(number, column_number, float(cell))
            else:
                sheet.write_string(number, column_number, "–" if cell is None else cell)
    last, rows = xl_col_to_name(len(table.columns)), len(table.rows) + 1
    book.places[table.key] = (
        f"'{name}'!$B$2:${last}${rows}",
        f"'{name}'!$A$2:$A${rows}",
        f"'{name}'!$B$1:${last}$1",
    )
    sheet.write_string(rows + 1, 0, f"{table.title}. As of {long_date(table.as_of)}. {table.notes or ''}")


def _write_about(book: _Book) -> None:
    sheet = book.book.add_worksheet(_ABOUT)
    sheet.set_column(0, 0, 24)
    sheet.set_column(1, 1, 110)
    formula = book.formula
    facts = [
        ("Calculator", formula.title),
        ("Question", formula.question),
        ("Formula version", f"{formula.version}, reviewed {long_date(formula.reviewed_on)}"),
        ("Made on", long_date(book.made_on)),
        (
            "How to use it",
            "Change the yellow cells; everything else is calculated. Rows of a table can be changed, not added.",
        ),
        *((view.title, view.text) for view in formula.views if view.text),
        ("Limits", formula.limits),
        *(("Please note", notice.text) for notice in book.result.notices),
    ]
    for row, (name, words) in enumerate(facts):
        sheet.write_string(row, 0, name, book.head)
        sheet.write_string(row, 1, words, book.wrap)


def _titles(book: _Book, sheet: Any, titles: list[str], widths: list[int]) -> None:
    for column, (title, width) in enumerate(zip(titles, widths, strict=True)):
        sheet.write_string(0, column, title, book.head)
        sheet.set_column(column, column, width)
