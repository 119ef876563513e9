"""What must happen outside happens at least once, however often it fails or the worker dies."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from lms.core import outbox
from lms.core.clock import now
from lms.core.db import db
from lms.core.outbox import LEASE, MAX_ATTEMPTS, OutboxMessage
from lms.core.unit_of_work import unit_of_work
from tests.support.together import all_at_once


class Receiver:
    """Takes messages of a kind of its own, and refuses as many as it is told to."""

    def __init__(self) -> None:
        self.got: list[int] = []
        self.refuse = 0

    def __call__(self, message_id: int, _payload: Mapping[str, Any]) -> None:
        if self.refuse:
            self.refuse -= 1
            raise ConnectionError("away")
        self.got.append(message_id)


@pytest.fixture
def receiver(app: Flask) -> Receiver:
    found = Receiver()
    with app.app_context():
        outbox.handles(outbox.handlers(), "test", found)
    return found


@pytest.fixture
def travel() -> Iterator[Callable[[timedelta], None]]:
    """Moves the clock on."""
    with time_machine.travel(now(), tick=False) as clock:
        yield clock.shift


def put(app: Flask, *, dedup_key: str | None = None) -> None:
    with app.app_context(), unit_of_work() as session:
        outbox.put(session, "test", {"n": 1}, dedup_key=dedup_key)


def drain(app: Flask) -> int:
    with app.app_context():
        return outbox.drain()


def rows(app: Flask) -> list[OutboxMessage]:
    with app.app_context():
        return list(db.session.scalars(select(OutboxMessage).order_by(OutboxMessage.id)))


def test_a_message_is_delivered_once_and_kept_as_done(app: Flask, receiver: Receiver) -> None:
    put(app)
    assert (drain(app), drain(app)) == (1, 0)
    [row] = rows(app)
    assert receiver.got == [row.id]
    assert row.done_at is not None


def test_a_change_that_is_undone_sends_nothing(app: Flask, receiver: Receiver) -> None:
    def change_and_fail() -> None:
        with app.app_context(), unit_of_work() as session:
            outbox.put(session, "test", {})
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        change_and_fail()
    assert drain(app) == 0


def test_the_same_key_is_written_once(app: Flask, receiver: Receiver) -> None:
    for _time in range(3):
        put(app, dedup_key="receipt:1")
        drain(app)
    assert len(receiver.got) == 1


def test_pauses_grow_and_the_message_gets_through(
    app: Flask, receiver: Receiver, travel: Callable[[timedelta], None]
) -> None:
    """Abuse case 62: the receiver is down for a while."""
    receiver.refuse = 3
    put(app)
    pauses = []
    for _time in range(3):
        assert drain(app) == 0
        due: datetime = rows(app)[0].due_at
        pauses.append((due - now()).total_seconds())
        assert drain(app) == 0, "not again before its time"
        travel(due - now() + timedelta(seconds=1))
    assert pauses == [15, 30, 60]
    assert rows(app)[0].last_error == "ConnectionError: away"
    assert drain(app) == 1
    assert rows(app)[0].last_error is None


def test_after_about_two_days_it_is_given_up_and_kept(
    app: Flask, receiver: Receiver, travel: Callable[[timedelta], None]
) -> None:
    receiver.refuse = MAX_ATTEMPTS + 5
    put(app)
    began = now()
    for _time in range(MAX_ATTEMPTS):
        drain(app)
        travel(max(rows(app)[0].due_at - now(), timedelta()) + timedelta(seconds=1))
    [row] = rows(app)
    assert (row.attempts, row.done_at) == (MAX_ATTEMPTS, None)
    assert row.given_up_at is not None
    assert timedelta(hours=24) < row.given_up_at - began < timedelta(hours=72)
    assert drain(app) == 0


def test_a_worker_that_died_frees_its_message_after_the_lease(
    app: Flask, receiver: Receiver, travel: Callable[[timedelta], None]
) -> None:
    """At least once: claimed, then killed before delivery."""
    put(app)
    with app.app_context():
        assert outbox._claim() is not None
    assert drain(app) == 0, "another worker holds it"
    travel(LEASE + timedelta(seconds=1))
    assert drain(app) == 1


def test_many_workers_deliver_each_message_once(any_database: str, app: Flask, receiver: Receiver) -> None:
    assert any_database
    for _number in range(15):
        put(app)

    def work(_number: int) -> None:
        while drain(app):
            pass

    all_at_once(work, 6)
    drain(app)  # a worker stops when another one was quicker; the next tick goes on
    assert sorted(receiver.got) == [row.id for row in rows(app)]


def test_a_kind_that_nobody_handles_is_kept_with_its_fault(app: Flask) -> None:
    with app.app_context(), unit_of_work() as session:
        outbox.put(session, "of-another-version", {})
    assert drain(app) == 0
    assert "KeyError" in (rows(app)[0].last_error or "")


def test_one_handler_a_kind(app: Flask, receiver: Receiver) -> None:
    with app.app_context(), pytest.raises(RuntimeError, match="two handlers"):
        outbox.handles(outbox.handlers(), "test", receiver)
