"""Reads of orders and codes."""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from lms.checkout.domain import Discount, Quote, quote
from lms.checkout.models import CodeUse, DiscountCode, Order
from lms.content.course import Course
from lms.core.clock import now
from lms.core.errors import NotFound


def access_order(session: Session, *, person_id: int, public_id: str) -> Order:
    """The person's own order. Raises NotFound for another's as for none."""
    order = session.scalar(select(Order).where(Order.public_id == public_id, Order.person_id == person_id))
    if order is None:
        raise NotFound
    return order


def open_order(session: Session, *, person_id: int, course: str) -> Order | None:
    """The order that the person has begun for a course and not finished."""
    return session.scalar(
        select(Order)
        .where(Order.person_id == person_id, Order.course == course, Order.status == "open")
        .order_by(Order.id.desc())
        .limit(1)
    )


def usable(course: str) -> ColumnElement[bool]:
    """Codes that are active, within their dates, for this course and not used up."""
    moment = now()
    return and_(
        DiscountCode.active.is_(True),
        or_(DiscountCode.course.is_(None), DiscountCode.course == course),
        or_(DiscountCode.valid_from.is_(None), DiscountCode.valid_from <= moment),
        or_(DiscountCode.valid_until.is_(None), DiscountCode.valid_until > moment),
        or_(DiscountCode.max_uses.is_(None), DiscountCode.uses < DiscountCode.max_uses),
    )


def find_code(session: Session, *, code: str, course: str, currency: str, person_id: int) -> DiscountCode | None:
    """The usable code of that name, or None: unknown, expired, exhausted and foreign codes look the same."""
    row = session.scalar(select(DiscountCode).where(DiscountCode.code == code, usable(course)))
    if row is None or (row.amount_cents is not None and row.currency != currency):
        return None
    return row if within_personal_limit(session, row, person_id) else None


def within_personal_limit(session: Session, row: DiscountCode, person_id: int) -> bool:
    """True when the person may use the code once more."""
    if row.max_uses_per_person is None:
        return True
    used = session.scalar(select(func.count()).where(CodeUse.code_id == row.id, CodeUse.person_id == person_id))
    return (used or 0) < row.max_uses_per_person


def automatic_codes(session: Session, course: str) -> list[DiscountCode]:
    """Usable codes that apply to the course by themselves."""
    return list(
        session.scalars(
            select(DiscountCode)
            .where(DiscountCode.automatic.is_(True), DiscountCode.course == course, usable(course))
            .order_by(DiscountCode.id)
        )
    )


def as_discount(row: DiscountCode) -> Discount:
    return Discount(code=row.code, title=row.title, percent=row.percent, amount_cents=row.amount_cents)


def public_quote(session: Session, course: Course) -> Quote:
    """The price that a visitor sees on the course page, with the automatic code applied."""
    return _best(course.list_price_cents, course.currency, automatic_codes(session, course.slug))


def personal_quote(session: Session, course: str, list_cents: int, currency: str, *, person_id: int) -> Quote:
    """The price for this person, with the best automatic code that they may still use."""
    rows = [row for row in automatic_codes(session, course) if within_personal_limit(session, row, person_id)]
    return _best(list_cents, currency, rows)


def _best(list_cents: int, currency: str, rows: list[DiscountCode]) -> Quote:
    quotes = [quote(list_cents, currency, None)]
    quotes += [
        quote(list_cents, currency, as_discount(row))
        for row in rows
        if row.amount_cents is None or row.currency == currency
    ]
    return min(quotes, key=lambda one: one.total_cents)
