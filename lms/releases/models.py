"""Tables of published content."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from lms.core.db import Identified, Model


class ContentRelease(Identified, Model):
    """One publication of a course. The row is never updated."""

    __tablename__ = "content_release"
    __table_args__ = (UniqueConstraint("course", "number"),)

    course: Mapped[str] = mapped_column(String(60))
    #: 1, 2, 3 … within the course.
    number: Mapped[int]
    #: sha256 of the document, hexadecimal.
    digest: Mapped[str] = mapped_column(String(64))
    #: The whole course as canonical JSON, compressed with zlib.
    document: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    published_at: Mapped[datetime]
    published_by: Mapped[int | None]
