"""Reads of the inbox, in pages that cost the same however many requests there are."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.assistance.models import AssistanceRequest

PAGE = 50


def inbox(session: Session, *, handled: bool, before: int | None) -> tuple[list[AssistanceRequest], int | None]:
    """A page of requests, newest first, and the key of the next page if there is one."""
    statement = select(AssistanceRequest).order_by(AssistanceRequest.id.desc()).limit(PAGE + 1)
    state = AssistanceRequest.handled_at
    statement = statement.where(state.is_not(None) if handled else state.is_(None))
    if before is not None:
        statement = statement.where(AssistanceRequest.id < before)
    rows = list(session.scalars(statement))
    return rows[:PAGE], rows[PAGE - 1].id if len(rows) > PAGE else None
