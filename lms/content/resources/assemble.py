"""From the file of a job aid to its value."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lms.content.course import Cell
from lms.content.parts import Parts, ResourcePart
from lms.content.render import shown
from lms.content.resources.files import (
    BlanksBlockFile,
    BlockFile,
    DataBlockFile,
    GridBlockFile,
    NoteBlockFile,
    TableBlockFile,
)
from lms.content.resources.text import Path
from lms.content.resources.values import (
    Blank,
    BlanksBlock,
    Block,
    GridBlock,
    LinesBlock,
    NoteBlock,
    Resource,
    Run,
    TableBlock,
    Words,
)

NO_VALUE = "–"


def resource_of(part: ResourcePart, parts: Parts) -> Resource:
    """The job aid. Call it only when the report of the parts has no errors."""
    value = part.value
    if value is None:
        raise ValueError("a job aid is assembled only from a file without errors")
    blocks = tuple(_block(part, ("blocks", index), block, parts) for index, block in enumerate(value.blocks))
    return Resource(
        **value.model_dump(include={"title", "summary", "reviewed_on", "review_by"}),
        key=part.key,
        lessons=tuple(value.lessons),
        blocks=blocks,
        citations=tuple(dict.fromkeys(_cited(part, blocks))),
    )


def _block(part: ResourcePart, at: Path, block: BlockFile, parts: Parts) -> Block:
    if isinstance(block, DataBlockFile):
        return _figures(block, parts)
    head = _head(block)
    if isinstance(block, TableBlockFile):
        return TableBlock(
            **head,
            columns=tuple(block.columns),
            widths=_widths(block),
            rows=tuple(
                tuple(part.lines[*at, "rows", number, column].words for column in range(len(row)))
                for number, row in enumerate(block.rows)
            ),
        )
    if isinstance(block, NoteBlockFile):
        return NoteBlock(**head, text=part.lines[*at, "text"].words)
    if isinstance(block, BlanksBlockFile):
        return BlanksBlock(**head, blanks=tuple(Blank(**each.model_dump()) for each in block.blanks))
    if isinstance(block, GridBlockFile):
        return GridBlock(**head, columns=tuple(block.columns), widths=_widths(block), rows=block.rows)
    lines = tuple(part.lines[*at, "items", number].words for number in range(len(block.items)))
    return LinesBlock(**head, kind=block.kind, lines=lines)


def _head(block: BlockFile) -> dict[str, Any]:
    return {"title": block.title, "half": block.half, "sources": tuple(block.sources), "basis": block.basis}


def _figures(block: DataBlockFile, parts: Parts) -> TableBlock:
    table = parts.data[block.data].table
    if table is None:
        raise ValueError("a job aid is assembled only from data tables without errors")
    columns = [table.column(key) for key in block.columns]
    rows = [table.row(key) for key in block.rows] or table.rows
    sources = dict.fromkeys([*block.sources, *table.sources])
    return TableBlock(
        **{**_head(block), "title": block.title or table.title, "sources": tuple(sources)},
        columns=tuple(column.title for column in columns),
        widths=_widths(block),
        rows=tuple(tuple(_cell(row.values[column.key], column.unit) for column in columns) for row in rows),
        as_of=table.as_of,
    )


def _widths(block: TableBlockFile | DataBlockFile | GridBlockFile) -> tuple[int, ...]:
    return tuple(block.widths or [1] * len(block.columns))


def _cell(value: Cell, unit: str | None) -> Words:
    return (Run(text=NO_VALUE if value is None else shown(value, unit)),)


def _cited(part: ResourcePart, blocks: tuple[Block, ...]) -> Iterator[str]:
    """The sources in the order in which they are met on the sheet."""
    for index, block in enumerate(blocks):
        yield from block.sources
        for path, line in part.lines.items():
            if path[:2] == ("blocks", index):
                yield from line.cites
