"""Use cases of assessment. Each takes the session of a unit of work and never commits."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from lms.accounts.queries import hold_person
from lms.assessment import item_types, queries
from lms.assessment.domain import FULL, Response, Result, deadline, draw, grade_attempt, is_over
from lms.assessment.models import Answer, Attempt, Evidence
from lms.assessment.signals import attempt_graded
from lms.content.course import Course, Item, Module
from lms.core.clock import now
from lms.core.errors import Conflict, NotFound
from lms.core.ids import public_id
from lms.core.ids import seed as new_seed
from lms.releases.queries import course_of


@dataclass(frozen=True)
class Saved:
    """A stored answer. `revision` counts its replacements."""

    saved_at: datetime
    revision: int


def start_attempt(session: Session, *, person_id: int, release_id: int, course: Course, module: Module) -> Attempt:
    """Open an attempt at a module's quiz, or return the one that is open.

    Raises Conflict when the quiz is passed or no attempt is left. Of many starts at the same moment as many
    succeed as attempts are left, because each holds the person's row first.
    """
    hold_person(session, person_id)
    state = queries.quiz_states(session, person_id, course)[module.key]
    if state.open_attempt is not None:
        return queries.access_attempt(session, person_id=person_id, course=course.slug, public_id=state.open_attempt)
    if state.passed:
        raise Conflict("You have passed this quiz already.")
    if state.attempts_left == 0:
        raise Conflict(
            f"All {state.attempts_allowed} attempts are used. "
            "Ask for assistance: the course team can allow another one."
        )
    moment = now()
    seed = new_seed()
    items = draw(module.quiz, seed=seed, seen=_times_seen(session, person_id, course.slug))
    attempt = Attempt(
        public_id=public_id(),
        person_id=person_id,
        course=course.slug,
        quiz=module.key,
        number=state.attempts_used + 1,
        release_id=release_id,
        seed=seed,
        items=list(items),
        started_at=moment,
        deadline=deadline(
            moment,
            limit_minutes=module.quiz.settings.time_limit_minutes,
            extra_percent=queries.extra_time(session, person_id, course.slug),
        ),
        max_points=FULL * len(items),
    )
    session.add(attempt)
    session.flush()
    return attempt


def _times_seen(session: Session, person_id: int, course: str) -> Mapping[str, int]:
    seen: dict[str, int] = {}
    for items in session.scalars(select(Attempt.items).where(Attempt.person_id == person_id, Attempt.course == course)):
        for key in items:
            seen[key] = seen.get(key, 0) + 1
    return seen


def served_item(session: Session, attempt: Attempt, key: str) -> Item:
    """An item as this attempt served it. Raises NotFound for an item that it did not draw."""
    if key not in attempt.items:
        raise NotFound
    return course_of(session, attempt.release_id).item(key)


def record_answer(session: Session, *, attempt: Attempt, item: str, response: Response | None) -> Saved:
    """Store one response; the last one stored counts, and None takes it back.

    The attempt is one that this transaction holds, so that nobody closes it meanwhile. Raises Conflict once it is
    submitted or its time is over.
    """
    _must_be_open(attempt)
    moment = now()
    answer = session.get(Answer, (attempt.id, item))
    if response is None:
        if answer is not None:
            session.delete(answer)
        return Saved(moment, 0)
    if answer is None:
        session.add(Answer(attempt_id=attempt.id, item=item, response=response, saved_at=moment, revision=1))
        return Saved(moment, 1)
    if answer.response != response:  # one that is sent again, as with the whole page, keeps the moment it was given
        answer.response = response
        answer.revision += 1
        answer.saved_at = moment
    return Saved(answer.saved_at, answer.revision)


def flag_item(*, attempt: Attempt, item: str, flagged: bool) -> None:
    """Mark an item of an open attempt to be reviewed later, or take the mark away.

    Asks for a held attempt and raises Conflict as `record_answer` does.
    """
    _must_be_open(attempt)
    attempt.flags = [key for key in attempt.items if (flagged if key == item else key in attempt.flags)]


def _must_be_open(attempt: Attempt) -> None:
    if attempt.submitted_at is not None:
        raise Conflict("This attempt is submitted already, so its answers can no longer change.")
    if is_over(attempt.deadline, now()):
        raise Conflict("The time of this attempt is over. What was saved before counts.")


def close_if_over(session: Session, *, attempt: Attempt) -> bool:
    """Submit an attempt whose time is over, with what was saved. Returns whether this call did so."""
    return is_over(attempt.deadline, now()) and submit_attempt(session, attempt=attempt)


def submit_attempt(session: Session, *, attempt: Attempt) -> bool:
    """Close and grade an attempt. Returns False when it was submitted already: an attempt is graded once."""
    moment = now()
    closed = session.execute(
        update(Attempt).where(Attempt.id == attempt.id, Attempt.submitted_at.is_(None)).values(submitted_at=moment)
    )
    if closed.rowcount != 1:  # type: ignore[attr-defined]
        return False
    session.refresh(attempt)
    result = result_of(session, attempt)
    attempt.points, attempt.passed = result.points, result.passed
    stored = queries.answers(session, attempt.id)
    for graded in result.items:
        if graded.item.key in stored:
            stored[graded.item.key].points = graded.points
        session.add(
            Evidence(
                person_id=attempt.person_id,
                course=attempt.course,
                objective=graded.item.objective,
                source="quiz",
                reference=attempt.public_id,
                item=graded.item.key,
                points=graded.points,
                max_points=FULL,
                at=moment,
            )
        )
    session.flush()
    attempt_graded.send(attempt, session=session)
    return True


def result_of(session: Session, attempt: Attempt) -> Result:
    """Grade an attempt by the release that it was served from."""
    course = course_of(session, attempt.release_id)
    stored = queries.responses(queries.answers(session, attempt.id))
    return grade_attempt(
        (course.item(key) for key in attempt.items),
        stored,
        seed=attempt.seed,
        pass_mark=course.module(attempt.quiz).quiz.settings.pass_mark,
    )


def record_check(
    session: Session, *, person_id: int, course: str, item: Item, response: Response, seed: int = 0
) -> int:
    """Note the response to an ungraded knowledge check as evidence. Returns its points.

    `seed` drew the numbers of the question, where it has any.
    """
    points = item_types.of(item).grade(item, response, seed)
    hold_person(session, person_id)
    tries = session.scalar(
        select(func.count()).where(
            Evidence.person_id == person_id, Evidence.source == "check", Evidence.item == item.key
        )
    )
    session.add(
        Evidence(
            person_id=person_id,
            course=course,
            objective=item.objective,
            source="check",
            reference=str((tries or 0) + 1),
            item=item.key,
            points=points,
            max_points=FULL,
            at=now(),
        )
    )
    return points


def record_review(
    session: Session,
    *,
    person_id: int,
    course: str,
    reference: str,
    items: Iterable[Item],
    responses: Mapping[str, Response],
    seed: int,
) -> None:
    """Note the answered questions of a review as evidence. One without an answer says nothing.

    `reference` is the review's public id; `seed` drew the numbers of its questions.
    """
    moment = now()
    for item in items:
        if item.key in responses:
            session.add(
                Evidence(
                    person_id=person_id,
                    course=course,
                    objective=item.objective,
                    source="review",
                    reference=reference,
                    item=item.key,
                    points=item_types.of(item).grade(item, responses[item.key], seed),
                    max_points=FULL,
                    at=moment,
                )
            )
