"""Rate limits, counted in the database (or Redis), so that all processes share them.

A view names what is limited and for whom:

    limits.hit("sign-in by account", "10 per 15 minutes", email)

Counting goes through a connection of its own: a request that is then refused and rolled back still counts.
"""

from __future__ import annotations

import hashlib
import time
from datetime import datetime, timedelta

from flask import Flask, current_app, request
from limits import parse
from limits.storage import Storage, storage_from_string
from limits.strategies import FixedWindowRateLimiter
from sqlalchemy import Engine, String, case, delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Mapped, mapped_column

from lms.core.clock import now
from lms.core.db import WRITES, Model, db
from lms.core.errors import DomainError
from lms.core.unit_of_work import unit_of_work

_EXTENSION = "lms.limits"


class TooManyRequests(DomainError):
    """More tries than a person makes."""

    status = 429

    def __init__(self, retry_after: int) -> None:
        minutes = max(1, -(-retry_after // 60))
        wait = "a minute" if minutes == 1 else f"{minutes} minutes"
        super().__init__(f"There were too many tries from here. Wait {wait}, then try again.")
        self.retry_after = retry_after


class RateCounter(Model):
    """Hits within one window. The key is a digest, so that no address or email is kept here."""

    __tablename__ = "rate_counter"

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    hits: Mapped[int]
    expires_at: Mapped[datetime] = mapped_column(index=True)


class DatabaseStorage(Storage):
    """The `limits` library's storage on the site's own database."""

    STORAGE_SCHEME = ["lms-database"]  # noqa: RUF012 -- the library's interface

    def __init__(self, uri: str | None = None, wrap_exceptions: bool = False, *, engine: Engine) -> None:
        super().__init__(uri, wrap_exceptions)
        self._engine = engine

    @property
    def base_exceptions(self) -> type[Exception]:
        return SQLAlchemyError

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        moment = now()
        ends = moment + timedelta(seconds=expiry)
        insert = sqlite.insert if self._engine.dialect.name == "sqlite" else postgresql.insert
        over = RateCounter.expires_at <= moment
        statement = (
            insert(RateCounter)
            .values(key=_digest(key), hits=amount, expires_at=ends)
            .on_conflict_do_update(
                index_elements=[RateCounter.key],
                set_={
                    "hits": case((over, amount), else_=RateCounter.hits + amount),
                    "expires_at": case((over, ends), else_=RateCounter.expires_at),
                },
            )
            .returning(RateCounter.hits)
        )
        with self._engine.connect().execution_options(**{WRITES: True}) as connection, connection.begin():
            return int(connection.execute(statement).scalar_one())

    def get(self, key: str) -> int:
        live = select(RateCounter.hits).where(RateCounter.key == _digest(key), RateCounter.expires_at > now())
        with self._engine.connect() as connection:
            return connection.execute(live).scalar() or 0

    def get_expiry(self, key: str) -> float:
        with self._engine.connect() as connection:
            ends = connection.execute(select(RateCounter.expires_at).where(RateCounter.key == _digest(key))).scalar()
        return ends.timestamp() if ends else time.time()

    def check(self) -> bool:
        with self._engine.connect() as connection:
            return connection.execute(select(1)).scalar() == 1

    def reset(self) -> int | None:
        with self._engine.connect().execution_options(**{WRITES: True}) as connection, connection.begin():
            return connection.execute(delete(RateCounter)).rowcount

    def clear(self, key: str) -> None:
        with self._engine.connect().execution_options(**{WRITES: True}) as connection, connection.begin():
            connection.execute(delete(RateCounter).where(RateCounter.key == _digest(key)))


def init_app(app: Flask, limits_url: str) -> None:
    """Give the application its counters: in Redis where an address is set, else in its database."""
    if limits_url:
        storage = storage_from_string(limits_url)
    else:
        with app.app_context():
            storage = DatabaseStorage(engine=db.engine)
    app.extensions[_EXTENSION] = FixedWindowRateLimiter(storage)


def hit(name: str, rate: str, *identifiers: str) -> None:
    """Count one try. Raises TooManyRequests when `rate` ("10 per 15 minutes") is used up for the identifiers."""
    limiter: FixedWindowRateLimiter = current_app.extensions[_EXTENSION]
    item = parse(rate)
    if not limiter.hit(item, name, *identifiers):
        until = limiter.get_window_stats(item, name, *identifiers).reset_time
        raise TooManyRequests(max(1, int(until - time.time())))


def client_address() -> str:
    """The address of the caller, as the trusted proxies report it (`LMS_TRUSTED_PROXIES`), else of the connection."""
    return request.remote_addr or "unknown"


def sweep() -> None:
    """Remove counters whose window is over. Runs hourly in the worker."""
    with unit_of_work() as session:
        session.execute(delete(RateCounter).where(RateCounter.expires_at <= now()))


def _digest(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()
