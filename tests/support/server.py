"""The application behind a real port: in a thread of the test, or as the `lms serve` process of its own."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, TYPE_CHECKING

from werkzeug.serving import make_server

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

ROOT = Path(__file__).resolve().parents[2]


def free_port() -> int:
    """A loopback port nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def serving(application: WSGIApplication) -> Iterator[str]:
    """Serve a WSGI application from threads of this process; gives its address without a closing slash."""
    server = make_server("127.0.0.1", 0, application, threaded=True)
    thread = threading.Thread(target=server.serve_forever, name="live-server", daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class ServerProcess:
    """`lms serve` as people run it. Its output goes to `log`; `kill` ends it the way a power cut would."""

    def __init__(self, *, data_dir: Path, settings: Mapping[str, str] | None = None) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = data_dir / "serve.log"
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("LMS_")}
        self._environment = {**inherited, "LMS_DATA_DIR": str(data_dir), **(settings or {})}
        self._process: subprocess.Popen[bytes] | None = None

    def start(self, *, seconds: float = 60) -> None:
        """Start and wait until the first page is answered; RuntimeError with the log when it is not."""
        assert self._process is None, "the server is already running"
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with self.log.open("ab") as log:
            self._process = self._spawn(log)
        deadline = time.monotonic() + seconds
        while not answers(self.port):
            ended = self._process.poll() is not None
            if ended or time.monotonic() > deadline:
                self.kill()
                reason = "ended" if ended else f"did not answer within {seconds} s"
                raise RuntimeError(f"lms serve {reason}:\n{self.log.read_text(errors='replace')}")
            time.sleep(0.05)

    def stop(self, *, seconds: float = 15) -> int:
        """Ask it to end (SIGTERM), as a service manager does, and give its exit code."""
        assert self._process is not None, "the server is not running"
        self._process.terminate()
        try:
            return self._process.wait(seconds)
        finally:
            self.kill()

    def kill(self) -> None:
        """SIGKILL to the server and its workers, at whatever point they are. Harmless when it has ended."""
        if self._process is not None:
            with suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
            self._process = None

    def _spawn(self, log: IO[bytes]) -> subprocess.Popen[bytes]:
        command = ["serve", "--host", "127.0.0.1", "--port", str(self.port)]
        return subprocess.Popen(
            [sys.executable, "-m", "lms", *command],
            cwd=ROOT,
            env=self._environment,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # so that its workers can be killed with it
        )


def answers(port: int, path: str = "/healthz") -> bool:
    """Whether an HTTP server on this port answers at all, with whatever status."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", path)
        connection.getresponse().read()
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
    return True
