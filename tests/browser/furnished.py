"""What a site holds when people have used it for a while, so that each page can be seen in its states."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import Flask
from flask_security import hash_password
from flask_security.recoverable import generate_reset_password_token
from sqlalchemy import select

from lms.accounts.models import Person
from lms.assessment import allowances, item_types
from lms.assessment import services as assessment
from lms.assessment.cases import services as case_services
from lms.assessment.change import services as around
from lms.assessment.queries import attempts
from lms.assessment.regrading import queries as regrading_queries
from lms.assessment.regrading import services as regrading_services
from lms.assistance import services as assistance
from lms.calculators import services as calculators
from lms.calculators.domain import formulas, read
from lms.certificates import services as certificates
from lms.checkout import services as checkout
from lms.core.unit_of_work import unit_of_work
from lms.learning import queries
from lms.learning import services as learning
from lms.learning.models import EvaluationResponse
from lms.releases.queries import current
from lms.reviews import services as reviews
from lms.reviews.models import Review, ReviewPlan
from tests.browser.site import PASSWORD, Site
from tests.support import cases, journey
from tests.support.corrected import other_key, with_item
from tests.support.crowd import sit_quiz
from tests.support.observations import make_learners, observe
from tests.support.sittings import sit

Names = dict[str, str]
FIRST = "1-the-why"
#: Its quiz has two questions that are corrected.
LAST = "3-the-how"
REGRADED, TO_REGRADE = "workflow-fax-recall-01", "workflow-sync-app-01"


def furnish(site: Site) -> dict[str, Names]:
    """Make the people and their things. Returns, for each person, the values that fill addresses."""
    people = site.people
    case = cases.publish_case(site.app)
    people.make("newcomer", confirmed=False)
    people.make("learner", enrolled=True)
    people.make("graduate", enrolled=True)
    people.make("former", enrolled=True)
    people.make("finisher", enrolled=True)
    people.make("admin", roles=("admin",))
    people.make("instructor", roles=("instructor",))
    with site.app.app_context():
        factory = site.app.extensions["security"].totp_factory
        secrets: dict[str, Any] = {"password": hash_password(PASSWORD), "tf_primary_method": "authenticator"}
        secrets["tf_totp_secret"] = factory.generate_totp_secret()
    people.make("guarded", enrolled=True, **secrets)
    course = journey.course(site.app)
    lesson = next(lesson for lesson in course.module(FIRST).lessons if lesson.checks)
    with_case = course.lesson_with_case(case.key)
    assert with_case is not None
    shared = {"course": course.slug, "module": FIRST, "lesson": lesson.key, "name": "delegation-savings"}
    shared |= {"case": case.key, "case_lesson": with_case.key}
    shared["aid"] = "cdtm-readiness"
    keep_scenario(site, "learner")
    ask(site.app)
    answer_before_and_after(site, "graduate")
    journey.finish(site.app, people.ids["finisher"], evaluation=False)
    evaluate(site.app)
    allow(site.app, people.ids["graduate"])
    crowd(site.app)
    observe(site.app, make_learners(site.app, 40))
    graduate = {"code": certificate(site, "graduate"), "attempt": last_attempt(site, "graduate")}
    reviewed = reviews_of(site, "graduate")
    former = {"code": certificate(site, "former")}
    visitor = {"token": reset_token(site, "graduate"), "code": graduate["code"], "stop": reviewed["stop"]}
    return {
        "visitor": {**shared, **visitor, "stopped": stopped_reviews(site, "former")},
        "newcomer": {**shared, "order": order(site, "newcomer")},
        "learner": {**shared, **half_way(site, "learner"), **runs(site, "learner")},
        "graduate": {**shared, **graduate, **reviewed},
        "former": {**shared, **former},
        "finisher": shared,
        "corrected": {**shared, **corrected(site)},
        "admin": {**shared, "item": TO_REGRADE},
        "instructor": {**shared, "item": "why-fourth-aim-recall", "cloze": "why-return-of-the-measure-cloze"},
        "guarded": shared,
    }


def crowd(app: Flask) -> None:
    """Enough learners for the statistics of the first quiz's questions."""
    with app.app_context(), unit_of_work() as session:
        release, course = current(session, journey.COURSE)
        sit_quiz(session, release_id=release, course=course, module=course.module(FIRST), learners=400,
                 upside_down={"why-fourth-aim-recall"})  # fmt: skip


