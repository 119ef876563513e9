"""Numeric questions as values."""

from __future__ import annotations

from decimal import Decimal

from lms.content.values import Frozen, Table


class Parameter(Frozen):
    """A number of a numeric item that is drawn anew for each attempt: from `start` to `stop` in steps."""

    name: str
    start: Decimal
    stop: Decimal
    step: Decimal


class Mistake(Frozen):
    """An answer that a known mistake leads to, with what to say to it."""

    expression: str
    feedback_html: str


class CalculatorAnswer(Frozen):
    """An answer that a calculator finds: an output of a formula for inputs given as expressions."""

    calculator: str
    output: str
    inputs: Table[str]


class Numeric(Frozen):
    """What a numeric item asks for. The answer is an expression of the parameters, or a calculator's.

    It is rounded half up to `places`, and right within `tolerance`. With several `units` the unit has to be chosen;
    `unit` is the right one. Texts hold parameters as `{=name}`, and the answer as `{=answer}`.
    """

    parameters: tuple[Parameter, ...]
    constraints: tuple[str, ...]
    answer: str | CalculatorAnswer
    places: int
    tolerance: Decimal
    unit: str
    units: tuple[str, ...]
    mistakes: tuple[Mistake, ...]
