"""What a calculator is: inputs, tables, steps and the words around them, declared once and read by everything."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Literal

from lms.calculators.domain.units import NAMED, Unit
from lms.core.arithmetic import Expression, parse


@dataclass(frozen=True)
class Input:
    """A number with its range, or with `choices` one of several names.

    `source` says where the default comes from and of which year it is; an assumption says so.
    """

    key: str
    title: str
    unit: Unit
    default: Decimal | str
    minimum: Decimal = Decimal(0)
    maximum: Decimal = Decimal(0)
    whole: bool = False
    choices: tuple[tuple[str, str], ...] = ()
    help: str = ""
    source: str = ""

    def title_of(self, choice: str) -> str:
        """The words of a choice."""
        return dict(self.choices).get(choice, choice)


def choice(key: str, title: str, choices: Mapping[str, str], *, help: str = "", source: str = "") -> Input:  # noqa: A002 -- the word of the declaration
    """An input that is one of several names; the first is the default."""
    return Input(key, title, NAMED, next(iter(choices)), choices=tuple(choices.items()), help=help, source=source)


@dataclass(frozen=True)
class Kind:
    """What a row of a table is about. A law can settle some inputs: `fixed`, for the reason `rule` cites."""

    key: str
    title: str
    fixed: Mapping[str, Decimal] = field(default_factory=dict)
    rule: str = ""


@dataclass(frozen=True)
class Table:
    """A list of rows, such as activities. Each row has a kind, and a name of the user's own if wanted."""

    key: str
    title: str
    row_title: str
    kinds: tuple[Kind, ...]
    columns: tuple[Input, ...]
    rows: tuple[Mapping[str, Decimal | str], ...]
    max_rows: int = 100

    def kind(self, key: str) -> Kind:
        """Raises KeyError."""
        return self._kinds[key]

    @cached_property
    def _kinds(self) -> dict[str, Kind]:
        return {kind.key: kind for kind in self.kinds}


@dataclass(frozen=True)
class Step:
    """One line of the calculation. With `per`, it is done for each row of that table.

    `output` steps are results, with this key in every interface. `none_text` is what is said when there is no value.
    """

    key: str
    title: str
    unit: Unit
    expression: str
    per: str | None = None
    output: bool = True
    none_text: str = "not defined"
    note: str = ""
    #: Whether the values of the rows mean something when they are added up.
    summed: bool = True

    @cached_property
    def parsed(self) -> Expression:
        return parse(self.expression)


@dataclass(frozen=True)
class Notice:
    """A sentence that is said when its condition holds."""

    when: str
    text: str
    tone: Literal["info", "warn"] = "warn"

    @cached_property
    def parsed(self) -> Expression:
        return parse(self.when)


@dataclass(frozen=True)
class Preset:
    """Values for some inputs, with where they come from."""

    key: str
    title: str
    values: Mapping[str, Decimal | str]
    source: str


@dataclass(frozen=True)
class Driver:
    """Inputs that move together when the result's sensitivity is looked at, by `low` and `high` times their value.

    An input of a table is named `table.column`; `only` is a column of the same table that has to be above zero.
    """

    key: str
    title: str
    inputs: tuple[str, ...]
    low: Decimal = Decimal("0.8")
    high: Decimal = Decimal("1.2")
    only: str | None = None


@dataclass(frozen=True)
class View:
    """Results that belong together on the page; `headline` is the one to read first."""

    title: str
    headline: str
    outputs: tuple[str, ...]
    text: str = ""


@dataclass(frozen=True)
class Check:
    """What inputs must satisfy together; `text` is said at the input named `path` when they do not."""

    path: str
    expression: str
    text: str

    @cached_property
    def parsed(self) -> Expression:
        return parse(self.expression)


@dataclass(frozen=True)
class Grid:
    """Results as a table: the steps of each row under common headings."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(frozen=True)
class Bar:
    """One bar of the chart: parts with the step that gives each part's length."""

    label: str
    parts: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Formula:
    """A calculator. `name` is its name in every interface; `version` grows when its results can change."""

    name: str
    title: str
    question: str
    summary: str
    objective: str
    #: Place in lists, lowest first.
    order: int
    version: str
    reviewed_on: date
    inputs: tuple[Input, ...]
    steps: tuple[Step, ...]
    views: tuple[View, ...]
    target: str
    drivers: tuple[Driver, ...] = ()
    tables: tuple[Table, ...] = ()
    checks: tuple[Check, ...] = ()
    notices: tuple[Notice, ...] = ()
    presets: tuple[Preset, ...] = ()
    bars: tuple[Bar, ...] = ()
    bars_title: str = ""
    grids: tuple[Grid, ...] = ()
    #: Key inputs of the short form inside a lesson.
    key_inputs: tuple[str, ...] = ()
    #: Keys of sources of the course, for the list at the end.
    sources: tuple[str, ...] = ()
    #: Figures of the course that show more of the same.
    figures: tuple[str, ...] = ()
    #: Dated tables of the course that the steps look figures up in.
    data: tuple[str, ...] = ()
    limits: str = ""

    def input(self, key: str) -> Input:
        """Raises KeyError."""
        return self._inputs[key]

    def step(self, key: str) -> Step:
        """Raises KeyError."""
        return self._steps[key]

    def needed_for(self, target: str) -> tuple[Step, ...]:
        """The steps that a step is calculated from, and itself, in order. Raises KeyError."""
        names = {self.step(target).key}
        needed = []
        for step in reversed(self.steps):
            if step.key in names or f"total({step.key})" in names:
                names |= step.parsed.names
                needed.append(step)
        return tuple(reversed(needed))

    @property
    def outputs(self) -> tuple[Step, ...]:
        return tuple(step for step in self.steps if step.output and step.per is None)

    @cached_property
    def _inputs(self) -> dict[str, Input]:
        return {each.key: each for each in self.inputs}

    @cached_property
    def _steps(self) -> dict[str, Step]:
        return {step.key: step for step in self.steps}
