"""Rules for what gives the key away."""

from __future__ import annotations

import pytest

from lms.content.lint import cues as rules
from lms.content.lint.reading import Bank
from tests.content.lint.texts import Pair, asked, bank, hits, item, name_of

LONG_KEY = ("*Tea of the day", "Tea", "Pot")


def _fixed(place: int):
    options = ["Tea", "Pot", "Cup", "Jug"]
    options[place] = f"*{options[place]}"
    return item(*options, ordered=True)


PAIRS = [
    Pair(
        rules.longest_key,
        item("*The tea with leaves from the garden", "The black tea", "The green tea"),
        item("*The tea with the leaves", "The black tea of May", "The green tea"),
    ),
    Pair(rules.longest_key, item("*Tea of the day", "Tea", "Pot"), item("Tea of the day", "*Tea", "Pot")),
    Pair(
        rules.longest_key_too_often,
        bank(lambda n: item(*LONG_KEY) if n < 6 else item(), 10),
        bank(lambda n: item(*LONG_KEY) if n < 5 else item(), 10),
    ),
    Pair(rules.longest_key_too_often, bank(lambda n: item(*LONG_KEY), 10), bank(lambda n: item(*LONG_KEY), 9)),
    Pair(
        rules.clang,
        asked("Which drink belongs into a porcelain pot?", "*Tea from porcelain", "Coffee", "Water"),
        asked("Which drink belongs into a porcelain pot?", "*Tea from porcelain", "Coffee in porcelain", "Water"),
    ),
    Pair(
        rules.clang,
        asked("Which step reduces waste?", "*Reducing leaves", "Adding water", "Buying pots"),
        asked("Which step does the patient take?", "*Calling the patient", "Adding water", "Buying pots"),
    ),
    Pair(
        rules.convergence,
        item("*Green leaves in porcelain", "Green leaves in copper", "Black dust in porcelain", "Red dust in glass"),
        item("*Green leaves in porcelain", "Green leaves in copper", "Red dust in porcelain", "Red dust in copper"),
    ),
    Pair(
        rules.key_position,
        bank(lambda n: _fixed(2), 12),
        bank(lambda n: _fixed(n % 4), 12),
    ),
    Pair(rules.key_position, bank(lambda n: _fixed(0), 10), bank(lambda n: _fixed(0), 9)),
    Pair(
        rules.key_in_another_stem,
        Bank(
            (
                (0, item("*Green leaves in porcelain", "Tea", "Cup", key="a")),
                (1, asked("When are green leaves in porcelain served?", key="b")),
            )
        ),
        Bank(
            (
                (0, item("*Green leaves in porcelain", "Tea", "Cup", key="a")),
                (1, asked("When are green leaves served in porcelain?", key="b")),
            )
        ),
    ),
]


@pytest.mark.parametrize("pair", PAIRS, ids=name_of)
def test_rule_trips_and_a_near_miss_does_not(pair: Pair) -> None:
    assert hits(pair.rule, pair.trips)
    assert hits(pair.rule, pair.passes) == []


def test_shuffled_items_have_no_key_position() -> None:
    assert hits(rules.key_position, bank(lambda n: item("*Tea", "Pot", "Cup"), 20)) == []


def test_key_in_another_stem_is_reported_where_the_stem_stands() -> None:
    (hit,) = hits(rules.key_in_another_stem, PAIRS[-1].trips)
    assert hit.at == ("items", 1, "stem")
