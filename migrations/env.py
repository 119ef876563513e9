"""Alembic's entry point: runs within the application, on its own connection."""

from __future__ import annotations

from typing import Literal

from alembic import context
from sqlalchemy import JSON

from lms.core.db import WRITES, Base, UtcDateTime, db


def plain_types(kind: str, column_type: object, _context: object) -> str | Literal[False]:
    """Write our own column types down as the plain ones that they store, so that old migrations never change."""
    if kind == "type" and isinstance(column_type, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and isinstance(column_type, JSON):
        return 'sa.JSON().with_variant(postgresql.JSONB(), "postgresql")'
    return False


def is_ours(_object: object, name: str | None, kind: str, reflected: bool, _other: object) -> bool:
    """Tables that only the database knows (a job queue of another library's, say) are left alone."""
    return not (kind == "table" and reflected and name not in Base.metadata.tables)


with db.engine.connect().execution_options(**{WRITES: True}) as connection:
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        include_object=is_ours,
        render_item=plain_types,
        compare_type=True,
        render_as_batch=True,
        transaction_per_migration=False,
    )
    with context.begin_transaction():
        context.run_migrations()
