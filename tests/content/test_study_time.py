"""Minutes of study: the published formula, and the document that is made from the course."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from lms.calculators.domain import formulas
from lms.content.course import Course
from lms.content.loader import load
from lms.content.locate import shipped_root
from lms.content.study_time import mergener_minutes, minutes_page, questions_of

DOCUMENT = Path(__file__).parents[2] / "docs" / "minutes.md"


@pytest.fixture(scope="module")
def shipped() -> Course:
    course = load(shipped_root(), calculators=formulas(), today=date(2026, 11, 28)).course
    assert course is not None
    return course


def test_the_formula_gives_the_example_of_its_handout() -> None:
    """3,774 words, 16 questions and a difficulty of 2.5 take 61.94 minutes, with −22.3 and not +22.3."""
    minutes = mergener_minutes(3774, 16, Decimal("2.5"))
    assert minutes.quantize(Decimal("0.01")) == Decimal("61.94")


def test_each_part_adds_its_own_minutes() -> None:
    base = mergener_minutes(10_000, 20, 2)
    assert mergener_minutes(11_000, 20, 2) - base == Decimal("1.881")
    assert mergener_minutes(10_000, 21, 2) - base == Decimal("2.502")
    assert mergener_minutes(10_000, 20, 3) - base == Decimal("13.95")
    assert mergener_minutes(0, 0, 1) == 0, "no study takes less than no time"


@pytest.mark.parametrize(("words", "questions", "difficulty"), [(-1, 0, 1), (0, -1, 1), (0, 0, 0), (0, 0, 6)])
def test_what_cannot_be_is_refused(words: int, questions: int, difficulty: int) -> None:
    with pytest.raises(ValueError, match=r"counts|difficulty"):
        mergener_minutes(words, questions, difficulty)


def test_questions_are_those_that_a_learner_meets_once(tea: Course) -> None:
    """The checks of the lessons and one draw of the quiz, not the whole bank."""
    first = tea.modules[0]
    drawn = len(first.objectives) * first.quiz.settings.draw_per_objective
    assert questions_of(first) == sum(len(lesson.checks) for lesson in first.lessons) + drawn
    assert drawn < len(first.quiz.items)


def test_the_document_names_every_lesson_and_adds_up(tea: Course) -> None:
    rows = [line.strip("| ").split(" | ") for line in minutes_page(tea).splitlines() if line.startswith("| ")]
    cells = {row[0]: row[1:] for row in rows}
    for lesson in tea.lessons:
        assert cells[lesson.title] == [f"{lesson.words:,}", str(len(lesson.checks)), str(lesson.minutes)]
    course = cells["The course"]
    assert course[0] == f"{sum(lesson.words for lesson in tea.lessons):,}"
    assert course[1] == str(sum(questions_of(module) for module in tea.modules))
    assert course[2] == str(tea.minutes)


def test_the_document_of_the_shipped_course_is_up_to_date(shipped: Course) -> None:
    """Stale? `lms content minutes > docs/minutes.md`."""
    assert DOCUMENT.read_text(encoding="utf-8") == minutes_page(shipped)
