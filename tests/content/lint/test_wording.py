"""Rules for wording, in items and in lessons."""

from __future__ import annotations

import pytest

from lms.content.lint import wording as rules
from tests.content.lint.texts import Pair, asked, hits, item, lesson, name_of

PAIRS = [
    Pair(
        rules.abbreviations,
        asked("What does the XTC report show about tea?"),
        asked("What does the extra tea count (XTC) show, and when is an XTC due in the US?"),
    ),
    Pair(
        rules.abbreviations,
        asked("What is the CMR of tea?", glossary="pot"),
        asked("What are CMRs of tea?", glossary="cmr comprehensive medication review (CMR)"),
    ),
    Pair(
        rules.bias,
        asked("Why do the elderly drink tea?"),
        asked("Why do poor sleepers and older adults drink tea?"),
    ),
    Pair(
        rules.bias,
        asked("A patient takes Tylenol with tea. How much is safe?"),
        asked("A patient takes acetaminophen (Tylenol) with tea. How much is safe?"),
    ),
    Pair(rules.bias, item("*Tea!", "Pot", "Cup"), item("*Tea", "Five ways to do it", "Cup")),
    Pair(rules.bias_in_lesson, lesson("Tea is great!"), lesson("Tea is great.")),
    Pair(rules.bias_in_lesson, lesson("Lipitor and tea."), lesson("Atorvastatin (Lipitor) and tea.")),
    Pair(rules.dose_forms, lesson("Take 1.0 mg."), lesson("Take 1.05 mg of a 2.0 % cream.")),
    Pair(rules.dose_forms, lesson("Take .5 mg."), lesson("Take 0.5 mg.")),
    Pair(rules.dose_forms, lesson("Inject 10 U at noon."), lesson("Inject 10 units in the U.S.")),
    Pair(rules.dose_forms, lesson("Take it QD."), lesson("Take it daily, as SQDX says.")),
    Pair(rules.dose_forms, lesson("Give MSO4."), lesson("Ms. Joubert, MSN, gives it.")),
    Pair(rules.dose_forms, lesson("Take 50 ug."), lesson("Take 50 mcg and hug someone.")),
    Pair(rules.dose_forms_in_case, [(7, "tea 1.0 mg")], [(7, "tea 1 mg")]),
    Pair(
        rules.accessible_item,
        asked("What does the red line show?"),
        asked("What does the red tea in the pot taste of?"),
    ),
    Pair(
        rules.accessible_lesson,
        lesson("The failures are shown in red."),
        lesson("The red blood cells are shown in the figure."),
    ),
    Pair(
        rules.accessible_lesson,
        lesson("| | |\n|---|---|\n| tea | 1 |"),
        lesson("| | Cups |\n|---|---|\n| tea | 1 |"),
    ),
    Pair(
        rules.accessible_lesson,
        lesson("| Tea | |\n|---|---|\n| green | 1 |"),
        lesson("| Tea | Cups |\n|---|---|\n| green | |"),
    ),
]


@pytest.mark.parametrize("pair", PAIRS, ids=name_of)
def test_rule_trips_and_a_near_miss_does_not(pair: Pair) -> None:
    assert hits(pair.rule, pair.trips)
    assert hits(pair.rule, pair.passes) == []


def test_dose_form_in_an_item_is_an_error() -> None:
    (hit,) = hits(rules.abbreviations, item("*1.0 mg", "2 mg", "3 mg"))
    assert (hit.severity, hit.at) == ("error", ("options", 0))


def test_dose_form_in_a_rationale_is_found() -> None:
    (hit,) = hits(rules.abbreviations, item(rationale="Because 10U is too much."))
    assert hit.at == ("rationale",)


def test_finding_in_a_lesson_stands_on_its_line() -> None:
    (hit,) = hits(rules.dose_forms, lesson("Tea.\n\n- Take 1.0 mg."))
    assert hit.at == 9
