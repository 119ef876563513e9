"""Reviews as a person meets them: asked for, ready on their days, answered, explained, stopped."""

from __future__ import annotations

import json
import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select, update

from lms.accounts import services as accounts
from lms.accounts.queries import access_person
from lms.assessment import item_types
from lms.assessment import queries as assessment
from lms.assessment.item_types import FULL
from lms.assessment.models import Attempt, Evidence
from lms.assessment.services import record_review
from lms.certificates.models import Certificate
from lms.content.course import Course, Item
from lms.core.clock import local_date, long_date, now
from lms.core.db import db
from lms.core.unit_of_work import unit_of_work
from lms.learning import services as learning
from lms.learning.models import AccessGrant, Enrolment
from lms.learning.queries import learners
from lms.reviews import queries, services
from lms.reviews.models import Review, ReviewPlan
from tests.assessment.test_leaks import TELLING, plain
from tests.reviews.conftest import REVIEWS, Later, address, drawn, right, rows, start, wrong
from tests.support import journey
from tests.support.people import People
from tests.support.statements import statements
from tests.support.together import all_at_once


def count(app: Flask, model: type, *where: object) -> int:
    with app.app_context():
        return db.session.scalar(select(func.count()).select_from(model).where(*where)) or 0  # type: ignore[arg-type]


def test_reviews_are_offered_only_after_the_course(app: Flask, people: People) -> None:
    bob = people.client("bob", enrolled=True)
    journey.finish(app, people.ids["bob"], evaluation=False)
    assert "Start reviews" not in bob.get("/training").text
    assert journey.post(bob, REVIEWS).status_code == 409
    assert count(app, ReviewPlan) == 0


def test_the_dashboard_tells_the_days(app: Flask, alice: FlaskClient, later: Later) -> None:
    page = alice.get("/training").text
    assert "Start reviews" in page
    assert "Next review" not in page
    start(alice)
    dues = [row.due_at for row in rows(app)]
    assert len(dues) == 4
    for number, day in enumerate((3, 10, 30, 60)):
        with later(day - 1):
            # The day before, the review before it is still open, or the first one is announced.
            page = alice.get("/training").text
            assert long_date(local_date(dues[number])) in page
        with later(day):
            page = alice.get("/training").text
            assert "Review ready" in page
            assert f'href="{address(app, number)}"' in page
            assert "Stop reviews" in page


def test_a_review_from_the_card_to_the_explanations(app: Flask, alice: FlaskClient, later: Later) -> None:
    start(alice)
    with later(3):
        page = alice.get(address(app, 0))
        assert page.status_code == 200
        items = drawn(app, 0)
        assert len(items) == 5
        assert any(item.numeric for item in items)
        assert alice.get(address(app, 0)).status_code == 200, "opened again it asks the same"
        assert [item.key for item in drawn(app, 0)] == [item.key for item in items]
        # A wrong answer to a choice earns nothing; others may earn a part.
        missed = next(item.key for item in items if item.options)
        reply = journey.post(alice, address(app, 0), {**right(app, 0), **one_wrong(app, missed)})
        assert (reply.status_code, reply.location) == (303, address(app, 0))
        text = plain(alice.get(address(app, 0)).text)
        assert "4 of 5" in text
        for item in items:
            if not item.numeric:
                assert plain(item.rationale_html) in text
        course = journey.course(app)
        page = alice.get(address(app, 0)).text
        for objective in {item.objective for item in items}:
            assert course.objective(objective).text in plain(page)
            lesson = next(lesson for lesson in course.lessons if objective in lesson.objectives)
            assert f'href="/training/mtm/{lesson.module_key}/{lesson.key}"' in page
        dashboard = alice.get("/training").text
        assert "Review ready" not in dashboard
        assert f"Next review on {long_date(local_date(rows(app)[1].due_at))}" in dashboard


