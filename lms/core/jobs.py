"""Background jobs with huey: a queue in SQLite by default, in PostgreSQL or Redis by setting.

The queue only carries nudges and timers. What must not be lost is in the outbox table.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from urllib.parse import urlsplit

import structlog
from flask import Flask, current_app
from huey import crontab
from huey.api import Huey
from huey.constants import EmptyData

from lms.core.clock import now
from lms.core.settings import Settings

log = structlog.get_logger()
_EXTENSION = "lms.jobs"
_HEARTBEAT = "lms.heartbeat"


class Jobs:
    """The queue of one application and the functions that it may run."""

    def __init__(self, app: Flask, huey: Huey) -> None:
        self.app = app
        self.huey = huey
        self._drain = huey.task(name="drain_outbox")(self._in_app(_drain_outbox))

    def every(self, name: str, function: Callable[[], object], *, minute: str = "*", hour: str = "*") -> None:
        """Run `function` at the given minutes and hours (UTC, as in a crontab) in the worker."""
        self.huey.periodic_task(crontab(minute=minute, hour=hour), name=name)(self._in_app(function))

    def nudge(self) -> None:
        self._drain()

    def beat(self) -> None:
        """Leave word, where the queue is kept, that a worker is alive now. Each worker does so every minute."""
        self.huey.storage.put_data(_HEARTBEAT, now().isoformat().encode())

    def last_beat(self) -> datetime | None:
        """When a worker was last alive; None if none ever was."""
        found = self.huey.storage.peek_data(_HEARTBEAT)
        return None if found is EmptyData else datetime.fromisoformat(bytes(found).decode())

    def _in_app(self, function: Callable[[], object]) -> Callable[[], None]:
        def run() -> None:
            with self.app.app_context():
                function()

        run.__name__ = function.__name__
        return run


def _drain_outbox() -> None:
    from lms.core import outbox  # the outbox nudges us, and we run it: one of the two must look late

    outbox.drain()


def init_app(app: Flask, settings: Settings) -> Jobs:
    """Give the application its queue. The outbox is looked through each minute, whatever else happens."""
    jobs = Jobs(app, _huey(settings))
    app.extensions[_EXTENSION] = jobs
    jobs.every("tick", _drain_outbox)
    jobs.every("beat", jobs.beat)
    return jobs


def nudge() -> None:
    """Ask the worker to look at the outbox now rather than at the next minute."""
    jobs: Jobs = current_app.extensions[_EXTENSION]
    jobs.nudge()


def of(app: Flask) -> Jobs:
    """The jobs of an application."""
    jobs: Jobs = app.extensions[_EXTENSION]
    return jobs


def _huey(settings: Settings) -> Huey:
    scheme = urlsplit(settings.jobs_url).scheme
    if scheme in {"redis", "rediss"}:
        from huey import RedisHuey

        return RedisHuey("lms", url=settings.jobs_url)
    if scheme.startswith("postgres"):
        from huey import PostgresHuey

        return PostgresHuey("lms", dsn=settings.jobs_url)
    from huey import SqliteHuey

    settings.data_dir.mkdir(parents=True, exist_ok=True)
    return SqliteHuey("lms", filename=str(settings.data_dir / "jobs.sqlite3"))
