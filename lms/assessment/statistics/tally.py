"""One pass over scored attempts: sums from which every figure follows, and nothing else is kept."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from typing import NamedTuple

#: Points of a wholly right answer; scores are whole thousandths of an item.
FULL = 1000
#: Seconds after which an item was left lying rather than thought about.
LONGEST = 1800
#: Bits that a count takes within a row of counts.
_FIELD = 40


class Scored(NamedTuple):
    """One item of a submitted attempt. An item without an answer has no points and chooses nothing."""

    item: Hashable
    points: int
    #: What was chosen: cells of the item's table of options.
    chosen: Sequence[Hashable] = ()
    #: Roughly how long it took; None where it cannot be told.
    seconds: float | None = None


class ItemTally:
    """Sums of one item. `rest` is an attempt's mean score on its other items."""

    __slots__ = ("cells", "n", "place", "points", "products", "rest_squares", "rests", "seconds", "squares")

    def __init__(self, place: int, cells: Iterable[Hashable]) -> None:
        self.place = place
        self.n = 0
        self.points = 0
        self.squares = 0
        self.rests = 0.0
        self.rest_squares = 0.0
        self.products = 0.0
        #: For every option how many chose it, and the sum of their rests.
        self.cells: dict[Hashable, list[float]] = {cell: [0, 0.0] for cell in cells}
        #: How many took that many whole seconds: at most `LONGEST` different numbers.
        self.seconds: dict[int, int] = {}


class LengthTally:
    """Sums of all attempts with the same number of items, for reliability."""

    __slots__ = ("attempts", "item_squares", "items", "total_squares", "totals")

    def __init__(self) -> None:
        self.attempts = 0
        self.totals = 0
        self.total_squares = 0
        self.item_squares = 0
        #: For each item its points, the sum of the totals of the attempts that had it, and its row of the table that
        #: counts how many had this item and that one, written as one large number: adding two rows adds all counts.
        self.items: dict[Hashable, list[int]] = {}


class Tally:
    """The sums of a quiz. Memory grows with the square of its items; time with the answers, and hardly with more."""

    def __init__(self) -> None:
        self.items: dict[Hashable, ItemTally] = {}
        self.lengths: dict[int, LengthTally] = {}
        self.attempts = 0

    def expect(self, item: Hashable, cells: Iterable[Hashable] = ()) -> None:
        """Name an item before its first attempt, with the cells of its table; other choices are not counted."""
        self.items[item] = ItemTally(len(self.items), cells)

    def add(self, attempt: Sequence[Scored]) -> None:
        """Count one attempt. Raises KeyError for an item that was not named."""
        items = self.items
        tallies = [items[scored.item] for scored in attempt]
        total = sum(scored.points for scored in attempt)
        others = len(attempt) - 1 or 1  # an item that stands alone has a rest of nothing
        for tally, (_item, points, chosen, seconds) in zip(tallies, attempt, strict=True):
            rest = (total - points) / others
            tally.n += 1
            tally.rests += rest
            tally.rest_squares += rest * rest
            if points:
                tally.points += points
                tally.squares += points * points
                tally.products += points * rest
            for cell in chosen:
                counted = tally.cells.get(cell)
                if counted is not None:
                    counted[0] += 1
                    counted[1] += rest
            if seconds is not None and seconds < LONGEST:
                second = int(seconds)
                tally.seconds[second] = tally.seconds.get(second, 0) + 1
        self.attempts += 1
        self._add_length(attempt, tallies, total)

    def _add_length(self, attempt: Sequence[Scored], tallies: Sequence[ItemTally], total: int) -> None:
        length = self.lengths.get(len(attempt))
        if length is None:
            length = self.lengths[len(attempt)] = LengthTally()
        length.attempts += 1
        length.totals += total
        length.total_squares += total * total
        row = sum(1 << _FIELD * tally.place for tally in tallies)
        for scored in attempt:
            points = scored.points
            sums = length.items.get(scored.item)
            if sums is None:
                sums = length.items[scored.item] = [0, 0, 0]
            sums[0] += points
            sums[1] += total
            sums[2] += row
            length.item_squares += points * points

    def together(self, row: int, item: Hashable) -> int:
        """How many attempts of a row had this item, too."""
        return row >> _FIELD * self.items[item].place & (1 << _FIELD) - 1
