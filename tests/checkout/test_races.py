"""Codes and orders when everyone comes at once, on both databases."""

from __future__ import annotations

from flask import Flask
from sqlalchemy import func, select, update

from lms.accounts.models import Person
from lms.checkout import queries, services
from lms.checkout.models import CodeUse, DiscountCode, Order
from lms.core.clock import now
from lms.core.db import db
from lms.core.errors import Conflict
from lms.core.ids import public_id
from lms.core.unit_of_work import unit_of_work
from lms.learning.models import AccessGrant
from lms.releases.queries import current
from tests.support import journey
from tests.support.people import People
from tests.support.together import all_at_once


def people_with_orders(app: Flask, count: int) -> list[tuple[int, str]]:
    """Person ids and their open orders, each with the automatic code applied."""
    with app.app_context(), unit_of_work() as session:
        _release, course = current(session, "mtm")
        made = []
        for _number in range(count):
            person = Person(
                name="Somebody", email=f"{public_id()}@example.org", active=True,
                fs_uniquifier=public_id(), created_at=now(), phone="",
            )  # fmt: skip
            session.add(person)
            session.flush()
            order = services.start_order(session, person_id=person.id, course=course)
            made.append((person.id, order.public_id))
        return made


def complete(app: Flask, person_id: int, order: str) -> bool:
    """Press Continue. False when the order was refused."""
    with app.app_context():
        try:
            with unit_of_work() as session:
                found = queries.access_order(session, person_id=person_id, public_id=order)
                services.complete_order(session, order=found, shown_total="0")
        except Conflict:
            return False
        return True


def test_fifty_people_share_ten_uses(any_database: str, app: Flask) -> None:
    """Abuse case 33: a code for ten is redeemed ten times, however many press Continue at once."""
    assert any_database
    orders = people_with_orders(app, 50)
    with app.app_context(), unit_of_work() as session:
        session.execute(update(DiscountCode).where(DiscountCode.code == "LAMTM").values(max_uses=10))
    done = all_at_once(lambda number: complete(app, *orders[number]), 50)
    assert sum(done) == 10
    with app.app_context():
        assert db.session.scalar(select(DiscountCode.uses).where(DiscountCode.code == "LAMTM")) == 10
        for table in (CodeUse, AccessGrant):
            assert db.session.scalar(select(func.count()).select_from(table)) == 10
        assert db.session.scalar(select(func.count()).where(Order.status == "paid")) == 10


def test_twenty_presses_of_continue_are_one_purchase(any_database: str, app: Flask, people: People) -> None:
    """Abuse cases 29 and 33: one order, one redemption, one grant, and every press ends at the dashboard."""
    assert any_database
    client = people.client("alice")
    address = journey.post(client, "/courses/mtm/start").location
    token = journey.token(client)
    cookie = client.get_cookie("lms_session")
    assert cookie is not None

    def press(_number: int) -> tuple[int, str | None]:
        browser = app.test_client()
        browser.set_cookie("lms_session", cookie.value)
        reply = browser.post(f"{address}/continue", data={"csrf_token": token, "total": "0"})
        return reply.status_code, reply.location

    assert set(all_at_once(press, 20)) == {(303, "/training")}
    with app.app_context():
        for table in (CodeUse, AccessGrant, Order):
            assert db.session.scalar(select(func.count()).select_from(table)) == 1


def test_many_starts_are_one_order(any_database: str, app: Flask, people: People) -> None:
    assert any_database
    person_id = people.make("alice")

    def start(_number: int) -> str:
        with app.app_context(), unit_of_work() as session:
            _release, course = current(session, "mtm")
            return services.start_order(session, person_id=person_id, course=course).public_id

    assert len(set(all_at_once(start, 20))) == 1