def one_wrong(app: Flask, key: str) -> dict[str, str | list[str]]:
    item = next(item for item in drawn(app, 0) if item.key == key)
    return journey.as_form(item, journey.wrong(item, rows(app)[0].seed))  # type: ignore[return-value]


def test_nothing_tells_the_answer_before_it_is_given(app: Flask, alice: FlaskClient, later: Later) -> None:
    """Abuse case 12."""
    start(alice)
    with later(3):
        pages = [alice.get(address(app, 0)), alice.get("/training"), alice.get("/account/data")]
        items = drawn(app, 0)
        some = journey.as_form(items[0], journey.wrong(items[0], rows(app)[0].seed))
        refused = journey.post(alice, address(app, 0), some)
        assert refused.status_code == 422
        told = [plain(item.rationale_html) for item in items]
        told += [plain(option.feedback_html) for item in items for option in item.options]
        told += [plain(gap.feedback_html) for item in items for gap in (item.gaps.gaps if item.gaps else ())]
        told = [text for text in told if len(text) > 15]
        assert told
        for reply in (*pages, alice.get(address(app, 0)), refused):
            everything = f"{reply.headers}\n{plain(reply.text)}"
            assert not [text for text in told if text in everything], reply.request.path
            assert not TELLING.search(reply.text)


def test_questions_without_an_answer_are_named_first_and_say_nothing(
    app: Flask, alice: FlaskClient, later: Later
) -> None:
    start(alice)
    before = count(app, Evidence)
    with later(3):
        alice.get(address(app, 0))
        items = drawn(app, 0)
        some = journey.as_form(items[1], journey.right(items[1], rows(app)[0].seed))
        reply = journey.post(alice, address(app, 0), some)
        assert reply.status_code == 422
        named = re.findall(r"Question (\d) has no answer yet", reply.text)
        assert named == ["1", "3", "4", "5"]
        assert rows(app)[0].submitted_at is None
        assert journey.post(alice, address(app, 0), {**some, "incomplete": "yes"}).status_code == 303
        assert "no answer" in alice.get(address(app, 0)).text
    assert count(app, Evidence) == before + 1


@pytest.mark.parametrize("nonsense", ["\0", "x" * 5000, "no-such-option", "NaN", "-1e999"])
def test_nonsense_is_refused_and_keeps_the_rest(app: Flask, alice: FlaskClient, later: Later, nonsense: str) -> None:
    """Abuse case 18: told beside the question; what else was filled in stays."""
    start(alice)
    with later(3):
        alice.get(address(app, 0))
        item = next(item for item in drawn(app, 0) if item.numeric)
        other = next(item for item in drawn(app, 0) if item.options)
        reply = journey.post(alice, address(app, 0), {**right(app, 0), item.key: nonsense, "incomplete": "yes"})
        assert reply.status_code == 422
        assert f"#item-{item.key}" in reply.text
        chosen = journey.right(other)[""][0]
        assert re.search(rf'value="{re.escape(chosen)}" checked', reply.text)
        assert rows(app)[0].submitted_at is None


def test_answers_count_for_objectives_and_for_nothing_else(app: Flask, alice: FlaskClient, later: Later) -> None:
    """The certificate, the quizzes and the completion are the same before and after a review that went badly."""
    assert journey.post(alice, "/training/mtm/certificate").status_code == 303

    def state() -> object:
        with app.app_context():
            session = db.session()
            certificate = session.scalars(select(Certificate)).one()
            enrolment = session.scalars(select(Enrolment)).one()
            quizzes = assessment.quiz_states(session, certificate.person_id or 0, journey.course(app))
            attempts = [(row.public_id, row.points, row.passed) for row in session.scalars(select(Attempt))]
            seen = (certificate.snapshot, certificate.status, enrolment.completed_at, quizzes, attempts)
            session.rollback()
            return seen

    before = state()
    known = results(app)
    start(alice)
    with later(3):
        alice.get(address(app, 0))
        journey.post(alice, address(app, 0), wrong(app, 0))
        assert state() == before
        objectives = {item.objective for item in drawn(app, 0)}
        after = results(app)
        assert {key for key in after if after[key] != known.get(key)} == objectives
        page = alice.get("/training/mtm/objectives").text
        assert page.count("Review after the course") == 5
        assert "Get your certificate" in alice.get("/training").text


