"""What the rules read: questions, banks, lessons and objectives, taken from the parsed files.

Items are read from their raw entries, so that kinds of items without options are read too: the rules for options
have nothing to look at there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

from markdown_it.token import Token

from lms.content import schema
from lms.content.lint.rule import Place
from lms.content.parts import ItemPart, LessonPart, ModulePart, Parts, QuizPart
from lms.content.syntax import parser
from lms.content.yamlfile import YamlFile

_CHOICE = frozenset({"single", "multi"})
_CITATION = re.compile(r"\[(@[^\]]*)\]")
_CITED = re.compile(r"@([a-z0-9][a-z0-9-]*)")
_KINDS = {"heading": "heading", "list_item": "item", "td": "cell", "th": "header"}
_CASE = re.compile(r"^::: (?:example|case)\b", re.MULTILINE)
_parser = parser()


@dataclass(frozen=True)
class Choice:
    text: str
    correct: bool
    feedback: str
    at: Place


@dataclass(frozen=True)
class Question:
    """One item. `choices` is empty for kinds of items without options; `glossary` holds the terms of the course,
    in which an abbreviation may be explained."""

    key: str
    type: str
    use: str
    objective: str
    level: str
    stem: str
    choices: tuple[Choice, ...] = ()
    ordered: bool = False
    rationale: str = ""
    sources: tuple[schema.SourceFile, ...] = ()
    reviewed_on: date | None = None
    glossary: str = ""
    today: date = date.min
    waivers: tuple[schema.WaiverFile, ...] = ()

    @property
    def keys(self) -> tuple[Choice, ...]:
        return tuple(choice for choice in self.choices if choice.correct)

    @property
    def distractors(self) -> tuple[Choice, ...]:
        return tuple(choice for choice in self.choices if not choice.correct)

    @property
    def single(self) -> bool:
        """A single-best-answer item with its one key."""
        return self.type == "single" and len(self.keys) == 1

    @property
    def texts(self) -> Iterator[tuple[str, Place]]:
        """What the learner reads before answering, and where it stands."""
        yield self.stem, ("stem",)
        for choice in self.choices:
            yield choice.text, choice.at


@dataclass(frozen=True)
class Bank:
    """The items of one module, with their places in its file."""

    questions: tuple[tuple[int, Question], ...]

    @property
    def graded(self) -> tuple[tuple[int, Question], ...]:
        return tuple(each for each in self.questions if each[1].use == "quiz")


@dataclass(frozen=True)
class Passage:
    """A heading, paragraph, list item, table or cell of a lesson. `box` is the container around it, or empty;
    `section` counts the headings of the second level before it."""

    kind: str
    box: str
    text: str
    line: int
    section: int = 1
    cites: tuple[str, ...] = ()
    dated: bool = False
    headers: tuple[str, ...] = ()


@dataclass(frozen=True)
class Reading:
    """One lesson. `keyed` are the keyed options of the quiz items of its objectives: item key and text;
    `figures` are the descriptions of its figures, and `glossary` the terms of the course: key and term."""

    key: str
    objectives: tuple[str, ...] = ()
    passages: tuple[Passage, ...] = ()
    tags: dict[str, str] = field(default_factory=dict)
    keyed: tuple[tuple[str, str], ...] = ()
    figures: tuple[tuple[str, str], ...] = ()
    glossary: tuple[tuple[str, str], ...] = ()
    waivers: tuple[schema.WaiverFile, ...] = ()

    @cached_property
    def prose(self) -> str:
        return "\n".join(each.text for each in self.passages if each.kind in ("paragraph", "item"))


@dataclass(frozen=True)
class Aim:
    """One objective with what serves it."""

    key: str
    verb: str
    text: str
    lessons: int = 0
    minutes: int = 0
    checks: int = 0
    cases: int = 0
    levels: tuple[str, ...] = ()
    waivers: tuple[schema.WaiverFile, ...] = ()


@dataclass(frozen=True)
class Programme:
    """The course as a whole."""

    objectives: int
    minutes: int
    audience: tuple[str, ...]


def question(part: ItemPart, parts: Parts, glossary: str, today: date) -> Question | None:
    """The item as the rules read it; None while its entry is faulty."""
    if part.value is None:
        return None
    raw = part.raw
    options = raw.get("options") if raw.get("type") in _CHOICE else None
    sources = (parts.sources.get(str(key)) for key in raw.get("sources") or ())
    return Question(
        key=str(raw.get("key")),
        type=str(raw.get("type")),
        use=str(raw.get("use")),
        objective=str(raw.get("objective")),
        level=str(raw.get("level")),
        stem=str(raw.get("stem") or ""),
        choices=tuple(
            Choice(str(each["text"]), bool(each.get("correct")), str(each.get("feedback") or ""), ("options", n))
            for n, each in enumerate(options if isinstance(options, list) else ())
        ),
        ordered=bool(raw.get("ordered")),
        rationale=str(raw.get("rationale") or ""),
        sources=tuple(source for source in sources if source),
        reviewed_on=part.value.reviewed_on,
        glossary=glossary,
        today=today,
        waivers=tuple(part.value.waivers),
    )


def bank(quiz: QuizPart, parts: Parts, today: date) -> Bank:
    glossary = " ".join(f"{key} {term.term}" for key, term in parts.glossary.items() if term)
    read = ((part.index, question(part, parts, glossary, today)) for part in quiz.items)
    return Bank(tuple((index, each) for index, each in read if each))


def reading(lesson: LessonPart, parts: Parts, banks: dict[str, Bank]) -> Reading | None:
    """The lesson as the rules read it; None while its front matter is faulty."""
    if lesson.front is None or lesson.text.faults:
        return None
    mine = set(lesson.front.objectives)
    quizzed = [each for group in banks.values() for _, each in group.graded if each.objective in mine]
    drawn = ((key, parts.figures[key].value) for key in lesson.text.figures)
    return Reading(
        key=lesson.key,
        objectives=tuple(lesson.front.objectives),
        passages=tuple(passages(lesson.body, lesson.body_line)),
        tags={key: source.tag for key, source in parts.sources.items() if source},
        keyed=tuple((each.key, choice.text) for each in quizzed for choice in each.keys),
        figures=tuple((key, value.description) for key, value in drawn if value),
        glossary=tuple((key, term.term) for key, term in parts.glossary.items() if term),
        waivers=tuple(lesson.front.waivers),
    )


def passages(body: str, first_line: int = 1) -> Iterator[Passage]:
    """The pieces of a lesson that carry text, in order."""
    walk = _Walk(first_line)
    for token in _parser.parse(body, {}):
        if passage := walk.step(token):
            yield passage


class _Walk:
    """Where in the lesson the parser's token stands."""

    def __init__(self, first_line: int) -> None:
        self.first_line = self.line = first_line
        self.box = ""
        self.kind = "paragraph"
        self.section = 0
        self.headers: list[str] = []

    def step(self, token: Token) -> Passage | None:
        if token.map:
            self.line = self.first_line + token.map[0]
        if token.type.startswith("container_box"):
            return self._box(token)
        if token.type == "inline":
            return self._text(token)
        if token.type == "thead_close":
            return Passage("table", self.box, "", self.line, self.section, headers=tuple(self.headers))
        self._enter(token)
        return None

    def _enter(self, token: Token) -> None:
        name, _, edge = token.type.rpartition("_")
        if name in _KINDS:
            self.kind = _KINDS[name] if edge == "open" else "paragraph"
        if token.type == "heading_open" and token.tag == "h2":
            self.section += 1
        elif token.type == "thead_open":
            self.headers = []

    def _box(self, token: Token) -> Passage | None:
        self.box, _, name = token.info.strip().partition(" ") if token.nesting == 1 else ("", "", "")
        return Passage("figure", "figure", name.strip(), self.line, self.section) if self.box == "figure" else None

    def _text(self, token: Token) -> Passage:
        if self.kind == "header":
            self.headers.append(token.content.strip())
        groups = _CITATION.findall(token.content)
        cites = tuple(key for group in groups for key in _CITED.findall(group))
        return Passage(self.kind, self.box, token.content, self.line, self.section, cites, "{{" in token.content)


