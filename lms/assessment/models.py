"""Tables of attempts, answers, runs of cases, and the evidence that they give for objectives."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from lms.core.db import Identified, Model

_OPEN = "submitted_at IS NULL AND deadline IS NOT NULL"


class Attempt(Identified, Model):
    """One run through a module quiz by one person, on one release, with its own draw and order."""

    __tablename__ = "attempt"
    __table_args__ = (
        UniqueConstraint("person_id", "course", "quiz", "number"),
        CheckConstraint("points >= 0 AND points <= max_points", name="points_within"),
        # The worker looks for attempts whose time is over each minute.
        Index("ix_attempt_open_deadline", "deadline", postgresql_where=text(_OPEN), sqlite_where=text(_OPEN)),
    )

    #: Appears in addresses; unguessable.
    public_id: Mapped[str] = mapped_column(String(26), unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    course: Mapped[str] = mapped_column(String(60))
    #: The quiz's key, which is its module's.
    quiz: Mapped[str] = mapped_column(String(60))
    #: 1, 2, 3 … for this person and quiz.
    number: Mapped[int]
    #: The release that was served: the attempt is shown and graded by it, whatever is published later.
    release_id: Mapped[int] = mapped_column(ForeignKey("content_release.id"))
    seed: Mapped[int] = mapped_column(BigInteger)
    #: Item keys in the order shown.
    items: Mapped[list[str]]
    #: Keys of the items that the person wants to review before submitting.
    flags: Mapped[list[str]] = mapped_column(default=list)
    started_at: Mapped[datetime]
    #: When the time is over, extra time included; None without a limit. Later changes of the course do not move it.
    deadline: Mapped[datetime | None]
    submitted_at: Mapped[datetime | None]
    #: Points in thousandths of an item, so that partial credit stays exact.
    points: Mapped[int | None]
    max_points: Mapped[int]
    passed: Mapped[bool | None]


class Answer(Model):
    """The last acknowledged response to one item of an attempt."""

    __tablename__ = "answer"

    attempt_id: Mapped[int] = mapped_column(ForeignKey("attempt.id", ondelete="CASCADE"), primary_key=True)
    item: Mapped[str] = mapped_column(String(80), primary_key=True)
    response: Mapped[dict[str, Any]]
    saved_at: Mapped[datetime]
    #: How often the response was replaced: two tabs see by it that the other one wrote later.
    revision: Mapped[int] = mapped_column(default=1)
    #: Set at submission, in thousandths.
    points: Mapped[int | None]


class Evidence(Identified, Model):
    """One observation of what a person can do, for one objective: a graded item, a knowledge check, a decision of a
    case, or a question of a review."""

    __tablename__ = "evidence"
    __table_args__ = (
        Index("ix_evidence_person_course", "person_id", "course"),
        Index("ix_evidence_course_item", "course", "item"),
        UniqueConstraint("person_id", "source", "reference", "item"),
    )

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    course: Mapped[str] = mapped_column(String(60))
    objective: Mapped[str] = mapped_column(String(20))
    #: "quiz", "check", "case", "review", or "pre": what was known before the course, which says nothing about now.
    source: Mapped[str] = mapped_column(String(20))
    #: The public id of the attempt, the case's run or the review, or the number of the try at a check.
    reference: Mapped[str] = mapped_column(String(40))
    item: Mapped[str] = mapped_column(String(80))
    points: Mapped[int]
    max_points: Mapped[int]
    at: Mapped[datetime]


class CaseRun(Identified, Model):
    """One person's way through a case, on one release. A case may be run as often as one likes, one run at a time."""

    __tablename__ = "case_run"
    __table_args__ = (
        Index("ix_case_run_person", "person_id", "course", "case"),
        CheckConstraint("points >= 0 AND points <= max_points", name="points_within"),
    )

    #: Appears in addresses; unguessable.
    public_id: Mapped[str] = mapped_column(String(26), unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    course: Mapped[str] = mapped_column(String(60))
    case: Mapped[str] = mapped_column(String(80))
    #: The release that was served: the run is shown and scored by it, whatever is published later.
    release_id: Mapped[int] = mapped_column(ForeignKey("content_release.id"))
    #: Decides the order in which options are shown.
    seed: Mapped[int] = mapped_column(BigInteger)
    #: `{"scene": key, "chosen": [keys]}` for each decision, in their order.
    decisions: Mapped[list[dict[str, Any]]]
    #: Counts the changes: of two tabs, the one that shows an older state is refused.
    revision: Mapped[int]
    started_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    #: In thousandths, set at the end.
    points: Mapped[int | None]
    max_points: Mapped[int]


class AttemptAllowance(Identified, Model):
    """Further attempts that an administrator granted one person for one quiz."""

    __tablename__ = "attempt_allowance"
    __table_args__ = (Index("ix_attempt_allowance_person", "person_id", "course", "quiz"),)

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    course: Mapped[str] = mapped_column(String(60))
    quiz: Mapped[str] = mapped_column(String(60))
    extra: Mapped[int]
    reason: Mapped[str] = mapped_column(String(200))
    granted_by: Mapped[int | None]
    granted_at: Mapped[datetime]


class TimeAllowance(Identified, Model):
    """Extra time that one person was granted for the quizzes of a course. The newest one counts."""

    __tablename__ = "time_allowance"
    __table_args__ = (Index("ix_time_allowance_person", "person_id", "course"),)

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    course: Mapped[str] = mapped_column(String(60))
    #: Added to a quiz's time limit, in per cent of it; 0 ends an earlier allowance.
    percent: Mapped[int]
    reason: Mapped[str] = mapped_column(String(200))
    granted_by: Mapped[int | None]
    granted_at: Mapped[datetime]


class PreAssessment(Identified, Model):
    """What a person answered before a course, once."""

    __tablename__ = "pre_assessment"
    __table_args__ = (UniqueConstraint("person_id", "course"),)

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    course: Mapped[str] = mapped_column(String(60))
    #: The release that was asked: its items are explained at the end of the course.
    release_id: Mapped[int] = mapped_column(ForeignKey("content_release.id"))
    #: Response by item key. Items without an answer are left out.
    responses: Mapped[dict[str, Any]]
    taken_at: Mapped[datetime]


class Confidence(Model):
    """How sure a person is of an objective, 0 to 10, at one of the two moments at which it is asked."""

    __tablename__ = "confidence"
    __table_args__ = (CheckConstraint("value >= 0 AND value <= 10", name="value_within"),)

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), primary_key=True)
    course: Mapped[str] = mapped_column(String(60), primary_key=True)
    objective: Mapped[str] = mapped_column(String(20), primary_key=True)
    #: "before" or "after" the course.
    moment: Mapped[str] = mapped_column(String(10), primary_key=True)
    value: Mapped[int]
    at: Mapped[datetime]


