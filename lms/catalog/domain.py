"""What can be told about a course from its dates and citations: where a source is used, what was reviewed and when."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Literal

from lms.content.course import Course, DataTable, Lesson, Module
from lms.content.resources.values import Resource


@dataclass(frozen=True)
class Uses:
    """What rests on a source: lessons, job aids, and the modules whose questions name it."""

    lessons: tuple[Lesson, ...]
    aids: tuple[Resource, ...]
    modules: tuple[Module, ...]


def uses(course: Course) -> dict[str, Uses]:
    """For each source of the course, by its key, what cites it."""
    asked = {
        module.key: {key for item in (*module.quiz.items, *module.quiz.checks) for key in item.sources}
        for module in course.modules
    }
    return {
        key: Uses(
            lessons=tuple(lesson for lesson in course.lessons if key in lesson.citations),
            aids=tuple(aid for aid in course.resources.values() if key in aid.citations),
            modules=tuple(module for module in course.modules if key in asked[module.key]),
        )
        for key in course.sources
    }


@dataclass(frozen=True)
class Change:
    """Something that was reviewed. `count` is how many questions were; `next_review` is None for them, because they are
    reviewed with the lessons."""

    kind: Literal["lesson", "questions", "aid"]
    on: date
    key: str
    title: str
    module: Module | None = None
    count: int = 1
    next_review: date | None = None


def changes(course: Course) -> list[tuple[date, list[Change]]]:
    """What was reviewed, by day, the newest day first. Questions are counted and never shown."""
    found = sorted(_changes(course), key=lambda change: change.on, reverse=True)
    return [(day, list(group)) for day, group in groupby(found, key=lambda change: change.on)]


def next_reviews(course: Course) -> list[Change]:
    """What has a day by which it is reviewed again, the earliest first."""
    dated = [change for change in _changes(course) if change.next_review]
    return sorted(dated, key=lambda change: change.next_review or date.max)


def figures(course: Course) -> list[DataTable]:
    """The tables of figures, the ones with the newest date first."""
    return sorted(course.data.values(), key=lambda table: (-table.as_of.toordinal(), table.title))


def _changes(course: Course) -> Iterator[Change]:
    for aid in course.resources.values():
        yield Change("aid", aid.reviewed_on, aid.key, aid.title, next_review=aid.review_by)
    for module in course.modules:
        for lesson in module.lessons:
            yield Change("lesson", lesson.reviewed_on, lesson.key, lesson.title, module, next_review=lesson.review_by)
        days = Counter(item.reviewed_on for item in (*module.quiz.items, *module.quiz.checks))
        for day, count in days.items():
            yield Change("questions", day, module.key, module.short_title, module, count)
