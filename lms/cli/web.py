"""The web processes of `lms serve`, and beside them the one that runs the jobs.

gunicorn forks a few processes with threads; where it cannot run (it needs fork), waitress serves with threads alone.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import structlog

from lms.core.settings import Settings

if TYPE_CHECKING:
    from flask import Flask

log = structlog.get_logger()
#: Memory of the machine in which gunicorn's processes show that they are alive; a slow disk would make them look dead.
_MEMORY = Path("/dev/shm")  # noqa: S108


class JobsProcess:
    """The child that runs the jobs. It ends when we do, and is started again when it ends by itself."""

    def __init__(self, settings: Settings) -> None:
        self._wanted = settings.worker == "included"
        self._environment = {**os.environ, "LMS_BASE_URL": settings.base_url}
        self._process: subprocess.Popen[bytes] | None = None

    def keep_alive(self) -> None:
        """Start it unless it runs. Called about every second."""
        if not self._wanted or (self._process is not None and self._process.poll() is None):
            return
        if self._process is not None:
            log.warning("worker_ended", advice="started again")
        self._process = subprocess.Popen(
            [sys.executable, "-m", "lms", "worker", "--until-input-ends"],
            stdin=subprocess.PIPE,
            env=self._environment,
            start_new_session=True,  # Ctrl-C reaches us alone: we let the job at hand be finished
        )

    def stop(self, *, seconds: float = 25) -> None:
        """Ask it to end after the job at hand, and wait for that."""
        self._wanted = False
        if self._process is None or self._process.stdin is None:
            return
        self._process.stdin.close()
        try:
            self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


def run(app: Flask, settings: Settings, listener: socket.socket, announce: Callable[[], None]) -> None:
    """Serve on a bound socket until a signal ends it; `announce` is called when visitors can come."""
    worker = JobsProcess(settings)
    try:
        import gunicorn  # noqa: F401
    except ImportError:
        serve = _run_waitress
    else:
        serve = _run_gunicorn
    try:
        serve(app, settings, listener, announce, worker)
    finally:
        worker.stop()


def _run_waitress(
    app: Flask, settings: Settings, listener: socket.socket, announce: Callable[[], None], worker: JobsProcess
) -> None:
    import signal
    import threading

    from waitress.server import create_server

    server = create_server(app, sockets=[listener], threads=settings.web_workers * settings.web_threads, ident=None)

    def end(_signal: int, _frame: object) -> None:
        raise SystemExit(0)

    signal.signal(signal.SIGTERM, end)
    ended = threading.Event()

    def watch() -> None:
        worker.keep_alive()
        while not ended.wait(1):
            worker.keep_alive()

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    announce()
    try:
        server.run()
    finally:
        server.close()
        ended.set()
        watcher.join()


def _run_gunicorn(
    app: Flask, settings: Settings, listener: socket.socket, announce: Callable[[], None], worker: JobsProcess
) -> None:
    from gunicorn.app.base import BaseApplication
    from gunicorn.arbiter import Arbiter

    options: dict[str, Any] = {
        "bind": f"fd://{listener.fileno()}",
        "worker_class": "gthread",
        "workers": settings.web_workers,
        "threads": settings.web_threads,
        "preload_app": True,
        "graceful_timeout": 20,
        "keepalive": 5,
        # An address may hold all the inputs of a calculator; the default of half as much ends in its fourteenth row.
        "limit_request_line": 8190,
        "worker_tmp_dir": str(_MEMORY) if os.access(_MEMORY, os.W_OK) else None,
        "loglevel": "warning",
        "control_socket_disable": True,
        # Whom to believe about proxies is said by LMS_TRUSTED_PROXIES alone.
        "forwarded_allow_ips": "",
        "when_ready": lambda _server: announce(),
    }

    class Site(BaseApplication):
        def load_config(self) -> None:
            for name, value in options.items():
                self.cfg.set(name, value)

        def load(self) -> Flask:
            return app

    class Processes(Arbiter):
        def manage_workers(self) -> None:
            super().manage_workers()
            worker.keep_alive()

    Processes(Site()).run()
