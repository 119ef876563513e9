"""Rules for objectives and the course."""

from __future__ import annotations

import pytest

from lms.content.lint import objectives as rules
from lms.content.lint.reading import Programme
from tests.content.lint.texts import Pair, aim, hits, name_of

PAIRS = [
    Pair(rules.banned_verb, aim("Understand why tea helps"), aim("Explain how people understand tea")),
    Pair(rules.two_verbs, aim("List and explain kinds of tea"), aim("List kinds of tea and of pots")),
    Pair(rules.two_verbs, aim("Describe tea and calculate its cost"), aim("Describe the aim and design of a pot")),
    Pair(rules.two_verbs, aim("Name or list pots"), aim("Compare and contrast tea and coffee")),
    Pair(
        rules.items_below_the_verb,
        aim("Calculate the cost of tea", levels=("recall",) * 7 + ("case",) * 3),
        aim("Calculate the cost of tea", levels=("recall",) * 6 + ("case",) * 4),
    ),
    Pair(
        rules.items_below_the_verb,
        aim("Describe tea", levels=("recall",)),
        aim("List kinds of tea", levels=("recall",)),
    ),
    Pair(rules.time_and_audience, Programme(3, 44, ("Pharmacists",)), Programme(3, 45, ("Pharmacists",))),
    Pair(rules.time_and_audience, Programme(1, 60, ()), Programme(1, 60, ("Pharmacists",))),
    Pair(rules.objective_not_served, aim(checks=0), aim(checks=1)),
    Pair(rules.objective_not_served, aim(levels=()), aim(levels=("recall",))),
    Pair(rules.few_items, aim(levels=("case",) * 9), aim(levels=("case",) * 10)),
    Pair(rules.no_case, aim(cases=0), aim(cases=1)),
]


@pytest.mark.parametrize("pair", PAIRS, ids=name_of)
def test_rule_trips_and_a_near_miss_does_not(pair: Pair) -> None:
    assert hits(pair.rule, pair.trips)
    assert hits(pair.rule, pair.passes) == []
