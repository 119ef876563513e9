"""Numbers with their units, as options and sentences write them."""

from __future__ import annotations

import re
from calendar import month_name
from dataclasses import dataclass
from decimal import Decimal

from lms.content.lint.language import plain

_MONTHS = month_name[1:]
_NUMBER = r"[+\-−]?\s?[$€£]?\s?[+\-−]?\d{1,3}(?:,\d{3})+(?:\.\d+)?|[+\-−]?\s?[$€£]?\s?[+\-−]?\d+(?:\.\d+)?"
_QUANTITY = re.compile(
    rf"(?:about |at least |at most |up to |within |after |nearly |code |weight |an? \w+ of )?(?P<low>{_NUMBER})"
    rf"(?:\s?(?:-|–|to|and)\s?(?P<high>{_NUMBER}))?\s?(?P<unit>%|[a-zA-Z/ ]{{0,40}})\.?",
    re.IGNORECASE,
)
_DAY = re.compile(rf"(?P<day>\d{{1,2}}) (?P<month>{'|'.join(_MONTHS)})")

FIGURE = re.compile(
    r"[$€£]\s?\d|\d\s?(?:%|percent\b|percentage points?\b|mm ?Hg\b|million\b|billion\b)|\b\d{1,3}(?:,\d{3})+\b"
)
"""A measured figure in prose: an amount of money, a share, a pressure, millions, or a count above 999. Days and
minutes are left out: cases and schedules are full of them."""


@dataclass(frozen=True, slots=True)
class Quantity:
    """One option read as a number or a range. A plain number has `low == high`."""

    low: Decimal
    high: Decimal
    unit: str

    @property
    def is_range(self) -> bool:
        return self.low != self.high


def quantity(text: str) -> Quantity | None:
    """The number that a whole option consists of, or None when it is more than a number."""
    text = plain(text).strip()
    if day := _DAY.fullmatch(text):
        number = Decimal(_MONTHS.index(day["month"].title()) * 100 + int(day["day"]))
        return Quantity(number, number, "date")
    found = _QUANTITY.fullmatch(text)
    if not found or len(found["unit"].split()) > 4:
        return None
    low = _decimal(found["low"])
    high = _decimal(found["high"]) if found["high"] else low
    money = next((sign for sign in "$€£" if sign in text), "")
    return Quantity(min(low, high), max(low, high), f"{money}{_singular(found['unit'])}")


def _decimal(text: str) -> Decimal:
    return Decimal(re.sub(r"[\s$€£,+]", "", text).replace("−", "-"))


def _singular(unit: str) -> str:
    return " ".join(word.lower().removesuffix("s") for word in unit.split())
