"""Item types behind one contract. A type is a module with three functions on plain data:

    read(item, fields) -> Response        what the form sent, checked; raises DomainError. Fields by their part of the
                                          item's name: "" is the item's own, "unit" is `item-key.unit`
    grade(item, response, seed) -> int    points in thousandths, 0 to FULL
    chosen(response) -> frozenset[str]    option keys, for showing the response again

`FULL` is what a wholly right response earns. An unanswered item earns nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lms.assessment.item_types import multi, numeric, single
from lms.content.course import Item

#: A response as stored: JSON of the item's type.
Response = dict[str, Any]
FULL = 1000


@dataclass(frozen=True)
class ItemType:
    """One item type. `several` tells the page to offer boxes instead of radio buttons."""

    read: Callable[[Item, Mapping[str, Sequence[str]]], Response]
    grade: Callable[[Item, Response, int], int]
    chosen: Callable[[Response], frozenset[str]]
    several: bool
    #: Further parts of the item's fields in a form, beside its own name.
    parts: tuple[str, ...] = ()


_TYPES = {
    "single": ItemType(single.read, single.grade, single.chosen, several=False),
    "multi": ItemType(multi.read, multi.grade, multi.chosen, several=True),
    "numeric": ItemType(numeric.read, numeric.grade, numeric.chosen, several=False, parts=("unit",)),
}


def of(item: Item) -> ItemType:
    """The type of an item."""
    return _TYPES[item.type]