def results(app: Flask) -> dict[str, assessment.Mastery]:
    with app.app_context():
        session = db.session()
        person = session.scalars(select(Enrolment.person_id)).one()
        found = dict(assessment.objective_results(session, person, journey.course(app)))
        session.rollback()
        return found


def test_the_last_review_of_a_question_counts(any_database: str, app: Flask, people: People) -> None:
    """A best quiz result says what a person could do, a review what they can; of two reviews the later counts."""
    assert any_database
    person = people.make("ann", enrolled=True)
    item = next(item for item in journey.course(app).modules[0].quiz.items if item.type == "single")
    kind = item_types.of(item)
    answers = {True: kind.read(item, journey.right(item)), False: kind.read(item, journey.wrong(item))}

    def note(source: str, reference: str, good: bool) -> None:
        with app.app_context(), unit_of_work() as session:
            if source == "review":
                record_review(
                    session, person_id=person, course="mtm", reference=reference, items=[item],
                    responses={item.key: answers[good]}, seed=1,
                )  # fmt: skip
            else:
                session.add(
                    Evidence(
                        person_id=person, course="mtm", objective=item.objective, source=source, reference=reference,
                        item=item.key, points=FULL if good else 0, max_points=FULL, at=now(),
                    )
                )  # fmt: skip

    def share() -> float:
        with app.app_context():
            return assessment.objective_results(db.session(), person, journey.course(app))[item.objective].share

    note("quiz", "one", False)
    note("quiz", "two", True)
    note("quiz", "three", False)
    assert share() == 1
    note("review", "a", False)
    assert share() == 0
    note("review", "b", True)
    assert share() == 1
    note("review", "c", False)
    note("quiz", "four", True)
    assert share() == 0
    with app.app_context():
        assert assessment.objective_results(db.session(), person, journey.course(app))[item.objective].items == 1


def test_a_second_press_changes_nothing(any_database: str, app: Flask, people: People, later: Later) -> None:
    """Abuse case 17, for starting, opening and submitting: twenty at once have the effect of one."""
    assert any_database
    person = people.ids["alice"]

    def press(_number: int) -> None:
        with app.app_context(), unit_of_work() as session:
            services.start_reviews(session, person_id=person, course="mtm")

    all_at_once(press, 20)
    assert count(app, ReviewPlan) == 1
    assert count(app, Review) == 4
    public_id = rows(app)[0].public_id
    with later(3):

        def look(_number: int) -> tuple[str, ...]:
            with app.app_context(), unit_of_work() as session:
                learner = learners(session, person, course="mtm")[0]
                review = queries.access_review(session, person_id=person, course="mtm", public_id=public_id)
                services.open_review(session, learner=learner, review=review)
                return tuple(review.items)

        assert len(set(all_at_once(look, 8))) == 1
        before = count(app, Evidence)
        seed = rows(app)[0].seed
        given = {item.key: journey.response(item, seed) for item in drawn(app, 0)}

        def submit(_number: int) -> bool:
            with app.app_context(), unit_of_work() as session:
                review = queries.access_review(session, person_id=person, course="mtm", public_id=public_id)
                return services.submit_review(session, person_id=person, course="mtm", review=review, responses=given)

        assert sum(all_at_once(submit, 20)) == 1
    assert count(app, Evidence) == before + 5


def test_what_another_window_drew_stays(app: Flask, alice: FlaskClient, people: People, later: Later) -> None:
    """The review was read before the other window opened it, and is opened after."""
    start(alice)
    public_id = rows(app)[0].public_id
    with later(3), app.app_context(), unit_of_work() as session:
        learner = learners(session, people.ids["alice"], course="mtm")[0]
        review = queries.access_review(session, person_id=learner.person_id, course="mtm", public_id=public_id)
        session.execute(
            update(Review)
            .where(Review.public_id == public_id)
            .values(release_id=learner.release_id, items=["drawn-by-the-other"])
            .execution_options(synchronize_session=False)
        )
        services.open_review(session, learner=learner, review=review)
        assert review.items == ["drawn-by-the-other"]


