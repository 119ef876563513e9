"""Numeric: a number is typed, and where several units are offered one is chosen. Value and unit are scored apart.

The numbers of the question are drawn by the attempt's seed; the answer is calculated from them, by an expression of
the item or by one of the calculators.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from lms.calculators.domain import calculate, formulas
from lms.content.course import Item
from lms.content.numeric import drawing
from lms.content.numeric.values import CalculatorAnswer, Numeric
from lms.core.errors import DomainError

VALUE_POINTS, UNIT_POINTS = 800, 200
#: Stands for an answer that is not told yet.
WITHHELD = "…"
_NUMBER = re.compile(r"-?(?:[0-9]{1,12}|[0-9]{1,3}(?:,[0-9]{3}){1,3})(?:\.[0-9]{1,8})?|-?\.[0-9]{1,8}")


@dataclass(frozen=True)
class Question:
    """An item with the numbers of one attempt."""

    stem_html: str
    values: Mapping[str, Decimal]
    answer: Decimal


@dataclass(frozen=True)
class Review:
    """What is said of a response once it may be: the verdict on value and unit, and why."""

    value_right: bool
    unit_right: bool | None
    answer: str
    remark_html: str


def read(item: Item, fields: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    text, unit = ("".join(fields.get(part, ())[:1]).strip() for part in ("", "unit"))
    plain = text.replace("−", "-").replace("$", "").removesuffix("%").strip()
    if not _NUMBER.fullmatch(plain):
        raise DomainError("Enter a number, such as 1,250 or 7.50.")
    units = _declared(item).units
    if unit and unit not in units:
        raise DomainError("Choose one of the units shown.")
    return {"value": plain.replace(",", ""), **({"unit": unit} if unit else {})}


def grade(item: Item, response: dict[str, Any], seed: int) -> int:
    declared = _declared(item)
    is_right = _is_right(declared, response, question(item, seed).answer)
    if not declared.units:
        return VALUE_POINTS + UNIT_POINTS if is_right else 0
    return VALUE_POINTS * is_right + UNIT_POINTS * (response.get("unit") == declared.unit)


def fields(response: Mapping[str, Any]) -> dict[str, list[str]]:
    return {"": [response["value"]], **({"unit": [response["unit"]]} if "unit" in response else {})}


def parts(item: Item) -> tuple[str, ...]:
    return ("", "unit") if _declared(item).units else ("",)


def question(item: Item, seed: int) -> Question:
    """The item with the numbers that this seed draws. Raises ValueError where they give no answer."""
    declared = _declared(item)
    values = drawing.drawn(declared, f"{seed}:{item.key}")
    answer = drawing.rounded(declared, _answer(declared.answer, values))
    if answer is None:
        raise ValueError(f"the item {item.key} has no answer for the numbers drawn by {seed}")
    return Question(drawing.filled(item.stem_html, values), values, answer)


def review(item: Item, response: Mapping[str, Any] | None, seed: int, *, withhold: bool = False) -> Review:
    """The verdict, the right answer, and what a known mistake explains; with `withhold` an ellipsis for the answer."""
    declared, asked = _declared(item), question(item, seed)
    given = response or {}
    is_right = _is_right(declared, given, asked.answer)
    remark = ""
    answer = WITHHELD if withhold else in_words(declared, asked.answer)
    if not is_right and given:
        typed = Decimal(given["value"])
        for value, words in drawing.mistakes(declared, asked.values):
            if abs(typed - value) <= declared.tolerance:
                remark = drawing.filled(words, asked.values, answer=answer)
                break
    unit_right = given.get("unit") == declared.unit if declared.units else None
    return Review(is_right, unit_right, answer, remark)


def rationale(item: Item, seed: int, *, withhold: bool = False) -> str:
    """The explanation with the attempt's numbers; with `withhold` an ellipsis stands for the answer."""
    asked = question(item, seed)
    answer = WITHHELD if withhold else in_words(_declared(item), asked.answer)
    return drawing.filled(item.rationale_html, asked.values, answer=answer)


def as_typed(item: Item, response: Mapping[str, Any] | None) -> str:
    """A response as it is shown again; empty when nothing was given."""
    if not response:
        return ""
    declared = _declared(item)
    unit = response.get("unit", "") if declared.units else declared.unit
    return f"${response['value']}" if unit == "$" else f"{response['value']} {unit}".strip()


def in_words(declared: Numeric, value: Decimal) -> str:
    """`$1,250.00`, `36.0 minutes`, `66.7%`."""
    number = f"{abs(value):,.{declared.places}f}"
    sign = "−" if value < 0 else ""
    if declared.unit == "$":
        return f"{sign}${number}"
    return f"{sign}{number}{'' if declared.unit in ('%', '') else ' '}{declared.unit}"


def _is_right(declared: Numeric, response: Mapping[str, Any], answer: Decimal) -> bool:
    value = response.get("value")
    if not isinstance(value, str) or not _NUMBER.fullmatch(value):
        return False
    return abs(Decimal(value) - answer) <= declared.tolerance


def _answer(answer: str | CalculatorAnswer, values: Mapping[str, Decimal]) -> Any:
    if isinstance(answer, str):
        return drawing.expression(answer).evaluate(values)
    inputs = {key: drawing.expression(text).evaluate(values) for key, text in answer.inputs.items()}
    return calculate(formulas()[answer.calculator], inputs).outputs[answer.output]


def _declared(item: Item) -> Numeric:
    if item.numeric is None:
        raise TypeError(f"{item.key} is no numeric item")
    return item.numeric
