"""A served site with people in it, the floor beside it, and a way to compare their speed.

SQLite by default; `TEST_DATABASE=postgresql make bench` measures on the tests' PostgreSQL server.
"""

from __future__ import annotations

import json
import os
import re
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil
import pytest

from lms.app import create_app
from lms.content.course import Course
from lms.core.db import db
from lms.core.settings import Settings
from tests.support import journey
from tests.support.people import People
from tests.support.server import ServerProcess, answers, free_port

HERE = Path(__file__).parent
LEARNERS = 8
#: Modules whose quiz every learner has passed, and has open.
GRADED, OPEN = "1-the-why", "2-the-what"
#: Requests in one run, connections that send them, and how often floor and page take turns.
COUNT, THREADS, ROUNDS = 240, 8, 5


@dataclass
class Measured:
    """Requests a second of floor and page, taken in turns, and the ratio that matters."""

    floor: list[float] = field(default_factory=list)
    page: list[float] = field(default_factory=list)
    #: Milliseconds of processor time that the server used for one request.
    floor_cost: list[float] = field(default_factory=list)
    page_cost: list[float] = field(default_factory=list)

    @property
    def ratio(self) -> float:
        """The median over the rounds: what both had to share the machine with cancels out."""
        return statistics.median(page / floor for page, floor in zip(self.page, self.floor, strict=True))

    @property
    def cost(self) -> tuple[float, float]:
        """Processor time of floor and page: the load's own share and that of neighbours do not count here."""
        return statistics.median(self.floor_cost), statistics.median(self.page_cost)


class Site:
    """`lms serve` with learners who are signed in."""

    def __init__(self, folder: Path, database_url: str) -> None:
        self.settings = Settings(data_dir=folder, database_url=database_url, log_format="json")
        environment = {"LMS_DATABASE_URL": database_url, "LMS_WORKER": "separate", "LMS_LOG_FORMAT": "json"}
        self.server = ServerProcess(data_dir=folder, settings=environment)
        self.seconds_to_start = 0.0
        self.cookies: list[str] = []
        self.forms: list[list[dict[str, Any]]] = []
        self.results: list[str] = []

    def start(self) -> None:
        self.server.start()
        self.server.stop()
        started = time.perf_counter()
        self.server.start()
        self.seconds_to_start = time.perf_counter() - started
        self._sign_in()

    def _sign_in(self) -> None:
        app = create_app(self.settings)
        people = People(app)
        journey.publish(app, with_twenty_questions(journey.course(app)))
        for number in range(LEARNERS):
            client = people.client(f"learner{number}", enrolled=True)
            attempt = journey.start_quiz(client, GRADED)
            result = f"{journey.quiz_address(GRADED)}/{attempt}"
            answers = journey.all_right(journey.drawn(app, attempt), journey.seed_of(app, attempt))
            assert journey.post(client, f"{result}/submit", answers).status_code == 303
            self.results.append(f"{result}/result")
            page = client.get(f"{journey.quiz_address(OPEN)}/{journey.start_quiz(client, OPEN)}").text
            options = re.findall(r'<input type="radio" name="([^"]+)"[^>]*value="([^"]+)"', page)
            item = options[0][0]
            path = next(path for path in re.findall(r'data-save-url="([^"]+)"', page) if path.endswith(f"/{item}"))
            client.get("/training/mtm/1-the-why/" + LESSON)  # the place where it continues is stored by now
            cookie = client.get_cookie("lms_session")
            assert cookie is not None
            self.cookies.append(f"lms_session={cookie.value}")
            values = [value for name, value in options if name == item][:2]
            self.forms.append([{"path": path, "form": {"csrf_token": token(page), item: value}} for value in values])
        with app.app_context():
            db.engine.dispose()

    def requests(self, path: str) -> list[dict[str, Any]]:
        return [{"path": path, "headers": {"Cookie": cookie, "Accept": "text/html"}} for cookie in self.cookies]

    def answers(self) -> list[dict[str, Any]]:
        """One option of each learner, then another of each: an answer that is sent again unchanged is not written."""
        return [
            {**forms[turn], "headers": {"Cookie": cookie, "Accept": "application/json"}}
            for turn in (0, 1)
            for cookie, forms in zip(self.cookies, self.forms, strict=True)
        ]

    def graded(self) -> list[dict[str, Any]]:
        """Results of twenty questions, which are graded anew whenever they are shown."""
        return [
            {"path": path, "headers": {"Cookie": cookie, "Accept": "text/html"}}
            for cookie, path in zip(self.cookies, self.results, strict=True)
        ]


