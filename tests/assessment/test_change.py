"""Before and after a course: answered once, never in the way, never telling a key before the end."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms.assessment import queries
from lms.assessment.change import queries as change_queries
from lms.assessment.change import services as change_services
from lms.assessment.models import Confidence, Evidence, PreAssessment
from lms.content.course import Item
from lms.core.db import db
from lms.core.errors import Conflict
from lms.core.unit_of_work import unit_of_work
from lms.releases.queries import current
from tests.assessment.conftest import MODULE
from tests.assessment.test_leaks import plain
from tests.support import journey
from tests.support.people import People
from tests.support.together import all_at_once

BEFORE, AFTER, CHANGE = "/courses/mtm/pre-assessment", "/courses/mtm/confidence", "/courses/mtm/change"


def count(session: Session, table: type) -> int:
    session.rollback()
    return session.scalar(select(func.count()).select_from(table)) or 0


def pre_items(app: Flask) -> tuple[Item, ...]:
    return journey.course(app).pre_items


def sure(app: Flask, value: int | str) -> dict[str, str]:
    """The same confidence in every objective."""
    return {f"confidence-{objective.key}": str(value) for objective in journey.course(app).objectives}


def told(items: tuple[Item, ...]) -> list[str]:
    """What a page would say in order to give an answer away."""
    found = []
    for item in items:
        found += [plain(item.rationale_html), *(plain(option.feedback_html) for option in item.options)]
        found += [plain(gap.feedback_html) for gap in (item.gaps.gaps if item.gaps else ())]
    return [text for text in found if len(text) > 15]


def test_the_course_asks_ten_questions_each_of_another_objective(app: Flask) -> None:
    course = journey.course(app)
    objectives = [item.objective for item in course.pre_items]
    assert len(objectives) == len(set(objectives)) == 10
    bank = " ".join(
        plain(str(item.model_dump())) for module in course.modules for item in (*module.quiz.items, *module.quiz.checks)
    )
    stems = [plain(item.stem_html) for item in course.pre_items]
    assert not [text for text in (*stems, *told(course.pre_items)) if text in bank], "parallel to the bank, not from it"


def test_they_are_offered_and_never_in_the_way(app: Flask, alice: FlaskClient) -> None:
    first = journey.course(app).lessons[0]
    page = alice.get("/training").text
    assert f'href="{BEFORE}"' in page
    assert "Start the first lesson" in page
    assert alice.get(f"/training/mtm/{first.module_key}/{first.key}").status_code == 200
    assert "Go on without these questions" in alice.get(BEFORE).text
    journey.post(alice, f"/training/mtm/{first.module_key}/{first.key}/complete")
    assert BEFORE not in alice.get("/training").text, "not offered once a lesson is read"


def test_answers_are_saved_once_without_a_score(app: Flask, alice: FlaskClient, session: Session) -> None:
    items = pre_items(app)
    reply = journey.post(
        alice, BEFORE, {**journey.all_right(items[:4]), **journey.all_wrong(items[4:8]), **sure(app, 3)}
    )
    assert (reply.status_code, reply.location) == (303, "/training")
    page = alice.get("/training").text
    assert "You will see the change at the end" in page
    assert BEFORE not in page
    rows = session.scalars(select(Evidence)).all()
    assert {(row.source, row.reference) for row in rows} == {("pre", "1")}
    assert {row.item: row.points for row in rows} == {
        item.key: 1000 if place < 4 else 0 for place, item in enumerate(items[:8])
    }, "what is left open is no evidence"
    assert count(session, Confidence) == 13
    again = journey.post(alice, BEFORE, {**journey.all_right(items), **sure(app, 9)})
    assert again.status_code == 409
    assert "You have answered these questions" in again.text
    assert count(session, Evidence) == 8
    assert set(session.scalars(select(Confidence.value))) == {3}


def test_not_knowing_is_an_answer_to_choose(app: Flask, alice: FlaskClient, session: Session) -> None:
    """A choice cannot be taken back in a browser, so that leaving a question open must be one of them."""
    item = next(item for item in pre_items(app) if item.type == "single")
    assert re.search(rf'<input type="radio" name="{item.key}"[^>]*value=""', alice.get(BEFORE).text)
    reply = journey.post(alice, BEFORE, {item.key: "", "confidence-O1.1": "0"})
    assert reply.status_code == 303
    assert count(session, Evidence) == 0
    assert session.scalars(select(PreAssessment.responses)).one() == {}
    assert session.execute(select(Confidence.objective, Confidence.moment, Confidence.value)).all() == [
        ("O1.1", "before", 0)
    ]


@pytest.mark.parametrize("fields", [{}, {"confidence-O1.1": ""}, {"confidence-O9.9": "3"}])
def test_an_empty_form_is_not_an_answer(fields: dict[str, str], alice: FlaskClient, session: Session) -> None:
    reply = journey.post(alice, BEFORE, fields)
    assert reply.status_code == 422
    assert "Nothing is answered yet" in reply.text
    assert count(session, PreAssessment) == count(session, Confidence) == 0


@pytest.mark.parametrize("value", ["11", "-1", "5.5", "NaN", "٣", "x" * 10_000, "\0", "03"])
def test_a_confidence_that_was_not_offered_is_refused(
    value: str, app: Flask, alice: FlaskClient, session: Session
) -> None:
    """Abuse case 18."""
    item = pre_items(app)[0]
    reply = journey.post(
        alice, BEFORE, {**journey.all_right((item,)), "confidence-O1.2": value, "confidence-O1.1": "7"}
    )
    assert reply.status_code == 422
    assert "Choose a number from 0 to 10" in reply.text
    assert re.search(r'<option value="7" selected', reply.text), "what was right is shown again"
    assert re.search(rf'value="{journey.right(item)[""][0]}" checked', reply.text)
    assert count(session, PreAssessment) == count(session, Confidence) == count(session, Evidence) == 0


def test_a_response_that_was_not_offered_is_refused(app: Flask, alice: FlaskClient, session: Session) -> None:
    """Abuse case 18."""
    item = next(item for item in pre_items(app) if item.type == "single")
    for value in ("\0", "made-up", "x" * 100_000):
        reply = journey.post(alice, BEFORE, {item.key: value, "confidence-O1.1": "7"})
        assert reply.status_code == 422
        assert f'href="#item-{item.key}"' in reply.text
    assert count(session, PreAssessment) == 0


def test_whoever_has_begun_is_no_longer_before_the_course(
    app: Flask, alice: FlaskClient, session: Session, attempt: str
) -> None:
    assert "You have begun with it" in alice.get(BEFORE).text
    assert BEFORE not in alice.get("/training").text
    reply = journey.post(alice, BEFORE, {**journey.all_right(pre_items(app)), **sure(app, 3)})
    assert reply.status_code == 409
    assert count(session, PreAssessment) == 0


def test_a_check_answered_first_closes_them_as_well(app: Flask, alice: FlaskClient, session: Session) -> None:
    lesson = next(lesson for lesson in journey.course(app).lessons if lesson.checks)
    item = journey.course(app).item(lesson.checks[0])
    address = f"/training/mtm/{lesson.module_key}/{lesson.key}/checks/{item.key}"
    assert journey.post(alice, address, journey.all_right((item,))).status_code == 303
    assert journey.post(alice, BEFORE, sure(app, 3)).status_code == 409


def test_two_windows_store_one_set_of_answers(any_database: str, app: Flask, people: People, session: Session) -> None:
    """Both press Save at once: one is stored, the other is told so."""
    assert any_database
    person_id = people.make("alice", enrolled=True)
    with app.app_context():
        release, course = current(db.session(), journey.COURSE)

    def press(_window: int) -> str:
        with app.app_context():
            try:
                with unit_of_work() as work:
                    change_services.take_pre_assessment(
                        work,
                        person_id=person_id,
                        release_id=release,
                        course=course,
                        responses={},
                        confidence={"O1.1": 5},
                    )
            except Conflict:
                return "refused"
            return "stored"

    assert sorted(all_at_once(press, 6)) == ["refused"] * 5 + ["stored"]
    assert count(session, PreAssessment) == count(session, Confidence) == 1


def test_what_was_known_before_is_no_mastery(app: Flask, alice: FlaskClient, people: People) -> None:
    journey.post(alice, BEFORE, {**journey.all_right(pre_items(app)), **sure(app, 3)})
    course = journey.course(app)
    with app.app_context():
        assert queries.objective_results(db.session(), people.ids["alice"], course) == {}
    page = alice.get("/training/mtm/objectives").text
    assert "No question is answered yet" in page, "nor is its result listed before the end"


def test_nothing_tells_the_key_of_the_first_questions_before_all_quizzes_are_passed(
    app: Flask, alice: FlaskClient, people: People
) -> None:
    """Abuse cases 12 and 13: neither pages nor replies, before and after answering, with one quiz to go."""
    items, course = pre_items(app), journey.course(app)
    secrets = told(items)
    assert len(secrets) > 30
    pages = [BEFORE, AFTER, CHANGE, "/training", "/training/mtm/objectives", "/training/mtm/evaluation", "/courses/mtm"]
    pages += ["/account/data", journey.quiz_address(MODULE)]
    replies = [alice.get(page) for page in pages]
    replies.append(journey.post(alice, BEFORE, {**journey.all_right(items), "confidence-O1.1": "99"}))
    replies.append(journey.post(alice, BEFORE, {**journey.all_right(items[:5]), **journey.all_wrong(items[5:])}))
    replies += [alice.get(page) for page in pages]
    for module in course.modules[:-1]:
        attempt = journey.start_quiz(alice, module.key)
        given = journey.all_right(journey.drawn(app, attempt), journey.seed_of(app, attempt))
        address = f"{journey.quiz_address(module.key)}/{attempt}"
        replies += [journey.post(alice, f"{address}/submit", given), alice.get(f"{address}/result")]
    replies += [alice.get(page) for page in pages]
    for reply in replies:
        everything = f"{reply.headers}\n{plain(reply.text)}"
        for text in secrets:
            assert text not in everything, f"{reply.request.path} tells: {text}"
    assert "The change is shown at the end" in alice.get(CHANGE).text
    assert "right before" not in alice.get(CHANGE).text
    last = course.modules[-1].key
    attempt = journey.start_quiz(alice, last)
    given = journey.all_right(journey.drawn(app, attempt), journey.seed_of(app, attempt))
    journey.post(alice, f"{journey.quiz_address(last)}/{attempt}/submit", given)
    explained = plain(alice.get(CHANGE).text)
    assert all(text in explained for text in secrets), "explained at the end"


def test_the_first_questions_stand_in_no_lesson_and_no_quiz(app: Flask, alice: FlaskClient) -> None:
    course = journey.course(app)
    first = {item.key for item in course.pre_items}
    for module in course.modules:
        assert first.isdisjoint(item.key for item in (*module.quiz.items, *module.quiz.checks))
        for _attempt in range(module.quiz.settings.attempts):
            attempt = journey.start_quiz(alice, module.key)
            drawn = journey.drawn(app, attempt)
            assert first.isdisjoint(item.key for item in drawn)
            journey.post(alice, f"{journey.quiz_address(module.key)}/{attempt}/submit", {"incomplete": "yes"})
    for lesson in course.lessons:
        assert first.isdisjoint(lesson.checks)
        page = alice.get(f"/training/mtm/{lesson.module_key}/{lesson.key}").text
        assert not [key for key in first if key in page]
    lesson = course.lessons[0]
    address = f"/training/mtm/{lesson.module_key}/{lesson.key}/checks/{course.pre_items[0].key}"
    assert journey.post(alice, address, journey.all_right(course.pre_items[:1])).status_code == 404


def test_options_of_the_first_questions_differ_in_nothing_but_words(app: Flask, alice: FlaskClient) -> None:
    page = alice.get(BEFORE).text
    for item in pre_items(app):
        shapes = set()
        for option in item.options:
            found = re.search(rf'<input[^>]*value="{re.escape(option.key)}"[^>]*>', page)
            assert found, option.key
            shapes.add(found[0].replace(option.key, ""))
        assert len(shapes) <= 1


Way = Callable[..., None]


@pytest.fixture
def finish(app: Flask, people: People, alice: FlaskClient) -> Way:
    def go(*, evaluation: bool = True) -> None:
        journey.finish(app, people.ids["alice"], evaluation=evaluation)

    return go


def test_the_page_at_the_end_sets_both_beside_each_other(app: Flask, alice: FlaskClient, finish: Way) -> None:
    items = pre_items(app)
    first = items[0].objective
    journey.post(alice, BEFORE, {**journey.all_wrong(items[:1]), **journey.all_right(items[1:2]), **sure(app, 3)})
    assert journey.post(alice, AFTER, sure(app, 8)).status_code == 409, "not before all quizzes are passed"
    finish(evaluation=False)
    assert f'href="{AFTER}"' in alice.get("/training").text
    unsaid = alice.get(CHANGE).text
    assert "Your confidence after the course is missing" in unsaid
    assert "3 of 10 before; you have not said since" in unsaid
    assert journey.post(alice, AFTER, {}).status_code == 422
    assert journey.post(alice, AFTER, {"confidence-O1.1": "11"}).status_code == 422
    said = {**sure(app, 8), f"confidence-{first}": "3", "confidence-O3.6": "2", "confidence-O3.5": ""}
    reply = journey.post(alice, AFTER, said)
    assert (reply.status_code, reply.location) == (303, CHANGE)
    page = plain(alice.get(CHANGE).text)
    for words in (
        "Confidence: from 3 to 8 of 10.",
        "Confidence: 3 of 10 before and now.",
        "Confidence: from 3 to 2 of 10.",
        "Confidence: 3 of 10 before; you have not said since.",
        "Questions: 0 of 1 right before, 2 of 2 in your last quiz.",
        "Questions: 1 of 1 right before, 2 of 2 in your last quiz.",
        "Questions: 2 of 2 right in your last quiz; none was asked before.",
    ):
        assert words in page
    assert journey.post(alice, AFTER, sure(app, 1)).status_code == 409, "said once"
    assert "from 3 to 8" in alice.get(CHANGE).text
    assert f'href="{CHANGE}"' in alice.get("/training").text


@pytest.mark.parametrize("judgement", ["well done", "congratulations", "improve", "worse", "better", "unfortunately"])
def test_the_page_does_not_judge(judgement: str, app: Flask, alice: FlaskClient, finish: Way) -> None:
    journey.post(alice, BEFORE, sure(app, 9))
    finish()
    journey.post(alice, AFTER, sure(app, 2))
    page = alice.get(CHANGE).text
    assert judgement not in page.lower()


def test_who_went_on_without_sees_where_they_are(alice: FlaskClient, finish: Way) -> None:
    assert f'href="{CHANGE}"' in alice.get("/courses/mtm").text
    assert f'href="{BEFORE}"' in alice.get(CHANGE).text
    journey.start_quiz(alice, MODULE)
    page = alice.get(CHANGE).text
    assert "There is nothing to compare yet" in page
    assert BEFORE not in page
    finish()
    page = alice.get(CHANGE).text
    assert "There is nothing from before the course" in page
    assert "You did not say how confident you were" in page
    assert "2 of 2 right in your last quiz" in page
    assert "explained" not in page


def test_the_last_graded_quiz_counts(app: Flask, alice: FlaskClient, people: People, finish: Way) -> None:
    """A failed attempt comes before the one that passed; an open one has no result yet."""
    attempt = journey.start_quiz(alice, MODULE)
    wrong = journey.all_wrong(journey.drawn(app, attempt), journey.seed_of(app, attempt))
    journey.post(alice, f"{journey.quiz_address(MODULE)}/{attempt}/submit", wrong)
    assert {after for objective, after in last_quizzes(app, people).items()} == {"0 of 2"}
    journey.start_quiz(alice, MODULE)
    assert {after for objective, after in last_quizzes(app, people).items()} == {"0 of 2"}
    finish()
    assert {after for objective, after in last_quizzes(app, people).items()} == {"2 of 2"}


def last_quizzes(app: Flask, people: People) -> dict[str, str]:
    with app.app_context():
        found = change_queries.changes_of(db.session(), people.ids["alice"], journey.course(app), None)
    return {each.objective.key: each.answers_after.in_words for each in found if each.answers_after}


def test_the_questions_are_explained_as_they_were_asked(app: Flask, alice: FlaskClient, finish: Way) -> None:
    """A later release may have others: the answers belong to the release that was answered."""
    items = pre_items(app)
    journey.post(alice, BEFORE, journey.all_right(items))
    course = journey.course(app)
    modules = tuple(
        module.model_copy(update={"quiz": module.quiz.model_copy(update={"pre": ()})}) for module in course.modules
    )
    journey.publish(app, course.model_copy(update={"modules": modules}))
    finish()
    page = plain(alice.get(CHANGE).text)
    assert all(text in page for text in told(items))
    assert "1 of 1 right before" in page


def test_others_see_nothing_of_it(app: Flask, alice: FlaskClient, people: People, finish: Way) -> None:
    """Abuse case 2: the pages name nobody, and show everyone their own."""
    journey.post(alice, BEFORE, {**journey.all_right(pre_items(app)), **sure(app, 3)})
    finish()
    bob = people.client("bob", enrolled=True)
    assert "Save answers" in bob.get(BEFORE).text
    assert f'href="{BEFORE}"' in bob.get(CHANGE).text


def test_the_download_holds_what_was_answered_and_no_result(app: Flask, alice: FlaskClient, session: Session) -> None:
    items = pre_items(app)
    journey.post(alice, BEFORE, {**journey.all_right(items[:1]), "confidence-O1.1": "3"})
    mine: dict[str, Any] = alice.get("/account/data").json or {}
    assert [each["responses"] for each in mine["pre_assessments"]] == [
        {items[0].key: {"choice": journey.right(items[0])[""][0]}}
    ]
    assert [(each["objective"], each["moment"], each["value"]) for each in mine["confidence"]] == [
        ("O1.1", "before", 3)
    ]
    assert "points" not in str(mine["pre_assessments"])
