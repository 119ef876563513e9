"""Tables of access, enrolment, progress, notes and evaluations."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from lms.core.db import Identified, Model


class AccessGrant(Identified, Model):
    """One reason why a person may use a course. Access is "any live grant"; ending one ends that one only."""

    __tablename__ = "access_grant"
    __table_args__ = (
        Index("ix_access_grant_person_course", "person_id", "course"),
        UniqueConstraint("person_id", "course", "source", "reference"),
    )

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    course: Mapped[str] = mapped_column(String(60))
    #: "order", "seat", "code", "lti" or "staff".
    source: Mapped[str] = mapped_column(String(20))
    #: What the source calls it: the order's public id, the seat's …
    reference: Mapped[str] = mapped_column(String(60))
    granted_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
    revoked_why: Mapped[str | None] = mapped_column(String(200))


class Enrolment(Identified, Model):
    """A person in a course: where they are, and when they finished."""

    __tablename__ = "enrolment"
    __table_args__ = (UniqueConstraint("person_id", "course"),)

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    course: Mapped[str] = mapped_column(String(60))
    enrolled_at: Mapped[datetime]
    #: The lesson opened last and the heading read last in it: "continue where you left off".
    last_lesson: Mapped[str | None] = mapped_column(String(80))
    last_heading: Mapped[str | None] = mapped_column(String(120))
    last_seen_at: Mapped[datetime | None]
    #: When the completion rule first held.
    completed_at: Mapped[datetime | None]


class LessonProgress(Model):
    """One lesson of an enrolment, from its first opening."""

    __tablename__ = "lesson_progress"

    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolment.id", ondelete="CASCADE"), primary_key=True)
    lesson: Mapped[str] = mapped_column(String(80), primary_key=True)
    opened_at: Mapped[datetime]
    completed_at: Mapped[datetime | None]


class LessonNote(Model):
    """The learner's own note on a lesson. Nobody else reads it."""

    __tablename__ = "lesson_note"

    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolment.id", ondelete="CASCADE"), primary_key=True)
    lesson: Mapped[str] = mapped_column(String(80), primary_key=True)
    text: Mapped[str] = mapped_column(Text)
    saved_at: Mapped[datetime]


class EvaluationResponse(Identified, Model):
    """A course evaluation, kept without its author: whether a person answered is on `evaluation_done`."""

    __tablename__ = "evaluation_response"

    course: Mapped[str] = mapped_column(String(60), index=True)
    release_id: Mapped[int] = mapped_column(ForeignKey("content_release.id"))
    #: The day only: a time of day could point back at the person.
    answered_on: Mapped[str] = mapped_column(String(10))
    answers: Mapped[dict[str, Any]]


class EvaluationDone(Model):
    """That the person of an enrolment answered the evaluation; not what they answered."""

    __tablename__ = "evaluation_done"

    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolment.id", ondelete="CASCADE"), primary_key=True)
    at: Mapped[datetime]
