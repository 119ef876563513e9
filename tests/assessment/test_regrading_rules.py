"""What a corrected version of a question makes of an answer: raises always, falls only where the same was asked."""

from __future__ import annotations

from decimal import Decimal

import pytest
from flask import Flask

from lms.assessment import item_types
from lms.assessment.domain import Graded, Result
from lms.assessment.item_types import FULL, Response, numeric
from lms.assessment.regrading.domain import (
    WITHDRAWN,
    Correction,
    Outcome,
    Preview,
    Served,
    changed,
    corrected_result,
    differences,
    grade_alike,
    outcome,
    shown,
)
from lms.content.course import Course, Item
from lms.core.clock import now
from tests.support import journey
from tests.support.corrected import keyed, other_key

SEED = 7


@pytest.fixture
def course(app: Flask) -> Course:
    return journey.course(app)


def of_type(course: Course, kind: str) -> Item:
    return next(item for module in course.modules for item in module.quiz.items if item.type == kind)


def answer(item: Item, parts: journey.Parts) -> Response:
    return item_types.of(item).read(item, parts)


def regraded(served: Item, corrected: Item | None, response: Response | None, *, lower: bool = False) -> Outcome:
    points = item_types.of(served).grade(served, response, SEED) if response else 0
    return outcome(served, corrected, response, seed=SEED, points=points, may_lower=lower)


def test_another_key(course: Course) -> None:
    served = of_type(course, "single")
    corrected = other_key(served)
    assert differences(served, corrected) == ("Another answer is right",)
    assert regraded(served, corrected, answer(served, journey.right(corrected))) == Outcome(FULL)
    old = answer(served, journey.right(served))
    assert regraded(served, corrected, old) == Outcome(FULL, kept=True)
    assert regraded(served, corrected, old, lower=True) == Outcome(0)
    assert regraded(served, corrected, None, lower=True) == Outcome(0)


def test_nobody_falls_for_what_was_not_offered(course: Course) -> None:
    """A right answer in new words, or a question in new words: its old right answer is not marked down."""
    served = of_type(course, "single")
    old = answer(served, journey.right(served))
    wrong = answer(served, journey.wrong(served))
    reworded = tuple(
        each.model_copy(update={"key": "new", "html": "New"}) if each.correct else each for each in served.options
    )
    corrected = served.model_copy(update={"options": reworded})
    assert "What is right now was not offered in these words before" in differences(served, corrected)
    assert regraded(served, corrected, old, lower=True) == Outcome(FULL, unreadable=True)
    assert regraded(served, corrected, wrong, lower=True) == Outcome(0)
    more = served.model_copy(
        update={"options": (*other_key(served).options, reworded[0].model_copy(update={"key": "more"}))}
    )
    assert regraded(served, more, old, lower=True) == Outcome(FULL, kept=True), "there was one choice less"
    said = other_key(served).model_copy(update={"stem_html": "<p>Which of these is not?</p>"})
    assert regraded(served, said, old, lower=True) == Outcome(FULL, kept=True), "it was another question"


def test_several_choices(course: Course) -> None:
    served = of_type(course, "multi")
    everything = answer(served, {"": [option.key for option in served.options]})
    corrected = keyed(served, *(option.key for option in served.options))
    assert regraded(served, corrected, everything) == Outcome(FULL)
    whole = served.model_copy(update={"credit": "all"})
    part = answer(served, {"": [next(option.key for option in served.options if option.correct)]})
    assert differences(served, whole) == ("Partly right answers count in another way",)
    assert regraded(served, whole, part).kept
    assert regraded(served, whole, part, lower=True) == Outcome(0)


def test_numbers(course: Course) -> None:
    served = of_type(course, "numeric")
    declared = served.numeric
    assert declared
    value = numeric.question(served, SEED).answer
    near = answer(served, {**journey.right(served, SEED), "": [f"{value + declared.tolerance + 1:f}"]})
    wide = declared.model_copy(update={"tolerance": declared.tolerance + 1})
    corrected = served.model_copy(update={"numeric": wide})
    assert differences(served, corrected) == ("Another tolerance",)
    assert regraded(served, corrected, near) == Outcome(FULL)
    exact = answer(served, journey.right(served, SEED))
    parameters = tuple(
        each.model_copy(update={"start": each.stop + each.step, "stop": each.stop + each.step * 9})
        for each in declared.parameters
    )
    assert parameters, "the first numeric question of the course draws no numbers"
    other = served.model_copy(update={"numeric": declared.model_copy(update={"parameters": parameters})})
    assert "Other numbers are asked" in differences(served, other)
    assert regraded(served, other, exact, lower=True) == Outcome(FULL, unreadable=True)
    impossible = served.model_copy(update={"numeric": declared.model_copy(update={"constraints": ("1 > 2",)})})
    assert regraded(served, impossible, exact, lower=True).unreadable
    assert regraded(served, impossible, near).unreadable


