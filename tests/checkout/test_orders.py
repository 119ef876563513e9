"""From Start to Continue: what is shown is what is charged, and access follows once."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from lms.checkout.models import CodeUse, DiscountCode, Order
from lms.core.audit import AuditEvent
from lms.core.clock import now
from lms.core.unit_of_work import unit_of_work
from lms.learning.models import AccessGrant, Enrolment
from tests.support import journey
from tests.support.people import People


@pytest.fixture
def alice(people: People) -> FlaskClient:
    return people.client("alice")


def start(client: FlaskClient, **fields: str) -> str:
    """Press Start on the course page. Returns the checkout's address."""
    reply = journey.post(client, "/courses/mtm/start", fields)
    assert reply.status_code == 303, reply.text
    return str(reply.location)


def change_code(app: Flask, code: str, **columns: object) -> None:
    with app.app_context(), unit_of_work() as session:
        session.execute(update(DiscountCode).where(DiscountCode.code == code).values(**columns))


def the_order(session: Session) -> Order:
    session.rollback()
    return session.scalars(select(Order).order_by(Order.id.desc())).first()  # type: ignore[return-value]


def grants(session: Session) -> int:
    session.rollback()
    return session.scalar(select(func.count()).select_from(AccessGrant)) or 0


def test_the_automatic_code_is_applied_before_anybody_types(alice: FlaskClient, session: Session) -> None:
    page = alice.get(start(alice)).text
    for shown in ("$95.00", "LAMTM", "\N{MINUS SIGN}$95.00", "$0.00", "already applied"):
        assert shown in page
    order = the_order(session)
    assert (order.list_cents, order.discount_cents, order.total_cents) == (9500, 9500, 0)


def test_continue_finishes_the_order_and_opens_the_course(alice: FlaskClient, session: Session) -> None:
    address = start(alice)
    reply = journey.post(alice, f"{address}/continue", {"total": "0"})
    assert (reply.status_code, reply.location) == (303, "/training")
    order = the_order(session)
    assert order.status == "paid"
    assert order.paid_at is not None
    assert grants(session) == 1
    assert session.scalar(select(DiscountCode.uses).where(DiscountCode.code == "LAMTM")) == 1
    assert alice.get("/training/mtm/1-the-why/the-quadruple-aim").status_code == 200
    actions = session.scalars(select(AuditEvent.action)).all()
    assert {"order.started", "order.paid", "access.granted"} <= set(actions)
    assert "finished" in alice.get(address).text


def test_start_twice_is_one_order(alice: FlaskClient, session: Session) -> None:
    assert start(alice) == start(alice)
    assert session.scalar(select(func.count()).select_from(Order)) == 1


def test_continue_twice_is_one_grant(alice: FlaskClient, session: Session) -> None:
    """Abuse case 29: the second press leads to the same place and changes nothing."""
    address = start(alice)
    for _press in range(2):
        reply = journey.post(alice, f"{address}/continue", {"total": "0"})
        assert (reply.status_code, reply.location) == (303, "/training")
    assert grants(session) == 1
    assert session.scalar(select(func.count()).select_from(CodeUse)) == 1


def test_an_enrolled_person_is_led_to_the_dashboard(people: People, session: Session) -> None:
    bob = people.client("bob", enrolled=True)
    assert journey.post(bob, "/courses/mtm/start").location == "/training"
    assert session.scalar(select(func.count()).select_from(Order)) == 0


@pytest.mark.parametrize(
    "fields",
    [
        {"price": "0", "list_cents": "1", "total_cents": "0", "discount_cents": "9500"},
        {"quantity": "0"},
        {"quantity": "-1"},
        {"quantity": "1000000000"},
        {"quantity": "1.5"},
        {"person_id": "1", "status": "paid", "paid_at": "2026-01-01", "code_id": "1", "public_id": "mine"},
    ],
)
def test_what_a_form_says_of_price_and_number_is_ignored(
    app: Flask, alice: FlaskClient, session: Session, fields: dict[str, str]
) -> None:
    """Abuse cases 6 and 36: the server knows the price; no field of a form sets a column."""
    change_code(app, "LAMTM", active=False)
    address = start(alice, **fields)
    journey.post(alice, f"{address}/code", {"code": "NONE", **fields})
    journey.post(alice, f"{address}/continue", fields)
    order = the_order(session)
    assert (order.list_cents, order.discount_cents, order.total_cents) == (9500, 0, 9500)
    assert (order.status, order.paid_at, order.code_id) == ("open", None, None)
    assert grants(session) == 0


