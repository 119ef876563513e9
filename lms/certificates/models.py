"""Table of certificates."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from lms.core.db import Identified, Model


class Certificate(Identified, Model):
    """A frozen certificate. Only its status changes; a correction is a new row that supersedes this one."""

    __tablename__ = "certificate"
    __table_args__ = (
        # At most one valid certificate for a person and course, whatever happens at the same moment.
        Index(
            "uq_certificate_valid",
            "person_id",
            "course",
            unique=True,
            sqlite_where=text("status = 'valid' AND person_id IS NOT NULL"),
            postgresql_where=text("status = 'valid' AND person_id IS NOT NULL"),
        ),
    )

    code: Mapped[str] = mapped_column(String(40), unique=True)
    #: None after the account was erased; the certificate stays verifiable.
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
    course: Mapped[str] = mapped_column(String(60))
    release_id: Mapped[int] = mapped_column(ForeignKey("content_release.id"))
    snapshot: Mapped[dict[str, Any]]
    issued_at: Mapped[datetime]
    #: "valid", "superseded" or "revoked".
    status: Mapped[str] = mapped_column(String(20), default="valid")
    status_at: Mapped[datetime | None]
    status_reason: Mapped[str | None] = mapped_column(String(40))
    superseded_by: Mapped[str | None] = mapped_column(String(40))
