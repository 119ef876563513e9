"""What looks wrong with an item, in words. The bounds are house rules: docs/decisions/item-statistics.md."""

from __future__ import annotations

from collections.abc import Collection, Hashable
from enum import Enum
from math import atanh, sqrt

from lms.assessment.statistics.figures import ItemFigures
from lms.assessment.statistics.intervals import Z95

#: A wrong option that a smaller share chooses tempts nobody.
DEAD = 0.05
#: Share right above which an item may be too easy, and by how much it must be easier than the others of its objective.
EASY, EASIER_BY = 0.90, 0.10
#: Share right below which an item is too hard.
HARD = 0.40


class Flag(Enum):
    """A reason to read an item again."""

    MISKEY = "The key may be wrong"
    UPSIDE_DOWN = "Stronger learners miss it more often"
    DEAD_DISTRACTOR = "An option that hardly anyone chooses"
    TOO_EASY = "Too easy for its objective"
    TOO_HARD = "Too hard"

    @property
    def words(self) -> str:
        """What was seen, and what to look at."""
        return _WORDS[self]


_WORDS = {
    Flag.MISKEY: (
        "Learners who do well on the other questions get this one wrong more often, and a wrong option draws "
        "stronger learners than the average. Check the key, and whether that option can be defended."
    ),
    Flag.UPSIDE_DOWN: (
        "Learners who do well on the other questions get this one wrong more often, by more than chance explains. "
        "Check the key, the tolerance or the accepted texts."
    ),
    Flag.DEAD_DISTRACTOR: (
        "A wrong option was chosen by fewer than 5 % of those asked. It tests nothing: make it plausible, or leave it "
        "out."
    ),
    Flag.TOO_EASY: (
        "Nearly everyone gets it right, while the other questions of the same objective are clearly harder. Look for "
        "cues in the wording."
    ),
    Flag.TOO_HARD: (
        "Most learners miss it. See whether a lesson teaches what it asks, and whether the wording misleads."
    ),
}


def flags(figures: ItemFigures, *, distractors: Collection[Hashable], others: float | None) -> list[Flag]:
    """What is to be said of an item. `distractors` are the cells of wrong options; `others` is the mean facility of the
    other items of its objective, None when nothing is known of them."""
    found = []
    if figures.discrimination is not None and figures.discrimination < 0:
        if _draws_stronger(figures, distractors):
            found.append(Flag.MISKEY)
        elif _is_surely_negative(figures.discrimination, figures.n):
            found.append(Flag.UPSIDE_DOWN)
    if dead_distractors(figures, distractors=distractors):
        found.append(Flag.DEAD_DISTRACTOR)
    if others is not None and figures.low > EASY and figures.facility - others >= EASIER_BY:
        found.append(Flag.TOO_EASY)
    if figures.high < HARD:
        found.append(Flag.TOO_HARD)
    return found


def dead_distractors(figures: ItemFigures, *, distractors: Collection[Hashable]) -> list[Hashable]:
    """Wrong options that hardly anyone chose."""
    return [each.cell for each in figures.cells if each.cell in distractors and each.share < DEAD]


def _draws_stronger(figures: ItemFigures, distractors: Collection[Hashable]) -> bool:
    """True when those who chose a wrong option do better on the other items than all who were asked."""
    return any(
        each.mean_rest is not None and each.mean_rest > figures.mean_rest
        for each in figures.cells
        if each.cell in distractors
    )


def _is_surely_negative(correlation: float, n: int) -> bool:
    """True when the 95 per cent interval by Fisher's z lies below 0 (R. A. Fisher, Metron 1921;1:3-32)."""
    return atanh(max(correlation, -1 + 1e-12)) + Z95 / sqrt(n - 3) < 0
