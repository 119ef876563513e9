"""What a course holds, as JSON for `lms content check --json`: objectives with their coverage, lessons,
findings."""

from __future__ import annotations

from collections import Counter
from typing import Any

from lms.content.cases.values import Case
from lms.content.course import Course, Item, Objective
from lms.content.loader import LoadResult
from lms.content.release import digest, document


def inventory(result: LoadResult) -> dict[str, Any]:
    """`{"course", "release", "objectives", "lessons", "cases", "errors", "warnings"}`.

    `course` is the slug and `release` the digest, both null when there are errors; the lists are empty then.
    """
    course = result.course
    return {
        "course": course.slug if course else None,
        "release": digest(document(course)) if course else None,
        "objectives": [_objective(course, each) for each in course.objectives] if course else [],
        "lessons": [
            {
                "key": lesson.key,
                "words": lesson.words,
                "minutes": lesson.minutes,
                "citations": list(lesson.citations),
            }
            for lesson in (course.lessons if course else ())
        ],
        "cases": [_case(course, each) for each in course.cases.values()] if course else [],
        **result.report.as_json(),
    }


def _objective(course: Course, objective: Objective) -> dict[str, Any]:
    """`lessons` lists keys; `checks`, `items` (quiz items), `pre` and `items_by_level` are counts."""
    quiz = course.module(objective.module_key).quiz
    items = _of(quiz.items, objective)
    levels = Counter(item.level for item in items)
    return {
        "key": objective.key,
        "module": objective.module_key,
        "text": objective.text,
        "lessons": [lesson.key for lesson in course.lessons if objective.key in lesson.objectives],
        "checks": len(_of(quiz.checks, objective)),
        "items": len(items),
        "pre": len(_of(quiz.pre, objective)),
        "items_by_level": {level: levels[level] for level in ("recall", "application", "case")},
    }


def _case(course: Course, case: Case) -> dict[str, Any]:
    """`points` are whole; `objectives` lists the keys that its scenes give evidence for."""
    objectives = {scene.objective for scene in case.scenes.values() if scene.objective}
    lesson = course.lesson_with_case(case.key)
    return {
        "key": case.key,
        "module": case.module_key,
        "title": case.title,
        "lesson": lesson.key if lesson else None,
        "minutes": case.minutes,
        "scenes": len(case.scenes),
        "points": case.points // 1000,
        "objectives": sorted(objectives),
    }


def _of(items: tuple[Item, ...], objective: Objective) -> list[Item]:
    return [item for item in items if item.objective == objective.key]
