"""Job aids, as values. Their texts are runs of words, so that a page and a PDF draw the same ones."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from lms.content.values import Frozen


class Run(Frozen):
    """Words of one kind. A run with `sources` is a citation of these keys and has no words of its own; a `dated` one
    is a value of a data table with its date."""

    text: str = ""
    strong: bool = False
    dated: bool = False
    sources: tuple[str, ...] = ()


Words = tuple[Run, ...]


class _Block(Frozen):
    """`half`: two such blocks in a row stand side by side on paper. What the lines themselves do not cite rests on
    `sources`, or on `basis`, which says in words where it comes from."""

    title: str | None = None
    half: bool = False
    sources: tuple[str, ...] = ()
    basis: str | None = None


class TableBlock(_Block):
    """`widths` are the columns' shares of the sheet. `as_of` is the date of figures that came from a data table."""

    kind: Literal["table"] = "table"
    columns: tuple[str, ...]
    widths: tuple[int, ...]
    rows: tuple[tuple[Words, ...], ...]
    as_of: date | None = None


class LinesBlock(_Block):
    """`checks` have a box to tick."""

    kind: Literal["list", "steps", "checks"]
    lines: tuple[Words, ...]


class NoteBlock(_Block):
    kind: Literal["note"] = "note"
    text: Words


class Blank(Frozen):
    """Something to fill in by hand, on that many lines."""

    label: str
    lines: int


class BlanksBlock(_Block):
    kind: Literal["blanks"] = "blanks"
    blanks: tuple[Blank, ...]


class GridBlock(_Block):
    """A table to fill in by hand: `rows` is how many there are."""

    kind: Literal["grid"] = "grid"
    columns: tuple[str, ...]
    widths: tuple[int, ...]
    rows: int


Block = Annotated[TableBlock | LinesBlock | NoteBlock | BlanksBlock | GridBlock, Field(discriminator="kind")]


class Resource(Frozen):
    """A job aid. `citations`: source keys; the one at index n carries the number n + 1. `lessons` are those that it
    serves."""

    key: str
    title: str
    summary: str
    reviewed_on: date
    review_by: date
    lessons: tuple[str, ...]
    blocks: tuple[Block, ...]
    citations: tuple[str, ...]
