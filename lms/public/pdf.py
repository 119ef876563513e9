"""A job aid as a PDF of one sheet: the same bytes every time, drawn once in the life of a process."""

from __future__ import annotations

import json
from datetime import UTC, datetime, time
from functools import lru_cache
from pathlib import Path
from typing import Any

from lms.content.course import Course, Source
from lms.content.resources.values import BlanksBlock, Block, GridBlock, NoteBlock, Resource, TableBlock, Words
from lms.core.clock import long_date
from lms.core.typeset import Document, Drawable

_document = Document(Path(__file__).parent / "typst" / "aid.typ")


def render(course: Course, aid: Resource, *, site: str, address: str) -> bytes:
    """The job aid as tagged PDF (PDF/UA-1 and PDF/A-2a). `address` leads to its page. Pure in its input."""
    moment = datetime.combine(aid.reviewed_on, time(12), tzinfo=UTC)
    return _drawn(json.dumps(_sheet(course, aid, site, address), ensure_ascii=False), int(moment.timestamp()))


@lru_cache(maxsize=64)
def _drawn(sheet: str, timestamp: int) -> bytes:
    return _document.pdf(lambda drawable: _made_drawable(json.loads(sheet), drawable), timestamp=timestamp)


def _made_drawable(value: Any, drawable: Drawable) -> Any:
    if isinstance(value, dict):
        return {key: _made_drawable(each, drawable) for key, each in value.items()}
    if isinstance(value, list):
        return [_made_drawable(each, drawable) for each in value]
    # A run may begin or end with the blank between two words, which is not to be lost.
    return drawable(f"|{value}|")[1:-1] if isinstance(value, str) else value


def _sheet(course: Course, aid: Resource, site: str, address: str) -> dict[str, Any]:
    numbers = {key: number for number, key in enumerate(aid.citations, start=1)}
    return {
        "language": course.language,
        "title": aid.title,
        "summary": aid.summary,
        "site": site,
        "address": address,
        "record": f"Reviewed {long_date(aid.reviewed_on)}, next review by {long_date(aid.review_by)}.",
        "rows": _side_by_side([_block(block, numbers) for block in aid.blocks]),
        "sources": [_source(course.sources[key]) for key in aid.citations],
    }


def _side_by_side(blocks: list[dict[str, Any]]) -> list[list[dict[str, Any]]]:
    """The blocks by rows of the sheet: two halves in a row share one."""
    rows: list[list[dict[str, Any]]] = []
    for block in blocks:
        if block["half"] and rows and len(rows[-1]) == 1 and rows[-1][0]["half"]:
            rows[-1].append(block)
        else:
            rows.append([block])
    return rows


def _block(block: Block, numbers: dict[str, int]) -> dict[str, Any]:
    common = {
        "kind": block.kind,
        "title": block.title or "",
        "half": block.half,
        "cites": _marks(block.sources, numbers),
        "basis": block.basis or "",
    }
    if isinstance(block, TableBlock):
        as_of = f"As of {long_date(block.as_of)}" if block.as_of else ""
        rows = [[_words(cell, numbers) for cell in row] for row in block.rows]
        return common | {"columns": block.columns, "widths": block.widths, "rows": rows, "as_of": as_of}
    if isinstance(block, NoteBlock):
        return common | {"text": _words(block.text, numbers)}
    if isinstance(block, BlanksBlock):
        return common | {"blanks": [blank.model_dump() for blank in block.blanks]}
    if isinstance(block, GridBlock):
        return common | {"columns": block.columns, "widths": block.widths, "rows": block.rows}
    return common | {"lines": [_words(line, numbers) for line in block.lines]}


def _words(words: Words, numbers: dict[str, int]) -> list[dict[str, Any]]:
    return [{"text": run.text, "strong": run.strong, "cites": _marks(run.sources, numbers)} for run in words]


def _marks(sources: tuple[str, ...], numbers: dict[str, int]) -> str:
    return ", ".join(str(number) for number in sorted(numbers[key] for key in sources))


def _source(source: Source) -> str:
    end = "" if source.authors.endswith(".") else "."
    year = f", {source.year}" if source.year else ""
    stop = "" if source.title[-1] in ".?!" else "."
    secondary = " Secondary." if source.tag == "secondary" else ""
    return f"{source.authors}{end} {source.title}{stop} {source.publisher}{year}.{secondary}"
