"""Use cases of reviews. Each takes the session of a unit of work and never commits."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from lms.accounts.queries import hold_person
from lms.assessment import queries as assessment_queries
from lms.assessment import services as assessment
from lms.assessment.domain import Response
from lms.content.course import Course, Item
from lms.core.clock import now
from lms.core.errors import Conflict
from lms.core.ids import public_id
from lms.core.ids import seed as new_seed
from lms.learning.queries import Learner
from lms.releases.queries import course_of
from lms.reviews import queries
from lms.reviews.domain import draw, due_dates
from lms.reviews.models import Review, ReviewPlan
from lms.reviews.queries import ToMail


def start_reviews(session: Session, *, person_id: int, course: str) -> None:
    """Plan four reviews from now on; while others are planned and not all answered, those stay.

    Raises Conflict while the course is not complete. Of many calls at the same moment one plans, because each
    holds the person's row first.
    """
    hold_person(session, person_id)
    present = queries.plan_of(session, person_id, course)
    if present is None:
        raise Conflict("Reviews begin when the course is complete. The dashboard shows what is left.")
    if present.is_live and not present.standing.finished:
        return
    stop_reviews(session, person_id=person_id, course=course)
    moment = now()
    plan = ReviewPlan(person_id=person_id, course=course, started_at=moment, stop_key=public_id())
    session.add(plan)
    session.flush()
    for due_at in due_dates(moment):
        session.add(
            Review(public_id=public_id(), plan_id=plan.id, due_at=due_at, seed=new_seed(), items=[], responses={})
        )


def stop_reviews(session: Session, *, person_id: int, course: str) -> None:
    """End a person's reviews of a course. Answers that were given stay; nothing more is mailed."""
    session.execute(
        update(ReviewPlan)
        .where(ReviewPlan.person_id == person_id, ReviewPlan.course == course, ReviewPlan.ended_at.is_(None))
        .values(ended_at=now())
    )


def open_review(session: Session, *, learner: Learner, review: Review) -> None:
    """Draw the questions of a review when it is first opened, from the present release.

    Quizzes that are not passed (a newer release may have brought one) lend no questions: a review explains at once.
    """
    hold_person(session, learner.person_id)
    session.refresh(review)  # another window may have opened it while the person's row was held
    if review.release_id is not None:
        return
    course = learner.course
    quizzes = assessment_queries.quiz_states(session, learner.person_id, course)
    review.release_id = learner.release_id
    review.items = list(
        draw(
            pool(course, {module for module, quiz in quizzes.items() if quiz.passed}),
            known=assessment_queries.objective_results(session, learner.person_id, course),
            seen=assessment_queries.times_answered(session, learner.person_id, course.slug),
            seed=review.seed,
        )
    )


def pool(course: Course, passed: set[str]) -> list[Item]:
    """What a review may ask: the checks of all lessons, and the banks of the quizzes that are passed."""
    return [
        item
        for module in course.modules
        for item in (*module.quiz.checks, *(module.quiz.items if module.key in passed else ()))
    ]


def submit_review(
    session: Session, *, person_id: int, course: str, review: Review, responses: Mapping[str, Response]
) -> bool:
    """Store the answers and note them as evidence. Returns False when it was submitted already."""
    if review.release_id is None:
        raise Conflict("Open the review first: its questions are not drawn yet.")
    closed = session.execute(
        update(Review)
        .where(Review.id == review.id, Review.submitted_at.is_(None))
        .values(submitted_at=now(), responses=dict(responses))
    )
    if closed.rowcount != 1:  # type: ignore[attr-defined]
        return False
    served = course_of(session, review.release_id)
    assessment.record_review(
        session,
        person_id=person_id,
        course=course,
        reference=review.public_id,
        items=[served.item(key) for key in review.items],
        responses=responses,
        seed=review.seed,
    )
    return True


def claim_mail(session: Session, *, review_id: int) -> ToMail | None:
    """Take it on to mail a review: of many workers one gets it, and nobody once it must not be mailed any more."""
    owner = session.scalar(
        select(ReviewPlan.person_id).join(Review, Review.plan_id == ReviewPlan.id).where(Review.id == review_id)
    )
    if owner is None:
        return None
    hold_person(session, owner)
    found = next(iter(queries.to_mail(session, review_id=review_id)), None)
    if found is not None:
        session.execute(update(Review).where(Review.id == review_id).values(mailed_at=now()))
    return found
