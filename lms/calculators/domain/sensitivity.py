"""What the result hangs on: one input moved at a time, and all of them moved at random."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from lms.calculators.domain.declaration import Driver, Formula, Input
from lms.calculators.domain.evaluation import evaluate, simulate_steps
from lms.calculators.domain.reading import Inputs
from lms.core.arithmetic import Value
from lms.core.arithmetic.evaluate import TableReader

DRAWS = 10_000
METHOD = (
    "Each group of inputs is multiplied by a factor drawn from a triangular distribution: most likely 1, lowest "
    "and highest "
    "as declared (0.8 and 1.2 unless stated), all inputs independently of each other and within their ranges. "
    "The band holds the middle 90% of the results."
)


@dataclass(frozen=True)
class Swing:
    """The result with a driver at its low and at its high end."""

    driver: Driver
    low: Value
    high: Value

    @property
    def size(self) -> Decimal:
        """How far the two are apart; 0 where one of them does not exist."""
        if isinstance(self.low, Decimal) and isinstance(self.high, Decimal):
            return abs(self.high - self.low)
        return Decimal(0)


@dataclass(frozen=True)
class Band:
    """A result under uncertainty: the middle 90 per cent of the draws, and how often it was below zero."""

    draws: int
    low: float
    middle: float
    high: float
    mean: float
    below_zero: float


def tornado(formula: Formula, inputs: Inputs, read: TableReader, *, target: str | None = None) -> tuple[Swing, ...]:
    """How far a step (the formula's own target unless given) moves with each driver alone, the largest swing first."""
    target = target or formula.target
    swings = []
    for driver in formula.drivers:
        low, high = (
            evaluate(formula, _moved(formula, inputs, driver, factor), read).scope[target]
            for factor in (driver.low, driver.high)
        )
        swings.append(Swing(driver, low, high))
    return tuple(sorted(swings, key=lambda swing: -swing.size))


def simulate(
    formula: Formula,
    inputs: Inputs,
    read: TableReader,
    *,
    target: str | None = None,
    seed: int = 1,
    draws: int = DRAWS,
) -> Band | None:
    """The spread of a step (the formula's own target unless given) when the drivers are uncertain.

    None where it has no value in some draw. The same seed gives the same band. See METHOD.
    """
    target = target or formula.target
    chance = random.Random(seed)  # noqa: S311 -- a simulation, not a secret
    values: dict[str, Any] = {key: _as_float(value) for key, value in inputs.values.items()}
    rows = {
        key: [{name: _as_float(value) for name, value in row.items()} for row in rows]
        for key, rows in inputs.rows.items()
    }
    for driver in formula.drivers:
        low, high = float(driver.low), float(driver.high)
        factors = [chance.triangular(low, high, 1.0) for _ in range(draws)]
        for path in driver.inputs:
            for place, declared in _places(formula, path, driver, values, rows):
                least, most = float(declared.minimum), float(declared.maximum)
                value = place[declared.key]
                place[declared.key] = [min(max(value * factor, least), most) for factor in factors]
    found = simulate_steps(formula, values, rows, read, target)[target]
    results: list[Any] = found if isinstance(found, list) else [found] * draws
    if None in results:
        return None
    results.sort()
    return Band(
        draws=draws,
        low=results[draws * 5 // 100],
        middle=results[draws // 2],
        high=results[draws * 95 // 100],
        mean=sum(results) / draws,
        below_zero=sum(result < 0 for result in results) / draws,
    )


def _as_float(value: Decimal | str) -> float | str:
    return float(value) if isinstance(value, Decimal) else value


def _moved(formula: Formula, inputs: Inputs, driver: Driver, factor: Decimal) -> Inputs:
    """The inputs with a driver at `factor` times its values, kept within their ranges."""
    values: dict[str, Any] = dict(inputs.values)
    rows = {key: [dict(row) for row in rows] for key, rows in inputs.rows.items()}
    for path in driver.inputs:
        for place, declared in _places(formula, path, driver, values, rows):
            moved = min(max(place[declared.key] * factor, declared.minimum), declared.maximum)
            place[declared.key] = moved
    return Inputs(values, rows)


def _places(
    formula: Formula, path: str, driver: Driver, values: dict[str, Any], rows: Mapping[str, Sequence[dict[str, Any]]]
) -> list[tuple[dict[str, Any], Input]]:
    """Where the values of an input stand: once, or in each row that the driver is about."""
    table_key, dot, column = path.rpartition(".")
    if not dot:
        return [(values, formula.input(path))]
    table = next(table for table in formula.tables if table.key == table_key)
    declared = next(each for each in table.columns if each.key == column)
    return [(row, declared) for row in rows[table_key] if driver.only is None or row[driver.only]]
