"""Reads of submitted attempts for item statistics: streamed through a tally, whatever their number."""

from __future__ import annotations

import json
from collections.abc import Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import groupby, pairwise
from operator import itemgetter
from statistics import fmean
from typing import NamedTuple

from sqlalchemy import ColumnElement, Row, Text, cast, func, select
from sqlalchemy.orm import Session, aliased

from lms.assessment import item_types
from lms.assessment.models import Answer, Attempt
from lms.assessment.statistics import (
    Flag,
    ItemFigures,
    QuizFigures,
    Scored,
    Tally,
    dead_distractors,
    flags,
    item_figures,
    quiz_figures,
)
from lms.content.course import Course, Item, Module
from lms.content.release import item_digest
from lms.releases.models import ContentRelease
from lms.releases.queries import course_of

#: Rows that are held at a time.
_ATTEMPTS, _ANSWERS = 500, 5_000
#: Different responses to an item that are kept as they were read.
_REMEMBERED = 500
#: Seconds within which answers were sent by one press of a button.
_TOGETHER = 1.0

_AttemptRow = Row[int, int, list[str], datetime]
_AnswerRow = Row[int, str, str, int | None, datetime]

#: A choice in a field of an item: the part of its name, and the key of what was chosen.
Cell = tuple[str, str]
#: Stands for a question that was passed over.
NO_ANSWER: Cell = ("", "")


class Which(StrEnum):
    """Which of a learner's attempts at a quiz count."""

    FIRST = "first"
    LAST = "last"
    ALL = "all"


@dataclass(frozen=True)
class ServedRelease:
    """A release that submitted attempts were served from."""

    id: int
    number: int
    published_at: datetime


@dataclass(frozen=True)
class QuizActivity:
    """How often a quiz was submitted, and by how many."""

    attempts: int
    learners: int


@dataclass(frozen=True)
class ItemResult:
    """One item with what its answers say. `figures` are None below the fewest attempts."""

    item: Item
    asked: int
    figures: ItemFigures | None
    flags: tuple[Flag, ...]
    dead: frozenset[Hashable]


@dataclass(frozen=True)
class QuizResult:
    """One quiz with what its attempts say, in the order of its items."""

    module: Module
    attempts: int
    figures: QuizFigures | None
    items: tuple[ItemResult, ...]


def activity(session: Session, course: Course) -> Mapping[str, QuizActivity]:
    """Submitted attempts of every quiz of the course, by present module key, in one statement."""
    rows = session.execute(
        select(Attempt.quiz, func.count(), func.count(Attempt.person_id.distinct()))
        .where(Attempt.course == course.slug, Attempt.submitted_at.is_not(None))
        .group_by(Attempt.quiz)
    ).all()
    found = {}
    for module in course.modules:
        counts = [(attempts, learners) for quiz, attempts, learners in rows if quiz in _names(module)]
        # Someone who sat the quiz under two of its names counts once for each.
        found[module.key] = QuizActivity(sum(one for one, _ in counts), sum(one for _, one in counts))
    return found


def served_releases(session: Session, course: str) -> list[ServedRelease]:
    """The releases of the course with submitted attempts, the newest first."""
    served = select(Attempt.release_id).where(Attempt.course == course, Attempt.submitted_at.is_not(None))
    rows = session.execute(
        select(ContentRelease.id, ContentRelease.number, ContentRelease.published_at)
        .where(ContentRelease.course == course, ContentRelease.id.in_(served))
        .order_by(ContentRelease.number.desc())
    )
    return [ServedRelease(*row) for row in rows]


def quiz_result(
    session: Session, course: Course, module: Module, *, which: Which, release_id: int | None = None
) -> QuizResult:
    """Statistics of a quiz: of the attempts served from one release; or of all attempts, where an item counts as the
    same as long as nothing but the day of its review has changed.
    """
    served = _Served(session)
    for attempt, answers in _streamed(session, course.slug, module, which, release_id):
        served.count(attempt, answers)
    counted = {item.key: served.tally.items[served.expect(item)] for item in module.quiz.items}
    figures = {key: item_figures(tally) for key, tally in counted.items()}
    return QuizResult(
        module=module,
        attempts=served.tally.attempts,
        figures=quiz_figures(served.tally),
        items=tuple(_item_result(item, counted[item.key].n, figures, module) for item in module.quiz.items),
    )


def _item_result(item: Item, asked: int, figures: Mapping[str, ItemFigures | None], module: Module) -> ItemResult:
    own = figures[item.key]
    if own is None:
        return ItemResult(item, asked, None, (), frozenset())
    others = [
        found.facility
        for other in module.quiz.items
        if other.objective == item.objective and other.key != item.key and (found := figures[other.key])
    ]
    wrong = _distractors(item)
    return ItemResult(
        item,
        asked,
        own,
        tuple(flags(own, distractors=wrong, others=fmean(others) if others else None)),
        frozenset(dead_distractors(own, distractors=wrong)),
    )


def cells(item: Item) -> list[Cell]:
    """Everything that can be chosen in an item: its options, or the choices of its fields."""
    if item.gaps:
        return [(gap.key, choice.key) for gap in item.gaps.gaps for choice in gap.choices]
    return [("", option.key) for option in item.options]


