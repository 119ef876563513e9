"""Regrading after a question was corrected: who gains, what is written, and that it happens once."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms.assessment.models import Answer, Attempt, Evidence, Regrade, RegradedAttempt
from lms.content.course import Item
from lms.core.audit import AuditEvent
from lms.core.db import db
from lms.core.outbox import OutboxMessage
from tests.assessment.conftest import MODULE
from tests.support import journey
from tests.support.corrected import other_key, with_item, withdrawn
from tests.support.people import People

LIST = "/instructor/mtm/regrade"
REASON = "The newer guideline says otherwise."


@pytest.fixture
def teacher(people: People) -> FlaskClient:
    return people.client("teacher", roles=("instructor",))


def sit(app: Flask, client: FlaskClient, *, wrong: int = 0, never_wrong: str = "", miskeyed: str = "") -> str:
    """One attempt at the module's quiz, submitted, with so many wrong answers. Returns its public id.

    `miskeyed` is answered with what `other_key` makes right, and counts as one of the wrong ones.
    """
    attempt = journey.start_quiz(client, MODULE)
    seed = journey.seed_of(app, attempt)
    fields: dict[str, str | list[str]] = {}
    left = wrong
    items = journey.drawn(app, attempt)
    for item in sorted(items, key=lambda each: each.key != miskeyed):
        is_wrong = left > 0 and item.key != never_wrong
        left -= is_wrong
        fields |= journey.as_form(item, journey.wrong(item, seed) if is_wrong else journey.right(item, seed))
    assert journey.post(client, f"{journey.quiz_address(MODULE)}/{attempt}/submit", fields).status_code == 303
    return attempt


def single(app: Flask, attempt: str) -> Item:
    return next(item for item in journey.drawn(app, attempt) if item.type == "single")


def preview(client: FlaskClient, item: str, query: str = "") -> tuple[str, dict[str, str]]:
    """The page of a regrade, and the fields that its form sends."""
    page = client.get(f"{LIST}/{item}{query}").text
    found = re.search(r'name="fingerprint"[^>]*value="([^"]*)"', page)
    return page, {"fingerprint": found[1] if found else "", "reason": REASON}


def regrade(client: FlaskClient, item: str, query: str = "") -> None:
    _page, fields = preview(client, item, query)
    assert journey.post(client, f"{LIST}/{item}{query}", fields).status_code == 303


def row(session: Session, attempt: str) -> Attempt:
    session.rollback()
    session.expire_all()
    return session.scalars(select(Attempt).where(Attempt.public_id == attempt)).one()


def points(session: Session, attempt: str, item: str) -> tuple[int, int | None]:
    """Of one question, as evidence and as answer hold them."""
    session.rollback()
    session.expire_all()
    evidence = session.scalars(select(Evidence.points).where(Evidence.reference == attempt, Evidence.item == item)).one()
    answer = session.get(Answer, (row(session, attempt).id, item))
    return evidence, answer.points if answer else None


def count(session: Session, model: type) -> int:
    session.rollback()
    return session.scalar(select(func.count()).select_from(model)) or 0


def facts(page: str) -> Mapping[str, str]:
    return dict(re.findall(r"<dt>([^<]*)</dt><dd>([^<]*)</dd>", page))


def test_another_key_raises_who_gave_the_right_answer(
    app: Flask, alice: FlaskClient, teacher: FlaskClient, people: People, session: Session, tmp_path: Path
) -> None:
    attempt = journey.start_quiz(alice, MODULE)
    item = single(app, attempt)
    items = journey.drawn(app, attempt)
    seed = journey.seed_of(app, attempt)
    corrected = other_key(item)
    fields = journey.all_right(items, seed) | journey.as_form(item, journey.right(corrected))
    journey.post(alice, f"{journey.quiz_address(MODULE)}/{attempt}/submit", fields)
    before = row(session, attempt).points
    assert before is not None
    assert item.key not in teacher.get(LIST).text
    journey.publish(app, with_item(journey.course(app), item.key, other_key))
    page = teacher.get(LIST).text
    assert item.key in page
    assert "Another answer is right" in page
    page, fields = preview(teacher, item.key)  # type: ignore[assignment]
    assert facts(page)["Results that rise"] == "1"
    assert "Alice" in page
    assert points(session, attempt, item.key) == (0, 0), "looking changes nothing"
    assert journey.post(teacher, f"{LIST}/{item.key}", fields).status_code == 303
    assert points(session, attempt, item.key) == (1000, 1000)
    assert row(session, attempt).points == before + 1000
    found = session.scalars(select(Regrade)).one()
    assert (found.examined, found.raised, found.lowered, found.reason) == (1, 1, 0, REASON)
    event = session.scalars(select(AuditEvent).where(AuditEvent.action == "item.regraded")).one()
    assert (event.actor_id, event.detail["raised"], event.detail["reason"]) == (people.ids["teacher"], 1, REASON)
    page = alice.get(f"{journey.quiz_address(MODULE)}/{attempt}/result").text
    assert "Regraded on" in page
    assert REASON in page
    assert "not yet" not in teacher.get(LIST).text
