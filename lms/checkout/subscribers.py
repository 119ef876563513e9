"""What checkout does when features below it announce something."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.accounts.signals import person_exported
from lms.checkout import services
from lms.checkout.models import Order
from lms.content.course import Course
from lms.releases.signals import release_published


@release_published.connect
def _create_the_codes_of_the_course(course: Course, *, session: Session, **_more: Any) -> None:
    services.create_codes(session, course)


@person_exported.connect
def _add_to_download(person: Any, *, session: Session, parts: dict[str, Any]) -> None:
    orders = session.scalars(select(Order).where(Order.person_id == person.id).order_by(Order.id))
    parts["orders"] = [
        {
            "order": order.public_id,
            "course": order.course,
            "title": order.title,
            "currency": order.currency,
            "list_cents": order.list_cents,
            "discount_cents": order.discount_cents,
            "total_cents": order.total_cents,
            "code": order.code,
            "status": order.status,
            "created_at": order.created_at,
            "paid_at": order.paid_at,
        }
        for order in orders
    ]
