"""`lms serve`, `lms worker`, `lms migrate`: the processes of a site."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import click
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import inspect

from lms.content import locate
from lms.core import jobs, logs
from lms.core.db import db
from lms.core.errors import ConfigurationError
from lms.core.settings import Settings, from_environment
from lms.releases.cli import publish_shipped_course


def _app(settings: Settings) -> Flask:
    from lms.app import create_app

    return create_app(settings)


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option(
    "--port", default=8000, show_default=True, type=click.IntRange(0, 65535), help="Port to listen on."
)
def serve(host: str, port: int) -> None:
    """Serve the site. A new database is migrated and gets the shipped course first."""
    settings = from_environment()
    if "LMS_BASE_URL" not in os.environ and host in {"127.0.0.1", "localhost"}:
        settings = settings.model_copy(update={"base_url": f"http://{host}:{port}"})
        os.environ["LMS_BASE_URL"] = settings.base_url
    logs.configure(settings.log_format)
    app = _app(settings)
    prepare(app)
    click.echo(f"\n  {settings.site_name} is at {settings.base_url}\n  Stop it with Ctrl-C.", err=True)
    click.echo(
        "  To become administrator: register on the site, then run  lms admin create YOUR-EMAIL\n", err=True
    )
    worker_process = _start_worker(settings)
    try:
        _run_web(app, settings, host, port)
    finally:
        if worker_process is not None:
            worker_process.terminate()
            worker_process.wait(timeout=30)


@click.command()
def worker() -> None:
    """Run the jobs: mails from the outbox, cleaning. Needed apart only with LMS_WORKER=separate."""
    settings = from_environment()
    logs.configure(settings.log_format)
    queue = jobs.of(_app(settings))
    queue.huey.create_consumer(workers=1, periodic=True, initial_delay=0.05, max_delay=0.5, backoff=1.2).run()


@click.command()
def migrate() -> None:
    """Bring the database to the present structure."""
    app = _app(from_environment())
    with app.app_context():
        upgrade()
    click.echo("The database is up to date.")


def prepare(app: Flask) -> None:
    """Migrate an empty database and publish the shipped course where none is. Refuses an outdated database."""
    with app.app_context():
        if not inspect(db.engine).has_table("alembic_version"):
            upgrade()
        elif (state := migration_state()) != "current":
            raise ConfigurationError(
                f"The database's structure is {state}. Back it up, then run:  lms migrate"
            )
        publish_shipped_course(only_if_none=True)


def migration_state() -> str:
    """`current`, `behind the code` or `newer than the code`."""
    script = ScriptDirectory(str(locate.shipped("migrations")))
    with db.engine.connect() as connection:
        present = MigrationContext.configure(connection).get_current_revision()
    if present == script.get_current_head():
        return "current"
    known = {revision.revision for revision in script.walk_revisions()}
    return "behind the code" if present is None or present in known else "newer than the code"


def _start_worker(settings: Settings) -> subprocess.Popen[bytes] | None:
    if settings.worker == "separate":
        return None
    return subprocess.Popen([sys.executable, "-m", "lms", "worker"], start_new_session=False)


def _run_web(app: Flask, settings: Settings, host: str, port: int) -> None:
    try:
        from gunicorn.app.base import BaseApplication
    except ImportError:  # gunicorn needs fork: elsewhere waitress serves with threads alone
        from waitress import serve as serve_with_threads

        serve_with_threads(app, host=host, port=port, threads=settings.web_workers * settings.web_threads)
        return

    class Gunicorn(BaseApplication):  # type: ignore[misc]
        def load_config(self) -> None:
            options: dict[str, Any] = {
                "bind": f"{host}:{port}",
                "worker_class": "gthread",
                "workers": settings.web_workers,
                "threads": settings.web_threads,
                "preload_app": True,
                "graceful_timeout": 20,
                "worker_tmp_dir": "/dev/shm" if Path("/dev/shm").is_dir() else None,
                "loglevel": "warning",
                "post_fork": _after_fork,
                "control_socket_disable": True,
            }
            for name, value in options.items():
                if name in self.cfg.settings:
                    self.cfg.set(name, value)

        def load(self) -> Flask:
            return app

    signal.signal(signal.SIGHUP, signal.SIG_DFL)
    Gunicorn().run()


def _after_fork(_server: object, worker_process: Any) -> None:
    # Connections opened before the fork belong to the parent: each process makes its own.
    app: Flask = worker_process.app.load()
    with app.app_context():
        db.engine.dispose(close=False)
