"""`lms serve`, `lms worker`, `lms migrate`: the processes of a site."""

from __future__ import annotations

import errno
import gc
import os
import shutil
import signal
import socket
import sys
import threading
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

import click
from jinja2 import FileSystemBytecodeCache

from lms.cli import database
from lms.cli.content import publish_shipped_course
from lms.core import jobs, logs
from lms.core.db import db
from lms.core.errors import ConfigurationError
from lms.core.settings import Settings, from_environment
from lms.releases import queries as releases

if TYPE_CHECKING:
    from flask import Flask

#: Addresses that mean "every network this machine is in".
_EVERYWHERE = {"0.0.0.0", "::", ""}  # noqa: S104 -- compared with, not bound to


#: Seconds that a job may still take when the worker is asked to end.
_PATIENCE = 20


def _own_name() -> str:
    """How this command was called, so that what is printed can be copied: `lms`, or its path in an environment."""
    called = Path(sys.argv[0])
    if called.stem != "lms" or shutil.which("lms"):
        return "lms"
    return os.path.relpath(called)


def _app(settings: Settings) -> Flask:
    from lms.app import create_app

    return create_app(settings)


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option(
    "--port",
    default=8000,
    show_default=True,
    type=click.IntRange(0, 65535),
    help="Port to listen on; 0 takes any free one.",
)
def serve(host: str, port: int) -> None:
    """Serve the site. A new database is migrated and gets the shipped course first."""
    from lms.cli import web

    gc.disable()  # what a start makes stays; looking for garbage in it takes a sixth of the time
    settings = from_environment()
    listener = listen(host, port)
    port = listener.getsockname()[1]
    if "LMS_BASE_URL" not in os.environ:
        address = "127.0.0.1" if host in _EVERYWHERE else f"[{host}]" if ":" in host else host
        settings = settings.model_copy(update={"base_url": f"http://{address}:{port}"})
    logs.configure(settings.log_format)
    app = _app(settings)
    prepare(app)
    warm_up(app)
    # What is loaded by now never becomes garbage: leaving it alone keeps its memory shared between the processes.
    gc.freeze()
    gc.enable()

    def announce() -> None:
        click.echo(f"\n  {settings.site_name} is at {settings.base_url}\n  Stop it with Ctrl-C.", err=True)
        if host in _EVERYWHERE and "LMS_BASE_URL" not in os.environ:
            click.echo("  Set LMS_BASE_URL to the public address: links in mails begin with it.", err=True)
        click.echo(
            f"  To become administrator: register on the site, then run  {_own_name()} admin create YOUR-EMAIL\n",
            err=True,
        )

    web.run(app, settings, listener, announce)


@click.command()
@click.option("--until-input-ends", is_flag=True, hidden=True, help="End when standard input does.")
def worker(until_input_ends: bool) -> None:
    """Run the jobs: mails from the outbox, cleaning. Needed apart only with LMS_WORKER=separate."""
    settings = from_environment()
    logs.configure(settings.log_format)
    app = _app(settings)
    require_current(app)
    queue = jobs.of(app)
    consumer = queue.huey.create_consumer(
        workers=1,
        periodic=True,
        initial_delay=0.05,
        max_delay=0.5,
        backoff=1.2,
        graceful_signal="TERM",
        shutdown_timeout=_PATIENCE,
    )
    if until_input_ends:
        threading.Thread(target=_stop_at_end_of_input, daemon=True).start()
    queue.beat()
    consumer.run()


def _stop_at_end_of_input() -> None:
    # The pipe's other end is held by `lms serve`: it closes when that stops, in whatever way.
    sys.stdin.buffer.read()
    os.kill(os.getpid(), signal.SIGTERM)


@click.command()
@click.option("--write", metavar="MESSAGE", help="For developers: write a new migration from the models instead.")
def migrate(write: str | None) -> None:
    """Bring the database to the present structure."""
    app = _app(from_environment())
    with app.app_context():
        if write:
            database.write_revision(write)
            return
        if database.state() != database.AHEAD:
            database.upgrade()
    require_current(app)
    click.echo("The database is up to date.")


def prepare(app: Flask) -> None:
    """Migrate an empty database and publish the shipped course where none is. Refuses an outdated database."""
    with app.app_context():
        if database.state() == database.EMPTY:
            database.upgrade()
    require_current(app)
    with app.app_context():
        publish_shipped_course(only_if_none=True)


def require_current(app: Flask) -> None:
    """Raise ConfigurationError, with the remedy, when the database's structure is not what the code expects."""
    with app.app_context():
        state = database.state()
    if state == database.AHEAD:
        raise ConfigurationError(
            "The database's structure is newer than this version of the software. "
            "Install the version that it was used with last."
        )
    if state != database.CURRENT:
        raise ConfigurationError(f"The database's structure is {state}. Back it up, then run:  lms migrate")


def warm_up(app: Flask) -> None:
    """Load once what every web process needs, before they are forked, and leave no connection for them to inherit."""
    with app.app_context():
        releases.current(db.session(), "mtm")
        db.session.remove()
        db.engine.dispose()
    jobs.of(app).huey.storage.close()
    _load_templates(app)


def _load_templates(app: Flask) -> None:
    """Have every template compiled; the data folder keeps what that gave for the next start.

    Only now, and not while requests run: a full disk must not keep a page from being shown.
    """
    settings: Settings = app.extensions["lms.settings"]
    folder = settings.data_dir / "cache" / f"jinja-{version('jinja2')}"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    app.jinja_env.bytecode_cache = FileSystemBytecodeCache(str(folder))
    for name in app.jinja_env.list_templates(extensions=["html"]):
        app.jinja_env.get_template(name)
    app.jinja_env.bytecode_cache = None


def listen(host: str, port: int) -> socket.socket:
    """A socket bound to the address, not yet accepting. Raises ConfigurationError when that cannot be."""
    try:
        family, kind, protocol, _name, address = socket.getaddrinfo(
            host or None, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        listener = socket.socket(family, kind, protocol)
        if os.name == "posix":  # elsewhere this option would let two servers share the port
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
    except OSError as error:
        raise ConfigurationError(_why_not(error, host, port)) from None
    return listener


def _why_not(error: OSError, host: str, port: int) -> str:
    if error.errno == errno.EADDRINUSE:
        return (
            f"Port {port} of {host} is in use by another program. "
            f"Stop that one, or choose another port:  lms serve --port {port + 1 if port < 65535 else 0}"
        )
    if error.errno == errno.EACCES:
        return f"Port {port} of {host} may not be used by this account. Choose one above 1023:  lms serve --port 8000"
    return f"The address {host}:{port} cannot be listened on: {error.strerror or error}."
