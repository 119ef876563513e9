"""Alice has completed the course; reviews come on fixed days after she asks for them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from lms.content.course import Item
from lms.core import outbox
from lms.core.clock import now
from lms.core.db import db
from lms.releases.queries import course_of
from lms.reviews import jobs
from lms.reviews.models import Review
from tests.support import journey
from tests.support.people import People

REVIEWS = "/training/mtm/reviews"
Later = Callable[[float], AbstractContextManager[None]]


@pytest.fixture
def alice(app: Flask, people: People) -> FlaskClient:
    client = people.client("alice", enrolled=True)
    journey.finish(app, people.ids["alice"])
    return client


@pytest.fixture
def later(people: People, alice: FlaskClient) -> Later:
    """The same site some days after the test began, with an hour to spare. Alice signs in again: that lasts 14 days."""
    start = now()

    @contextmanager
    def travel(days: float) -> Iterator[None]:
        with time_machine.travel(start + timedelta(days=days, hours=1)):
            people.sign_in(alice, people.ids["alice"])
            yield

    return travel


def start(client: FlaskClient) -> None:
    assert journey.post(client, REVIEWS).status_code == 303


def rows(app: Flask) -> list[Review]:
    """All reviews by date, the first round before the second."""
    with app.app_context():
        found = list(db.session.scalars(select(Review).order_by(Review.plan_id, Review.due_at)))
        db.session.remove()
        return found


def address(app: Flask, number: int) -> str:
    """The address of a review by its number, from 0."""
    return f"{REVIEWS}/{rows(app)[number].public_id}"


def drawn(app: Flask, number: int) -> list[Item]:
    """The questions of a review that was opened, with the key."""
    row = rows(app)[number]
    assert row.release_id is not None
    with app.app_context():
        served = course_of(db.session(), row.release_id)
        return [served.item(key) for key in row.items]


def right(app: Flask, number: int) -> dict[str, str | list[str]]:
    return journey.all_right(drawn(app, number), rows(app)[number].seed)


def wrong(app: Flask, number: int) -> dict[str, str | list[str]]:
    return journey.all_wrong(drawn(app, number), rows(app)[number].seed)


def work(app: Flask) -> int:
    """What the worker does: look for reviews to mail, and send what is in the outbox."""
    with app.app_context():
        mailed = jobs.mail_due()
        outbox.drain()
        db.session.remove()
    return mailed


def mails(folder: Path) -> list[EmailMessage]:
    """The mails about reviews, first to last."""
    files = sorted((folder / "mail").glob("*.eml"), key=lambda file: int(re.sub(r"\D", "", file.stem)))
    found = [message_from_bytes(file.read_bytes(), policy=policy.default) for file in files]
    return [message for message in found if str(message["Subject"]).startswith("Five questions")]  # type: ignore[misc]


def text_of(message: EmailMessage) -> str:
    body = message.get_body(("plain",))
    assert body is not None
    return str(body.get_content()).replace("\r\n", "\n")


def stop_address(message: EmailMessage) -> str:
    """The path of the stop link in a mail."""
    found = re.search(r"http://127\.0\.0\.1:8000(/reviews/stop/\S+)", text_of(message))
    assert found is not None
    return found[1]