def with_twenty_questions(course: Course) -> Course:
    """The course with five questions for each of the four objectives of a module's quiz."""
    modules = [
        module.model_copy(
            update={
                "quiz": module.quiz.model_copy(
                    update={"settings": module.quiz.settings.model_copy(update={"draw_per_objective": 5})}
                )
            }
        )
        if module.key == GRADED
        else module
        for module in course.modules
    ]
    return course.model_copy(update={"modules": tuple(modules)})


def _second_lesson() -> str:
    from lms.cli.content import load_course_files

    course = load_course_files().course
    assert course is not None
    return course.modules[0].lessons[1].key


LESSON = _second_lesson()


def token(page: str) -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert found is not None
    return found[1]


@pytest.fixture(scope="session")
def database_url(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> str:
    """Where the site keeps its data; the floor reads from the same kind of database."""
    if os.environ.get("TEST_DATABASE") != "postgresql":
        return f"sqlite:///{tmp_path_factory.mktemp('bench') / 'lms.sqlite3'}"
    server = request.getfixturevalue("postgres")
    url: str = server.create_database().render_as_string(hide_password=False)
    return url


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory, database_url: str) -> Iterator[Site]:
    site = Site(tmp_path_factory.mktemp("site"), database_url)
    site.start()
    yield site
    site.server.kill()


@pytest.fixture(scope="session")
def floor(tmp_path_factory: pytest.TempPathFactory, database_url: str) -> Iterator[int]:
    """The port of the bare Flask application."""
    port = free_port()
    url = database_url
    if url.startswith("sqlite"):
        url = f"sqlite:///{tmp_path_factory.mktemp('floor') / 'floor.sqlite3'}"
    process = subprocess.Popen([sys.executable, str(HERE / "floor.py"), str(port), url])
    deadline = time.monotonic() + 30
    while not answers(port, "/"):
        assert time.monotonic() < deadline, "the floor does not answer"
        time.sleep(0.05)
    yield port
    process.terminate()
    process.wait(20)


def measure(site: Site, floor_port: int, requests: Sequence[dict[str, Any]]) -> Measured:
    """Floor and page in turns, from another process."""
    bare = [{"path": "/", "headers": {}}]
    for port, sent in ((floor_port, bare), (site.server.port, requests)):
        _load(port, sent, count=THREADS * 8)  # warm
    measured = Measured()
    for _ in range(ROUNDS):
        for port, sent, speeds, costs in (
            (floor_port, bare, measured.floor, measured.floor_cost),
            (site.server.port, requests, measured.page, measured.page_cost),
        ):
            before = _processor_seconds(port)
            speeds.append(_load(port, sent))
            costs.append(1000 * (_processor_seconds(port) - before) / COUNT)
    return measured


def web_processes(port: int) -> list[psutil.Process]:
    """The server that waits for visitors on a port, then the processes that it forked for them."""
    one = next(
        psutil.Process(found.pid)
        for found in psutil.net_connections("tcp4")
        if found.status == psutil.CONN_LISTEN and found.laddr.port == port and found.pid
    )
    parent = one.parent()
    server = parent if parent is not None and parent.cmdline() == one.cmdline() else one
    return [server, *(child for child in server.children() if child.cmdline() == server.cmdline())]


def _processor_seconds(port: int) -> float:
    return sum(sum(process.cpu_times()[:2]) for process in web_processes(port))


def _load(port: int, requests: Sequence[dict[str, Any]], count: int = COUNT) -> float:
    job = {"port": port, "requests": list(requests), "count": count, "threads": THREADS}
    done = subprocess.run(
        [sys.executable, str(HERE / "load.py")],
        input=json.dumps(job),
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    result = json.loads(done.stdout)
    assert not result["failures"], result["failures"]
    return float(result["requests"] / result["seconds"])
