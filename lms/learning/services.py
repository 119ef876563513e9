"""Use cases of learning. Each takes the session of a unit of work and never commits."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from lms.content.course import Course
from lms.core import audit
from lms.core.clock import local_date, now
from lms.core.errors import DomainError, NotFound
from lms.learning import queries
from lms.learning.domain import clean_evaluation
from lms.learning.models import (
    AccessGrant,
    Enrolment,
    EvaluationDone,
    EvaluationResponse,
    LessonNote,
    LessonProgress,
)
from lms.learning.queries import Learner
from lms.learning.signals import course_completed

NOTE_LIMIT = 20_000


def grant_access(
    session: Session,
    *,
    person_id: int,
    course: str,
    source: str,
    reference: str,
    actor_id: int | None,
    expires_at: datetime | None = None,
) -> AccessGrant:
    """Add a grant to the ledger and enrol the person. The same source and reference grant once, ever."""
    grant = session.scalar(
        select(AccessGrant).where(
            AccessGrant.person_id == person_id,
            AccessGrant.course == course,
            AccessGrant.source == source,
            AccessGrant.reference == reference,
        )
    )
    if grant is None:
        grant = AccessGrant(
            person_id=person_id,
            course=course,
            source=source,
            reference=reference,
            granted_at=now(),
            expires_at=expires_at,
        )
        session.add(grant)
        session.flush()
        audit.record(
            session,
            "access.granted",
            subject=("grant", grant.id),
            actor_id=actor_id,
            person=person_id,
            course=course,
            source=source,
            reference=reference,
        )
    _enrol(session, person_id, course)
    return grant


def revoke_access(session: Session, *, grant_id: int, why: str, actor_id: int | None) -> None:
    """End one grant. Other grants of the same person stay; their progress stays, too."""
    changed = session.execute(
        update(AccessGrant)
        .where(AccessGrant.id == grant_id, AccessGrant.revoked_at.is_(None))
        .values(revoked_at=now(), revoked_why=why)
    )
    if changed.rowcount:  # type: ignore[attr-defined]
        audit.record(session, "access.revoked", subject=("grant", grant_id), actor_id=actor_id, why=why)


def _enrol(session: Session, person_id: int, course: str) -> None:
    _insert_once(session, Enrolment, person_id=person_id, course=course, enrolled_at=now())


def _insert_once(session: Session, model: type, **values: Any) -> None:
    """Insert a row unless its unique key is there; the database decides, so that two tabs cannot both insert."""
    dialect = sqlite if session.get_bind().dialect.name == "sqlite" else postgresql
    session.execute(dialect.insert(model).values(**values).on_conflict_do_nothing())


def _hold(session: Session, enrolment_id: int) -> None:
    """Make another window of the same learner wait, so that "is it there?" and "insert it" are one step."""
    session.execute(select(Enrolment.id).where(Enrolment.id == enrolment_id).with_for_update())


def remember_place(session: Session, *, enrolment_id: int, lesson: str, heading: str | None) -> None:
    """Remember where the learner is, for Continue."""
    session.execute(
        update(Enrolment)
        .where(Enrolment.id == enrolment_id)
        .values(last_lesson=lesson, last_heading=heading, last_seen_at=now())
    )


def complete_lesson(session: Session, *, learner: Learner, lesson: str) -> None:
    """Mark a lesson complete; a second time changes nothing."""
    moment = now()
    _insert_once(
        session,
        LessonProgress,
        enrolment_id=learner.enrolment_id,
        lesson=lesson,
        opened_at=moment,
        completed_at=moment,
    )
    refresh_completion(session, person_id=learner.person_id, course=learner.course.slug)


def reopen_lesson(session: Session, *, learner: Learner, lesson: str) -> None:
    """Take "complete" back, to read the lesson again. A course that was completed stays completed."""
    session.execute(
        delete(LessonProgress).where(
            LessonProgress.enrolment_id == learner.enrolment_id,
            LessonProgress.lesson.in_([lesson, *learner.course.lesson(lesson).was]),
        )
    )


def save_note(session: Session, *, enrolment_id: int, lesson: str, text: str) -> datetime:
    """Store the learner's note on a lesson; an empty one removes it. Returns when it was stored."""
    if len(text) > NOTE_LIMIT:
        raise DomainError(
            f"A note can have {NOTE_LIMIT:,} characters; this one has {len(text):,}. Shorten it, then save again.",
            field="text",
        )
    moment = now()
    _hold(session, enrolment_id)
    note = session.get(LessonNote, (enrolment_id, lesson))
    if not text.strip():
        if note is not None:
            session.delete(note)
    elif note is None:
        session.add(LessonNote(enrolment_id=enrolment_id, lesson=lesson, text=text, saved_at=moment))
    else:
        note.text, note.saved_at = text, moment
    return moment


def rename_notes(session: Session, *, course: Course) -> None:
    """Have notes follow lessons that a new release renamed, so that the lesson page finds them by one key."""
    theirs = select(Enrolment.id).where(Enrolment.course == course.slug)
    for lesson in course.lessons:
        for old in lesson.was:
            has_both = select(LessonNote.enrolment_id).where(LessonNote.lesson == lesson.key)
            session.execute(
                update(LessonNote)
                .where(
                    LessonNote.lesson == old,
                    LessonNote.enrolment_id.in_(theirs),
                    LessonNote.enrolment_id.not_in(has_both),
                )
                .values(lesson=lesson.key)
                .execution_options(synchronize_session=False)
            )


def answer_evaluation(session: Session, *, learner: Learner, given: dict[str, str]) -> dict[str, str]:
    """Store the evaluation, without its author, and note that it was answered.

    Returns errors by question key; nothing is stored when there is one. Answered once: a second form
    changes nothing.
    """
    if not queries.state_of(session, learner).ready_for_evaluation:
        raise DomainError("The evaluation opens when all lessons are complete and all quizzes are passed.")
    answers, errors = clean_evaluation(learner.course, given)
    if errors:
        return errors
    moment = now()
    _hold(session, learner.enrolment_id)
    if session.get(EvaluationDone, learner.enrolment_id) is None:
        session.add(EvaluationDone(enrolment_id=learner.enrolment_id, at=moment))
        session.add(
            EvaluationResponse(
                course=learner.course.slug,
                release_id=learner.release_id,
                answered_on=local_date(moment).isoformat(),
                answers=answers,
            )
        )
        session.flush()
    refresh_completion(session, person_id=learner.person_id, course=learner.course.slug)
    return {}


def refresh_completion(session: Session, *, person_id: int, course: str) -> None:
    """Note the moment in which the completion rule first holds, and announce it once."""
    session.flush()
    enrolment = session.scalar(
        select(Enrolment).where(Enrolment.person_id == person_id, Enrolment.course == course).with_for_update()
    )
    if enrolment is None or enrolment.completed_at is not None:
        return
    learner = next(iter(queries.learners(session, person_id, course=course)), None)
    if learner is None or not queries.state_of(session, learner).complete:
        return
    enrolment.completed_at = now()
    session.flush()
    audit.record(session, "course.completed", subject=("enrolment", enrolment.id), actor_id=person_id, course=course)
    course_completed.send(enrolment, session=session)


def require_lesson(course: Course, module: str, lesson: str) -> str:
    """The present key of the lesson at this address, following renames. Raises NotFound."""
    key = course.lesson_key(lesson)
    if key is None or course.module_key(module) != course.lesson(key).module_key:
        raise NotFound
    return key
