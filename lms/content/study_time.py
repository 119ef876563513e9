"""How long a course takes to study: the minutes that its lessons declare, beside those of a published formula.

The Mergener formula estimates the time for printed study material with questions:

    minutes = 0.9 × (−22.3 + 0.00209 × words + 2.78 × questions + 15.5 × difficulty)

`words` are those of the text without title, authors and references, and `difficulty` is a reader's rating from 1 (very
easy) to 5 (very difficult). Sources: Board of Certification for the Athletic Trainer (bocatc.org/mergener-formula)
and Canadian Council on Continuing Education in Pharmacy (cccep.ca/accreditation/mergener-formula). Some handouts print
+22.3; their own examples come out with −22.3 alone. It was validated for whole printed courses, so it is applied here
to modules and to the course, not to single lessons, and it says nothing about films.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import ROUND_HALF_UP, Decimal

from lms.content.course import Course, Module

#: From very easy to very difficult. The table shows all of them: nobody has rated the course yet.
DIFFICULTIES = (1, 2, 3, 4, 5)


def mergener_minutes(words: int, questions: int, difficulty: Decimal | int) -> Decimal:
    """Estimated minutes of study. Not rounded, and zero where the formula is below it.

    Raises ValueError for a negative count or a difficulty outside 1 to 5.
    """
    if words < 0 or questions < 0:
        raise ValueError("words and questions are counts")
    if not DIFFICULTIES[0] <= difficulty <= DIFFICULTIES[-1]:
        raise ValueError(f"difficulty is from {DIFFICULTIES[0]} to {DIFFICULTIES[-1]}")
    sum_of_parts = Decimal("-22.3") + Decimal("0.00209") * words + Decimal("2.78") * questions
    return max(Decimal("0.9") * (sum_of_parts + Decimal("15.5") * difficulty), Decimal(0))


def questions_of(module: Module) -> int:
    """Questions that a learner answers once: the checks in the lessons, and those that one quiz attempt draws."""
    checks = sum(len(lesson.checks) for lesson in module.lessons)
    return checks + len(module.objectives) * module.quiz.settings.draw_per_objective


def minutes_page(course: Course) -> str:
    """The Markdown document of minutes: each lesson as declared, modules and course with the formula beside."""
    lessons = [
        (lesson.title, lesson.words, len(lesson.checks), lesson.minutes)
        for module in course.modules
        for lesson in module.lessons
    ]
    parts = [_totals(module.title, [module]) for module in course.modules]
    parts.append(_totals("The course", course.modules))
    estimated = [
        (*part, *(_rounded(mergener_minutes(part[1], part[2], difficulty)) for difficulty in DIFFICULTIES))
        for part in parts
    ]
    lines = [
        f"# Minutes: {course.title}",
        "",
        _INTRODUCTION,
        "",
        "## Lessons, as declared",
        "",
        *_table(("Lesson", "Words", "Checks", "Minutes declared"), lessons),
        "",
        "## Modules and course, beside the formula",
        "",
        *_table(
            ("Part", "Words", "Questions", "Minutes declared", *(f"Formula at {each}" for each in DIFFICULTIES)),
            estimated,
        ),
        "",
        _EXPLANATION,
        "",
    ]
    return "\n".join(lines)


def _totals(title: str, modules: Sequence[Module]) -> tuple[str, int, int, int]:
    """Title, words, questions and declared minutes of modules together."""
    lessons = [lesson for module in modules for lesson in module.lessons]
    return (
        title,
        sum(lesson.words for lesson in lessons),
        sum(questions_of(module) for module in modules),
        sum(lesson.minutes for lesson in lessons),
    )


_INTRODUCTION = """\
Made by `lms content minutes > docs/minutes.md` from the course's files; a test fails when they have changed since."""

_EXPLANATION = """\
Words are those of the lessons' text. Questions are the checks in the lessons and the items that one attempt at the
module's quiz draws. Declared minutes are those of the lessons alone and leave the quiz out; the formula's minutes
have it in.

The formula is Mergener's: 0.9 × (−22.3 + 0.00209 × words + 2.78 × questions + 15.5 × difficulty), with a difficulty
from 1 (very easy) to 5 (very difficult) that a reader judges. Nobody has rated the course yet, so each rating has a
column. The formula was validated for whole printed courses. It does not apply to single lessons, where its constant
and the difficulty outweigh the words, and the modules do not add up to the course for the same reason. None of these
minutes is a claim to continuing-education credit."""


def _rounded(minutes: Decimal) -> int:
    return int(minutes.quantize(Decimal(1), ROUND_HALF_UP))


def _table(head: Sequence[str], rows: Iterable[Iterable[object]]) -> list[str]:
    """The first column in words, the others numbers to the right."""
    lines = [list(head), ["---", *("---:" for _ in head[1:])]]
    lines += [[f"{cell:,}" if isinstance(cell, int) else str(cell).replace("|", "\\|") for cell in row] for row in rows]
    return [f"| {' | '.join(line)} |" for line in lines]
