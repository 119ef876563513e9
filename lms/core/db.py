"""The database: one metadata, one session, and SQLite taught not to lose updates."""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import JSON, Connection, DateTime, Engine, Integer, MetaData, event
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, SessionTransaction, mapped_column, registry
from sqlalchemy.types import TypeDecorator

#: Key of the execution option that makes a SQLite transaction a writing one from its start.
WRITES = "lms_writes"
_UPGRADED = "lms_upgraded"


class UtcDateTime(TypeDecorator[datetime]):
    """A moment in UTC. Naive values are refused, so that no local time slips in."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Any) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment without time zone")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Any) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    """Every table's base: named constraints, UTC moments, JSON that PostgreSQL can index."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    # Flask-SQLAlchemy copies this class, and SQLAlchemy takes the types of a copy from its registry only.
    registry = registry(
        metadata=metadata,
        type_annotation_map={
            datetime: UtcDateTime,
            dict[str, Any]: JSON().with_variant(JSONB(), "postgresql"),
            list[str]: JSON().with_variant(JSONB(), "postgresql"),
            list[dict[str, Any]]: JSON().with_variant(JSONB(), "postgresql"),
        },
    )


db = SQLAlchemy(model_class=Base, session_options={"expire_on_commit": False})

if TYPE_CHECKING:
    Model = Base
else:
    Model = db.Model


class Identified:
    """A surrogate key, for tables that have no better one."""

    id: Mapped[int] = mapped_column(Integer, primary_key=True)


def init_app(app: Flask, url: str) -> None:
    """Attach the database to an application. Listeners are set on its own engine only: a host's stay untouched."""
    app.config["SQLALCHEMY_DATABASE_URI"] = url
    if not url.startswith("sqlite"):
        app.config["SQLALCHEMY_ENGINE_OPTIONS"] = {"pool_pre_ping": True}
    db.init_app(app)
    with app.app_context():
        engine = db.engine
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)


def _prepare_sqlite(connection: DBAPIConnection, _record: object) -> None:
    if not isinstance(connection, sqlite3.Connection):
        raise TypeError("a SQLite connection is expected here")
    # The driver's own BEGIN comes late and lets two readers both turn writer on an old snapshot: one update is
    # then lost without a word. We begin ourselves, see _begin_sqlite.
    connection.isolation_level = None
    for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON", "busy_timeout=10000"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    if connection.get_execution_options().get(WRITES, False):
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    else:  # it takes no lock and cannot fail: no need for the engine's care, which costs more than itself
        connection.connection.dbapi_connection.execute("BEGIN")  # type: ignore[union-attr]


def take_write_lock(session: Session) -> None:
    """Trade a reading transaction for a writing one, outside a unit of work.

    Libraries (sign-in, registration) write through the session in their own way. Without this their
    first write could fail at once on a stale snapshot, where waiting for the lock is what is wanted. A flush
    calls it by itself; a statement that is executed directly needs it called before.
    """
    connection = session.connection()
    if connection.dialect.name != "sqlite" or session.info.get(_UPGRADED):
        return
    if not connection.get_execution_options().get(WRITES, False):
        connection.exec_driver_sql("COMMIT")
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    session.info[_UPGRADED] = True


@event.listens_for(db.session, "before_flush")
def _before_flush(session: Session, _context: object, _objects: object) -> None:
    take_write_lock(session)


@event.listens_for(db.session, "after_transaction_end")
def _forget_upgrade(session: Session, transaction: SessionTransaction) -> None:
    if transaction.parent is None:
        session.info.pop(_UPGRADED, None)


def is_sqlite(engine: Engine) -> bool:
    """True for the default database, which has one writer at a time."""
    return engine.dialect.name == "sqlite"
