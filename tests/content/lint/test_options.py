"""Rules for options: one item that must trip each, and one that comes close and must not."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lms.content.lint import options as rules
from tests.content.lint.texts import Pair, asked, hits, item, name_of

PAIRS = [
    Pair(
        rules.all_of_the_above,
        item("Black tea", "Green tea", "*All of the above"),
        item("Black tea", "*All of the patients with hypertension", "Both of them with a pot"),
    ),
    Pair(
        rules.all_of_the_above, item("*Both of these", "Green tea", "Tea"), item("Both of these teas", "*Tea", "Water")
    ),
    Pair(
        rules.none_of_the_above,
        item("Black tea", "*None of the above", "Green tea"),
        item("None of the patients with a pot", "*Neither of them", "A cup"),
    ),
    Pair(
        rules.combined_options,
        item("*A and C", "B and D", "A alone"),
        item("*Medicare Parts A and B", "Vitamins B and D", "Hepatitis A"),
    ),
    Pair(rules.combined_options, item("*1, 2 only", "2 and 3 only", "3 only"), item("*1 cup", "2 cups", "3 cups only")),
    Pair(
        rules.absolute_words,
        item("*Tea before noon", "Always tea", "Coffee"),
        item("*Tea on any day", "Tea with a sponge, allergens apart", "Coffee"),
    ),
    Pair(
        rules.vague_frequency,
        item("*Tea may help", "Tea is harmful", "Tea is neutral"),
        item("*In May", "In June", "In unusual months"),
    ),
    Pair(
        rules.near_duplicates,
        item("*The review of a plan", "A review of the plan", "A call"),
        item("*The cost rises while use falls", "The cost falls while use rises", "A fall in cost before a rise"),
    ),
    Pair(rules.near_duplicates, item("*$5.00", "$5", "$6"), item("*−$1.00", "+$1.00", "$2.00")),
    Pair(
        rules.not_parallel,
        item("*Brewing the tea", "To serve some water", "Washing the pot"),
        item("*Brewing the tea", "A cup of water", "Washing the pot"),
    ),
    Pair(
        rules.not_parallel,
        item("*Yes, because it is hot", "No, since it is cold", "The pot is empty"),
        item("*No change in heat", "Yesterday's tea", "A cold pot"),
    ),
    Pair(
        rules.not_parallel,
        item("*Tea", "A long and winding story of tea and its many uses", "Pot"),
        item("*Tea of the day", "A story of tea and its uses", "A pot for two"),
    ),
    Pair(
        rules.not_parallel, item("*Tea helps.", "Tea harms", "Tea costs"), item("*Tea helps.", "Tea harms.", "It is.")
    ),
    Pair(
        rules.numeric_options,
        item("*7 days", "30 days", "14 days", ordered=True),
        item("*7 days", "14 days", "30 days", ordered=True),
    ),
    Pair(
        rules.numeric_options,
        item("*7 days", "14 days", "2 months", ordered=True),
        item("*1 day", "2 days", "After the holidays", ordered=True),
    ),
    Pair(
        rules.numeric_options,
        item("*3 to 5 days", "5 to 7 days", "8 to 9 days", ordered=True),
        item("*3 to 5 days", "6 to 7 days", "8 to 9 days", ordered=True),
    ),
    Pair(rules.numeric_options, item("*10%", "20%", "30%"), item("*10%", "20%", "30%", ordered=True)),
    Pair(
        rules.numeric_options,
        item("*2 May", "17 March", "1 June", ordered=True),
        item("*17 March", "2 May", "1 June", ordered=True),
    ),
    Pair(rules.option_count, item("*a", "b", "c", "d", "e", "f"), item("*a", "b", "c", "d", "e")),
    Pair(rules.option_count, item("*a", "b"), item("*a", "b", "c")),
    Pair(rules.true_or_false, item("*True", "False"), item("*True north", "False alarms", "South")),
    Pair(
        rules.true_or_false,
        asked("Which statement about tea is true?", "*It is hot", "The tea is cold", "It costs money"),
        asked("Which feature of tea is true to its name?", "*Its heat", "Its colour", "Its price"),
    ),
]


@pytest.mark.parametrize("pair", PAIRS, ids=name_of)
def test_rule_trips_and_a_near_miss_does_not(pair: Pair) -> None:
    assert hits(pair.rule, pair.trips)
    assert hits(pair.rule, pair.passes) == []


@pytest.mark.parametrize(
    ("feedback", "empty"),
    [("Wrong.", True), ("No, this is incorrect.", True), ("Correct!", True), ("No pot holds that much.", False)],
)
def test_feedback_gives_a_reason(feedback: str, empty: bool) -> None:
    question = item()
    choice = replace(question.choices[1], feedback=feedback)
    found = hits(rules.empty_feedback, replace(question, choices=(question.choices[0], choice)))
    assert [hit.at for hit in found] == ([("options", 1, "feedback")] if empty else [])


def test_overlapping_ranges_are_an_error() -> None:
    (hit,) = hits(rules.numeric_options, item("*1-3 cups", "3-5 cups", "6-7 cups", ordered=True))
    assert hit.severity == "error"


@pytest.mark.parametrize("rule", rules.RULES, ids=lambda rule: rule.code)
def test_item_without_options_is_passed_over(rule) -> None:
    assert hits(rule, item(choices=(), type="numeric")) == []
