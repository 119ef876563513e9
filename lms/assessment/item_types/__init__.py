"""Item types behind one contract. A type is a module with four functions on plain data:

    read(item, fields) -> Response        what the form sent, checked; raises DomainError. Fields by their part of the
                                          item's name: "" is the item's own, "unit" is `item-key.unit`
    grade(item, response, seed) -> int    points in thousandths, 0 to FULL, whatever the response holds
    fields(response) -> fields            the way back, for showing a response again
    parts(item) -> names                  the parts that its fields have

`FULL` is what a wholly right response earns. An unanswered item earns nothing. How a type is shown, before and after
grading, is told in `lms.assessment.questions`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lms.assessment.item_types import gaps, multi, numeric, single
from lms.content.course import Item

#: A response as stored: JSON of the item's type.
Response = dict[str, Any]
#: What a form sends for an item, by part.
Fields = Mapping[str, Sequence[str]]
FULL = 1000


def _own(_item: Item) -> tuple[str, ...]:
    return ("",)


@dataclass(frozen=True)
class ItemType:
    """One item type."""

    read: Callable[[Item, Fields], Response]
    grade: Callable[[Item, Response, int], int]
    fields: Callable[[Response], Fields]
    parts: Callable[[Item], tuple[str, ...]] = _own


_GAPS = ItemType(gaps.read, gaps.grade, gaps.fields, gaps.parts)
_TYPES = {
    "single": ItemType(single.read, single.grade, single.fields),
    "multi": ItemType(multi.read, multi.grade, multi.fields),
    "numeric": ItemType(numeric.read, numeric.grade, numeric.fields, numeric.parts),
    "short": _GAPS,
    "matching": _GAPS,
    "ordering": _GAPS,
    "cloze": _GAPS,
}


def of(item: Item) -> ItemType:
    """The type of an item."""
    return _TYPES[item.type]