def test_what_was_submitted_is_not_taken_again(app: Flask, alice: FlaskClient, later: Later) -> None:
    start(alice)
    with later(3):
        alice.get(address(app, 0))
        journey.post(alice, address(app, 0), right(app, 0))
        stored = rows(app)[0].responses
        assert journey.post(alice, address(app, 0), wrong(app, 0)).status_code == 303
        assert journey.post(alice, address(app, 0)).status_code == 303, "nothing is asked any more"
        assert rows(app)[0].responses == stored
        assert "5 of 5" in plain(alice.get(address(app, 0)).text)


def test_anothers_review_is_not_there(app: Flask, alice: FlaskClient, people: People, later: Later) -> None:
    """Abuse case 2."""
    start(alice)
    bob = people.client("bob", enrolled=True)
    journey.finish(app, people.ids["bob"])
    with later(3):
        alice.get(address(app, 0))
        assert bob.get(address(app, 0)).status_code == 404
        assert journey.post(bob, address(app, 0), right(app, 0)).status_code == 404
        assert bob.get(f"{REVIEWS}/{'0' * 26}").status_code == 404
        assert alice.get(f"/training/other/reviews/{rows(app)[0].public_id}").status_code in {303, 404}
        journey.post(alice, address(app, 0), right(app, 0))
        assert bob.get(address(app, 0)).status_code == 404


def test_links_to_other_reviews_lead_on(app: Flask, alice: FlaskClient, later: Later) -> None:
    start(alice)
    reply = alice.get(address(app, 0), follow_redirects=True)
    assert f"This review opens on {long_date(local_date(rows(app)[0].due_at))}." in reply.text
    assert rows(app)[0].items == []
    assert journey.post(alice, address(app, 0), {"x": "y"}).location == address(app, 0)
    with later(11):
        assert alice.get(address(app, 0)).location == address(app, 1), "a missed one is replaced by the next"
        alice.get(address(app, 1))
        journey.post(alice, address(app, 1), right(app, 1))
        assert "A newer review has taken the place" in alice.get(address(app, 0), follow_redirects=True).text
        assert "This review opens on" in alice.get(address(app, 2), follow_redirects=True).text
        journey.post(alice, f"{REVIEWS}/stop")
        assert "These reviews are stopped" in alice.get(address(app, 2), follow_redirects=True).text
        assert "5 of 5" in plain(alice.get(address(app, 1)).text), "what was answered can be read again"


def test_an_answer_is_taken_although_the_next_review_came_meanwhile(
    app: Flask, alice: FlaskClient, later: Later
) -> None:
    start(alice)
    with later(9.9):
        alice.get(address(app, 0))
    with later(10):
        assert journey.post(alice, address(app, 0), right(app, 0)).status_code == 303
        assert "5 of 5" in plain(alice.get(address(app, 0)).text)
        assert f'href="{address(app, 1)}"' in alice.get("/training").text


def test_reviews_can_be_stopped_and_started_anew(app: Flask, alice: FlaskClient, later: Later) -> None:
    start(alice)
    start(alice)
    assert len(rows(app)) == 4
    with later(5):
        journey.post(alice, f"{REVIEWS}/stop")
        page = alice.get("/training").text
        assert "The reviews are stopped" in page
        assert "Start reviews" in page
        assert "Review ready" not in page
        start(alice)
        assert len(rows(app)) == 8
        assert "Next review on" in alice.get("/training").text, "the days count from the new start"
    with later(9):
        assert f'href="{address(app, 4)}"' in alice.get("/training").text


