"""What evidence says about an objective, and how sure that is. Plain functions on plain numbers.

A handful of questions is a small sample of all that could be asked, so the share right stands with an interval:
Wilson's score interval for a proportion at 80 per cent, which stays within 0 and 1 and is honest for a few questions.
See docs/decisions/mastery.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from lms.assessment.item_types import FULL
from lms.assessment.statistics.intervals import Z80, wilson

#: Share of an objective's questions that someone who has mastered it gets right. A house rule.
TARGET = 0.8
#: Questions below which nothing is said.
FEWEST = 4

TOO_FEW, NOT_YET, EITHER, LIKELY, FIRM = "too few questions to say", "not yet", "could be either", "likely", "firm"


@dataclass(frozen=True)
class Mastery:
    """Evidence for one objective so far, in thousandths of a question."""

    points: int
    max_points: int

    @property
    def items(self) -> int:
        """Number of questions answered."""
        return self.max_points // FULL

    @property
    def right(self) -> float:
        """Number of questions right; partial credit counts in part."""
        return self.points / FULL

    @property
    def share(self) -> float:
        return self.points / self.max_points if self.max_points else 0.0

    @property
    def interval(self) -> tuple[float, float]:
        """Lowest and highest share that fit the evidence, at 80 per cent."""
        return wilson(self.share, self.items, Z80)

    @property
    def verdict(self) -> str:
        """What can be said: firm or not yet only where the whole interval says so."""
        if self.items < FEWEST:
            return TOO_FEW
        low, high = self.interval
        if low >= TARGET:
            return FIRM
        if high < TARGET:
            return NOT_YET
        return LIKELY if self.share >= TARGET else EITHER


#: What to study first: what is known to be missing, then what may be, then what nothing is known about.
_ORDER = {NOT_YET: 0, EITHER: 1, TOO_FEW: 2}


def study_next(objectives: tuple[str, ...], known: Mapping[str, Mastery]) -> str | None:
    """The objective with the most to gain, in the order of the course among equals. None when all are reached."""
    open_ones = [key for key in objectives if known.get(key, Mastery(0, 0)).verdict in _ORDER]
    if not open_ones:
        return None

    def need(key: str) -> tuple[int, float]:
        mastery = known.get(key, Mastery(0, 0))
        # Without evidence there is no share to compare: such objectives keep the order of the course.
        return _ORDER[mastery.verdict], mastery.share if mastery.verdict != TOO_FEW else 0.0

    return min(open_ones, key=need)
