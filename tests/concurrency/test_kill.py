"""A server that is killed while people answer: what was acknowledged is there afterwards."""

from __future__ import annotations

import http.client
import re
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode

import pytest
from flask import Flask
from sqlalchemy import select, text

from lms.assessment.models import Answer, Attempt
from lms.core.db import db, is_sqlite
from tests.support.people import People
from tests.support.server import ServerProcess

LEARNERS = 50
MODULE = "1-the-why"


@dataclass
class Learner:
    """Someone who answers and changes answers without a pause, and keeps a record of what was acknowledged."""

    number: int
    cookie: str
    token: str
    attempt: str
    choices: dict[str, list[str]]
    acknowledged: dict[str, str] = field(default_factory=dict)
    #: What was sent and not answered: may be stored or not.
    in_flight: tuple[str, str] | None = None
    count: int = 0
    refused: list[int] = field(default_factory=list)

    def answer_until_cut(self, port: int) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
        headers = {
            "Cookie": self.cookie,
            "Accept": "application/json",
            "Content-Type": "application/x-www-form-urlencoded",
        }
        try:
            for turn in range(100_000):
                for item, options in self.choices.items():
                    option = options[(turn + self.number) % len(options)]
                    self.in_flight = (item, option)
                    path = f"/training/mtm/{MODULE}/quiz/{self.attempt}/answers/{item}"
                    connection.request("POST", path, urlencode({"csrf_token": self.token, item: option}), headers)
                    reply = connection.getresponse()
                    reply.read()
                    if reply.status != 200:
                        self.refused.append(reply.status)
                        return
                    self.acknowledged[item] = option
                    self.in_flight = None
                    self.count += 1
        except (OSError, http.client.HTTPException):
            return
        finally:
            connection.close()


@pytest.fixture
def server(tmp_path: Path, any_database: str) -> Iterator[ServerProcess]:
    server = ServerProcess(data_dir=tmp_path, settings={"LMS_DATABASE_URL": any_database, "LMS_WORKER": "separate"})
    yield server
    server.kill()


def learner(people: People, number: int) -> Learner:
    client = people.client(f"learner{number}", enrolled=True)
    client.checks_pages = False  # type: ignore[attr-defined]
    start = f"/training/mtm/{MODULE}/quiz"
    reply = client.post(start + "/start", data={"csrf_token": token_of(client.get(start).text)})
    page = client.get(reply.headers["Location"]).text
    choices: dict[str, list[str]] = {}
    for name, value in re.findall(r'<input type="radio" name="([^"]+)"[^>]* value="([^"]+)"', page):
        choices.setdefault(name, []).append(value)
    cookie = client.get_cookie("lms_session")
    assert cookie is not None
    attempt = reply.headers["Location"].rpartition("/")[2]
    return Learner(number, f"lms_session={cookie.value}", token_of(page), attempt, choices)


def token_of(page: str) -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert found is not None
    return found[1]


def test_no_acknowledged_answer_is_lost(app: Flask, people: People, server: ServerProcess) -> None:
    """Invariants I4 and I6: kill -9 of all server processes while fifty people save answers, then a restart."""
    learners = [learner(people, number) for number in range(LEARNERS)]
    with app.app_context():
        db.engine.dispose()
    server.start()
    threads = [threading.Thread(target=one.answer_until_cut, args=(server.port,)) for one in learners]
    for thread in threads:
        thread.start()
    deadline = time.monotonic() + 20
    while any(one.count < 2 for one in learners) and time.monotonic() < deadline:
        time.sleep(0.02)
    server.kill()
    for thread in threads:
        thread.join(30)
    assert [one.refused for one in learners if one.refused] == []
    assert all(one.count >= 2 for one in learners)

    server.start()
    with app.app_context():
        for one in learners:
            assert_kept(one, stored(one))
        if is_sqlite(db.engine):
            assert db.session.scalars(text("PRAGMA integrity_check")).all() == ["ok"]
            assert db.session.execute(text("PRAGMA foreign_key_check")).all() == []
    # And it goes on: the first answer after the restart is stored like any other.
    one = learners[0]
    one.choices = dict(list(one.choices.items())[:1])
    going_on = threading.Thread(target=one.answer_until_cut, args=(server.port,))
    before = one.count
    going_on.start()
    deadline = time.monotonic() + 20
    while one.count == before and time.monotonic() < deadline:
        time.sleep(0.02)
    server.kill()
    going_on.join(30)
    assert one.count > before


def stored(one: Learner) -> dict[str, str]:
    rows = db.session.execute(
        select(Answer.item, Answer.response)
        .join(Attempt, Attempt.id == Answer.attempt_id)
        .where(Attempt.public_id == one.attempt)
    ).all()
    return {row.item: row.response["choice"] for row in rows}


def assert_kept(one: Learner, found: dict[str, str]) -> None:
    """Each item holds the last acknowledged answer, or the one that was on its way when the server died."""
    allowed = {item: {option} for item, option in one.acknowledged.items()}
    if one.in_flight is not None:
        item, option = one.in_flight
        allowed.setdefault(item, set()).add(option)
    assert set(one.acknowledged) <= set(found)
    for item, option in found.items():
        assert option in allowed.get(item, set()), f"learner {one.number}, {item}"
