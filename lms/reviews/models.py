"""Tables of reviews: that a person asked for them, and each one with its date."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from lms.core.db import Identified, Model


class ReviewPlan(Identified, Model):
    """A person's wish to be asked again about a course. Asking anew after the end or a stop is another row."""

    __tablename__ = "review_plan"
    __table_args__ = (
        # One set of dates for a person and course, whatever happens at the same moment.
        Index(
            "uq_review_plan_live",
            "person_id",
            "course",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
    )

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    course: Mapped[str] = mapped_column(String(60))
    started_at: Mapped[datetime]
    #: When the person stopped the reviews, or asked for new ones after the last.
    ended_at: Mapped[datetime | None]
    #: Stands in the stop link of mails, which needs no sign-in; unguessable.
    stop_key: Mapped[str] = mapped_column(String(26), unique=True)


class Review(Identified, Model):
    """One review. Its questions are drawn when it is first opened, by what is known then."""

    __tablename__ = "review"
    __table_args__ = (
        UniqueConstraint("plan_id", "due_at"),
        Index("ix_review_to_mail", "mailed_at", "due_at"),
    )

    #: Appears in addresses; unguessable.
    public_id: Mapped[str] = mapped_column(String(26), unique=True)
    plan_id: Mapped[int] = mapped_column(ForeignKey("review_plan.id", ondelete="CASCADE"))
    due_at: Mapped[datetime]
    #: When the mail about it went into the outbox: it does so once.
    mailed_at: Mapped[datetime | None]
    #: The release that was served; None until it is opened.
    release_id: Mapped[int | None] = mapped_column(ForeignKey("content_release.id"))
    seed: Mapped[int] = mapped_column(BigInteger)
    #: Item keys in the order shown.
    items: Mapped[list[str]]
    #: Responses by item key; questions without an answer are left out.
    responses: Mapped[dict[str, Any]]
    submitted_at: Mapped[datetime | None]