def corrected(site: Site) -> Names:
    """Two questions were corrected after an attempt, and one of them is regraded. Returns that attempt."""
    person_id = site.people.make("corrected", enrolled=True)
    bank = {item.key: item for item in journey.course(site.app).module(LAST).quiz.items}
    given = {}
    for key in (REGRADED, TO_REGRADE):
        item = other_key(bank[key])
        given[key] = journey.response(item, 0)
    attempt = sit(site.app, person_id, LAST, given)
    for key in (REGRADED, TO_REGRADE):
        journey.publish(site.app, with_item(journey.course(site.app), key, other_key))
    with site.app.app_context(), unit_of_work() as session:
        release, course = current(session, journey.COURSE)
        regrading_services.regrade_item(
            session,
            course=course.slug,
            item=REGRADED,
            may_lower=False,
            fingerprint=regrading_queries.preview(session, course, release, REGRADED, may_lower=False).fingerprint,
            reason="The statute was changed in August.",
            actor_id=None,
        )
    return {"module": LAST, "attempt": attempt}


def keep_scenario(site: Site, name: str) -> None:
    formula = formulas()["delegation-savings"]
    with site.app.app_context(), unit_of_work() as session:
        calculators.save_scenario(
            session,
            person_id=site.people.ids[name],
            formula=formula,
            inputs=read(formula, {"encounters": 300}),
            name="Twice the volume",
        )


def answer_before_and_after(site: Site, name: str) -> None:
    """What a person knew before the course and how sure they were, the course itself, and how sure they are now."""
    person_id = site.people.ids[name]
    with site.app.app_context(), unit_of_work() as session:
        release, course = current(session, journey.COURSE)
        first = course.pre_items[:6]
        around.take_pre_assessment(
            session,
            person_id=person_id,
            release_id=release,
            course=course,
            responses={item.key: journey.response(item, 0) for item in first},
            confidence={objective.key: number % 7 for number, objective in enumerate(course.objectives)},
        )
    journey.finish(site.app, person_id)
    with site.app.app_context(), unit_of_work() as session:
        sure = {objective.key: 4 + number % 7 for number, objective in enumerate(course.objectives[:-1])}
        around.tell_confidence(session, person_id=person_id, course=course, confidence=sure)


def evaluate(app: Flask) -> None:
    """Ten evaluations by people who are not told from each other, one of them with a long text."""
    with app.app_context(), unit_of_work() as session:
        release, course = current(session, journey.COURSE)
        for number in range(10):
            answers = journey.evaluation_answers(course)
            answers["comments"] = "The worked examples helped most. " * (number + 1)
            session.add(
                EvaluationResponse(course=course.slug, release_id=release, answered_on="2026-11-20", answers=answers)
            )


def order(site: Site, name: str) -> str:
    with site.app.app_context(), unit_of_work() as session:
        _release, course = current(session, journey.COURSE)
        return checkout.start_order(session, person_id=site.people.ids[name], course=course).public_id


def half_way(site: Site, name: str) -> Names:
    """Two lessons done, one attempt failed, another open with an answer in it."""
    person_id = site.people.ids[name]
    with site.app.app_context(), unit_of_work() as session:
        release, course = current(session, journey.COURSE)
        learner = queries.learners(session, person_id, course=course.slug)[0]
        for lesson in course.lessons[:2]:
            learning.complete_lesson(session, learner=learner, lesson=lesson.key)
        names = {}
        for state in ("failed", "open"):
            attempt = assessment.start_attempt(
                session, person_id=person_id, release_id=release, course=course, module=course.module(FIRST)
            )
            names[state] = attempt.public_id
            item = course.item(attempt.items[0])
            given = journey.response(item, attempt.seed)
            assessment.record_answer(session, attempt=attempt, item=item.key, response=given)
            session.flush()
            assessment.flag_item(attempt=attempt, item=attempt.items[2], flagged=True)
            if state == "failed":
                assessment.submit_attempt(session, attempt=attempt)
        return names


