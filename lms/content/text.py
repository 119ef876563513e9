"""What a text may refer to, and what was found in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from lms.content.course import Block, DataTable, Heading, Html
from lms.content.links import LinkRules


@dataclass(frozen=True, slots=True)
class Library:
    """The names a text may refer to.

    `data` holds None for a table that exists but has faults of its own; `figures` maps each figure to the
    data table it draws; `items` maps each item to its use. `unread` lists kinds of names (source, term,
    check) that are not reported as unknown, because the file that declares them could not be read.
    """

    sources: frozenset[str] = frozenset()
    terms: Mapping[str, str] = field(default_factory=dict)
    data: Mapping[str, DataTable | None] = field(default_factory=dict)
    figures: Mapping[str, str] = field(default_factory=dict)
    items: Mapping[str, str] = field(default_factory=dict)
    cases: frozenset[str] = frozenset()
    unread: frozenset[str] = frozenset()
    links: LinkRules = field(default_factory=LinkRules)


@dataclass(frozen=True, slots=True)
class Fault:
    """A fault in a text; `line` counts from 0 at the text's first line."""

    code: str
    message: str
    line: int


@dataclass(slots=True)
class Text:
    """What was found in one text. `html` is all of it for short texts; lessons read `blocks`."""

    blocks: list[Block] = field(default_factory=list)
    headings: list[Heading] = field(default_factory=list)
    citations: list[str] = field(default_factory=list)
    background: list[str] = field(default_factory=list)
    terms: list[str] = field(default_factory=list)
    checks: list[str] = field(default_factory=list)
    figures: list[str] = field(default_factory=list)
    words: int = 0
    faults: list[Fault] = field(default_factory=list)

    @property
    def html(self) -> str:
        return "".join(block.html for block in self.blocks if isinstance(block, Html))
