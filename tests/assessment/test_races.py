"""Starts and submissions at the same moment, on both databases."""

from __future__ import annotations

from collections import Counter

from flask import Flask
from sqlalchemy import func, select

from lms.assessment.models import Attempt, Evidence
from lms.core.db import db
from tests.assessment.conftest import MODULE
from tests.support import journey
from tests.support.people import People
from tests.support.together import all_at_once


def presses(app: Flask, people: People, address: str, fields: dict[str, str | list[str]], count: int) -> Counter[int]:
    """The same form sent by many tabs of one browser at once. Returns how often each status came."""
    client = people.client("alice")
    token = journey.token(client)
    cookie = client.get_cookie("lms_session")
    assert cookie is not None

    def press(_number: int) -> int:
        tab = app.test_client()
        tab.checks_pages = False  # type: ignore[attr-defined]
        tab.set_cookie("lms_session", cookie.value)
        return tab.post(address, data={"csrf_token": token, **fields}).status_code

    return Counter(all_at_once(press, count))


def test_twenty_starts_with_one_attempt_left_are_one_attempt(any_database: str, app: Flask, people: People) -> None:
    """Abuse case 16."""
    assert any_database
    client = people.client("alice", enrolled=True)
    for _number in range(2):
        attempt = journey.start_quiz(client, MODULE)
        items = journey.drawn(app, attempt)
        journey.post(client, f"{journey.quiz_address(MODULE)}/{attempt}/submit", journey.all_wrong(items))
    assert presses(app, people, f"{journey.quiz_address(MODULE)}/start", {}, 20) == {303: 20}
    with app.app_context():
        numbers = db.session.scalars(select(Attempt.number).order_by(Attempt.number)).all()
    assert numbers == [1, 2, 3]


def test_twenty_submissions_are_one_score(any_database: str, app: Flask, people: People) -> None:
    """Abuse case 17: graded once, evidence written once, every press ends at the result."""
    assert any_database
    client = people.client("alice", enrolled=True)
    attempt = journey.start_quiz(client, MODULE)
    items = journey.drawn(app, attempt)
    address = f"{journey.quiz_address(MODULE)}/{attempt}/submit"
    assert presses(app, people, address, journey.all_right(items), 20) == {303: 20}
    with app.app_context():
        row = db.session.scalars(select(Attempt)).one()
        assert row.passed is True
        assert db.session.scalar(select(func.count()).select_from(Evidence)) == len(items)
