"""Units of inputs and results: how a number is named, written and rounded when it is shown."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from lms.core.arithmetic import round_half_up


@dataclass(frozen=True)
class Unit:
    """`places` is how many digits after the point are shown; the value itself is never rounded by its unit."""

    key: str
    title: str
    places: int
    before: str = ""
    after: str = ""
    #: Shown times a hundred, with a per cent sign; stored and calculated as a share from 0 to 1.
    share: bool = False
    #: Shown without a decimal that is zero.
    trim: bool = False

    def rounded(self, value: Decimal) -> Decimal:
        """The value as it is shown, half away from zero; a share still as a share."""
        places = self.places + (2 if self.share else 0)
        rounded = round_half_up(value, places)
        return abs(rounded) if rounded == 0 else rounded

    def write(self, value: Decimal) -> str:
        """`$1,234.50`, `26.6%`, `72.5 hours`, with a true minus sign."""
        rounded = self.rounded(value) * (100 if self.share else 1)
        after = self.after[:-1] if self.after.endswith("s") and abs(rounded) == 1 else self.after
        places = 0 if self.trim and rounded == rounded.to_integral_value() else self.places
        return f"{'−' if rounded < 0 else ''}{self.before}{abs(rounded):,.{places}f}{after}"

    def bound(self, value: Decimal) -> str:
        """An end of a range, without digits that say nothing: `80%`, `5,000`."""
        number = (value * 100 if self.share else value).normalize()
        return f"{self.before}{number:,f}{'%' if self.share else ''}"


USD = Unit("USD", "US dollars", 2, before="$")
USD_PER_HOUR = Unit("USD/hour", "US dollars an hour", 2, before="$", after=" an hour")
MINUTES = Unit("minutes", "minutes", 1, after=" minutes")
WHOLE_MINUTES = Unit("whole minutes", "whole minutes", 0, after=" minutes")
HOURS = Unit("hours", "hours", 1, after=" hours")
MONTHS = Unit("months", "months", 1, after=" months")
SHARE = Unit("share", "share from 0 to 1 (or per cent, with its sign)", 1, after="%", share=True)
LOAD = Unit("share", "share from 0 to 1 (or per cent, with its sign)", 2, after="%", share=True)
RATE = Unit("percent", "per cent", 1, after="%", trim=True)
HUNDREDTHS = Unit("percent", "per cent", 2, after="%", trim=True)
POINTS = Unit("percent", "per cent", 1, after="%")
COUNT = Unit("count", "number", 0)
FACTOR = Unit("factor", "times", 2, after=" times")
STARS = Unit("stars", "stars", 0, after=" stars")
NAMED = Unit("name", "one of the names listed", 0)
