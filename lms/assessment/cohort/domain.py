"""What a cohort's evidence says about objectives, and how it changed since before the course. Plain numbers.

Nothing is said of fewer than ten learners, see `shown`. Intervals are at 95 per cent. Means are of learners, each of
whom counts once however many questions they answered: answers of one learner resemble each other, so an interval that
counted answers would be too narrow. See docs/decisions/regrade.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import sqrt

from lms.assessment.mastery import EITHER, FIRM, LIKELY, NOT_YET, TOO_FEW, Mastery

#: Learners below which no number is shown.
FEWEST_LEARNERS = 10
FEWER = "fewer than ten learners"
#: Mastery in the order in which a page shows it.
BANDS = (FIRM, LIKELY, EITHER, NOT_YET, TOO_FEW)
#: Standard normal deviate that leaves 2.5 per cent on each side.
_Z = 1.959963984540054

Interval = tuple[float, float]


@dataclass(frozen=True)
class Group:
    """Learners whose evidence for an objective is the same, in thousandths of a question."""

    points: int
    max_points: int
    learners: int


@dataclass(frozen=True)
class Standing:
    """Where a cohort stands with one objective. None and missing bands: fewer than ten learners."""

    learners: int | None
    #: Mean of the learners' shares right, 0 to 1, and its interval.
    share: float | None
    interval: Interval | None
    bands: Mapping[str, int]


@dataclass(frozen=True)
class Sums:
    """Sums over learners of the share right before (x) and after (y)."""

    n: int
    x: float
    y: float
    xx: float
    yy: float
    xy: float


@dataclass(frozen=True)
class Change:
    """How learners changed from before the course to their last quiz. Shares are 0 to 1."""

    n: int
    before: float
    after: float
    #: Mean of the learners' changes, and its interval.
    mean: float
    interval: Interval
    #: Hake's normalised gain and its interval; None where everybody was right before.
    gain: float | None
    gain_interval: Interval | None


def standing(groups: Iterable[Group]) -> Standing:
    """Summarise one objective."""
    found = [group for group in groups if group.learners and group.max_points]
    n = sum(group.learners for group in found)
    if n < FEWEST_LEARNERS:
        return Standing(None, None, None, {})
    share = sum(group.learners * group.points / group.max_points for group in found) / n
    squares = sum(group.learners * (group.points / group.max_points - share) ** 2 for group in found)
    low, high = _around(share, squares / (n - 1), n)
    counts = dict.fromkeys(BANDS, 0)
    for group in found:
        counts[Mastery(group.points, group.max_points).verdict] += group.learners
    return Standing(n, share, (max(0.0, low), min(1.0, high)), shown(counts))


def shown(counts: Mapping[str, int]) -> dict[str, int]:
    """The counts that may be shown: none below ten, and none by which a smaller one could be worked out.

    What is hidden can be found by subtracting the rest from the total. Where that would be one to nine learners, the
    smallest count that is left is hidden, too.
    """
    visible = {key: count for key, count in counts.items() if count >= FEWEST_LEARNERS}
    if 0 < sum(counts.values()) - sum(visible.values()) < FEWEST_LEARNERS and visible:
        del visible[min(visible, key=lambda key: visible[key])]
    return visible


def change(sums: Sums) -> Change | None:
    """Mean change with Student's interval for pairs, and normalised gain. None for fewer than ten learners.

    The gain is the class's, of means: <g> = (after - before) / (1 - before), the share of what was missing that was
    gained (R. R. Hake, American Journal of Physics 1998;66(1):64-74). Its interval is by the delta method, with the
    covariance of before and after in the same learners.
    """
    n = sums.n
    if n < FEWEST_LEARNERS:
        return None
    before, after = sums.x / n, sums.y / n
    xx = max(0.0, (sums.xx - n * before**2) / (n - 1))
    yy = max(0.0, (sums.yy - n * after**2) / (n - 1))
    xy = (sums.xy - n * before * after) / (n - 1)
    mean = after - before
    gain = gain_interval = None
    missing = 1 - before
    if missing > 1e-9:
        gain = mean / missing
        by_after, by_before = 1 / missing, (after - 1) / missing**2
        variance = by_after**2 * yy + by_before**2 * xx + 2 * by_after * by_before * xy
        low, high = _around(gain, max(0.0, variance), n)
        gain_interval = low, min(1.0, high)
    low, high = _around(mean, max(0.0, xx + yy - 2 * xy), n)
    return Change(n, before, after, mean, (max(-1.0, low), min(1.0, high)), gain, gain_interval)


def _around(mean: float, variance: float, n: int) -> Interval:
    reach = student(n - 1) * sqrt(variance / n)
    return mean - reach, mean + reach


def student(freedom: int) -> float:
    """The deviate of Student's t that leaves 2.5 per cent on each side, for 9 or more degrees of freedom.

    Right to 0.0001, by the expansion in powers of 1 / freedom (M. Abramowitz, I. A. Stegun, Handbook of Mathematical
    Functions, 26.7.5).
    """
    z, square = _Z, _Z**2
    terms = (
        z,
        z * (square + 1) / 4,
        z * ((5 * square + 16) * square + 3) / 96,
        z * (((3 * square + 19) * square + 17) * square - 15) / 384,
        z * ((((79 * square + 776) * square + 1482) * square - 1920) * square - 945) / 92160,
    )
    return sum(term / float(freedom) ** power for power, term in enumerate(terms))
