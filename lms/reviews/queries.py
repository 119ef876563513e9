"""Reads of reviews. None of them but the job's grows with the number of learners."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Row, and_, exists, or_, select
from sqlalchemy.orm import Session, aliased

from lms.accounts.models import Person
from lms.accounts.queries import may_be_mailed
from lms.core.clock import now
from lms.core.errors import NotFound
from lms.learning.models import Enrolment
from lms.learning.queries import live_grant
from lms.reviews.domain import Planned, Standing, standing
from lms.reviews.models import Review, ReviewPlan


@dataclass(frozen=True)
class Plan:
    """The reviews of a person who has completed a course; without any while they asked for none."""

    reviews: tuple[Planned, ...]

    @property
    def is_live(self) -> bool:
        return bool(self.reviews)

    @property
    def standing(self) -> Standing:
        return standing(self.reviews, now())


@dataclass(frozen=True)
class ToMail:
    """What a mail about a review needs."""

    review_id: int
    public_id: str
    course: str
    stop_key: str
    email: str
    #: When the next review takes its place; None after the last.
    following_on: datetime | None


def plan_of(session: Session, person_id: int, course: str) -> Plan | None:
    """The person's reviews, in one statement. None while the course is not theirs to use, or not completed."""
    rows = session.execute(
        select(Review.public_id, Review.due_at, Review.mailed_at, Review.release_id, Review.submitted_at)
        .select_from(Enrolment)
        .outerjoin(
            ReviewPlan,
            and_(
                ReviewPlan.person_id == Enrolment.person_id,
                ReviewPlan.course == Enrolment.course,
                ReviewPlan.ended_at.is_(None),
            ),
        )
        .outerjoin(Review, Review.plan_id == ReviewPlan.id)
        .where(
            Enrolment.person_id == person_id,
            Enrolment.course == course,
            Enrolment.completed_at.is_not(None),
            live_grant(person_id, course),
        )
        .order_by(Review.due_at)
    ).all()
    if not rows:
        return None
    return Plan(tuple(_planned(row) for row in rows if row.public_id is not None))


def access_review(session: Session, *, person_id: int, course: str, public_id: str) -> Review:
    """The person's own review. Raises NotFound for another's as for none."""
    review = session.scalar(
        select(Review)
        .join(ReviewPlan, ReviewPlan.id == Review.plan_id)
        .where(Review.public_id == public_id, ReviewPlan.person_id == person_id, ReviewPlan.course == course)
    )
    if review is None:
        raise NotFound
    return review


def plan_by_stop_key(session: Session, key: str) -> ReviewPlan | None:
    """The plan that a stop link names."""
    return session.scalar(select(ReviewPlan).where(ReviewPlan.stop_key == key))


def live_plan(session: Session, person_id: int, course: str) -> ReviewPlan | None:
    """The plan that is neither stopped nor replaced."""
    return session.scalar(
        select(ReviewPlan).where(
            ReviewPlan.person_id == person_id, ReviewPlan.course == course, ReviewPlan.ended_at.is_(None)
        )
    )


def to_mail(session: Session, *, review_id: int | None = None) -> Sequence[ToMail]:
    """Reviews that came due, were not mailed, and whose owner can get a mail and use the course; or one of them, if it
    still is such. A review that was answered, stopped or replaced by the next is none."""
    moment = now()
    later = aliased(Review)
    statement = (
        select(
            Review.id,
            Review.public_id,
            ReviewPlan.course,
            ReviewPlan.stop_key,
            Person.email,
            select(later.due_at)
            .where(later.plan_id == Review.plan_id, later.due_at > Review.due_at)
            .order_by(later.due_at)
            .limit(1)
            .scalar_subquery(),
        )
        .join(ReviewPlan, ReviewPlan.id == Review.plan_id)
        .join(Person, Person.id == ReviewPlan.person_id)
        .where(
            Review.mailed_at.is_(None),
            Review.due_at <= moment,
            Review.submitted_at.is_(None),
            ReviewPlan.ended_at.is_(None),
            may_be_mailed(),
            live_grant(ReviewPlan.person_id, ReviewPlan.course, moment),
            ~exists().where(later.plan_id == Review.plan_id, later.due_at > Review.due_at, _came(later, moment)),
        )
        .order_by(Review.due_at, Review.id)
    )
    if review_id is not None:
        statement = statement.where(Review.id == review_id)
    return [ToMail(*row) for row in session.execute(statement)]


def _came(review: type[Review], moment: datetime) -> ColumnElement[bool]:
    """The same as in `domain.standing`: due, or announced before the clock was set back."""
    return or_(review.due_at <= moment, review.mailed_at.is_not(None), review.release_id.is_not(None))


def _planned(row: Row[str, datetime, datetime | None, int | None, datetime | None]) -> Planned:
    return Planned(
        public_id=row.public_id,
        due_at=row.due_at,
        announced=row.mailed_at is not None or row.release_id is not None,
        submitted=row.submitted_at is not None,
    )
