"""Use cases around a course. Each takes the session of a unit of work and never commits."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy.orm import Session

from lms.accounts.queries import hold_person
from lms.assessment import item_types, queries
from lms.assessment.change import queries as change_queries
from lms.assessment.change.domain import PRE_SEED, Moment
from lms.assessment.domain import FULL, Response
from lms.assessment.models import Confidence, Evidence, PreAssessment
from lms.content.course import Course
from lms.core.clock import now
from lms.core.errors import Conflict, DomainError


def take_pre_assessment(
    session: Session,
    *,
    person_id: int,
    release_id: int,
    course: Course,
    responses: Mapping[str, Response],
    confidence: Mapping[str, int],
) -> None:
    """Store what a person knows before the course, once. Items and objectives that are left out have no answer.

    Raises Conflict when it was answered already, or when checks or quizzes were, and DomainError when nothing is given.
    """
    if not responses and not confidence:
        raise DomainError("Nothing is answered yet. Answer what you can, or go on without.")
    hold_person(session, person_id)
    if change_queries.pre_assessment(session, person_id, course.slug) is not None:
        raise Conflict("You have answered these questions already.")
    if change_queries.has_begun(session, person_id, course.slug):
        raise Conflict("These questions are for before the course, and you have begun with it.")
    moment = now()
    session.add(
        PreAssessment(
            person_id=person_id, course=course.slug, release_id=release_id, responses=dict(responses), taken_at=moment
        )
    )
    for item in course.pre_items:
        if item.key in responses:
            session.add(
                Evidence(
                    person_id=person_id,
                    course=course.slug,
                    objective=item.objective,
                    source="pre",
                    reference="1",
                    item=item.key,
                    points=item_types.of(item).grade(item, responses[item.key], PRE_SEED),
                    max_points=FULL,
                    at=moment,
                )
            )
    _store_confidence(session, person_id, course, "before", confidence)


def tell_confidence(session: Session, *, person_id: int, course: Course, confidence: Mapping[str, int]) -> None:
    """Store how sure a person is of the objectives after the course, once. Objectives that are left out have no answer.

    Raises Conflict before all quizzes are passed and when it was told already, and DomainError when nothing is given.
    """
    if not confidence:
        raise DomainError("Nothing is answered yet. Answer what you can, or go on without.")
    hold_person(session, person_id)
    if not all(state.passed for state in queries.quiz_states(session, person_id, course).values()):
        raise Conflict("This opens when all quizzes of the course are passed.")
    if change_queries.asked_around(session, person_id, course.slug).after:
        raise Conflict("You have answered this already.")
    _store_confidence(session, person_id, course, "after", confidence)


def _store_confidence(
    session: Session, person_id: int, course: Course, moment: Moment, values: Mapping[str, int]
) -> None:
    for objective in course.objectives:
        if objective.key in values:
            session.add(
                Confidence(
                    person_id=person_id,
                    course=course.slug,
                    objective=objective.key,
                    moment=moment,
                    value=values[objective.key],
                    at=now(),
                )
            )