def test_a_total_above_zero_is_explained_and_the_order_kept(app: Flask, alice: FlaskClient, session: Session) -> None:
    change_code(app, "LAMTM", active=False)
    address = start(alice)
    reply = journey.post(alice, f"{address}/continue", {"total": "9500"})
    assert reply.status_code == 409
    assert "cannot take card payments" in reply.text
    assert "$95.00" in reply.text
    assert the_order(session).status == "open"
    assert grants(session) == 0
    assert alice.get(address).status_code == 200


@pytest.mark.parametrize(
    ("columns", "discount"),
    [({"percent": 20}, 1900), ({"amount_cents": 2500}, 2500), ({"amount_cents": 1_000_000}, 9500), ({}, 9500)],
)
def test_a_typed_code_takes_off_what_it_says(
    app: Flask, alice: FlaskClient, session: Session, columns: dict[str, int], discount: int
) -> None:
    change_code(app, "LAMTM", active=False)
    journey.make_code(app, "SPRING", **columns)
    address = start(alice)
    assert journey.post(alice, f"{address}/code", {"code": " spring "}).status_code == 303
    order = the_order(session)
    assert (order.code, order.discount_cents) == ("SPRING", discount)
    assert order.total_cents == 9500 - discount


def test_codes_are_not_added_up_and_the_better_one_stays(app: Flask, alice: FlaskClient, session: Session) -> None:
    """Abuse case 33: no stacking."""
    change_code(app, "LAMTM", percent=60)
    journey.make_code(app, "HALF", percent=50)
    journey.make_code(app, "MOST", percent=80)
    address = start(alice)
    refused = journey.post(alice, f"{address}/code", {"code": "HALF"})
    assert refused.status_code == 422
    assert "at least as much" in refused.text
    assert the_order(session).code == "LAMTM"
    assert journey.post(alice, f"{address}/code", {"code": "MOST"}).status_code == 303
    assert the_order(session).total_cents == 1900


UNUSABLE = {
    "EXPIRED": {"valid_until": now() - timedelta(days=1)},
    "EARLY": {"valid_from": now() + timedelta(days=1)},
    "USED": {"max_uses": 3, "uses": 3},
    "PERSONAL": {"max_uses_per_person": 0},
    "OFF": {"active": False},
    "ELSEWHERE": {"course": "another"},
    "POUNDS": {"amount_cents": 100, "currency": "GBP"},
}


def test_every_code_that_does_not_work_gets_the_same_answer(app: Flask, alice: FlaskClient) -> None:
    """Abuse case 34: nobody learns by trying which codes exist."""
    for code, columns in UNUSABLE.items():
        journey.make_code(app, code, **columns)
    address = start(alice)
    pages = set()
    for code in ("NOSUCH", "LАMTM", *UNUSABLE):
        reply = journey.post(alice, f"{address}/code", {"code": code}, headers={"X-Request-Id": "same-request"})
        assert reply.status_code == 422, code
        token = journey.token(alice)
        pages.add(reply.text.replace(code, "").replace(token, "")[-9000:].split("csrf_token")[0])
        assert "cannot be used for this course" in reply.text, code
    assert len(pages) == 1


def test_trying_codes_is_stopped(app: Flask, alice: FlaskClient) -> None:
    """Abuse case 34: a person has twenty tries an hour; after that even the right code must wait."""
    journey.make_code(app, "REAL")
    address = start(alice)
    token = journey.token(alice)
    statuses = [
        alice.post(f"{address}/code", data={"csrf_token": token, "code": f"GUESS{number}"}).status_code
        for number in range(20)
    ]
    assert set(statuses) == {422}
    reply = alice.post(f"{address}/code", data={"csrf_token": token, "code": "REAL"})
    assert reply.status_code == 429
    assert int(reply.headers["Retry-After"]) > 0


