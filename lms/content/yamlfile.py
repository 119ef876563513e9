"""YAML as plain values that remember their lines.

ruamel.yaml does the parsing; the values are built here from its events, because a course file needs less than
YAML offers and more than a loader gives: a line for every value, no anchors (they can blow up), no tags (they
can run code), no repeated keys, a bounded depth, and exact decimals instead of floats.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

MAX_DEPTH = 12
Path = tuple[str | int, ...]

_INTEGER = re.compile(r"-?(0|[1-9][0-9]{0,17})")
_DECIMAL = re.compile(r"-?(0|[1-9][0-9]{0,17})\.[0-9]{1,18}")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


@dataclass(frozen=True, slots=True)
class Problem:
    """A fault of the YAML itself, at a line of the file."""

    code: str
    message: str
    line: int


@dataclass(slots=True)
class YamlFile:
    """Plain values (`dict`, `list`, `str`, `int`, `Decimal`, `bool`, `date`, None) and where each one
    stands."""

    data: Any = None
    problems: list[Problem] = field(default_factory=list)
    lines: dict[Path, int] = field(default_factory=dict)
    text_lines: dict[Path, int] = field(default_factory=dict)

    def line(self, *path: str | int) -> int:
        """Line of the value at `path`, or of its nearest parent that exists.

        Steps that lead nowhere are skipped: pydantic puts the name of the chosen variant into its paths.
        """
        found: Path = ()
        for step in path:
            if (*found, step) in self.lines:
                found = (*found, step)
        return self.lines.get(found, 1)

    def text_line(self, *path: str | int) -> int:
        """Line of the first character of the text at `path`: below the `|` of a block scalar."""
        return self.text_lines.get(path, self.line(*path))


class _Fatal(Exception):
    def __init__(self, code: str, message: str, line: int) -> None:
        super().__init__(message)
        self.problem = Problem(code, message, line)


def parse(text: str, *, first_line: int = 1) -> YamlFile:
    """Parse one YAML document. `first_line` is the line of the file on which `text` starts.

    Never raises for bad input: what is wrong is listed in `problems`, and `data` is None when nothing could
    be read.
    """
    result = YamlFile()
    try:
        _Builder(YAML(typ="safe", pure=True).parse(text), result, first_line).document()
    except _Fatal as stop:
        result.problems.append(stop.problem)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        message = " ".join(part for part in (error.context, error.problem) if part)
        line = first_line + (mark.line if mark else 0)
        result.problems.append(Problem("yaml-syntax", f"not valid YAML: {message}", line))
    except (YAMLError, ValueError) as error:
        result.problems.append(Problem("yaml-syntax", f"not valid YAML: {error}", first_line))
    return result


class _Builder:
    def __init__(self, events: Iterator[Event], result: YamlFile, first_line: int) -> None:
        self.events = events
        self.result = result
        self.first_line = first_line

    def document(self) -> None:
        documents = 0
        data: Any = None
        for event in self.events:
            if isinstance(event, DocumentStartEvent):
                documents += 1
                if documents > 1:
                    raise _Fatal("yaml-syntax", "one file holds one document", self._line(event))
            elif isinstance(event, ScalarEvent | MappingStartEvent | SequenceStartEvent | AliasEvent):
                self.result.lines[()] = self._line(event)
                data = self._value(event, ())
        self.result.data = data

    def _line(self, event: Event) -> int:
        return int(event.start_mark.line) + self.first_line

    def _value(self, event: Event, path: Path) -> Any:
        line = self._line(event)
        if isinstance(event, AliasEvent) or getattr(event, "anchor", None):
            raise _Fatal("yaml-alias", "anchors and aliases (& and *) are not used in course files", line)
        if tag := getattr(event, "tag", None):
            raise _Fatal("yaml-tag", f"tags (!) are not used in course files: {tag}", line)
        if len(path) > MAX_DEPTH:
            raise _Fatal("yaml-depth", f"values are nested deeper than {MAX_DEPTH} levels", line)
        if isinstance(event, MappingStartEvent):
            return self._mapping(path)
        if isinstance(event, SequenceStartEvent):
            return self._sequence(path)
        if not isinstance(event, ScalarEvent):
            raise _Fatal("yaml-syntax", "a value is missing", line)
        self.result.text_lines[path] = line + 1 if event.style in ("|", ">") else line
        return _plain_scalar(event.value) if event.style is None else event.value

    def _mapping(self, path: Path) -> dict[str, Any]:
        values: dict[str, Any] = {}
        while not isinstance(event := next(self.events), MappingEndEvent):
            line = self._line(event)
            if not isinstance(event, ScalarEvent) or event.anchor or event.tag:
                raise _Fatal("yaml-key", "a key is a plain word", line)
            key = event.value
            repeated = key in values
            if repeated:
                self.result.problems.append(Problem("yaml-duplicate-key", f"the key “{key}” appears twice", line))
            else:
                self.result.lines[(*path, key)] = line
            # A repeated value is still read, to stay in step with the events; its lines go to a place nobody
            # asks for.
            value = self._value(next(self.events), (*path, f"{key} (again)" if repeated else key))
            values.setdefault(key, value)
        return values

    def _sequence(self, path: Path) -> list[Any]:
        values: list[Any] = []
        while not isinstance(event := next(self.events), SequenceEndEvent):
            step = (*path, len(values))
            self.result.lines[step] = self._line(event)
            values.append(self._value(event, step))
        return values


def _plain_scalar(text: str) -> Any:
    """Value of an unquoted scalar. Only these forms are more than text: `No`, `1_000` and `12:30` stay what
    they are."""
    if text in ("", "~", "null"):
        return None
    if text in ("true", "false"):
        return text == "true"
    if _INTEGER.fullmatch(text):
        return int(text)
    if _DECIMAL.fullmatch(text):
        return Decimal(text)
    if _DATE.fullmatch(text):
        try:
            return date.fromisoformat(text)
        except ValueError:
            return text
    return text