@pytest.mark.parametrize("kind", ["short", "matching", "ordering", "cloze"])
def test_fields(course: Course, kind: str) -> None:
    served = of_type(course, kind)
    assert served.gaps
    response = answer(served, journey.right(served))
    assert regraded(served, served, response, lower=True) == Outcome(FULL)
    first = served.gaps.gaps[0]
    right = (first.choices[-1].key if first.choices[-1].key not in first.right else first.choices[0].key,) if (
        first.choices
    ) else ("something else",)  # fmt: skip
    gaps = (first.model_copy(update={"right": right}), *served.gaps.gaps[1:])
    corrected = served.model_copy(update={"gaps": served.gaps.model_copy(update={"gaps": gaps})})
    assert differences(served, corrected) == ("Other answers are accepted",)
    assert regraded(served, corrected, response) == Outcome(FULL, kept=True)
    assert regraded(served, corrected, response, lower=True).points < FULL
    fewer = served.model_copy(update={"gaps": served.gaps.model_copy(update={"gaps": served.gaps.gaps[1:]})})
    assert regraded(served, fewer, response, lower=True).unreadable


def test_another_kind_of_question_grades_nothing(course: Course) -> None:
    served, corrected = of_type(course, "single"), of_type(course, "multi")
    assert differences(served, corrected) == ("It is another kind of question",)
    assert regraded(served, corrected, answer(served, journey.right(served)), lower=True).unreadable


def test_a_withdrawn_question(course: Course) -> None:
    served = of_type(course, "single")
    assert differences(served, None) == (WITHDRAWN,)
    assert regraded(served, None, None) == Outcome(FULL)
    assert regraded(served, None, answer(served, journey.wrong(served))) == Outcome(FULL)
    assert grade_alike(None, None)
    assert not grade_alike(served, None)
    assert grade_alike(served, served.model_copy(update={"rationale_html": "<p>Better words.</p>"}))


def attempt(points: int, item_points: int, *, passed: bool) -> Served:
    return Served(1, "a", 1, "Alice", "q", 1, 1, SEED, 1, item_points, points, 10 * FULL, passed, None)


def test_an_attempt_follows_its_item() -> None:
    served = attempt(6000, 0, passed=False)
    assert changed(served, Outcome(0), pass_mark=70) is None
    found = changed(served, Outcome(FULL), pass_mark=70)
    assert found
    assert (found.points, found.passed, found.percents) == (7000, True, (60, 70))
    found = changed(attempt(7000, FULL, passed=True), Outcome(500), pass_mark=70)
    assert found
    assert (found.points, found.passed) == (6500, False)


def test_a_fingerprint_names_one_preview() -> None:
    change = changed(attempt(6000, 0, passed=False), Outcome(FULL), pass_mark=70)
    assert change
    base = {"course": "mtm", "item": "a", "release_id": 2, "may_lower": False, "examined": 1, "kept": 0}
    same = Preview(**base, unreadable=0, changes=(change,))  # type: ignore[arg-type]
    assert same.fingerprint == Preview(**base, unreadable=0, changes=(change,)).fingerprint  # type: ignore[arg-type]
    others = [{"course": "x"}, {"item": "b"}, {"release_id": 3}, {"may_lower": True}, {"examined": 2}, {"kept": 1}]
    found = {Preview(**(base | other), unreadable=0, changes=(change,)).fingerprint for other in others}  # type: ignore[arg-type]
    found.add(Preview(**base, unreadable=0, changes=()).fingerprint)  # type: ignore[arg-type]
    assert len(found | {same.fingerprint}) == len(others) + 2


def test_a_result_shows_the_version_that_can_read_the_answer(course: Course) -> None:
    served = of_type(course, "single")
    response = answer(served, journey.right(served))
    graded = Graded(served, response, FULL)
    corrected = other_key(served)

    def correction(item: Item | None, points: tuple[int, int] | None = None) -> Correction:
        return Correction(now(), "Why", course, item, points)

    assert shown(graded, None, seed=SEED) is served
    assert shown(graded, correction(None), seed=SEED) is served
    assert shown(graded, correction(corrected), seed=SEED) is corrected
    gone = corrected.model_copy(update={"options": tuple(each for each in corrected.options if each.correct)})
    assert shown(graded, correction(gone), seed=SEED) is served
    result = Result((graded,), FULL, FULL, True)
    lowered = corrected_result(result, {served.key: correction(corrected, (FULL, 250))}, passed=False)
    assert (lowered.points, lowered.passed, lowered.percent) == (250, False, 25)
    assert corrected_result(result, {served.key: correction(corrected)}, passed=True) == result


def test_decimals_are_compared_by_value(course: Course) -> None:
    """2 and 2.0 are one tolerance: nothing to regrade."""
    served = of_type(course, "numeric")
    assert served.numeric
    written = served.numeric.model_copy(update={"tolerance": served.numeric.tolerance + Decimal("0.0")})
    assert differences(served, served.model_copy(update={"numeric": written})) == ()
