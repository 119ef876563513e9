"""What an open page says, as plain values.

A page is a tree: sections hold statements, statements hold points. A statement that needs care names a
correction by its key; the correction carries what to rely on instead, the date it was checked, and its
sources. Nothing here knows about files, requests or HTML.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Self

from pydantic import BaseModel, ConfigDict, model_validator


class Value(BaseModel):
    """A frozen value that refuses fields it does not know, so a typing slip in a page file is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Link(Value):
    """A link whose text makes sense alone: to a page of this site, a place on the same page, or outside."""

    text: str
    endpoint: str | None = None
    values: dict[str, str] = {}
    anchor: str | None = None
    url: str | None = None

    @model_validator(mode="after")
    def _has_one_target(self) -> Self:
        targets = [target for target in (self.endpoint, self.url) if target]
        if len(targets) > 1 or not (targets or self.anchor):
            raise ValueError(f"link {self.text!r} needs an endpoint, an anchor or a url, and not two of them")
        if self.url and not self.url.startswith("https://"):
            raise ValueError(f"link {self.text!r} must use https")
        return self


class Source(Value):
    """A document that a correction rests on. `url` is the publisher's own official address, if known."""

    name: str
    url: str | None = None


class Correction(Value):
    """What to know before relying on a statement: shown directly beside it."""

    key: str
    title: str
    text: str
    sources: tuple[Source, ...]
    checked_on: date


class Statement(Value):
    """One point of a page.

    `as_printed` keeps the words of the first publication where `text` repairs an obvious slip in them.
    `correction` is shown in full beside the statement; `see` only points to one shown elsewhere on the page.
    """

    text: str
    term: str | None = None
    as_printed: str | None = None
    points: tuple[Statement, ...] = ()
    links: tuple[Link, ...] = ()
    correction: str | None = None
    see: str | None = None

    def walk(self) -> Iterator[Statement]:
        """This statement and everything below it, in reading order."""
        yield self
        for point in self.points:
            yield from point.walk()


class Heading(Value):
    """An entry of the contents list: anchor, title, and 2 for a section or 3 for a part of one."""

    id: str
    text: str
    level: int


class Section(Value):
    """A part of a page with its own anchor. `numbered` marks steps, at every level below."""

    id: str
    title: str
    intro: tuple[Statement, ...] = ()
    label: str | None = None
    links: tuple[Link, ...] = ()
    statements: tuple[Statement, ...] = ()
    numbered: bool = False
    sections: tuple[Section, ...] = ()

    def walk(self) -> Iterator[Statement]:
        """Every statement of the section and its subsections, in reading order."""
        for statement in (*self.intro, *self.statements):
            yield from statement.walk()
        for section in self.sections:
            yield from section.walk()


class Page(Value):
    """A whole open page with the corrections that it shows, in reading order."""

    title: str
    subtitle: str | None = None
    description: str
    notice: str | None = None
    intro: tuple[Statement, ...]
    sections: tuple[Section, ...]
    corrections: dict[str, Correction] = {}

    def walk(self) -> Iterator[Statement]:
        """Every statement of the page, in reading order."""
        for statement in self.intro:
            yield from statement.walk()
        for section in self.sections:
            yield from section.walk()

    @property
    def headings(self) -> tuple[Heading, ...]:
        """What the contents list shows."""
        found: list[Heading] = []
        for section in self.sections:
            found.append(Heading(id=section.id, text=section.title, level=2))
            found.extend(Heading(id=part.id, text=part.title, level=3) for part in section.sections)
        return tuple(found)

    def section(self, section_id: str) -> Section:
        """The section or subsection with this anchor; KeyError when there is none."""
        waiting = list(self.sections)
        while waiting:
            section = waiting.pop(0)
            if section.id == section_id:
                return section
            waiting.extend(section.sections)
        raise KeyError(section_id)

    @model_validator(mode="after")
    def _every_correction_stands_once(self) -> Self:
        """Corrections have an anchor each, so each is shown once, and one that is written is never lost."""
        shown = ([self.notice] if self.notice else []) + [s.correction for s in self.walk() if s.correction]
        if sorted(shown) != sorted(self.corrections):
            raise ValueError(f"corrections shown {sorted(shown)}, corrections written {sorted(self.corrections)}")
        unknown = {s.see for s in self.walk() if s.see} - set(shown)
        if unknown:
            raise ValueError(f"statements point to corrections that the page does not show: {sorted(unknown)}")
        return self