def runs(site: Site, name: str) -> Names:
    """Runs of a case that stand in each kind of scene, one that ended early and one that earned little."""
    person_id = site.people.ids[name]
    with site.app.app_context(), unit_of_work() as session:
        release, course = current(session, journey.COURSE)
        case = course.case(cases.CASE)
        found = {
            stop: cases.stored_run(session, person_id=person_id, release_id=release, case=case, stop=stop)
            for stop in ("door", "talk", "needs", "order", "note", "served")
        }
        ways = {"cut short": ("gone", {"door", "spill"}), "finished": ("served", {"talk", "needs", "order", "note"})}
        for name, (stop, worst) in ways.items():
            found[name] = cases.stored_run(
                session, person_id=person_id, release_id=release, case=case, stop=stop, worst=worst
            )
            case_services.finish(session, run=found[name], revision=found[name].revision)
        return {name: run.public_id for name, run in found.items()}


def certificate(site: Site, name: str) -> str:
    """The code of a person's certificate, for which they first go through the course."""
    person_id = site.people.ids[name]
    with site.app.app_context(), unit_of_work() as session:
        done = queries.learners(session, person_id, course=journey.COURSE)[0].evaluation_done
    if not done:
        journey.finish(site.app, person_id)
    with site.app.app_context(), unit_of_work() as session:
        settings = site.app.extensions["lms.settings"]
        return certificates.issue_certificate(
            session, person_id=person_id, course=journey.COURSE, settings=settings
        ).code


def last_attempt(site: Site, name: str) -> str:
    with site.app.app_context(), unit_of_work() as session:
        _release, course = current(session, journey.COURSE)
        module = course.module(FIRST)
        person_id = site.people.ids[name]
        return attempts(session, person_id, course.slug, module.quiz, module.was)[-1].public_id


def reviews_of(site: Site, name: str) -> Names:
    """Of four reviews the first is answered, in part rightly, and the second is ready."""
    person_id = site.people.ids[name]
    with site.app.app_context(), unit_of_work() as session:
        reviews.start_reviews(session, person_id=person_id, course=journey.COURSE)
        plan = session.scalars(select(ReviewPlan).where(ReviewPlan.person_id == person_id)).one()
        rows = session.scalars(select(Review).where(Review.plan_id == plan.id).order_by(Review.due_at)).all()
        answered, ready = rows[:2]
        answered.due_at, ready.due_at = plan.started_at - timedelta(days=1), plan.started_at
        [learner] = queries.learners(session, person_id, course=journey.COURSE)
        reviews.open_review(session, learner=learner, review=answered)
        items = [learner.course.item(key) for key in answered.items]
        given = {item.key: journey.response(item, answered.seed) for item in items[1:4]}
        given[items[0].key] = item_types.of(items[0]).read(items[0], journey.wrong(items[0], answered.seed))
        reviews.submit_review(session, person_id=person_id, course=journey.COURSE, review=answered, responses=given)
        return {"review": ready.public_id, "answered": answered.public_id, "stop": plan.stop_key}


def stopped_reviews(site: Site, name: str) -> str:
    """The key of the stop link of reviews that were stopped since."""
    person_id = site.people.ids[name]
    with site.app.app_context(), unit_of_work() as session:
        reviews.start_reviews(session, person_id=person_id, course=journey.COURSE)
        reviews.stop_reviews(session, person_id=person_id, course=journey.COURSE)
        return session.scalars(select(ReviewPlan.stop_key).where(ReviewPlan.person_id == person_id)).one()


def reset_token(site: Site, name: str) -> str:
    with site.app.app_context(), unit_of_work() as session:
        return str(generate_reset_password_token(session.get_one(Person, site.people.ids[name])))


def allow(app: Flask, person_id: int) -> None:
    """Exceptions that were made for one person."""
    given = {"person_id": person_id, "course": journey.COURSE, "actor_id": None}
    with app.app_context(), unit_of_work() as session:
        allowances.allow_time(session, percent=50, reason="Agreed in writing", **given)
        allowances.allow_attempts(session, quiz=FIRST, extra=1, reason="The power failed", **given)


def ask(app: Flask) -> None:
    """Two requests for assistance: one with everything filled in, one with as little as possible."""
    full = {"email": "rowan@example.org", "phone": "+12255550177", "organization": "Pine Street Pharmacy"}
    for name, rest in (("Rowan Hebert", full), ("L", dict.fromkeys(full))):
        with app.app_context(), unit_of_work() as session:
            assistance.ask(
                session, name=name, topic="mtm", topic_label="MTM", person_id=None, inbox="",
                message="How do we begin?\nWe are two pharmacists." if rest["email"] else "", **rest,
            )  # fmt: skip
