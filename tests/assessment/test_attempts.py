"""A quiz as a learner takes it: answers are kept, submission counts once, explanations follow and not before."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms.assessment import allowances
from lms.assessment.models import Answer, Attempt, Evidence
from lms.content.course import Item
from lms.core.errors import DomainError
from lms.core.unit_of_work import unit_of_work
from tests.assessment.conftest import MODULE
from tests.support import journey
from tests.support.people import People


def row(session: Session, attempt: str) -> Attempt:
    session.rollback()
    return session.scalars(select(Attempt).where(Attempt.public_id == attempt)).one()


def answers(session: Session) -> dict[str, dict[str, object]]:
    session.rollback()
    return {one.item: one.response for one in session.scalars(select(Answer))}


def single(app: Flask, attempt: str) -> Item:
    """A drawn question with one answer to choose."""
    return next(item for item in journey.drawn(app, attempt) if item.type == "single")


def test_an_answer_is_saved_as_it_is_given(
    app: Flask, alice: FlaskClient, attempt: str, address: str, session: Session
) -> None:
    item = single(app, attempt)
    reply = journey.post(
        alice, f"{address}/answers/{item.key}", journey.as_form(item, journey.wrong(item)), headers=journey.JSON
    )
    assert reply.status_code == 200
    assert reply.json is not None
    assert (reply.json["state"], reply.json["revision"]) == ("saved", 1)
    assert set(answers(session)) == {item.key}
    assert f'value="{journey.wrong(item)[""][0]}" checked' in alice.get(address).text
    again = journey.post(
        alice, f"{address}/answers/{item.key}", journey.as_form(item, journey.right(item)), headers=journey.JSON
    )
    assert again.json is not None
    assert again.json["revision"] == 2


def test_without_scripts_one_answer_leads_back_to_its_question(
    app: Flask, alice: FlaskClient, attempt: str, address: str
) -> None:
    item = journey.drawn(app, attempt)[1]
    reply = journey.post(alice, f"{address}/answers/{item.key}", journey.as_form(item, journey.wrong(item)))
    assert (reply.status_code, reply.location) == (303, f"{address}#item-{item.key}")


def test_an_answer_can_be_taken_back(
    app: Flask, alice: FlaskClient, attempt: str, address: str, session: Session
) -> None:
    item = journey.drawn(app, attempt)[0]
    journey.post(alice, f"{address}/answers/{item.key}", journey.as_form(item, journey.wrong(item)))
    journey.post(alice, f"{address}/answers/{item.key}", headers=journey.JSON)
    assert answers(session) == {}


def test_the_whole_form_saves_everything_without_submitting(
    app: Flask, alice: FlaskClient, attempt: str, address: str, session: Session
) -> None:
    items = journey.drawn(app, attempt)
    reply = journey.post(alice, f"{address}/submit", {**journey.all_right(items), "action": "save"})
    assert reply.status_code == 303
    assert "saved" in alice.get(reply.location).text
    assert set(answers(session)) == {item.key for item in items}
    assert row(session, attempt).submitted_at is None


def test_missing_answers_are_named_and_the_rest_is_kept(
    app: Flask, alice: FlaskClient, attempt: str, address: str, session: Session
) -> None:
    items = journey.drawn(app, attempt)
    given = journey.all_right(items[1:])
    reply = journey.post(alice, f"{address}/submit", given)
    assert reply.status_code == 422
    assert "Question 1 has no answer yet" in reply.text
    assert "Question 2 has no answer yet" not in reply.text
    assert len(answers(session)) == len(items) - 1
    assert row(session, attempt).submitted_at is None
    assert journey.post(alice, f"{address}/submit", {**given, "incomplete": "yes"}).status_code == 303
    assert row(session, attempt).points == 1000 * (len(items) - 1)


@pytest.mark.parametrize(("chosen", "percent", "passed"), [(journey.right, 100, True), (journey.wrong, 0, False)])
def test_the_result_follows_from_the_answers(
    app: Flask, alice: FlaskClient, attempt: str, address: str, session: Session, chosen, percent: int, passed: bool
) -> None:
    items = journey.drawn(app, attempt)
    reply = journey.post(
        alice,
        f"{address}/submit",
        {key: value for item in items for key, value in journey.as_form(item, chosen(item)).items()},
    )
    assert (reply.status_code, reply.location) == (303, f"{address}/result")
    page = alice.get(reply.location).text
    assert f"{percent} %" in page
    found = row(session, attempt)
    assert (found.passed, found.points) == (passed, percent * found.max_points // 100)
    assert session.scalar(select(func.count()).select_from(Evidence)) == len(items)


def test_submitting_twice_changes_nothing(
    app: Flask, alice: FlaskClient, attempt: str, address: str, session: Session
) -> None:
    """Abuse case 17: the back button and a second press end at the same result."""
    items = journey.drawn(app, attempt)
    journey.post(alice, f"{address}/submit", journey.all_right(items))
    before = row(session, attempt).submitted_at
    again = journey.post(alice, f"{address}/submit", journey.all_wrong(items))
    assert (again.status_code, again.location) == (303, f"{address}/result")
    found = row(session, attempt)
    assert (found.submitted_at, found.points) == (before, found.max_points)
    late = journey.post(alice, f"{address}/answers/{items[0].key}", journey.as_form(items[0], journey.wrong(items[0])))
    assert late.status_code == 409
    assert f"{address}/result" in late.text
    assert alice.get(address).location == f"{address}/result"


def test_two_tabs_the_last_acknowledged_answer_counts_and_is_shown(
    app: Flask, alice: FlaskClient, people: People, attempt: str, address: str, session: Session
) -> None:
    """Abuse case 20: the reply's revision tells the other tab that its answer was replaced."""
    item = next(item for item in journey.drawn(app, attempt) if item.type == "single")
    other = people.client("alice")
    first = journey.post(
        alice, f"{address}/answers/{item.key}", journey.as_form(item, journey.right(item)), headers=journey.JSON
    )
    second = journey.post(
        other, f"{address}/answers/{item.key}", journey.as_form(item, journey.wrong(item)), headers=journey.JSON
    )
    assert (first.json["revision"], second.json["revision"]) == (1, 2)  # type: ignore[index]
    assert answers(session)[item.key] == {"choice": journey.wrong(item)[""][0]}
    for tab in (alice, other):
        assert f'value="{journey.wrong(item)[""][0]}" checked' in tab.get(address).text


