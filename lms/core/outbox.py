"""The outbox: what must happen outside the database, written down in the same transaction as its cause.

A row is delivered at least once. Handlers therefore carry a key that lets the receiver see a repetition
(a mail's Message-ID, a payment's idempotency key). A failed delivery is tried again with growing pauses
for about two days, then kept and shown by `lms doctor`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

import structlog
from flask import current_app
from sqlalchemy import Index, String, Text, and_, delete, func, or_, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from lms.core import jobs
from lms.core.clock import now
from lms.core.db import Identified, Model, db
from lms.core.unit_of_work import after_commit, unit_of_work

Handler = Callable[[int, Mapping[str, Any]], None]
log = structlog.get_logger()

#: While a delivery is under way nobody else takes the row; a worker that died frees it after this time.
LEASE = timedelta(minutes=5)
#: The longest pause between two tries.
LONGEST_PAUSE = timedelta(hours=6)
MAX_ATTEMPTS = 18
#: How long a delivered message stays, for questions about it and for its deduplication key.
KEPT = timedelta(days=30)
_HANDLERS = "lms.outbox"


class OutboxMessage(Identified, Model):
    """One thing to be done outside. `done_at` or `given_up_at` is set when it is over."""

    __tablename__ = "outbox_message"
    __table_args__ = (Index("ix_outbox_message_due", "done_at", "given_up_at", "due_at"),)

    kind: Mapped[str] = mapped_column(String(40))
    payload: Mapped[dict[str, Any]]
    dedup_key: Mapped[str | None] = mapped_column(String(120), unique=True)
    created_at: Mapped[datetime]
    due_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)
    last_error: Mapped[str | None] = mapped_column(Text)
    done_at: Mapped[datetime | None]
    given_up_at: Mapped[datetime | None]


def handles(app_handlers: dict[str, Handler], kind: str, handler: Handler) -> None:
    """Register the one handler of a kind of message."""
    if kind in app_handlers:
        raise RuntimeError(f"two handlers for outbox messages of kind {kind!r}")
    app_handlers[kind] = handler


def handlers() -> dict[str, Handler]:
    """The handlers of the current application, by kind of message."""
    registry: dict[str, Handler] = current_app.extensions.setdefault(_HANDLERS, {})
    return registry


def put(
    session: Session,
    kind: str,
    payload: dict[str, Any],
    *,
    dedup_key: str | None = None,
    in_unit: bool = True,
) -> None:
    """Write a message down in the caller's transaction. The same `dedup_key` is written once, ever.

    `in_unit=False` is for libraries that commit by themselves: the minute's tick then delivers it.
    """
    if dedup_key is not None and session.scalar(select(OutboxMessage.id).where(OutboxMessage.dedup_key == dedup_key)):
        return
    moment = now()
    session.add(
        OutboxMessage(kind=kind, payload=payload, dedup_key=dedup_key, created_at=moment, due_at=moment, attempts=0)
    )
    if in_unit:
        after_commit(session, jobs.nudge)


def drain(limit: int = 200) -> int:
    """Deliver what is due, oldest first. Returns how many messages were delivered."""
    delivered = 0
    for _ in range(limit):
        claimed = _claim()
        if claimed is None:
            break
        message_id, kind, payload, attempts = claimed
        try:
            handlers()[kind](message_id, payload)
        except Exception as error:
            log.warning("outbox_delivery_failed", message=message_id, kind=kind, attempts=attempts, error=str(error))
            _settle(message_id, attempts, error)
        else:
            _settle(message_id, attempts, None)
            delivered += 1
    return delivered


def backlog(session: Session) -> tuple[int, int]:
    """How many messages wait for their delivery, and how many were given up."""
    waiting = and_(OutboxMessage.done_at.is_(None), OutboxMessage.given_up_at.is_(None))
    row = session.execute(
        select(func.count().filter(waiting), func.count().filter(OutboxMessage.given_up_at.is_not(None))).select_from(
            OutboxMessage
        )
    ).one()
    return row[0], row[1]


def sweep() -> None:
    """Remove messages delivered more than KEPT ago, with the addresses in them. Runs daily in the worker."""
    with unit_of_work() as session:
        session.execute(delete(OutboxMessage).where(OutboxMessage.done_at < now() - KEPT))


def _claim() -> tuple[int, str, dict[str, Any], int] | None:
    moment = now()
    waiting = (
        select(
            OutboxMessage.id,
            OutboxMessage.kind,
            OutboxMessage.payload,
            OutboxMessage.attempts,
        )
        .where(
            OutboxMessage.done_at.is_(None),
            OutboxMessage.given_up_at.is_(None),
            # A clock that was set back must not hold up new messages, nor those whose pause cannot be that long.
            or_(
                OutboxMessage.due_at <= moment,
                OutboxMessage.attempts == 0,
                OutboxMessage.due_at > moment + LONGEST_PAUSE,
            ),
        )
        .order_by(OutboxMessage.due_at, OutboxMessage.id)
        .limit(1)
    )
    # A look without the write lock first: most ticks find nothing.
    if db.session.execute(waiting).first() is None:
        db.session.rollback()
        return None
    with unit_of_work() as session:
        row = session.execute(waiting).first()
        if row is None:
            return None
        taken = session.execute(
            update(OutboxMessage)
            .where(
                OutboxMessage.id == row.id,
                OutboxMessage.attempts == row.attempts,
                OutboxMessage.done_at.is_(None),
            )
            .values(due_at=moment + LEASE, attempts=OutboxMessage.attempts + 1)
        )
        if taken.rowcount != 1:  # type: ignore[attr-defined]  # another worker was quicker
            return None
        return row.id, row.kind, row.payload, row.attempts + 1


def _settle(message_id: int, attempts: int, error: Exception | None) -> None:
    moment = now()
    values: dict[str, Any] = {"done_at": moment, "last_error": None}
    if error is not None:
        pause = min(timedelta(seconds=15 * 2 ** (attempts - 1)), LONGEST_PAUSE)
        values = {"due_at": moment + pause, "last_error": f"{type(error).__name__}: {error}"[:2000]}
        if attempts >= MAX_ATTEMPTS:
            values["given_up_at"] = moment
    with unit_of_work() as session:
        session.execute(update(OutboxMessage).where(OutboxMessage.id == message_id).values(**values))
