"""The calculators: one evaluation, many draws, a page and what is taken away from it."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from datetime import date

import pytest

from lms.calculators.domain import calculate, defaults, evaluate, figures, formulas, simulate, tornado
from lms.calculators.exports.brief import brief
from lms.calculators.exports.workbook import workbook
from tests.benchmarks.conftest import Site, measure

FORMULA = formulas()["delegation-savings"]


def milliseconds(work: Callable[[], object], times: int) -> float:
    """The median of several runs, in processor time: what neighbours use does not count."""
    work()
    taken = []
    for _ in range(times):
        started = time.process_time()
        work()
        taken.append(1000 * (time.process_time() - started))
    return statistics.median(taken)


def test_one_evaluation() -> None:
    inputs = defaults(FORMULA)
    each = milliseconds(lambda: [evaluate(FORMULA, inputs, figures) for _ in range(50)], 9) / 50
    print(f"\nevaluation: {each:.2f} ms for six activities (goal 1)")


def test_simulation() -> None:
    inputs = defaults(FORMULA)
    taken = milliseconds(lambda: simulate(FORMULA, inputs, figures), 5)
    print(f"\nsimulation: {taken:.0f} ms for 10,000 draws (goal 300)")


def test_downloads() -> None:
    result, day = calculate(FORMULA, {}), date(2026, 11, 27)
    swings = tornado(FORMULA, result.inputs, figures)
    page = milliseconds(lambda: brief(result, swings, made_on=day, site="Site", address="https://example.org"), 9)
    book = milliseconds(lambda: workbook(result, made_on=day), 5)
    print(f"\ndownloads: brief {page:.0f} ms, workbook {book:.0f} ms")


@pytest.mark.parametrize(
    ("what", "goal"), [("/calculators/delegation-savings", 0.4), ("/calculators/delegation-savings/results", None)]
)
def test_share_of_the_floor(site: Site, floor: int, what: str, goal: float | None) -> None:
    measured = measure(site, floor, [{"path": what, "headers": {"Accept": "text/html"}}])
    bare, page = measured.cost
    print(
        f"\n{what}: {measured.ratio:.2f} of the floor{f' (goal {goal})' if goal else ''}; "
        f"{page:.1f} ms of processor time on the server, the floor {bare:.1f} ms"
    )
    assert measured.ratio > 0
