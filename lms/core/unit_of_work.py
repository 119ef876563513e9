"""The one owner of the transaction. Views, jobs and commands open it; services only receive its session."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import structlog
from sqlalchemy.orm import Session

from lms.core.db import WRITES, db

_HOOKS = "lms_after_commit"
log = structlog.get_logger()


@contextmanager
def unit_of_work() -> Iterator[Session]:
    """Run a change as a whole: committed at the end of the block, or nothing of it.

    The transaction is a writing one from its start (`BEGIN IMMEDIATE` on SQLite), so that what the
    block reads cannot change before it writes. Rows that the session read earlier are forgotten.
    Units do not nest: a service that calls a service passes its session on.
    """
    session = db.session()
    if _HOOKS in session.info:
        raise RuntimeError("a unit of work is open already")
    if session.new or session.dirty or session.deleted:
        raise RuntimeError("rows were changed outside a unit of work")
    session.rollback()  # ends the reading transaction of the request so far
    session.expire_all()  # rows that an earlier unit left behind, whose old values would else be written back
    session.connection(execution_options={WRITES: True})
    hooks: list[Callable[[], None]] = []
    session.info[_HOOKS] = hooks
    try:
        yield session
        session.commit()
    except BaseException:
        session.rollback()
        raise
    finally:
        del session.info[_HOOKS]
    for hook in hooks:
        try:
            hook()
        except Exception:
            # The change is stored; what follows is repaired by the next tick of the jobs.
            log.exception("after_commit_failed", hook=getattr(hook, "__qualname__", repr(hook)))


def after_commit(session: Session, hook: Callable[[], None]) -> None:
    """Call `hook` once the unit of work is stored, and never if it is not.

    SQLAlchemy's own event also fires when a savepoint is released, which would be too early.
    """
    hooks: list[Callable[[], None]] = session.info[_HOOKS]
    if hook not in hooks:
        hooks.append(hook)