def tampered(others: list[str]) -> dict[str, list[str]]:
    return {
        "out of range": ["no-such-option"],
        "another item's option": others,
        "not a number": ["NaN"],
        "infinity": ["Infinity"],
        "negative": ["-1"],
        "nul": ["\0"],
        "twice the same": others[:1] * 2,
        "long": ["x" * 300_000],
        "json": ['{"choice": "x", "points": 1000}'],
    }


#: Any line of text is an answer to these, and any number to that one: a wrong one.
TYPED = {"short": ("out of range", "not a number", "infinity", "negative", "json"), "numeric": ("negative",)}


@pytest.mark.parametrize("what", list(tampered(["x"])))
def test_tampered_answers_are_refused_and_earn_nothing(
    app: Flask, alice: FlaskClient, every_type: list[Item], session: Session, what: str
) -> None:
    """Abuse case 18: whatever stands in an answer to whatever type, nothing is stored that earns anything."""
    attempt = journey.start_quiz(alice, MODULE)
    address = f"{journey.quiz_address(MODULE)}/{attempt}"
    others = [option.key for option in journey.course(app).module("1-the-why").quiz.items[0].options]
    for item in every_type:
        values = tampered(others)[what]
        fields = journey.as_form(item, dict.fromkeys(journey.right(item), values))
        typed = what in TYPED.get(item.type, ())
        for headers in ({}, journey.JSON):
            reply = journey.post(alice, f"{address}/answers/{item.key}", fields, headers=headers)
            assert reply.status_code in ({200, 303} if typed else {422}), (item.type, reply.text)
        assert typed or journey.post(alice, f"{address}/submit", fields).status_code == 422
        assert (item.key in answers(session)) is typed
    journey.post(alice, f"{address}/submit", {"incomplete": "yes"})
    assert row(session, attempt).points == 0


def test_an_array_for_a_single_answer_is_refused(
    app: Flask, alice: FlaskClient, attempt: str, address: str, session: Session
) -> None:
    """Abuse case 18: choosing every option at once is not one answer."""
    item = next(item for item in journey.drawn(app, attempt) if item.type == "single")
    every = [option.key for option in item.options]
    assert journey.post(alice, f"{address}/answers/{item.key}", {item.key: every}).status_code == 422
    assert answers(session) == {}


def test_a_megabyte_of_text_is_too_much(alice: FlaskClient, app: Flask, attempt: str, address: str) -> None:
    """Abuse case 18."""
    item = single(app, attempt)
    reply = journey.post(alice, f"{address}/answers/{item.key}", {item.key: "x" * 1_200_000})
    assert reply.status_code in {413, 422}
    assert journey.post(alice, f"{address}/answers/{item.key}", {item.key: "x" * 3_000_000}).status_code == 413


