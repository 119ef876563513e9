"""The audit log: one row for each change of money, access, certificates, roles and published content."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import structlog
from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, Session, mapped_column

from lms.core.clock import now
from lms.core.db import Identified, Model


class AuditEvent(Identified, Model):
    """What was done, to what, by whom, when. Rows are added, never changed."""

    __tablename__ = "audit_event"
    __table_args__ = (Index("ix_audit_event_subject", "subject_kind", "subject_id"),)

    at: Mapped[datetime]
    action: Mapped[str] = mapped_column(String(60))
    actor_id: Mapped[int | None] = mapped_column()  # a person; no foreign key: the log outlives them
    subject_kind: Mapped[str] = mapped_column(String(40))
    subject_id: Mapped[str] = mapped_column(String(60))
    detail: Mapped[dict[str, Any]]
    request_id: Mapped[str | None] = mapped_column(String(40))


def record(session: Session, action: str, *, subject: tuple[str, object], actor_id: int | None, **detail: Any) -> None:
    """Add one row to the log, in the caller's transaction. `actor_id` is None for the site itself."""
    context = structlog.contextvars.get_contextvars()
    kind, key = subject
    session.add(
        AuditEvent(
            at=now(),
            action=action,
            actor_id=actor_id,
            subject_kind=kind,
            subject_id=str(key),
            detail=detail,
            request_id=context.get("request_id"),
        )
    )
