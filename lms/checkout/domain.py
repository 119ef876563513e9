"""Prices on plain data: what a code takes off, what is left to pay."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

from lms.core.money import percent_of


@dataclass(frozen=True)
class Discount:
    """What a code takes off: a percentage of the list price, or a fixed amount in cents. One of the two is set."""

    code: str
    title: str
    percent: int | None = None
    amount_cents: int | None = None


@dataclass(frozen=True)
class Quote:
    """A price as shown at checkout, in integer cents of one currency. `total_cents` is never below zero."""

    list_cents: int
    discount_cents: int
    currency: str
    discount: Discount | None

    @property
    def total_cents(self) -> int:
        return self.list_cents - self.discount_cents


def quote(list_cents: int, currency: str, discount: Discount | None) -> Quote:
    """The price with a discount: a percentage is rounded half-up to a cent, an amount takes off at most the price."""
    off = 0
    if discount is not None:
        off = (
            percent_of(list_cents, discount.percent)
            if discount.percent is not None
            else min(list_cents, discount.amount_cents or 0)
        )
    return Quote(list_cents, off, currency, discount)


def normalise_code(typed: str) -> str:
    """A typed code in the form in which codes are stored: compatibility characters unified, no spaces, upper case."""
    text = unicodedata.normalize("NFKC", typed)
    return "".join(text.split()).upper()[:40]
