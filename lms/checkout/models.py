"""Tables of discount codes and orders."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from lms.core.db import Identified, Model


class DiscountCode(Identified, Model):
    """A code that lowers a price, by a percentage or by a fixed amount, within its limits."""

    __tablename__ = "discount_code"
    __table_args__ = (
        CheckConstraint("(percent IS NULL) <> (amount_cents IS NULL)", name="one_kind"),
        CheckConstraint("max_uses IS NULL OR uses <= max_uses", name="uses_within"),
    )

    #: Upper case, digits and hyphens; typed codes are compared in this form.
    code: Mapped[str] = mapped_column(String(40), unique=True)
    title: Mapped[str] = mapped_column(String(120))
    #: The course that it is for; None: any.
    course: Mapped[str | None] = mapped_column(String(60))
    percent: Mapped[int | None]
    amount_cents: Mapped[int | None]
    currency: Mapped[str] = mapped_column(String(3), default="USD")
    #: Applied by itself at checkout of its course.
    automatic: Mapped[bool] = mapped_column(default=False)
    active: Mapped[bool] = mapped_column(default=True)
    valid_from: Mapped[datetime | None]
    valid_until: Mapped[datetime | None]
    max_uses: Mapped[int | None]
    max_uses_per_person: Mapped[int | None]
    uses: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]


class Order(Identified, Model):
    """A person's purchase of a course: the quote that was shown, and what became of it."""

    __tablename__ = "customer_order"
    __table_args__ = (
        CheckConstraint("total_cents >= 0 AND total_cents = list_cents - discount_cents", name="sums"),
        Index("ix_customer_order_person_course", "person_id", "course"),
    )

    public_id: Mapped[str] = mapped_column(String(26), unique=True)
    #: None after the account was erased: the sale stays, the person does not.
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
    course: Mapped[str] = mapped_column(String(60))
    title: Mapped[str] = mapped_column(String(200))
    currency: Mapped[str] = mapped_column(String(3))
    list_cents: Mapped[int]
    discount_cents: Mapped[int]
    total_cents: Mapped[int]
    code_id: Mapped[int | None] = mapped_column(ForeignKey("discount_code.id"))
    code: Mapped[str | None] = mapped_column(String(40))
    #: "open", "paid" or "abandoned".
    status: Mapped[str] = mapped_column(String(20))
    created_at: Mapped[datetime]
    paid_at: Mapped[datetime | None]


class CodeUse(Identified, Model):
    """One redemption of a code by a paid order."""

    __tablename__ = "code_use"
    __table_args__ = (UniqueConstraint("order_id"), Index("ix_code_use_code_person", "code_id", "person_id"))

    code_id: Mapped[int] = mapped_column(ForeignKey("discount_code.id"))
    order_id: Mapped[int] = mapped_column(ForeignKey("customer_order.id"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
    at: Mapped[datetime]
