"""The course as a value: what the loader makes of the files, what a release stores, what the pages read.

Everything is frozen. Keys are stable names: they never change meaning, and a renamed file lists its old key
in `was`. HTML in these values is already cleaned and safe to show.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Annotated, Any, Literal, TypeVar

from pydantic import AfterValidator, BeforeValidator, Field, PlainSerializer

from lms.content.cases.values import Case
from lms.content.evaluation import Evaluation
from lms.content.gaps.values import Gaps
from lms.content.numeric.values import Numeric
from lms.content.resources.values import Resource
from lms.content.values import Frozen, Table, frozen

Cell = Decimal | int | str | None
"""A value of a data table; decimals keep the digits they were written with. None: no value was published."""


def _cells_to_json(cells: Mapping[str, Cell]) -> dict[str, Any]:
    return {key: {"decimal": str(cell)} if isinstance(cell, Decimal) else cell for key, cell in cells.items()}


def _cells_from_json(cells: Any) -> Any:
    if not isinstance(cells, Mapping):
        return cells
    return {key: Decimal(cell["decimal"]) if isinstance(cell, dict) else cell for key, cell in cells.items()}


class DiscountCode(Frozen):
    """`percent` off the list price, 1 to 100; `automatic` codes are applied at checkout without being
    typed."""

    code: str
    title: str
    percent: int
    automatic: bool


class Completion(Frozen):
    """What a learner must have done to complete the course."""

    lessons: Literal["all"]
    module_quizzes: Literal["all"]
    evaluation: Literal["required", "optional"]


class Source(Frozen):
    """A work that lessons cite. `tag` says how it was checked: read itself, read about, or known but not yet
    checked."""

    key: str
    authors: str
    title: str
    year: int | None
    publisher: str
    url: str | None
    doi: str | None
    checked_on: date
    tag: Literal["verified", "secondary", "known"]
    note: str | None


class Term(Frozen):
    """A glossary entry; `source` is a source key or None for the project's own wording."""

    key: str
    term: str
    definition: str
    source: str | None


class Column(Frozen):
    key: str
    title: str
    unit: str | None


class Row(Frozen):
    key: str
    values: Annotated[
        Mapping[str, Cell],
        BeforeValidator(_cells_from_json),
        AfterValidator(frozen),
        PlainSerializer(_cells_to_json),
    ]


class DataTable(Frozen):
    """Figures that change with time, true at `as_of`."""

    key: str
    title: str
    description: str
    sources: tuple[str, ...]
    as_of: date
    notes: str | None
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]

    def row(self, key: str) -> Row:
        """Raises KeyError for an unknown key."""
        return _by_key(self.rows, key)

    def column(self, key: str) -> Column:
        """Raises KeyError for an unknown key."""
        return _by_key(self.columns, key)


class Series(Frozen):
    column: str
    label: str


class Shade(Frozen):
    """A marked stretch of a line chart's horizontal axis. `start` and `end` are values of the `x` column."""

    start: str
    end: str
    label: str


class Figure(Frozen):
    """A chart or table drawn from `data`; `description` says in words what it shows (its text
    alternative)."""

    key: str
    kind: Literal["line", "bars", "intervals", "stacked", "timeline", "table"]
    title: str
    description: str
    data: str
    x: str | None = None
    label: str | None = None
    value: str | None = None
    low: str | None = None
    high: str | None = None
    lane: str | None = None
    start: str | None = None
    end: str | None = None
    series: tuple[Series, ...] = ()
    columns: tuple[str, ...] = ()
    y_label: str | None = None
    unit: str | None = None
    y_min: Decimal | None = None
    y_max: Decimal | None = None
    shade: Shade | None = None
    reference: Decimal | None = None


class Objective(Frozen):
    key: str
    module_key: str
    verb: str
    text: str
    short: str


class Heading(Frozen):
    """`id` is unique on the lesson's page and starts with `section-`."""

    id: str
    level: int
    text: str


class Html(Frozen):
    kind: Literal["html"] = "html"
    html: str


class CheckBlock(Frozen):
    kind: Literal["check"] = "check"
    item: str


class FigureBlock(Frozen):
    kind: Literal["figure"] = "figure"
    figure: str


class CalculatorBlock(Frozen):
    kind: Literal["calculator"] = "calculator"
    calculator: str


class CaseBlock(Frozen):
    kind: Literal["case"] = "case"
    case: str


Block = Annotated[Html | CheckBlock | FigureBlock | CalculatorBlock | CaseBlock, Field(discriminator="kind")]


class Lesson(Frozen):
    """`citations`: source keys; the one at index n carries the number n + 1. Cited ones first, in the order
    of the text, then those behind its figures and dated values. `terms`: glossary keys used; the page lists
    them as `#term-KEY`."""

    key: str
    module_key: str
    number: int
    title: str
    summary: str
    objectives: tuple[str, ...]
    minutes: int
    reviewed_on: date
    review_by: date
    words: int
    headings: tuple[Heading, ...]
    blocks: tuple[Block, ...]
    citations: tuple[str, ...]
    terms: tuple[str, ...]
    checks: tuple[str, ...]
    was: tuple[str, ...]


class Option(Frozen):
    """`key` is opaque: it tells neither the order nor the answer."""

    key: str
    html: str
    correct: bool
    feedback_html: str


