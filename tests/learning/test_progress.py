"""How far a learner is, on plain data: never past the end, never back by doing more, and always a next step."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from functools import lru_cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.cli.content import load_course_files
from lms.content.course import Course
from lms.core.clock import now
from lms.learning.domain import clean_evaluation, course_state, current_keys, evaluation_fields, next_step
from tests.support import journey


@lru_cache
def shipped() -> Course:
    course = load_course_files().course
    assert course is not None
    return course


LESSONS = st.sets(st.sampled_from([lesson.key for lesson in shipped().lessons]))
QUIZZES = st.sets(st.sampled_from([module.key for module in shipped().modules]))
LAST = st.none() | st.sampled_from([lesson.key for lesson in shipped().lessons]) | st.just("dropped-lesson")


@given(LESSONS, QUIZZES, st.booleans(), LAST)
def test_progress_is_a_share_and_the_next_step_is_open(
    done: set[str], passed: set[str], evaluation: bool, last: str | None
) -> None:
    state = course_state(shipped(), done=done, passed=passed, evaluation_done=evaluation, last_lesson=last)
    assert 0 <= state.fraction <= 1
    assert state.minutes_left >= 0
    assert state.complete == (
        len(done) == len(shipped().lessons) and len(passed) == len(shipped().modules) and evaluation
    )
    assert state.complete == (state.fraction == 1)
    step = state.next
    assert step.kind != "lesson" or step.key not in done
    assert step.kind != "quiz" or step.key not in passed
    assert step.kind != "evaluation" or (state.ready_for_evaluation and not evaluation)
    if step.kind == "certificate":
        assert state.complete
    if last in {lesson.key for lesson in shipped().lessons} - done:
        assert step.key == last, "the lesson that was left open comes first"


@given(LESSONS, QUIZZES, st.booleans(), st.sampled_from([lesson.key for lesson in shipped().lessons]))
def test_doing_more_never_takes_progress_away(done: set[str], passed: set[str], evaluation: bool, more: str) -> None:
    before = course_state(shipped(), done=done, passed=passed, evaluation_done=evaluation, last_lesson=None)
    after = course_state(shipped(), done=done | {more}, passed=passed, evaluation_done=evaluation, last_lesson=None)
    assert after.fraction - before.fraction in {0, Fraction(1, len(shipped().lessons) + len(shipped().modules) + 1)}
    assert after.minutes_left <= before.minutes_left


def steps_of_a_whole_course() -> Iterator[tuple[str, str]]:
    done: set[str] = set()
    passed: set[str] = set()
    evaluation = False
    while True:
        step = next_step(shipped(), done=done, passed=passed, evaluation_done=evaluation, last_lesson=None)
        yield step.kind, step.key
        if step.kind == "certificate":
            return
        done |= {step.key} if step.kind == "lesson" else set()
        passed |= {step.key} if step.kind == "quiz" else set()
        evaluation |= step.kind == "evaluation"


def test_following_continue_visits_everything_once_in_order() -> None:
    wanted: list[tuple[str, str]] = []
    for module in shipped().modules:
        wanted += [("lesson", lesson.key) for lesson in module.lessons] + [("quiz", module.key)]
    wanted += [("evaluation", "mtm"), ("certificate", "mtm")]
    assert list(steps_of_a_whole_course()) == wanted


def test_a_renamed_lesson_stays_complete_and_a_dropped_one_does_not_count() -> None:
    first = shipped().lessons[0].key
    course = journey.renamed_lesson(shipped(), first, "new-name")
    course = Course.model_validate(course.model_dump())
    assert current_keys(course, {first: now(), "dropped": now(), shipped().lessons[1].key: None}) == {"new-name"}


def test_an_optional_evaluation_is_not_waited_for() -> None:
    course = shipped()
    optional = course.model_copy(update={"completion": course.completion.model_copy(update={"evaluation": "optional"})})
    state = course_state(
        optional,
        done={lesson.key for lesson in course.lessons},
        passed={module.key for module in course.modules},
        evaluation_done=False,
        last_lesson=None,
    )
    assert state.complete
    assert state.next.kind == "certificate"


def test_the_evaluation_asks_once_for_each_objective() -> None:
    fields = evaluation_fields(shipped())
    assert sum(field.name.startswith("objectives-met-") for field in fields) == len(shipped().objectives) == 13
    assert len({field.name for field in fields}) == len(fields)


@pytest.mark.parametrize("value", ["", "6", "0", "5.0", "NaN", "x" * 5000, "\0"])
def test_an_answer_that_was_not_offered_is_refused(value: str) -> None:
    """Abuse case 18."""
    given_answers = {**journey.evaluation_answers(shipped()), "materials": value}
    answers, errors = clean_evaluation(shipped(), given_answers)
    assert set(errors) == {"materials"}
    assert "materials" not in answers


@given(st.dictionaries(st.text(max_size=30), st.text(max_size=50), max_size=8))
def test_only_known_fields_are_kept(given_answers: dict[str, str]) -> None:
    """Abuse case 6."""
    answers, errors = clean_evaluation(shipped(), given_answers)
    assert set(answers) | set(errors) <= {field.name for field in evaluation_fields(shipped())}
