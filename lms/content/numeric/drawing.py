"""The numbers of a numeric item: drawn from its ranges by a seed, and put into its texts."""

from __future__ import annotations

import random
import re
from collections.abc import Iterable, Mapping
from decimal import Decimal
from functools import lru_cache

from lms.content.numeric.values import Numeric
from lms.core.arithmetic import Expression, Value, parse, round_half_up

#: Draws after which constraints are taken to be impossible; the checker tries many seeds before a release.
TRIES = 500
PLACEHOLDER = re.compile(r"\{=([A-Za-z][A-Za-z0-9_]*)\}")


@lru_cache(maxsize=4096)
def expression(text: str) -> Expression:
    """A parsed expression, remembered: the same few are evaluated for every learner."""
    return parse(text)


def drawn(numeric: Numeric, seed: str) -> dict[str, Decimal]:
    """A value for every parameter, so that all constraints hold. Raises ValueError when none is found."""
    chance = random.Random(seed)  # noqa: S311 -- a draw, not a secret
    for _ in range(TRIES):
        values = {
            each.name: each.start + each.step * chance.randint(0, int((each.stop - each.start) / each.step))
            for each in numeric.parameters
        }
        if all(expression(text).evaluate(values) for text in numeric.constraints):
            return values
    raise ValueError("no numbers within the ranges satisfy the constraints")


def rounded(numeric: Numeric, value: Value) -> Decimal | None:
    """A value as the answer is given: half up to the item's places. None where there is none."""
    return round_half_up(value, numeric.places) if isinstance(value, Decimal) else None


def mistakes(numeric: Numeric, values: Mapping[str, Decimal]) -> list[tuple[Decimal, str]]:
    """What each known mistake leads to, with what to say to it."""
    found = ((rounded(numeric, expression(each.expression).evaluate(values)), each) for each in numeric.mistakes)
    return [(value, each.feedback_html) for value, each in found if value is not None]


def filled(html: str, values: Mapping[str, Decimal], *, answer: str | None = None) -> str:
    """The text with its numbers. Without `answer` the answer's place stays empty."""

    def number(found: re.Match[str]) -> str:
        if found[1] == "answer":
            return answer or ""
        return written(values[found[1]], money=html[: found.start()].endswith("$"))

    return PLACEHOLDER.sub(number, html)


def names(texts: Iterable[str]) -> set[str]:
    """What texts ask for in `{=name}`."""
    return {name for text in texts for name in PLACEHOLDER.findall(text)}


def written(value: Decimal, *, money: bool = False) -> str:
    """A number in a sentence: `1,250`, and `7.50` behind a dollar sign."""
    if value == value.to_integral_value():
        return f"{value:,.0f}"
    return f"{value:,.2f}" if money else f"{value.normalize():,f}"