class Item(Frozen):
    """`options` are those of choices; `numeric` is given for numeric items, `gaps` for those answered in fields.

    `credit` is how a partly right response to several options or fields counts: by the share that is right, or not
    at all.
    """

    key: str
    type: Literal["single", "multi", "numeric", "short", "matching", "ordering", "cloze"]
    use: Literal["quiz", "check", "pre"]
    objective: str
    level: Literal["recall", "application", "case"]
    stem_html: str
    options: tuple[Option, ...]
    numeric: Numeric | None = None
    gaps: Gaps | None = None
    credit: Literal["share", "all"] = "share"
    ordered: bool
    rationale_html: str
    sources: tuple[str, ...]
    reviewed_on: date


class QuizSettings(Frozen):
    """`pass_mark` is in percent, 1 to 100; `attempts` is how often a learner may sit the quiz.

    `navigation` is how an attempt opens; the learner can change it. `time_limit_minutes`: None is no limit.
    """

    draw_per_objective: int
    pass_mark: int
    attempts: int
    feedback: Literal["after-submission"]
    navigation: Literal["page", "one-at-a-time"] = "page"
    time_limit_minutes: int | None = None


class Quiz(Frozen):
    """A module's bank: `items` are drawn for the graded quiz, `checks` stand inside lessons and are never
    drawn, and neither are those of `pre`, which are asked before the course."""

    key: str
    title: str
    settings: QuizSettings
    items: tuple[Item, ...]
    checks: tuple[Item, ...]
    pre: tuple[Item, ...] = ()


class Module(Frozen):
    key: str
    number: int
    title: str
    short_title: str
    summary: str
    objectives: tuple[Objective, ...]
    lessons: tuple[Lesson, ...]
    quiz: Quiz
    was: tuple[str, ...]


class Course(Frozen):
    slug: str
    title: str
    tagline: str
    summary: str
    audience: tuple[str, ...]
    language: str
    credit_mode: Literal["none"]
    list_price_cents: int
    currency: str
    discount_codes: tuple[DiscountCode, ...]
    completion: Completion
    modules: tuple[Module, ...]
    evaluation: Evaluation
    sources: Table[Source]
    glossary: Table[Term]
    data: Table[DataTable]
    figures: Table[Figure]
    cases: Table[Case] = Field(default_factory=dict, validate_default=True)
    resources: Table[Resource] = Field(default_factory=dict, validate_default=True)

    @cached_property
    def lessons(self) -> tuple[Lesson, ...]:
        """All lessons in course order."""
        return tuple(lesson for module in self.modules for lesson in module.lessons)

    @cached_property
    def objectives(self) -> tuple[Objective, ...]:
        """All objectives in course order."""
        return tuple(objective for module in self.modules for objective in module.objectives)

    @cached_property
    def pre_items(self) -> tuple[Item, ...]:
        """What is asked before the course, in its order."""
        return tuple(item for module in self.modules for item in module.quiz.pre)

    @property
    def minutes(self) -> int:
        """Study time of all lessons, in minutes."""
        return sum(lesson.minutes for lesson in self.lessons)

    # Each of these raises KeyError for an unknown key.
    def module(self, key: str) -> Module:
        return self._modules[key]

    def lesson(self, key: str) -> Lesson:
        return self._lessons[key]

    def objective(self, key: str) -> Objective:
        return self._objectives[key]

    def item(self, key: str) -> Item:
        return self._items[key]

    def figure(self, key: str) -> Figure:
        return self.figures[key]

    def case(self, key: str) -> Case:
        return self.cases[key]

    def lesson_with_case(self, key: str) -> Lesson | None:
        """The first lesson in which the case stands, or None."""
        return next((lesson for lesson in self.lessons if CaseBlock(case=key) in lesson.blocks), None)

    def lesson_key(self, old: str) -> str | None:
        """The current key of a lesson by its current or a former key, or None."""
        return self._lesson_keys.get(old)

    def module_key(self, old: str) -> str | None:
        """The current key of a module by its current or a former key, or None."""
        return self._module_keys.get(old)

    @cached_property
    def _modules(self) -> dict[str, Module]:
        return {module.key: module for module in self.modules}

    @cached_property
    def _lessons(self) -> dict[str, Lesson]:
        return {lesson.key: lesson for lesson in self.lessons}

    @cached_property
    def _objectives(self) -> dict[str, Objective]:
        return {objective.key: objective for objective in self.objectives}

    @cached_property
    def _items(self) -> dict[str, Item]:
        quizzes = [module.quiz for module in self.modules]
        return {item.key: item for quiz in quizzes for item in (*quiz.items, *quiz.checks, *quiz.pre)}

    @cached_property
    def _lesson_keys(self) -> dict[str, str]:
        return {name: lesson.key for lesson in self.lessons for name in (*lesson.was, lesson.key)}

    @cached_property
    def _module_keys(self) -> dict[str, str]:
        return {name: module.key for module in self.modules for name in (*module.was, module.key)}


Keyed = TypeVar("Keyed", Row, Column)


def _by_key(values: tuple[Keyed, ...], key: str) -> Keyed:
    for value in values:
        if value.key == key:
            return value
    raise KeyError(key)
