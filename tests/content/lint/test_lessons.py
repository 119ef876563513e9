"""Rules for lessons: figures, reading level, copied answers."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lms.content.lint import lessons as rules
from lms.content.lint.language import reading_grade, sentences, syllables
from tests.content.lint.texts import Pair, asked, hits, item, lesson, name_of, source

KNOWN = (source(tag="known"),)
HARD = "Interprofessional collaboration necessitates comprehensive institutional accountability considerations. "
KEYED = {"keyed": (("tea-01", "Green leaves in a porcelain pot"),)}

PAIRS = [
    Pair(rules.untagged_figure, lesson("Of all cups, 12% broke."), lesson("Of all cups, 12% broke [@pot2021].")),
    Pair(rules.untagged_figure, lesson("A pot costs $40."), lesson("A pot costs {{ pots.2025.price }}, not $40.")),
    Pair(rules.untagged_figure, lesson("- About 4,552 cups."), lesson("- About 45 cups in 12 days.")),
    Pair(
        rules.untagged_figure,
        lesson("One says 12% [@pot2021].\n\nAnother says 13%."),
        lesson("One says 12% [@pot2021].\n\nSo 12% it is."),
    ),
    Pair(
        rules.untagged_figure,
        lesson("Two pots: $80."),
        lesson("Two pots: 2 × $40 = $80."),
    ),
    Pair(
        rules.untagged_figure,
        lesson("::: note Cost\nA pot costs $40.\n:::"),
        lesson("::: example Cost\nA pot costs $40.\n:::\n\nThe $40 are spent."),
    ),
    Pair(
        rules.untagged_figure,
        lesson("It was 12%.\n\nThen came tea.\n\n::: figure pots\n:::"),
        lesson("It was 12%.\n\n::: figure pots\n:::"),
    ),
    Pair(
        rules.unread_source,
        lesson("Of all, 12% broke [@pot].", tags={"pot": "known"}),
        lesson("Of all, 12% broke [@pot; @leaf].", tags={"pot": "known", "leaf": "secondary"}),
    ),
    Pair(
        rules.unread_source,
        lesson("It costs $5 [@pot].", tags={"pot": "known"}),
        lesson("It costs money [@pot].", tags={"pot": "known"}),
    ),
    Pair(
        rules.unread_source_of_item,
        asked("How many of 4,500 cups broke?", sources=KNOWN),
        asked("How many of 4,500 cups broke?", sources=(*KNOWN, source())),
    ),
    Pair(
        rules.unread_source_of_item,
        item(rationale="Because 12% broke.", sources=KNOWN),
        item(rationale="Because many broke.", sources=KNOWN),
    ),
    Pair(rules.hard_to_read, lesson(HARD * 4), lesson("The cat sat on the mat and drank its tea. " * 9)),
    Pair(
        rules.copied_key,
        lesson("Tea needs **green leaves** in a porcelain pot.", **KEYED),
        lesson("Tea needs green leaves in a large porcelain pot.", **KEYED),
    ),
    Pair(
        rules.copied_key,
        lesson("::: figure pots\n:::", figures=(("pots", "Green leaves in a porcelain pot."),), **KEYED),
        lesson("Tea needs green leaves.", keyed=(("tea-01", "Tea needs green leaves"),)),
    ),
]


@pytest.mark.parametrize("pair", PAIRS, ids=name_of)
def test_rule_trips_and_a_near_miss_does_not(pair: Pair) -> None:
    assert hits(pair.rule, pair.trips)
    assert hits(pair.rule, pair.passes) == []


def test_situation_at_the_beginning_has_figures_of_its_own() -> None:
    body = "The pot of $40 broke."
    made_up = lesson("Tea.")
    first = made_up.passages[1]
    assert first.section == 1
    assert hits(rules.untagged_figure, lesson(body))
    assert hits(rules.untagged_figure, replace(made_up, passages=(replace(first, text=body),))) == []


@pytest.mark.parametrize(
    ("word", "count"),
    [("tea", 1), ("table", 2), ("medication", 4), ("pharmacist", 3), ("reviewed", 2), ("rated", 2), ("diseases", 3)],
)
def test_syllables(word: str, count: int) -> None:
    assert syllables(word) == count


def test_sentences_do_not_end_at_titles() -> None:
    text = "Dr. Smith called Mr. Amos at 5 p.m. He was out. Why?"
    assert sentences(text) == ["Dr. Smith called Mr. Amos at 5 p.m. He was out.", "Why?"]


def test_grade_of_a_text_counted_by_hand() -> None:
    """Two sentences, 11 words, 12 syllables: 0.39 × 5.5 + 11.8 × 12 ÷ 11 - 15.59 = -0.57."""
    assert round(reading_grade("The cat sat on it. Patients drink hot tea in May."), 2) == -0.57
