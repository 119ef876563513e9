"""From values to places: round ticks and linear scales, in exact decimals."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

#: Steps that people count in, within one power of ten.
_ROUND_STEPS = (Decimal(1), Decimal(2), Decimal(5), Decimal(10))


def round_ticks(low: Decimal, high: Decimal, at_most: int) -> tuple[Decimal, ...]:
    """Evenly spaced round numbers that cover `low` to `high`: two to `at_most` of them.

    Steps are 1, 2 or 5 times a power of ten. Raises ValueError when `at_most` is below two.
    """
    if at_most < 2:
        raise ValueError("a scale needs at least two ticks")
    low, high = min(low, high), max(low, high)
    if low == high:
        low, high = (min(low, Decimal(0)), max(high, Decimal(0))) if low else (Decimal(0), Decimal(1))
    power = Decimal(1).scaleb(((high - low) / at_most).adjusted())
    while True:
        for factor in _ROUND_STEPS[:-1]:
            step = factor * power
            first = (low / step).to_integral_value(ROUND_FLOOR)
            last = (high / step).to_integral_value(ROUND_CEILING)
            if last - first + 1 <= at_most:
                return tuple(first * step + step * number for number in range(int(last - first) + 1))
            if at_most == 2 and first < 0 < last:
                return (first * step, last * step)  # no round step spans zero with two ticks
        power = power.scaleb(1)  # 1, where 0.1 * 10 would be written 1.0


@dataclass(frozen=True)
class Scale:
    """Maps `low`..`high` to the coordinates `start`..`end`, in the drawing's units."""

    low: Decimal
    high: Decimal
    start: float
    end: float

    def __call__(self, value: Decimal) -> float:
        share = float((value - self.low) / (self.high - self.low)) if self.high != self.low else 0.5
        return self.start + share * (self.end - self.start)


def number(value: object) -> Decimal | None:
    """The cell as a number, or None for words and missing values."""
    if isinstance(value, Decimal):
        return value if value.is_finite() else None
    return Decimal(value) if isinstance(value, int) and not isinstance(value, bool) else None


def numbers(cells: Iterable[object]) -> list[Decimal]:
    """Those cells that are numbers."""
    return [value for value in map(number, cells) if value is not None]


def spread(wanted: list[float], gap: float, low: float, high: float) -> list[float]:
    """Places near `wanted`, in the same order, at least `gap` apart and within `low`..`high` if they fit."""
    order = sorted(range(len(wanted)), key=lambda index: wanted[index])
    placed = list(wanted)
    floor = low
    for index in order:
        placed[index] = floor = max(placed[index], floor)
        floor += gap
    ceiling = high
    for index in reversed(order):
        placed[index] = ceiling = min(placed[index], ceiling)
        ceiling -= gap
    return placed