def _distractors(item: Item) -> set[Cell]:
    """Wrong choices that are there to tempt. Fields that share their choices have none: each is right somewhere."""
    if item.gaps:
        if item.type != "cloze":
            return set()
        return {
            (gap.key, choice.key) for gap in item.gaps.gaps for choice in gap.choices if choice.key not in gap.right
        }
    return {("", option.key) for option in item.options if not option.correct}


class _Name(NamedTuple):
    """An item as long as it stays the same."""

    key: str
    digest: str


class _ServedItem:
    """An item of a release, with its name in the tally."""

    def __init__(self, item: Item, name: _Name) -> None:
        self.name = name
        self._item = item
        self._has_cells = bool(cells(item))
        self._chosen: dict[str, list[Cell]] = {}

    def chosen(self, response: str) -> list[Cell]:
        """The cells that a stored response chooses."""
        if not self._has_cells:
            return []
        found = self._chosen.get(response)
        if found is None:
            fields = item_types.of(self._item).fields(json.loads(response))
            found = [(part, value) for part, values in fields.items() for value in values]
            if len(self._chosen) < _REMEMBERED:
                self._chosen[response] = found
        return found


class _Served:
    """A tally of attempts, and the items of the releases that they were served from."""

    def __init__(self, session: Session) -> None:
        self.tally = Tally()
        self._session = session
        self._releases: dict[int, dict[str, _ServedItem]] = {}

    def expect(self, item: Item) -> _Name:
        """The item's name in the tally, which knows it from now on."""
        name = _Name(item.key, item_digest(item))
        if name not in self.tally.items:
            self.tally.expect(name, [*cells(item), NO_ANSWER])
        return name

    def count(self, attempt: _AttemptRow, answers: Iterable[_AnswerRow]) -> None:
        """Add one attempt to the tally."""
        _id, release_id, keys, started_at = attempt
        known = self._releases.setdefault(release_id, {})
        given = {}
        saved = {}
        for _attempt_id, key, response, points, saved_at in answers:
            given[key] = response, points
            saved[key] = saved_at
        seconds = times(started_at, saved)
        scored = []
        for key in keys:
            served = known.get(key)
            if served is None:
                item = course_of(self._session, release_id).item(key)
                served = known[key] = _ServedItem(item, self.expect(item))
            if key in given:
                response, points = given[key]
                scored.append(Scored(served.name, points or 0, served.chosen(response), seconds[key]))
            else:
                scored.append(Scored(served.name, 0, (NO_ANSWER,)))
        self.tally.add(scored)


def times(started_at: datetime, saved: Mapping[str, datetime]) -> dict[str, float | None]:
    """Roughly how many seconds each answer took: from the answer that was saved before it, or from the start.

    None for answers that came together with another: without scripts a whole page is saved at once.
    """
    ordered = sorted(saved.items(), key=lambda entry: entry[1])
    moments = [started_at, *(moment for _key, moment in ordered)]
    gaps = [*((after - before).total_seconds() for before, after in pairwise(moments)), _TOGETHER]
    return {
        key: gap if gap >= _TOGETHER <= following else None
        for (key, _moment), (gap, following) in zip(ordered, pairwise(gaps), strict=True)
    }


def _streamed(
    session: Session, course: str, module: Module, which: Which, release_id: int | None
) -> Iterator[tuple[_AttemptRow, list[_AnswerRow]]]:
    """Each submitted attempt with its answers, from two statements that are read side by side."""
    wanted = _conditions(course, module, which, release_id)
    # Plain rows, and responses as text: most are the same few, so that reading each anew would take the longest.
    connection = session.connection()
    attempts = connection.execute(
        select(Attempt.id, Attempt.release_id, Attempt.items, Attempt.started_at).where(*wanted).order_by(Attempt.id),
        execution_options={"yield_per": _ATTEMPTS},
    )
    answers = connection.execute(
        select(Answer.attempt_id, Answer.item, cast(Answer.response, Text), Answer.points, Answer.saved_at)
        .join(Attempt, Attempt.id == Answer.attempt_id)
        .where(*wanted)
        .order_by(Answer.attempt_id),
        execution_options={"yield_per": _ANSWERS},
    )
    groups = groupby(answers, key=itemgetter(0))
    attempt_id, rows = next(groups, (None, iter(())))
    for attempt in attempts:
        # An attempt may have been submitted between the two statements: its answers belong to nothing.
        while attempt_id is not None and attempt_id < attempt.id:
            attempt_id, rows = next(groups, (None, iter(())))
        yield attempt, list(rows) if attempt_id == attempt.id else []


def _conditions(course: str, module: Module, which: Which, release_id: int | None) -> list[ColumnElement[bool]]:
    wanted = [Attempt.course == course, Attempt.quiz.in_(_names(module)), Attempt.submitted_at.is_not(None)]
    if release_id is not None:
        wanted.append(Attempt.release_id == release_id)
    if which is Which.FIRST:
        wanted.append(Attempt.number == 1)
    elif which is Which.LAST:
        later = aliased(Attempt)
        wanted.append(
            ~select(later.id)
            .where(
                later.person_id == Attempt.person_id,
                later.course == Attempt.course,
                later.quiz.in_(_names(module)),
                later.number > Attempt.number,
                later.submitted_at.is_not(None),
            )
            .exists()
        )
    return wanted


def _names(module: Module) -> tuple[str, ...]:
    return (module.key, *module.was)
