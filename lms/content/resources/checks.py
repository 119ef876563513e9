"""Checks of job aids that need more than one file, and the rule that every line of one names what it rests on."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from lms.content.parts import Parts, ResourcePart
from lms.content.report import Report
from lms.content.resources.files import (
    BlockFile,
    DataBlockFile,
    LinesBlockFile,
    NoteBlockFile,
    ResourceFile,
    TableBlockFile,
)
from lms.content.resources.text import Path

#: Amounts and shares change with the years: from a data table they bring their date along.
_CHANGING = re.compile(r"[$€£]\s?\d|\d\s?(?:%|percent\b)")


def run(parts: Parts, report: Report, today: date) -> None:
    """Report references that lead nowhere, dates that cannot be, and lines that rest on nothing."""
    for part in parts.resources.values():
        if part.value is None:
            continue
        _check_head(parts, part, part.value, report, today)
        for index, block in enumerate(part.value.blocks):
            _check_block(parts, part, index, block, report)
        for path, source in _written(part):
            if found := _CHANGING.search(source):
                message = f"“{found[0]}” changes with the years: take it from a data table, {{{{ table.row.column }}}}"
                report.warning("figure-undated", message, part.file, part.yaml.text_line(*path))


def _check_head(parts: Parts, part: ResourcePart, value: ResourceFile, report: Report, today: date) -> None:
    line = part.yaml.line
    if value.reviewed_on > today:
        report.warning("date-future", "reviewed_on lies in the future", part.file, line("reviewed_on"))
    if value.review_by < today:
        report.warning("review-due", "the job aid is due for review", part.file, line("review_by"))
    if value.review_by < value.reviewed_on:
        report.error("date-order", "review_by comes before reviewed_on", part.file, line("review_by"))
    for index, key in enumerate(value.lessons):
        if key not in parts.lessons:
            report.error("unknown-lesson", f"there is no lesson “{key}”", part.file, line("lessons", index))


def _check_block(parts: Parts, part: ResourcePart, index: int, block: BlockFile, report: Report) -> None:
    at: Path = ("blocks", index)
    for number, key in enumerate(block.sources):
        if parts.lacks_source(key):
            line = part.yaml.line(*at, "sources", number)
            report.error("unknown-source", f"there is no source “{key}”", part.file, line)
    if isinstance(block, DataBlockFile):
        _check_data(parts, part, at, block, report)
        return
    for path, cited in _lines(part, at, block):
        keys = {*block.sources, *cited}
        unread = [key for key in keys if (source := parts.sources.get(key)) and source.tag == "known"]
        line = part.yaml.text_line(*path)
        if keys and len(unread) == len(keys):
            report.error("unread-source", f"the sources ({', '.join(sorted(unread))}) were not read", part.file, line)
        elif not keys and not block.basis:
            message = "the line cites no source, and its block has neither sources nor a basis"
            report.error("uncited", message, part.file, line)


def _check_data(parts: Parts, part: ResourcePart, at: Path, block: DataBlockFile, report: Report) -> None:
    if block.data not in parts.data:
        line = part.yaml.line(*at, "data")
        report.error("unknown-data", f"there is no data table “{block.data}”", part.file, line)
    elif table := parts.data[block.data].table:
        known = {"columns": {each.key for each in table.columns}, "rows": {each.key for each in table.rows}}
        for name, keys in (("columns", block.columns), ("rows", block.rows)):
            for number, key in enumerate(keys):
                if key not in known[name]:
                    line = part.yaml.line(*at, name, number)
                    message = f"“{table.key}” has no {name[:-1]} “{key}”"
                    report.error(f"unknown-{name[:-1]}", message, part.file, line)


def _lines(part: ResourcePart, at: Path, block: BlockFile) -> Iterator[tuple[Path, set[str]]]:
    """The statements of a block, each with the sources that it cites: its lines, or the rows of its table. What is
    filled in by hand states nothing."""
    if isinstance(block, NoteBlockFile):
        yield (*at, "text"), set(part.lines[*at, "text"].cites)
    elif isinstance(block, TableBlockFile):
        for number, row in enumerate(block.rows):
            cells = [(*at, "rows", number, column) for column in range(len(row))]
            yield cells[0], {key for cell in cells for key in part.lines[cell].cites}
    elif isinstance(block, LinesBlockFile):
        for number in range(len(block.items)):
            yield (*at, "items", number), set(part.lines[*at, "items", number].cites)


def _written(part: ResourcePart) -> Iterator[tuple[Path, str]]:
    """The words of each line as they were typed: without what came from a data table."""
    for path, line in part.lines.items():
        yield path, "".join(run.text for run in line.words if not run.dated)