def test_a_code_that_runs_out_between_apply_and_continue(app: Flask, alice: FlaskClient, session: Session) -> None:
    """Abuse case 33: nothing is granted; the code comes off, the new total is shown, another code can be applied."""
    address = start(alice)
    change_code(app, "LAMTM", valid_until=now() - timedelta(seconds=1))
    reply = journey.post(alice, f"{address}/continue", {"total": "0"})
    assert reply.status_code == 409
    assert "can no longer be used" in reply.text
    assert "$95.00" in reply.text
    order = the_order(session)
    assert (order.code, order.total_cents, order.status) == (None, 9500, "open")
    assert grants(session) == 0
    journey.make_code(app, "RESCUE")
    assert journey.post(alice, f"{address}/code", {"code": "RESCUE"}).status_code == 303
    assert journey.post(alice, f"{address}/continue", {"total": "0"}).status_code == 303
    assert grants(session) == 1


def test_a_dead_code_does_not_stand_in_the_way_of_a_good_one(app: Flask, alice: FlaskClient, session: Session) -> None:
    address = start(alice)
    change_code(app, "LAMTM", active=False)
    journey.make_code(app, "FULL")
    assert journey.post(alice, f"{address}/code", {"code": "FULL"}).status_code == 303
    assert the_order(session).code == "FULL"


def test_the_personal_limit_counts_redemptions(app: Flask, alice: FlaskClient, session: Session) -> None:
    """Abuse case 33: once a person, also after their access ended; the automatic code is then not offered at all."""
    change_code(app, "LAMTM", max_uses_per_person=1)
    journey.post(alice, f"{start(alice)}/continue", {"total": "0"})
    with app.app_context(), unit_of_work() as work:
        work.execute(update(AccessGrant).values(revoked_at=now()))
    address = start(alice)
    assert "$95.00" in alice.get(address).text
    assert the_order(session).code is None
    assert journey.post(alice, f"{address}/continue", {"total": "9500"}).status_code == 409
    assert session.scalar(select(DiscountCode.uses).where(DiscountCode.code == "LAMTM")) == 1


def test_anothers_order_is_not_there(alice: FlaskClient, people: People, session: Session) -> None:
    """Abuse case 2."""
    address = start(alice)
    bob = people.client("bob")
    assert bob.get(address).status_code == 404
    for action in ("code", "continue"):
        assert journey.post(bob, f"{address}/{action}", {"code": "LAMTM", "total": "0"}).status_code == 404
    assert the_order(session).status == "open"


def test_a_price_that_changed_starts_a_new_order(app: Flask, alice: FlaskClient, session: Session) -> None:
    first = start(alice)
    journey.publish(app, journey.course(app).model_copy(update={"list_price_cents": 12000}))
    second = start(alice)
    assert second != first
    assert (the_order(session).list_cents, the_order(session).total_cents) == (12000, 0)
    assert "replaced by a newer one" in alice.get(first).text
    assert journey.post(alice, f"{first}/continue", {"total": "0"}).status_code == 409
    assert grants(session) == 0


@pytest.mark.parametrize("total", ["1", "-1", "abc", "0.0", "9" * 5000, "\u0660", "NaN"])
def test_another_total_than_the_one_shown_is_refused(alice: FlaskClient, session: Session, total: str) -> None:
    """Abuse cases 18 and 36: whatever stands in the field, there is a page and no grant."""
    reply = journey.post(alice, f"{start(alice)}/continue", {"total": total})
    assert reply.status_code == 409
    assert grants(session) == 0


def test_enrolment_is_one_row_however_many_orders(app: Flask, people: People, session: Session) -> None:
    """Invariant I1: one enrolment per person and course."""
    alice = people.client("alice")
    journey.post(alice, f"{start(alice)}/continue", {"total": "0"})
    with app.app_context(), unit_of_work() as work:
        work.execute(update(AccessGrant).values(revoked_at=now()))
    journey.post(alice, f"{start(alice)}/continue", {"total": "0"})
    assert grants(session) == 2
    assert session.scalar(select(func.count()).select_from(Enrolment)) == 1
