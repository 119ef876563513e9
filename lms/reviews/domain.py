"""When reviews are due, which one is open, and what it asks. Plain functions on plain data."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from lms.assessment.mastery import Mastery
from lms.content.course import Item

#: Days from the moment in which a person asks for reviews to each of them.
DAYS = (3, 10, 30, 60)
#: Questions of one review.
QUESTIONS = 5


@dataclass(frozen=True)
class Planned:
    """One review of a person's four."""

    public_id: str
    due_at: datetime
    #: It was mailed or opened. From then on it stays open, even if the clock is set back.
    announced: bool
    submitted: bool


@dataclass(frozen=True)
class Standing:
    """Where a person is among their reviews."""

    #: The review that can be answered now.
    ready: Planned | None
    #: The one after the last that came due.
    following: Planned | None

    @property
    def finished(self) -> bool:
        """True when the last review is answered: nothing more will come."""
        return self.ready is None and self.following is None


def due_dates(start: datetime) -> list[datetime]:
    """When the reviews are due that a person asked for at `start`."""
    return [start + timedelta(days=days) for days in DAYS]


def standing(reviews: Sequence[Planned], moment: datetime) -> Standing:
    """Which of the reviews, given by date, is open: the last that came due. Earlier ones are past, answered or not."""
    came = [index for index, review in enumerate(reviews) if review.announced or review.due_at <= moment]
    latest = came[-1] if came else -1
    return Standing(
        ready=reviews[latest] if came and not reviews[latest].submitted else None,
        following=reviews[latest + 1] if latest + 1 < len(reviews) else None,
    )


def draw(pool: Sequence[Item], *, known: Mapping[str, Mastery], seen: Mapping[str, int], seed: int) -> tuple[str, ...]:
    """Keys of the questions of a review, in the order shown.

    Objectives come first whose lowest share that fits the evidence is lowest, one question from each before a
    second from any; within an objective what was answered least often. One question is a calculation, if the
    pool has any. The same seed and history draw the same questions.
    """
    chance = random.Random(seed)  # noqa: S311 -- a shuffle, not a secret
    ranked = list(pool)
    chance.shuffle(ranked)
    ranked.sort(key=lambda item: (known.get(item.objective, Mastery(0, 0)).interval[0], seen.get(item.key, 0)))
    drawn = [item for item in ranked if item.numeric][:1]
    while len(drawn) < min(QUESTIONS, len(ranked)):
        taken = {item.key for item in drawn}
        times = Counter(item.objective for item in drawn)
        left = [item for item in ranked if item.key not in taken]
        drawn.append(min(left, key=lambda item: times[item.objective]))
    keys = [item.key for item in drawn]
    chance.shuffle(keys)
    return tuple(keys)
