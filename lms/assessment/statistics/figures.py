"""What a tally says of each item and of the quiz. Methods and sources: docs/decisions/item-statistics.md."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from math import fsum, sqrt

from lms.assessment.statistics.intervals import Z95, wilson
from lms.assessment.statistics.tally import FULL, ItemTally, LengthTally, Tally

#: Attempts below which nothing is said of an item or a quiz, and choices below which nothing is said of an option.
FEWEST, FEWEST_IN_CELL = 30, 5
#: Sums of floating numbers that differ by less than this share of their size are the same.
_SAME = 1e-9


@dataclass(frozen=True)
class CellFigures:
    """One option: how many of those asked chose it, and how well those did on the other items (both 0 to 1)."""

    cell: Hashable
    share: float
    #: None below `FEWEST_IN_CELL` choices; `is_shown` is False then.
    mean_rest: float | None

    @property
    def is_shown(self) -> bool:
        return self.mean_rest is not None


@dataclass(frozen=True)
class ItemFigures:
    """One item, from at least `FEWEST` attempts that had it."""

    n: int
    #: Mean share of the points, 0 to 1, with Wilson's interval at 95 per cent.
    facility: float
    low: float
    high: float
    #: Correlation of the item's points with the mean score on the other items of the attempt; for items that are right
    #: or wrong the corrected point-biserial. None when all have the same points, or the same rest.
    discrimination: float | None
    #: Mean score on the other items, 0 to 1, of all who were asked.
    mean_rest: float
    cells: tuple[CellFigures, ...]
    #: Of `timed` attempts, in seconds; None when there are fewer than `FEWEST`.
    median_seconds: float | None
    timed: int


@dataclass(frozen=True)
class QuizFigures:
    """All attempts with the commonest number of items. Shares are of the possible points."""

    attempts: int
    items: int
    mean: float
    deviation: float
    #: Cronbach's alpha of an average draw, on scores from which the difficulty of the items drawn is taken away; KR-20
    #: where items are right or wrong and all learners get the same. None when scores do not vary.
    alpha: float | None
    #: Standard error of measurement, with the luck of the draw in it, and that luck alone.
    error: float | None
    error_of_draw: float


def item_figures(tally: ItemTally) -> ItemFigures | None:
    """Figures of one item, None below `FEWEST` attempts."""
    n = tally.n
    if n < FEWEST:
        return None
    facility = tally.points / n / FULL
    low, high = wilson(facility, n, Z95)
    timed = sum(tally.seconds.values())
    return ItemFigures(
        n=n,
        facility=facility,
        low=low,
        high=high,
        discrimination=_correlation(tally),
        mean_rest=tally.rests / n / FULL,
        cells=tuple(
            CellFigures(cell, chosen / n, rests / chosen / FULL if chosen >= FEWEST_IN_CELL else None)
            for cell, (chosen, rests) in tally.cells.items()
        ),
        median_seconds=_median(tally.seconds) if timed >= FEWEST else None,
        timed=timed,
    )


def quiz_figures(tally: Tally) -> QuizFigures | None:
    """Figures of the quiz, None below `FEWEST` attempts with the same number of items."""
    if not tally.lengths:
        return None
    items, sums = max(tally.lengths.items(), key=lambda entry: entry[1].attempts)
    n = sums.attempts
    if n < FEWEST:
        return None
    possible = items * FULL
    total = sums.total_squares - sums.totals**2 / n
    within, between, drawn = _deviations(tally, sums)
    alpha = error = None
    if items > 1 and between > _SAME * sums.total_squares:
        alpha = items / (items - 1) * (1 - within / between)
        error = sqrt(max(0.0, (between * (1 - alpha) + drawn) / (n - 1))) / possible
    return QuizFigures(
        attempts=n,
        items=items,
        mean=sums.totals / n / possible,
        deviation=sqrt(max(0.0, total) / (n - 1)) / possible,
        alpha=alpha,
        error=error,
        error_of_draw=sqrt(drawn / (n - 1)) / possible,
    )


def _correlation(tally: ItemTally) -> float | None:
    n = tally.n
    own = n * tally.squares - tally.points**2
    rest = n * tally.rest_squares - tally.rests**2
    if not own or rest <= _SAME * n * tally.rest_squares:
        return None
    return (n * tally.products - tally.points * tally.rests) / sqrt(own * rest)


def _deviations(tally: Tally, sums: LengthTally) -> tuple[float, float, float]:
    """Sums of squares over the attempts: of each score's distance from its item's mean; of the sum of these distances
    in an attempt; and of the distance of an attempt's difficulty (the sum of its items' means) from the average.
    """
    means: dict[Hashable, float] = {}
    within = float(sums.item_squares)
    for item, (points, _totals, row) in sums.items.items():
        n = tally.together(row, item)
        means[item] = points / n
        within -= points**2 / n
    difficulties = fsum(
        mean * other * tally.together(sums.items[item][2], another)
        for item, mean in means.items()
        for another, other in means.items()
    )
    crossed = fsum(means[item] * totals for item, (_points, totals, _row) in sums.items.items())
    between = sums.total_squares - 2 * crossed + difficulties
    # The mean of the attempts' difficulties is that of their totals: each is a sum of the same points.
    drawn = difficulties - sums.totals**2 / sums.attempts
    return within, between, drawn if drawn > _SAME * difficulties else 0.0


def _median(counts: dict[int, int]) -> float:
    """The middle of counted numbers; the mean of the two middle ones when there is an even number."""
    n = sum(counts.values())
    lower, upper = (n - 1) // 2, n // 2
    seen, first = 0, None
    for value in sorted(counts):
        seen += counts[value]
        if first is None and seen > lower:
            first = value
        if first is not None and seen > upper:
            return (first + value) / 2
    raise ValueError("nothing was counted")
