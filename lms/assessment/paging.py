"""Which questions of an attempt a page shows: all of them, one, or only their list before submitting."""

from __future__ import annotations

from collections.abc import Sequence, Set
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class View:
    """`name` is its value in an address: "all", "review", or the number of the only question."""

    name: str
    items: tuple[str, ...]

    @property
    def number(self) -> int | None:
        """Of the only question shown, from 1."""
        return int(self.name) if self.name not in ("all", "review") else None

    @property
    def can_submit(self) -> bool:
        return self.number is None


def view(
    asked: str | None, items: Sequence[str], answered: Set[str], navigation: Literal["page", "one-at-a-time"]
) -> View:
    """The view that was asked for. Without one, or with one that is not there, what the quiz opens with: one at a time
    goes on at the first question without an answer, and to the list when there is none."""
    name = asked or ""
    if name.isdecimal() and len(name) < 4 and 1 <= int(name) <= len(items):
        name = str(int(name))
    elif name not in ("all", "review"):
        open_items = [number for number, key in enumerate(items, start=1) if key not in answered]
        name = "all" if navigation == "page" else str(open_items[0]) if open_items else "review"
    if name == "all":
        return View(name, tuple(items))
    return View(name, () if name == "review" else (items[int(name) - 1],))
