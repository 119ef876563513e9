"""`lms demo`: sample people and what they do, made by the services that real people's pages use; and their removal."""

from __future__ import annotations

import secrets

import click
from flask import current_app
from flask_security import hash_password
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from lms.accounts import services as accounts
from lms.accounts.models import Person
from lms.assessment import item_types
from lms.assessment import services as assessment
from lms.assessment.change import services as around
from lms.assessment.change.domain import PRE_SEED
from lms.assessment.domain import Response
from lms.assessment.item_types import numeric
from lms.assistance import services as assistance
from lms.assistance.models import AssistanceRequest
from lms.certificates import services as certificates
from lms.certificates.models import Certificate
from lms.checkout import services as checkout
from lms.checkout.models import CodeUse, DiscountCode, Order
from lms.cli.demo_people import MARK, PEOPLE, SamplePerson
from lms.content.course import Course, Item, Module
from lms.core.clock import now
from lms.core.db import db
from lms.core.errors import ConfigurationError
from lms.core.settings import Settings, from_environment
from lms.core.unit_of_work import unit_of_work
from lms.learning import queries as learning_queries
from lms.learning import services as learning
from lms.learning.domain import evaluation_fields
from lms.learning.models import EvaluationResponse
from lms.learning.queries import Learner
from lms.releases import queries as releases

COURSE = "mtm"


@click.command()
@click.option("--remove", is_flag=True, help="Remove the sample people and all that they did.")
@click.option("--yes-i-mean-it", is_flag=True, help="Do it on a site that others can reach, too.")
def demo(remove: bool, yes_i_mean_it: bool) -> None:
    """Fill a development site with sample people and activity. Run again, it sets new passwords and adds nothing."""
    settings = from_environment()
    if not settings.is_loopback and not yes_i_mean_it:
        raise ConfigurationError(
            f"Sample people do not belong on a site that others use, and this one is {settings.base_url}. "
            "If you mean it, add --yes-i-mean-it"
        )
    from lms.app import create_app

    with create_app(settings).app_context():
        if remove:
            click.echo(f"Removed {remove_people()} sample people and what they did.")
            return
        password = secrets.token_urlsafe(12)
        made = add_people(password)
    click.echo(f"{len(made)} sample people are new; {len(PEOPLE) - len(made)} were here already.")
    click.echo(f"All of them sign in at {settings.base_url}/sign-in with the password  {password}\n")
    for person in PEOPLE:
        click.echo(f"  {person.email:<34} {person.story}")
    click.echo("\nRemove them with:  lms demo --remove")


def add_people(password: str) -> list[str]:
    """Make the sample people who are missing, and give all of them this password. Returns the addresses of new ones."""
    _release_id, course = releases.current(db.session(), COURSE)
    digest = hash_password(password)
    made = []
    for sample in PEOPLE:
        with unit_of_work() as session:
            person = session.scalar(select(Person).where(Person.email == sample.email))
            if person is not None:
                person.password = digest
                continue
            person = _register(session, sample, digest)
            person_id = person.id
        made.append(sample.email)
        _take_course(sample, person_id, course)
    return made


def remove_people() -> int:
    """Remove the sample people and everything that came of them but the audit log. Returns how many there were."""
    addresses = [sample.email for sample in PEOPLE]
    with unit_of_work() as session:
        people = session.scalars(select(Person).where(Person.email.in_(addresses))).all()
        ids = [person.id for person in people]
        # Erasing a person keeps sales and certificates, without the person; those of sample people go, too.
        orders = session.scalars(select(Order.id).where(Order.person_id.in_(ids))).all()
        for code_id in session.scalars(select(CodeUse.code_id).where(CodeUse.order_id.in_(orders))).all():
            session.execute(update(DiscountCode).where(DiscountCode.id == code_id).values(uses=DiscountCode.uses - 1))
        session.execute(delete(CodeUse).where(CodeUse.order_id.in_(orders)))
        session.execute(delete(Order).where(Order.id.in_(orders)))
        session.execute(delete(Certificate).where(Certificate.person_id.in_(ids)))
        session.execute(delete(AssistanceRequest).where(AssistanceRequest.person_id.in_(ids)))
        if ids:
            _remove_evaluations(session)
        for person in people:
            accounts.erase_person(session, person=person, actor_id=None)
    return len(ids)


def _remove_evaluations(session: Session) -> None:
    # They carry no name: the sample ones are told by their text.
    for row in session.scalars(select(EvaluationResponse).where(EvaluationResponse.course == COURSE)):
        if MARK in row.answers.values():
            session.delete(row)


def _register(session: Session, sample: SamplePerson, password_hash: str) -> Person:
    person = accounts.new_person(name=sample.name, email=sample.email, phone=sample.phone, password_hash=password_hash)
    accounts.change_details(person, name=sample.name, phone=sample.phone, details=dict(sample.details))
    person.confirmed_at = now() if sample.confirmed else None
    session.add(person)
    session.flush()
    if sample.role:
        accounts.grant_role(session, person=person, role=sample.role, actor_id=None)
    return person


