"""Rules for stems: one item that must trip each, and one that comes close and must not."""

from __future__ import annotations

from datetime import date

import pytest

from lms.content.lint import stems as rules
from tests.content.lint.texts import Pair, asked, hits, item, name_of, source

OLD = source(year=2008, checked_on=date(2024, 1, 1))

PAIRS = [
    Pair(
        rules.negative_stem,
        asked("Which of these teas is not black?"),
        asked("How many cups does a pot for two need, at least?"),
    ),
    Pair(
        rules.negative_stem,
        asked("Which tea is the LEAST strong of the three?"),
        asked("A patient does not like tea. Why is the pot not empty?"),
    ),
    Pair(
        rules.negative_stem,
        asked("Which tea isn't brewed in a pot?"),
        asked("Which tea is due if the pot was not washed, and not before noon?"),
    ),
    Pair(
        rules.grammar_cue,
        asked("The best drink is an", "*infusion", "tea"),
        asked("The best drink is an", "*infusion", "FAQ", "hour of rest", "11-minute brew"),
    ),
    Pair(
        rules.grammar_cue,
        asked("The best drink is a", "*tea", "infusion"),
        asked("The best drink is a", "*tea", "unit of tea", "CMR"),
    ),
    Pair(
        rules.grammar_cue,
        asked("The best drinks are", "*teas", "a coffee"),
        asked("Which drinks are the best?", "*Teas", "A coffee"),
    ),
    Pair(
        rules.unfocused,
        asked("Which of the following is true?"),
        asked("Which of the following drinks should a tired pharmacist order before a long night shift?"),
    ),
    Pair(
        rules.unfocused,
        asked("A pharmacist drinks tea at noon on Mondays and Fridays. Which statement is correct?"),
        asked("A pharmacist drinks tea at noon on Mondays. Which statement should go into the log of the shift?"),
    ),
    Pair(rules.unfocused, asked("Which tea fits?"), asked("What is a brew?")),
    Pair(
        rules.window_dressing,
        asked(f"{'Tea is nice. ' * 45} Which tea is it?"),
        asked(f"{'Tea is nice. ' * 35} Which tea is it?"),
    ),
    Pair(
        rules.window_dressing,
        asked("What is tea? It is often asked."),
        asked("Tea is often asked for. What is “tea?”"),
    ),
    Pair(rules.blanks, asked("Tea is made of ___ in a pot."), asked("Tea is made of ___.")),
    Pair(rules.blanks, asked("Tea is made of ___ and ___"), asked("A pot_of_tea is made of __ and leaves?")),
    Pair(
        rules.hinged,
        asked("In the previous question, which tea was meant?"),
        asked("In the previous week, which tea raised a question?"),
    ),
    Pair(
        rules.content_age,
        asked("Which tea was sold most in 2019?"),
        asked("Which of 20190 cups was sold for the most money?"),
    ),
    Pair(rules.content_age, item(sources=(OLD,)), item(sources=(OLD, source()))),
    Pair(rules.content_age, item(sources=(OLD,)), item(sources=(source(year=2008),))),
    Pair(rules.content_age, item(reviewed_on=date(2024, 11, 1)), item(reviewed_on=date(2024, 12, 1))),
]


@pytest.mark.parametrize("pair", PAIRS, ids=name_of)
def test_rule_trips_and_a_near_miss_does_not(pair: Pair) -> None:
    assert hits(pair.rule, pair.trips)
    assert hits(pair.rule, pair.passes) == []


@pytest.mark.parametrize(
    ("stem", "severity"),
    [
        ("Which tea is not black?", "error"),
        ("Which tea is **not** black?", None),
        ("Which tea is NOT black?", None),
        ("All teas **except one** are black. Which is not black?", "error"),
    ],
)
def test_negative_word_that_is_not_emphasised_is_an_error(stem: str, severity: str | None) -> None:
    (hit,) = hits(rules.negative_stem, asked(stem))
    assert hit.severity == severity


@pytest.mark.parametrize("rule", [rules.negative_stem, rules.grammar_cue, rules.unfocused, rules.blanks])
def test_item_without_options_is_passed_over(rule) -> None:
    assert hits(rule, asked("Not ___ an ___", type="cloze", choices=())) == []
