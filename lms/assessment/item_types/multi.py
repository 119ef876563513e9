"""Multi-select: several options are right.

Partial credit, as the page tells the learner: each right option chosen earns its share, each wrong option
chosen takes one share away, and the result never falls below zero. An item may declare that only a wholly right
response earns anything (`credit: all`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from lms.content.course import Item
from lms.core.errors import DomainError


def read(item: Item, fields: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    values = fields.get("", ())
    if not values:
        raise DomainError("Choose at least one answer.")
    if len(set(values)) != len(values) or not set(values) <= {option.key for option in item.options}:
        raise DomainError("Choose from the answers shown.")
    return {"choices": sorted(values)}


def grade(item: Item, response: dict[str, Any], _seed: int) -> int:
    given = response.get("choices")
    choices = {str(each) for each in given} if isinstance(given, list) else set()
    right = {option.key for option in item.options if option.correct}
    if item.credit == "all":
        return 1000 if choices == right else 0
    shares = len(choices & right) - len(choices - right)
    return max(0, shares) * 1000 // len(right)


def fields(response: Mapping[str, Any]) -> dict[str, list[str]]:
    return {"": list(response["choices"])}
