"""What looks wrong with an item, in words. The bounds are house rules: docs/decisions/item-statistics.md."""

from __future__ import annotations

from collections.abc import Collection, Hashable
from enum import Enum

from lms.assessment.statistics.figures import CellFigures, ItemFigures

#: A wrong option that a smaller share chooses tempts nobody.
DEAD = 0.05
#: Share right above which an item may be too easy, and by how much it must be easier than the others of its objective.
EASY, EASIER_BY = 0.90, 0.10
#: Share right below which an item is too hard.
HARD = 0.40


class Flag(Enum):
    """A reason to read an item again."""

    MISKEY = "The key may be wrong"
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


def flags(figures: ItemFigures, *, right: Collection[Hashable], others: float | None) -> list[Flag]:
    """What is to be said of an item. `right` are the cells of its key; `others` the mean facility of the other items
    of its objective, None when nothing is known of them."""
    found = []
    if figures.discrimination is not None and figures.discrimination < 0 and _stronger(figures, right):
        found.append(Flag.MISKEY)
    if dead_distractors(figures, right=right):
        found.append(Flag.DEAD_DISTRACTOR)
    if others is not None and figures.low > EASY and figures.facility - others >= EASIER_BY:
        found.append(Flag.TOO_EASY)
    if figures.high < HARD:
        found.append(Flag.TOO_HARD)
    return found


def dead_distractors(figures: ItemFigures, *, right: Collection[Hashable]) -> list[Hashable]:
    """Wrong options that hardly anyone chose."""
    return [each.cell for each in figures.cells if each.cell not in right and each.share < DEAD]


def _stronger(figures: ItemFigures, right: Collection[Hashable]) -> list[CellFigures]:
    """Wrong options whose choosers do better on the other items than all who were asked."""
    return [
        each
        for each in figures.cells
        if each.cell not in right and each.mean_rest is not None and each.mean_rest > figures.mean_rest
    ]
