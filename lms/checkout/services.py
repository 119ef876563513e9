"""Use cases of checkout. Each takes the session of a unit of work and never commits."""

from __future__ import annotations

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from lms.accounts.queries import hold_person
from lms.checkout import queries
from lms.checkout.domain import Quote, normalise_code, quote
from lms.checkout.models import CodeUse, DiscountCode, Order
from lms.checkout.signals import order_paid
from lms.content.course import Course
from lms.core import audit
from lms.core.clock import now
from lms.core.errors import Conflict, DomainError
from lms.core.ids import public_id
from lms.learning import services as learning

#: One sentence for every code that does not work, so that codes cannot be found out by trying.
UNUSABLE_CODE = "This code cannot be used for this course. Check it, or go on without it."


class PaymentNotConfigured(DomainError):
    """The total is above zero and this site has no way to take a payment."""

    status = 409

    def __init__(self) -> None:
        super().__init__(
            "This site cannot take card payments yet, so nothing was charged. Your order is kept as it is. "
            "If you have a discount code, apply it here; otherwise ask for assistance."
        )


def start_order(session: Session, *, person_id: int, course: Course) -> Order:
    """Begin an order for a course with its automatic code applied, or return the one begun before."""
    hold_person(session, person_id)
    order = queries.open_order(session, person_id=person_id, course=course.slug)
    if order is not None and order.list_cents == course.list_price_cents and order.currency == course.currency:
        refresh_price(session, order=order)
        return order
    if order is not None:  # the price has changed since: what was shown must be what is charged
        order.status = "abandoned"
    price = queries.personal_quote(session, course.slug, course.list_price_cents, course.currency, person_id=person_id)
    order = Order(
        public_id=public_id(),
        person_id=person_id,
        course=course.slug,
        title=course.title,
        currency=price.currency,
        list_cents=price.list_cents,
        discount_cents=0,
        total_cents=price.list_cents,
        status="open",
        created_at=now(),
    )
    _apply(session, order, price)
    session.add(order)
    session.flush()
    audit.record(
        session,
        "order.started",
        subject=("order", order.public_id),
        actor_id=person_id,
        total=order.total_cents,
    )
    return order


def refresh_price(session: Session, *, order: Order) -> None:
    """Take a code that can no longer be used off an open order, so that what is shown is what can be had.

    The best automatic code comes in its place, if there is one; else the list price is to be paid.
    """
    person_id = order.person_id or 0
    if order.status != "open" or order.code is None:
        return
    if not queries.find_code(
        session, code=order.code, course=order.course, currency=order.currency, person_id=person_id
    ):
        price = queries.personal_quote(session, order.course, order.list_cents, order.currency, person_id=person_id)
        _apply(session, order, price)


def apply_code(session: Session, *, order: Order, typed: str) -> Quote:
    """Put a typed code in the place of the order's present one, if it lowers the total.

    Raises DomainError when the code cannot be used or does no better; the order then stays as it was.
    """
    session.refresh(order, with_for_update=True)
    _require_open(order)
    code = normalise_code(typed)
    if not code:
        raise DomainError("Enter a code.", field="code")
    row = queries.find_code(
        session, code=code, course=order.course, currency=order.currency, person_id=order.person_id or 0
    )
    if row is None:
        raise DomainError(UNUSABLE_CODE, field="code")
    refresh_price(session, order=order)  # a code that has run out must not stand in the way of a good one
    price = quote(order.list_cents, order.currency, queries.as_discount(row))
    if row.code != order.code and price.total_cents >= order.total_cents and order.code is not None:
        raise DomainError(f"The code {order.code} that is applied already takes off at least as much.", field="code")
    _apply(session, order, price)
    audit.record(
        session,
        "order.code_applied",
        subject=("order", order.public_id),
        actor_id=order.person_id,
        code=row.code,
    )
    return price


def complete_order(session: Session, *, order: Order, shown_total: str | None) -> Order:
    """Finish an order whose total is zero: redeem its code, mark it paid, grant access.

    `shown_total` is the total in cents as the form carried it. A second call changes nothing. Raises Conflict
    when the total is no longer the one shown or the code has run out meanwhile, and PaymentNotConfigured when
    there is something to pay.
    """
    session.refresh(order, with_for_update=True)  # a second press of the button waits here for the first
    if order.status == "paid":
        return order
    _require_open(order)
    if shown_total is not None and shown_total != str(order.total_cents):
        raise Conflict("The price has changed since this page was opened. Look at the new total, then continue.")
    if order.total_cents > 0:
        raise PaymentNotConfigured
    _redeem(session, order)
    moment = now()
    paid = session.execute(
        update(Order).where(Order.id == order.id, Order.status == "open").values(status="paid", paid_at=moment)
    )
    if paid.rowcount != 1:  # type: ignore[attr-defined]  # the other tab was quicker: roll back this redemption
        raise Conflict("This order was finished in another window.")
    session.refresh(order)
    audit.record(
        session,
        "order.paid",
        subject=("order", order.public_id),
        actor_id=order.person_id,
        total=order.total_cents,
        currency=order.currency,
        code=order.code,
    )
    if order.person_id is None:
        raise Conflict("The account of this order was deleted.")
    learning.grant_access(
        session,
        person_id=order.person_id,
        course=order.course,
        source="order",
        reference=order.public_id,
        actor_id=order.person_id,
    )
    order_paid.send(order, session=session)
    return order


def create_codes(session: Session, course: Course) -> None:
    """Create the discount codes that the course file names and the site does not have yet. Others stay as they are."""
    for wanted in course.discount_codes:
        code = normalise_code(wanted.code)
        if session.scalar(select(DiscountCode.id).where(DiscountCode.code == code)) is not None:
            continue
        session.add(
            DiscountCode(
                code=code,
                title=wanted.title,
                course=course.slug,
                percent=wanted.percent,
                currency=course.currency,
                automatic=wanted.automatic,
                active=True,
                uses=0,
                created_at=now(),
            )
        )
        audit.record(session, "code.created", subject=("code", code), actor_id=None, course=course.slug)


def _apply(session: Session, order: Order, price: Quote) -> None:
    discount = price.discount
    order.discount_cents = price.discount_cents
    order.total_cents = price.total_cents
    order.code = discount.code if discount else None
    order.code_id = (
        session.scalar(select(DiscountCode.id).where(DiscountCode.code == discount.code)) if discount else None
    )


def _require_open(order: Order) -> None:
    if order.status != "open":
        raise Conflict("This order is finished already.")


def _redeem(session: Session, order: Order) -> None:
    """Use the order's code once. One conditional UPDATE decides who gets the last use."""
    if order.code_id is None:
        return
    moment = now()
    taken = session.execute(
        update(DiscountCode)
        .where(
            DiscountCode.id == order.code_id,
            DiscountCode.active.is_(True),
            or_(DiscountCode.valid_until.is_(None), DiscountCode.valid_until > moment),
            or_(DiscountCode.max_uses.is_(None), DiscountCode.uses < DiscountCode.max_uses),
        )
        .values(uses=DiscountCode.uses + 1)
    )
    row = session.get(DiscountCode, order.code_id)
    usable = row is not None and queries.within_personal_limit(session, row, order.person_id or 0)
    if taken.rowcount != 1 or not usable:  # type: ignore[attr-defined]
        raise Conflict("The code on this order can no longer be used, so it was taken off. Look at the new total.")
    session.add(CodeUse(code_id=order.code_id, order_id=order.id, person_id=order.person_id, at=moment))