def test_after_the_last_review_they_can_begin_again(app: Flask, alice: FlaskClient, later: Later) -> None:
    start(alice)
    with later(400):
        assert f'href="{address(app, 3)}"' in alice.get("/training").text, "the last stays open"
        start(alice)
        assert len(rows(app)) == 4, "as long as it is not answered nothing new is planned"
        alice.get(address(app, 3))
        journey.post(alice, address(app, 3), right(app, 3))
        assert "All reviews are done" in alice.get("/training").text
        start(alice)
        assert len(rows(app)) == 8
        assert "Next review on" in alice.get("/training").text


def test_the_certificates_page_offers_them_too(app: Flask, alice: FlaskClient) -> None:
    certificate = journey.post(alice, "/training/mtm/certificate").location
    assert "Start reviews" in alice.get(certificate).text
    start(alice)
    page = alice.get(certificate).text
    assert 'id="reviews-mtm"' in page
    assert "Next review on" in page
    with app.app_context(), unit_of_work() as session:
        grant = session.scalars(select(AccessGrant)).one()
        learning.revoke_access(session, grant_id=grant.id, actor_id=None, why="test")
    page = alice.get(certificate)
    assert page.status_code == 200
    assert 'id="reviews-mtm"' not in page.text, "not to people who may no longer use the course"


def test_a_review_is_served_as_it_was_drawn(app: Flask, alice: FlaskClient, later: Later) -> None:
    """Abuse case 19: a release that changes a question changes nothing in a review that was opened before."""
    start(alice)
    with later(3):
        alice.get(address(app, 0))
        given = right(app, 0)
        course = journey.course(app)
        item = drawn(app, 0)[0]
        changed = item.model_copy(update={"stem_html": "<p>Asked in other words?</p>"})
        journey.publish(app, with_item(course, changed))
        assert "Asked in other words?" not in alice.get(address(app, 0)).text
        journey.post(alice, address(app, 0), given)
        page = alice.get(address(app, 0))
        assert "Asked in other words?" not in page.text
        assert "5 of 5" in plain(page.text)


def with_item(course: Course, changed: Item) -> Course:
    modules = []
    for module in course.modules:
        quiz = module.quiz.model_copy(
            update={
                name: tuple(changed if one.key == changed.key else one for one in getattr(module.quiz, name))
                for name in ("items", "checks")
            }
        )
        modules.append(module.model_copy(update={"quiz": quiz}))
    return course.model_copy(update={"modules": tuple(modules)})


def test_a_quiz_of_a_new_module_lends_nothing_before_it_is_passed(
    app: Flask, alice: FlaskClient, people: People, later: Later
) -> None:
    """Abuse case 12: a review explains at once, so it must not ask what a graded attempt may still ask."""
    start(alice)
    with app.app_context(), unit_of_work() as session:
        for attempt in session.scalars(select(Attempt).where(Attempt.quiz != "1-the-why")):
            attempt.passed = False
    course = journey.course(app)
    kept_back = {item.key for module in course.modules[1:] for item in module.quiz.items}
    with later(3):
        alice.get(address(app, 0))
        assert not kept_back & {item.key for item in drawn(app, 0)}


def test_the_download_has_them_and_deletion_takes_them_along(app: Flask, alice: FlaskClient, people: People) -> None:
    start(alice)
    parts = json.loads(alice.get("/account/data").text)
    [plan] = parts["reviews"]
    assert plan["course"] == "mtm"
    assert len(plan["reviews"]) == 4
    with app.app_context(), unit_of_work() as session:
        accounts.erase_person(session, person=access_person(session, people.ids["alice"]), actor_id=None)
    assert count(app, ReviewPlan) == count(app, Review) == 0


def test_the_dashboard_asks_for_reviews_only_of_graduates(app: Flask, people: People) -> None:
    bob = people.client("bob", enrolled=True)
    bob.get("/training")
    with statements(app) as sent:
        bob.get("/training")
    assert not [one for one in sent if "review" in one.lower()]
