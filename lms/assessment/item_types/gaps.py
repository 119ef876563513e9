"""Short text, matching, ordering and cloze: questions answered in one field or several.

They differ in what a page shows; every field is a choice or a short text, and each right one earns the same share.
An item may declare that only a wholly right response earns anything (`credit: all`).
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lms.content.course import Item
from lms.content.gaps.files import normalised
from lms.content.gaps.values import Gap, Gaps
from lms.core.errors import DomainError

#: A typed answer may be somewhat longer than any accepted one.
LONGEST = 120


@dataclass(frozen=True)
class Mark:
    """How one field fared: what was given and what is right, both as they are read."""

    gap: Gap
    given: str
    right: str
    is_right: bool


def parts(item: Item) -> tuple[str, ...]:
    return tuple(gap.key for gap in _declared(item).gaps)


def read(item: Item, fields: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    """Fields left empty are no part of the response, so that a half answered question can be saved."""
    given = {}
    for gap in _declared(item).gaps:
        values = fields.get(gap.key, ())
        if len(values) > 1:
            raise DomainError("Give one answer in each field.")
        value = "".join(values).strip()
        if not value:
            continue
        if gap.choices and value not in {choice.key for choice in gap.choices}:
            raise DomainError("Choose from what is listed.")
        if not gap.choices and (len(value) > LONGEST or not value.isprintable() or not normalised(value)):
            raise DomainError(f"Type words or numbers, {LONGEST} characters at most.")
        given[gap.key] = value
    if not given:
        raise DomainError("Fill in at least one field.")
    return {"fields": given}


def grade(item: Item, response: dict[str, Any], _seed: int) -> int:
    given = response.get("fields")
    given = given if isinstance(given, Mapping) else {}
    gaps = _declared(item).gaps
    right = sum(_is_right(gap, given.get(gap.key)) for gap in gaps)
    if item.credit == "all":
        return 1000 if right == len(gaps) else 0
    return right * 1000 // len(gaps)


def fields(response: Mapping[str, Any]) -> dict[str, list[str]]:
    return {key: [value] for key, value in response["fields"].items()}


def shown(item: Item, seed: int) -> Gaps:
    """The fields as this seed orders them: choices are shuffled, and the steps that are to be put in order."""
    declared = _declared(item)
    if item.type == "ordering":
        steps = list(declared.gaps)
        random.Random(f"{seed}:{item.key}").shuffle(steps)  # noqa: S311 -- a shuffle, not a secret
        if tuple(steps) == declared.gaps:  # shown in the right order it would ask nothing
            steps.append(steps.pop(0))
        return Gaps(gaps=tuple(steps))
    if item.ordered:
        return declared
    return declared.model_copy(update={"gaps": tuple(_shuffled(gap, item, seed) for gap in declared.gaps)})


def marks(item: Item, response: Mapping[str, Any] | None, seed: int) -> list[Mark]:
    """Every field with what was given and what is right; the steps of an ordering item in their right order."""
    given = (response or {}).get("fields", {})
    declared = _declared(item).gaps if item.type == "ordering" else shown(item, seed).gaps
    return [
        Mark(
            gap,
            _in_words(gap, given.get(gap.key, "")),
            _in_words(gap, gap.right[0]),
            _is_right(gap, given.get(gap.key)),
        )
        for gap in declared
    ]


def _is_right(gap: Gap, value: Any) -> bool:
    if not isinstance(value, str) or not value:
        return False
    if gap.choices:
        return value in gap.right
    return normalised(value) in {normalised(text) for text in gap.right}


def _in_words(gap: Gap, value: str) -> str:
    return next((choice.text for choice in gap.choices if choice.key == value), "" if gap.choices else value)


def _shuffled(gap: Gap, item: Item, seed: int) -> Gap:
    """Fields with the same choices get them in the same order."""
    choices = list(gap.choices)
    random.Random(f"{seed}:{item.key}").shuffle(choices)  # noqa: S311 -- a shuffle, not a secret
    return gap.model_copy(update={"choices": tuple(choices)})


def _declared(item: Item) -> Gaps:
    if item.gaps is None:
        raise TypeError(f"{item.key} has no fields")
    return item.gaps