def _take_course(sample: SamplePerson, person_id: int, course: Course) -> None:
    if sample.order:
        with unit_of_work() as session:
            order = checkout.start_order(session, person_id=person_id, course=course)
            if sample.order == "paid" and order.total_cents == 0:
                checkout.complete_order(session, order=order, shown_total=None)
    if sample.order == "paid":
        _learn(sample, person_id, course)
    if sample.asks:
        with unit_of_work() as session:
            assistance.ask(
                session,
                name=sample.name,
                email=sample.email,
                phone=None,
                organization=None,
                topic="course",
                topic_label="The online course",
                message=sample.asks,
                person_id=person_id,
                inbox="",  # nobody is to be called to a sample request
            )


def _learn(sample: SamplePerson, person_id: int, course: Course) -> None:
    if sample.share_read:
        _answer_before(person_id, course)
    for lesson in course.lessons[: round(len(course.lessons) * sample.share_read)]:
        with unit_of_work() as session:
            learner = _learner(session, person_id)
            learning.remember_place(session, enrolment_id=learner.enrolment_id, lesson=lesson.key, heading=None)
            learning.complete_lesson(session, learner=learner, lesson=lesson.key)
            for number, key in enumerate(lesson.checks):
                item = course.item(key)
                assessment.record_check(
                    session,
                    person_id=person_id,
                    course=COURSE,
                    item=item,
                    response=_respond(item, 0, right=number % 3 < 2),
                )
    if sample.note:
        with unit_of_work() as session:
            enrolment = _learner(session, person_id).enrolment_id
            learning.save_note(session, enrolment_id=enrolment, lesson=course.lessons[0].key, text=sample.note)
    for module, share in zip(course.modules, sample.scores, strict=False):
        for one_try in share:
            _take_quiz(person_id, course, module, share_right=one_try)
    if sample.finishes:
        _finish(person_id, course)


def _answer_before(person_id: int, course: Course) -> None:
    """Every other question known, the rest left open; some confidence in each objective."""
    with unit_of_work() as session:
        release_id, _course = releases.current(session, COURSE)
        around.take_pre_assessment(
            session,
            person_id=person_id,
            release_id=release_id,
            course=course,
            responses={item.key: _respond(item, PRE_SEED, right=True) for item in course.pre_items[::2]},
            confidence={objective.key: 2 + number % 4 for number, objective in enumerate(course.objectives)},
        )


def _take_quiz(person_id: int, course: Course, module: Module, *, share_right: float | None) -> None:
    """One attempt; None leaves it open with half of its answers given."""
    with unit_of_work() as session:
        release_id, _course = releases.current(session, COURSE)
        attempt = assessment.start_attempt(
            session, person_id=person_id, release_id=release_id, course=course, module=module
        )
        keys = attempt.items if share_right is not None else attempt.items[: len(attempt.items) // 2]
        wrong_from = len(keys) * (1 if share_right is None else share_right)
        for number, key in enumerate(keys):
            response = _respond(course.item(key), attempt.seed, right=number < wrong_from)
            assessment.record_answer(session, attempt=attempt, item=key, response=response)
        session.flush()
        if share_right is not None:
            assessment.submit_attempt(session, attempt=attempt)


def _respond(item: Item, seed: int, *, right: bool) -> Response:
    if item.numeric:
        answer = numeric.question(item, seed).answer
        unit = {"unit": [item.numeric.unit]} if item.numeric.units else {}
        return item_types.of(item).read(item, {"": [f"{answer if right else answer + 1:f}"], **unit})
    if item.gaps:
        wrong = {
            gap.key: [next((each.key for each in gap.choices if each.key not in gap.right), "unsure")]
            for gap in item.gaps.gaps
        }
        given = {gap.key: [gap.right[0]] for gap in item.gaps.gaps} if right else wrong
        return item_types.of(item).read(item, given)
    keys = [option.key for option in item.options if option.correct is right]
    return item_types.of(item).read(item, {"": keys if right else keys[:1]})


def _finish(person_id: int, course: Course) -> None:
    settings: Settings = current_app.extensions["lms.settings"]
    given = {}
    for field in evaluation_fields(course):
        given[field.name] = field.options[0][0] if field.options else MARK
    with unit_of_work() as session:
        errors = learning.answer_evaluation(session, learner=_learner(session, person_id), given=given)
        if errors:
            raise ConfigurationError(f"The evaluation of the course cannot be filled in: {errors}")
        certificates.issue_certificate(session, person_id=person_id, course=COURSE, settings=settings)
        sure = {objective.key: 5 + number % 5 for number, objective in enumerate(course.objectives)}
        around.tell_confidence(session, person_id=person_id, course=course, confidence=sure)


def _learner(session: Session, person_id: int) -> Learner:
    return learning_queries.learners(session, person_id, course=COURSE)[0]