def test_an_item_that_was_not_drawn_is_not_there(
    app: Flask, alice: FlaskClient, attempt: str, address: str, session: Session
) -> None:
    """Abuse case 18: neither an item of the bank that was not drawn, nor another module's, nor a check."""
    served = set(row(session, attempt).items)
    course = journey.course(app)
    quiz = course.module(MODULE).quiz
    foreign = [item for item in quiz.items if item.key not in served][:1]
    foreign += [quiz.checks[0], course.module("1-the-why").quiz.items[0]]
    for item in foreign:
        reply = journey.post(alice, f"{address}/answers/{item.key}", journey.as_form(item, journey.right(item)))
        assert reply.status_code == 404
    reply = journey.post(
        alice, f"{address}/submit", {**journey.all_right(foreign), "incomplete": "yes", "points": "8000", "passed": "1"}
    )
    assert reply.status_code == 303
    found = row(session, attempt)
    assert (found.points, found.passed) == (0, False)


def turned_round(item: Item) -> Item:
    """The item with other words, and right and wrong exchanged."""
    options = tuple(option.model_copy(update={"correct": not option.correct}) for option in item.options)
    return item.model_copy(update={"stem_html": "<p>Rewritten meanwhile</p>", "options": options})


def test_a_changed_item_is_shown_and_graded_as_it_was_served(
    app: Flask, alice: FlaskClient, attempt: str, address: str, session: Session
) -> None:
    """Abuse case 19: a release published in between, with the key moved and the words changed, changes nothing here."""
    items = journey.drawn(app, attempt)
    course = journey.course(app)
    modules = tuple(
        module.model_copy(
            update={"quiz": module.quiz.model_copy(update={"items": tuple(map(turned_round, module.quiz.items))})}
        )
        for module in course.modules
    )
    journey.publish(app, course.model_copy(update={"modules": modules}))
    assert "Rewritten meanwhile" not in alice.get(address).text
    journey.post(alice, f"{address}/submit", journey.all_right(items))
    assert "Rewritten meanwhile" not in alice.get(f"{address}/result").text
    assert row(session, attempt).passed is True


def test_a_retake_draws_other_items_until_the_attempts_are_used(
    app: Flask, alice: FlaskClient, people: People, session: Session
) -> None:
    """Abuse case 16, one after the other: three attempts, and a fourth when the course team allows it."""
    served: list[set[str]] = []
    for _number in range(3):
        attempt = journey.start_quiz(alice, MODULE)
        items = journey.drawn(app, attempt)
        served.append({item.key for item in items})
        journey.post(alice, f"{journey.quiz_address(MODULE)}/{attempt}/submit", journey.all_wrong(items))
    assert not served[0] & served[1], "the bank has enough items for two attempts without a repetition"
    refused = journey.post(alice, f"{journey.quiz_address(MODULE)}/start")
    assert refused.status_code == 409
    assert "All 3 attempts are used" in refused.text
    with app.app_context(), unit_of_work() as work:
        allowances.allow_attempts(
            work, person_id=people.ids["alice"], course="mtm", quiz=MODULE, extra=1, reason="Power cut", actor_id=None
        )
    assert "3 of 4 used" in alice.get(journey.quiz_address(MODULE)).text
    journey.start_quiz(alice, MODULE)
    assert session.scalar(select(func.count()).select_from(Attempt)) == 4


@pytest.mark.parametrize("extra", [0, -1, 21])
def test_allowances_have_bounds(app: Flask, people: People, extra: int) -> None:
    person_id = people.make("bob")
    with app.app_context(), pytest.raises(DomainError), unit_of_work() as work:
        allowances.allow_attempts(
            work, person_id=person_id, course="mtm", quiz=MODULE, extra=extra, reason="", actor_id=None
        )


def test_a_passed_quiz_is_not_taken_again(app: Flask, alice: FlaskClient, attempt: str, address: str) -> None:
    journey.post(alice, f"{address}/submit", journey.all_right(journey.drawn(app, attempt)))
    assert journey.post(alice, f"{journey.quiz_address(MODULE)}/start").status_code == 409


def test_starting_again_goes_on_with_the_open_attempt(alice: FlaskClient, attempt: str) -> None:
    assert journey.start_quiz(alice, MODULE) == attempt


def test_an_answer_can_be_taken_back_without_scripts(
    app: Flask, alice: FlaskClient, attempt: str, address: str
) -> None:
    """Cleared boxes send nothing: the page says which answers it showed, so that only those can be cleared."""
    first, second = journey.drawn(app, attempt)[:2]
    journey.post(alice, f"{address}/answers/{first.key}", journey.as_form(first, journey.right(first)))
    page = alice.get(address).text
    assert f'name="answered" value="{first.key}"' in page
    journey.post(alice, f"{address}/answers/{second.key}", journey.as_form(second, journey.right(second)))
    old_page = {"answered": first.key, "action": "save"}  # opened before the second answer was given
    journey.post(alice, f"{address}/submit", old_page)
    page = alice.get(address).text
    assert f'name="answered" value="{first.key}"' not in page
    assert f'name="answered" value="{second.key}"' in page
