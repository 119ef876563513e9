"""What a learner knew and how sure they were before a course, beside the same at its end. Rules on plain values.

The two stand side by side in numbers. Nothing calls a change good or bad: one question is a small sample, and who
learns what a subject holds may well be less sure of it than before.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from lms.assessment.item_types import FULL
from lms.content.course import Course, Objective
from lms.core.errors import DomainError

Moment = Literal["before", "after"]
#: Confidence is a whole number from 0, not at all, to this.
SUREST = 10
#: Draws the order of options, and numbers, of the questions before a course: they are asked once, so all get the same.
PRE_SEED = 0


@dataclass(frozen=True)
class Answers:
    """Answers to the questions of one objective at one moment. Points are thousandths; no answer earns none."""

    points: int
    questions: int

    @property
    def right(self) -> str:
        """How many were right; partial credit counts in part."""
        return f"{round(self.points / FULL, 1):g}"

    @property
    def in_words(self) -> str:
        return f"{self.right} of {self.questions}"


@dataclass(frozen=True)
class Change:
    """One objective before and after the course. None: not asked, or not said."""

    objective: Objective
    sure_before: int | None
    sure_after: int | None
    answers_before: Answers | None
    answers_after: Answers | None

    @property
    def confidence_in_words(self) -> str:
        before, after = self.sure_before, self.sure_after
        if before is None and after is None:
            return "You did not say how confident you were."
        if before is None:
            return f"Confidence: {after} of {SUREST} now; you did not say before."
        if after is None:
            return f"Confidence: {before} of {SUREST} before; you have not said since."
        if before == after:
            return f"Confidence: {before} of {SUREST} before and now."
        return f"Confidence: from {before} to {after} of {SUREST}."

    @property
    def answers_in_words(self) -> str:
        before, after = self.answers_before, self.answers_after
        if before and after:
            return f"Questions: {before.in_words} right before, {after.in_words} in your last quiz."
        if after:
            return f"Questions: {after.in_words} right in your last quiz; none was asked before."
        if before:
            return f"Questions: {before.in_words} right before; none was asked since."
        return "No question was answered."


def changes(
    course: Course,
    *,
    sure: Mapping[tuple[Moment, str], int],
    before: Mapping[str, Answers],
    after: Mapping[str, Answers],
) -> tuple[Change, ...]:
    """Every objective of the course in its order. `sure` is by moment and objective, answers are by objective."""
    return tuple(
        Change(
            objective=each,
            sure_before=sure.get(("before", each.key)),
            sure_after=sure.get(("after", each.key)),
            answers_before=before.get(each.key),
            answers_after=after.get(each.key),
        )
        for each in course.objectives
    )


def read_confidence(value: str) -> int:
    """A confidence as a form sends it. Raises DomainError for what the form does not offer."""
    if value not in {str(number) for number in range(SUREST + 1)}:
        raise DomainError(f"Choose a number from 0 to {SUREST}.")
    return int(value)
