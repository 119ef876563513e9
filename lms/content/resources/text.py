"""The lines of a job aid: plain words and bold ones, citations and dated values, nothing else."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest
from typing import Any

from markdown_it.token import Token

from lms.content import markdown
from lms.content.render import shown, spelled
from lms.content.resources.values import Run, Words
from lms.content.text import Fault, Library

#: Where a text stands in the file.
Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Line:
    """A line as it was read. `cites` are the sources in it, those of dated values among them."""

    words: Words = ()
    cites: tuple[str, ...] = ()
    faults: list[Fault] = field(default_factory=list)


def read(source: str, library: Library) -> Line:
    """The line with everything that is wrong in it."""
    text, tokens = markdown.line(source, library)
    faults = list(text.faults)
    runs = tuple(_set_close(list(_runs(tokens, faults))))
    cites = dict.fromkeys([*(key for run in runs for key in run.sources), *text.background])
    return Line(runs, tuple(cites), faults)


def _runs(tokens: Sequence[Token], faults: list[Fault]) -> Iterator[Run]:
    strong, line = False, 0
    for token in tokens:
        if token.type in ("text", "softbreak") and (token.content or token.type == "softbreak"):
            line += token.type == "softbreak"
            yield Run(text=token.content or " ", strong=strong)
        elif token.type in ("strong_open", "strong_close"):
            strong = token.nesting == 1
        elif token.type == "citation":
            yield Run(sources=tuple(key for key, _number in token.meta.get("numbers", ())))
        elif token.type == "dated_value" and token.meta:
            value = shown(token.meta["value"], token.meta["unit"])
            yield Run(text=f"{value} (as of {spelled(token.meta['as_of'])})", strong=strong, dated=True)
        elif token.type not in ("text", "dated_value"):
            name = token.type.removesuffix("_open").removesuffix("_close").replace("_", " ")
            if token.nesting >= 0:
                faults.append(Fault("markup-not-here", f"{name} is not used in job aids", line))


def _set_close(runs: list[Run]) -> Iterator[Run]:
    """A citation follows its word without the space of the source text, so that its number never begins a line."""
    for run, following in zip_longest(runs, runs[1:]):
        kept = run.model_copy(update={"text": run.text.rstrip()}) if following and following.sources else run
        if kept.text or kept.sources:
            yield kept


def texts(raw: Any) -> Iterator[tuple[Path, str]]:
    """Every Markdown text of a job aid, from its file as it stands: a faulty block's texts are read all the same."""
    blocks = raw.get("blocks") if isinstance(raw, dict) else None
    for index, block in enumerate(blocks if isinstance(blocks, list) else ()):
        if not isinstance(block, dict):
            continue
        if isinstance(source := block.get("text"), str):
            yield ("blocks", index, "text"), source
        for number, item in enumerate(block["items"] if isinstance(block.get("items"), list) else ()):
            if isinstance(item, str):
                yield ("blocks", index, "items", number), item
        for number, row in enumerate(block["rows"] if isinstance(block.get("rows"), list) else ()):
            for column, cell in enumerate(row if isinstance(row, list) else ()):
                if isinstance(cell, str):
                    yield ("blocks", index, "rows", number, column), cell
