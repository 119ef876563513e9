"""Money as integer cents. Rounding is half-up, once, at the place that says so."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

_SYMBOLS = {"USD": "$"}


def round_cents(amount: Decimal) -> int:
    """Round an amount in cents to a whole cent, halves away from zero."""
    return int(amount.quantize(Decimal(1), rounding=ROUND_HALF_UP))


def percent_of(cents: int, percent: int) -> int:
    """`percent` per cent of an amount in cents, rounded half-up."""
    return round_cents(Decimal(cents) * percent / 100)


def format_money(cents: int, currency: str = "USD") -> str:
    """`$95.00`, with a true minus sign before the currency for negative amounts."""
    sign = "\N{MINUS SIGN}" if cents < 0 else ""
    whole, part = divmod(abs(cents), 100)
    symbol = _SYMBOLS.get(currency)
    return f"{sign}{symbol}{whole:,}.{part:02d}" if symbol else f"{sign}{whole:,}.{part:02d} {currency}"
