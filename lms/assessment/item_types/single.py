"""Single best answer: one option is the key; it earns everything, the others nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from lms.content.course import Item
from lms.core.errors import DomainError


def read(item: Item, fields: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    values = fields.get("", ())
    if len(values) != 1:
        raise DomainError("Choose one answer.")
    if values[0] not in {option.key for option in item.options}:
        raise DomainError("Choose one of the answers shown.")
    return {"choice": values[0]}


def grade(item: Item, response: dict[str, Any], _seed: int) -> int:
    choice = response.get("choice")
    return 1000 if any(option.correct and option.key == choice for option in item.options) else 0


def fields(response: Mapping[str, Any]) -> dict[str, list[str]]:
    return {"": [response["choice"]]}