class Regrade(Identified, Model):
    """One regrading of an item: who was asked it by an earlier release got the points of a corrected one."""

    __tablename__ = "regrade"
    __table_args__ = (Index("ix_regrade_course_item", "course", "item"),)

    course: Mapped[str] = mapped_column(String(60))
    item: Mapped[str] = mapped_column(String(80))
    #: The release with the corrected version, or without the item.
    release_id: Mapped[int] = mapped_column(ForeignKey("content_release.id"))
    may_lower: Mapped[bool]
    #: Shown to the learners.
    reason: Mapped[str] = mapped_column(String(500))
    #: Of the preview that was confirmed. Unique, so that a second press of the button finds the first.
    fingerprint: Mapped[str] = mapped_column(String(64), unique=True)
    #: Submitted attempts looked at, and how many of them changed in which way.
    examined: Mapped[int]
    raised: Mapped[int]
    lowered: Mapped[int]
    newly_passed: Mapped[int]
    no_longer_passed: Mapped[int]
    at: Mapped[datetime]
    regraded_by: Mapped[int | None]


class RegradedAttempt(Model):
    """An attempt that a regrade changed. Points are those of the item, in thousandths."""

    __tablename__ = "regraded_attempt"
    __table_args__ = (Index("ix_regraded_attempt_attempt_id", "attempt_id"),)

    regrade_id: Mapped[int] = mapped_column(ForeignKey("regrade.id", ondelete="CASCADE"), primary_key=True)
    attempt_id: Mapped[int] = mapped_column(ForeignKey("attempt.id", ondelete="CASCADE"), primary_key=True)
    points_before: Mapped[int]
    points_after: Mapped[int]
    passed_before: Mapped[bool]
