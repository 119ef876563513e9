"""`lms serve` as a process: it starts on an empty folder, stops as it is asked to, and says what is wrong."""

from __future__ import annotations

import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from alembic.script import ScriptDirectory
from flask import Flask

from lms.cli import database
from lms.content import locate
from lms.core import jobs
from tests.support.server import ROOT, ServerProcess, answers


def lms(*arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
    """Run the command to its end."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("LMS_")} | settings
    return subprocess.run(
        [sys.executable, "-m", "lms", *arguments],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("site")


@pytest.fixture
def server(data: Path) -> Iterator[ServerProcess]:
    server = ServerProcess(data_dir=data)
    yield server
    server.kill()


def is_worker(process: psutil.Process) -> bool:
    try:
        return "worker" in process.cmdline()
    except psutil.Error:  # it ended a moment ago
        return False


def family(server: ServerProcess) -> list[psutil.Process]:
    """The server, its web processes and its worker."""
    assert server._process is not None
    top = psutil.Process(server._process.pid)
    for _ in range(400):
        found = [top, *top.children(recursive=True)]
        if any(is_worker(process) for process in found):
            return found
        time.sleep(0.05)
    pytest.fail("no worker was started")


def ended(processes: list[psutil.Process], *, seconds: float = 10) -> bool:
    _gone, alive = psutil.wait_procs(processes, timeout=seconds)
    return not [process for process in alive if process.status() != psutil.STATUS_ZOMBIE]


def test_an_empty_folder_becomes_a_site_and_all_of_it_ends_when_asked(server: ServerProcess, data: Path) -> None:
    """Migrates, publishes, serves with two web processes and a worker; SIGTERM ends all of them, exit code 0."""
    server.start()
    processes = family(server)
    assert len(processes) == 4
    assert answers(server.port, "/courses/mtm")
    assert server.stop(seconds=30) == 0
    assert ended(processes)
    log = server.log.read_text()
    assert f"is at {server.url}" in log
    assert "lms admin create" in log
    rows = sqlite3.connect(data / "lms.sqlite3")
    assert rows.execute("SELECT number FROM content_release").fetchall() == [(1,)]
    rows.close()


def test_a_second_start_finds_its_things_and_ctrl_c_ends_it(server: ServerProcess, data: Path) -> None:
    server.start()
    processes = family(server)
    processes[0].send_signal(signal.SIGINT)
    assert ended(processes, seconds=30)
    rows = sqlite3.connect(data / "lms.sqlite3")
    assert rows.execute("SELECT count(*) FROM content_release").fetchone() == (1,)
    rows.close()


def test_the_worker_is_started_again_and_ends_with_the_server(server: ServerProcess) -> None:
    """A worker that dies is replaced; a server that is killed leaves none behind."""
    server.start()
    first = next(process for process in family(server) if is_worker(process))
    first.kill()
    deadline = time.monotonic() + 15
    while not (found := [process for process in family(server) if is_worker(process) and process != first]):
        assert time.monotonic() < deadline
        time.sleep(0.1)
    server.kill()
    assert ended(found)


def test_a_port_in_use_is_named(data: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        result = lms("serve", "--port", str(port), LMS_DATA_DIR=str(data))
    assert result.returncode == 1
    assert f"Port {port} of 127.0.0.1 is in use by another program" in result.stderr
    assert "Traceback" not in result.stderr


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"LMS_WEB_WORKERS": "many"}, "LMS_WEB_WORKERS"),
        ({"LMS_NO_SUCH": "1"}, "there is no such setting"),
        ({"LMS_SECRET_KEY": "short"}, "at least 32 characters"),
        ({"LMS_DATA_DIR": "/sys/lms"}, "/sys/lms"),
        ({"LMS_DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none"}, "The database cannot be used"),
    ],
    ids=["wrong", "unknown", "weak", "folder", "database"],
)
def test_what_keeps_it_from_starting_is_said_without_a_trace(
    tmp_path: Path, settings: dict[str, str], words: str
) -> None:
    result = lms("serve", "--port", "0", **{"LMS_DATA_DIR": str(tmp_path), **settings})
    assert result.returncode == 1
    assert words in result.stderr
    assert "Traceback" not in result.stderr


@pytest.mark.parametrize(("revision", "words"), [("0000", "newer than"), (None, "lms migrate")])
def test_a_database_of_another_time_is_refused(
    sqlite_url: str, tmp_path: Path, revision: str | None, words: str
) -> None:
    rows = sqlite3.connect(tmp_path / "lms.sqlite3")
    rows.execute(
        "UPDATE alembic_version SET version_num = ?" if revision else "DELETE FROM alembic_version",
        [revision] if revision else [],
    )
    rows.commit()
    rows.close()
    result = lms("serve", "--port", "0", LMS_DATA_DIR=str(tmp_path))
    assert result.returncode == 1
    assert words in result.stderr
    assert "Traceback" not in result.stderr
    if revision:
        assert lms("migrate", LMS_DATA_DIR=str(tmp_path)).returncode == 1


def test_waitress_serves_where_gunicorn_is_missing(tmp_path: Path) -> None:
    """As on Windows: threads alone, the same start and end, and a worker beside them."""
    (tmp_path / "sitecustomize.py").write_text("import sys\nsys.modules['gunicorn'] = None\n")
    server = ServerProcess(data_dir=tmp_path / "data", settings={"PYTHONPATH": str(tmp_path)})
    try:
        server.start()
        processes = family(server)
        assert len(processes) == 2
        assert server.stop(seconds=30) == 0
        assert ended(processes)
    finally:
        server.kill()


def test_the_newest_migration_is_the_one_alembic_takes() -> None:
    """`lms serve` reads the names of the files only, which is much quicker."""
    known = sorted(path.name for path in locate.shipped("migrations").glob("versions/*_*.py"))
    head = ScriptDirectory(str(locate.shipped("migrations"))).get_current_head()
    assert known[-1].partition("_")[0] == head


def test_state_of_the_structure(app: Flask) -> None:
    with app.app_context():
        assert database.state() == database.CURRENT
        assert jobs.of(app).last_beat() is None
        jobs.of(app).beat()
        assert jobs.of(app).last_beat() is not None