def aims(module: ModulePart, parts: Parts, banks: dict[str, Bank]) -> Iterator[tuple[int, Aim]]:
    """The objectives of a module, each with its place in the module's file."""
    fronts = [(lesson, lesson.front) for lesson in parts.lessons.values() if lesson.front]
    questions = [each for group in banks.values() for _, each in group.questions]
    for index, objective in enumerate(module.value.objectives if module.value else ()):
        taught = [(lesson, front) for lesson, front in fronts if objective.key in front.objectives]
        mine = [each for each in questions if each.objective == objective.key]
        yield (
            index,
            Aim(
                key=objective.key,
                verb=objective.verb,
                text=objective.text,
                lessons=len(taught),
                minutes=sum(front.minutes for _, front in taught),
                checks=sum(each.use == "check" for each in mine),
                cases=sum(len(_CASE.findall(lesson.body)) for lesson, _ in taught),
                levels=tuple(each.level for each in mine if each.use == "quiz"),
                waivers=tuple(objective.waivers),
            ),
        )


def lines_of(yaml: YamlFile) -> Iterator[tuple[int, str]]:
    """Every line of every text in a file of values, with its number."""
    for path, source in _strings(yaml.data):
        first = yaml.text_line(*path)
        yield from enumerate(source.split("\n"), start=first)


def _strings(value: Any, at: Place = ()) -> Iterator[tuple[Place, str]]:
    if isinstance(value, str):
        yield at, value
    entries = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, entry in entries:
        yield from _strings(entry, (*at, step))


def programme(parts: Parts) -> Programme:
    return Programme(
        objectives=sum(len(module.value.objectives) for module in parts.modules.values() if module.value),
        minutes=sum(lesson.front.minutes for lesson in parts.lessons.values() if lesson.front),
        audience=tuple(parts.course.audience) if parts.course else (),
    )
