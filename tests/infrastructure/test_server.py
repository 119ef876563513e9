"""The application behind a port, in the test and as a process."""

from __future__ import annotations

import http.client
import time
from contextlib import suppress
from pathlib import Path

import psutil
import pytest
from flask import Flask

from tests.support.server import ServerProcess, answers, free_port, serving


def test_a_served_application_answers_and_its_port_is_free_again() -> None:
    app = Flask(__name__)
    app.add_url_rule("/", view_func=lambda: "here")
    with serving(app) as address:
        page = http.client.HTTPConnection(address.removeprefix("http://"), timeout=5)
        page.request("GET", "/")
        assert page.getresponse().read() == b"here"
        page.close()
        port = int(address.rpartition(":")[2])
        assert answers(port)
    assert not answers(port)


def test_nobody_answers_on_a_free_port() -> None:
    assert not answers(free_port())


def fake_command(folder: Path, body: str) -> None:
    """A package `lms` in a folder, whose command does what the body says."""
    package = folder / "lms"
    package.mkdir()
    (package / "__init__.py").touch()
    (package / "__main__.py").write_text(body)


SERVE = """
import http.server, os, subprocess, sys
print("data in", os.environ["LMS_DATA_DIR"], flush=True)
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
print("child", child.pid, flush=True)
address = ("127.0.0.1", int(sys.argv[-1]))
http.server.ThreadingHTTPServer(address, http.server.BaseHTTPRequestHandler).serve_forever()
"""


def wait_until_dead(process: psutil.Process) -> None:
    """Return when it runs no more; whether someone has collected its exit code is not ours to say."""
    for _ in range(100):
        with suppress(psutil.NoSuchProcess):
            if process.status() != psutil.STATUS_ZOMBIE:
                time.sleep(0.02)
                continue
        return
    pytest.fail(f"{process} survived")


def test_a_killed_server_takes_its_workers_along(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fake_command(tmp_path, SERVE)
    monkeypatch.setattr("tests.support.server.ROOT", tmp_path)
    server = ServerProcess(data_dir=tmp_path / "data")
    server.start()
    try:
        log = server.log.read_text()
        assert f"data in {tmp_path / 'data'}" in log
        child = psutil.Process(int(log.partition("child ")[2].split()[0]))
        assert child.is_running()
    finally:
        server.kill()
    assert not answers(server.port)
    wait_until_dead(child)
    server.kill()  # harmless


def test_a_server_that_ends_is_reported_with_its_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fake_command(tmp_path, "raise SystemExit('no such setting')")
    monkeypatch.setattr("tests.support.server.ROOT", tmp_path)
    with pytest.raises(RuntimeError, match=r"lms serve ended:\nno such setting"):
        ServerProcess(data_dir=tmp_path / "data").start()
