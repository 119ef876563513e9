"""The list of rules: complete, tested, and told to authors as it is."""

from __future__ import annotations

from pathlib import Path

import pytest

from lms.content.lint.registry import IDS, RULES, waivable
from tests.content.lint import (
    test_cues,
    test_lessons,
    test_objectives,
    test_options,
    test_stems,
    test_terms,
    test_wording,
)

AUTHORING = Path(__file__).parents[3] / "docs" / "authoring.md"
TESTED_APART = {"empty-feedback"}


def test_every_rule_of_the_standard_is_in_the_list() -> None:
    standard = {f"L{n:02}" for n in range(1, 29)} | {"O1", "O2", "O3"}
    assert standard <= IDS


def test_every_check_has_a_text_that_trips_it_and_a_near_miss() -> None:
    modules = (test_cues, test_lessons, test_objectives, test_options, test_stems, test_terms, test_wording)
    tested = {pair.rule.code for module in modules for pair in module.PAIRS} | TESTED_APART
    assert {rule.code for rule in RULES if rule.check} == tested


def test_codes_are_unique() -> None:
    codes = [rule.code for rule in RULES]
    assert len(set(codes)) == len(codes)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_rule_says_what_and_why_without_a_full_stop(rule) -> None:
    assert rule.title[0].isupper()
    assert not rule.title.endswith(".")
    assert not rule.why.endswith(".")


def test_authors_read_the_rules_as_they_are() -> None:
    """`docs/authoring.md` holds one row for each rule, in the order of the list."""
    rows = [
        line for line in AUTHORING.read_text(encoding="utf-8").splitlines() if line.startswith(("| L", "| O", "| C0"))
    ]
    assert rows == [f"| {rule.id} | {rule.severity} | {rule.title} | {rule.why} |" for rule in RULES]


@pytest.mark.parametrize(("name", "may"), [("L01", False), ("L07", True), ("L10", True), ("O2", True), ("L25", False)])
def test_which_rules_can_be_waived(name: str, may: bool) -> None:
    assert waivable(name) is may
