"""The file of a job aid: what it is about, and its blocks from top to bottom."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from lms.content.fields import Day, FileModel, Line, Markdown, Prose, Slug

Share = Annotated[int, Field(ge=1, le=20)]


class _BlockFile(FileModel):
    title: Line | None = None
    half: bool = False
    sources: list[Slug] = Field(default_factory=list)
    basis: Line | None = None


class _ColumnsFile(_BlockFile):
    columns: Annotated[list[Line], Field(min_length=2, max_length=8)]
    widths: list[Share] = Field(default_factory=list)

    @model_validator(mode="after")
    def _widths_fit_the_columns(self) -> _ColumnsFile:
        if len(self.widths) not in (0, len(self.columns)):
            raise PydanticCustomError("aid-table", "widths have not one entry for each column")
        return self


class TableBlockFile(_ColumnsFile):
    kind: Literal["table"]
    rows: Annotated[list[list[Markdown]], Field(min_length=1, max_length=40)]

    @model_validator(mode="after")
    def _rows_fit_the_columns(self) -> TableBlockFile:
        wrong = next((n for n, row in enumerate(self.rows, start=1) if len(row) != len(self.columns)), None)
        if wrong:
            raise PydanticCustomError("aid-table", "row {row} has not one entry for each column", {"row": wrong})
        return self


class DataBlockFile(_ColumnsFile):
    """Columns of a data table by their keys, and some or all of its rows, with its date and its sources."""

    kind: Literal["data"]
    data: Slug
    rows: list[Slug] = Field(default_factory=list)


class GridBlockFile(_ColumnsFile):
    """A table to fill in by hand, with that many empty rows."""

    kind: Literal["grid"]
    rows: Annotated[int, Field(ge=1, le=30)]


class LinesBlockFile(_BlockFile):
    kind: Literal["list", "steps", "checks"]
    items: Annotated[list[Markdown], Field(min_length=1, max_length=40)]


class NoteBlockFile(_BlockFile):
    kind: Literal["note"]
    text: Markdown


class BlankFile(FileModel):
    label: Line
    lines: Annotated[int, Field(ge=1, le=8)] = 1


class BlanksBlockFile(_BlockFile):
    kind: Literal["blanks"]
    blanks: Annotated[list[BlankFile], Field(min_length=1, max_length=30)]


BlockFile = Annotated[
    TableBlockFile | DataBlockFile | GridBlockFile | LinesBlockFile | NoteBlockFile | BlanksBlockFile,
    Field(discriminator="kind"),
]


class ResourceFile(FileModel):
    title: Line
    summary: Prose
    reviewed_on: Day
    review_by: Day
    lessons: list[Slug] = Field(default_factory=list)
    blocks: Annotated[list[BlockFile], Field(min_length=1, max_length=20)]
