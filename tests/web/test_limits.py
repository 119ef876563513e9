"""Rate limits: counted for all processes together, for each name and person apart."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import func, select

from lms.core.clock import now
from lms.core.db import db
from lms.core.unit_of_work import unit_of_work
from lms.web import limits
from lms.web.limits import RateCounter, TooManyRequests
from tests.support.together import all_at_once


def tries(app: Flask, who: str, count: int, *, name: str = "test") -> int:
    """How many of so many tries were let through."""
    through = 0
    waits: list[int] = []
    with app.app_context():
        for _try in range(count):
            try:
                limits.hit(name, "5 per 10 minutes", who)
            except TooManyRequests as error:
                waits.append(error.retry_after)
            else:
                through += 1
    assert all(0 < wait <= 600 for wait in waits)
    return through


def test_each_name_and_person_has_a_count(app: Flask) -> None:
    assert tries(app, "alice", 8) == 5
    assert tries(app, "bob", 3) == 3
    assert tries(app, "alice", 1, name="other") == 1


def test_many_at_once_are_counted_exactly(any_database: str, app: Flask) -> None:
    """Abuse case 42: forty tries at the same moment are five."""
    assert any_database
    assert sum(all_at_once(lambda _number: tries(app, "alice", 1), 40)) == 5


def test_a_window_ends(app: Flask) -> None:
    assert tries(app, "alice", 6) == 5
    with time_machine.travel(now() + timedelta(minutes=21), tick=True):
        assert tries(app, "alice", 6) == 5


def test_a_refused_request_counts_although_it_is_rolled_back(app: Flask) -> None:
    with app.app_context():
        with pytest.raises(ZeroDivisionError), unit_of_work():
            limits_hit_then_fail(app)
        assert db.session.scalar(select(func.sum(RateCounter.hits))) == 1


def limits_hit_then_fail(app: Flask) -> None:
    # In the view's order: the count comes first, outside the transaction that fails.
    db.session.rollback()
    limits.hit("test", "5 per 10 minutes", "alice")
    raise ZeroDivisionError


def test_no_address_or_email_is_kept(app: Flask) -> None:
    tries(app, "alice@example.org", 1)
    with app.app_context():
        [key] = db.session.scalars(select(RateCounter.key))
    assert len(key) == 64
    assert "alice" not in key


def test_counters_are_swept_when_their_window_is_over(app: Flask) -> None:
    tries(app, "alice", 1)
    with app.app_context():
        limits.sweep()
        assert db.session.scalar(select(func.count()).select_from(RateCounter)) == 1
    with time_machine.travel(now() + timedelta(days=1), tick=True), app.app_context():
        limits.sweep()
        assert db.session.scalar(select(func.count()).select_from(RateCounter)) == 0
