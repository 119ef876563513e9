"""The rule for glossary terms: linked where a lesson first uses them."""

from __future__ import annotations

from typing import Any

import pytest

from lms.content.lint.reading import Reading
from lms.content.lint.terms import unlinked_term
from tests.content.lint.texts import Pair, hits, lesson

GLOSSARY = (
    ("cmr", "comprehensive medication review (CMR)"),
    ("tip", "Targeted Intervention Program (TIP) alert"),
    ("adherence", "adherence"),
    ("ccm", "chronic care management (CCM)"),
    ("complex-ccm", "complex chronic care management"),
    ("med-list", "Medication List"),
)


def text(body: str, **fields: Any) -> Reading:
    return lesson(body, glossary=GLOSSARY, **fields)


NAMED = {
    "a name": (text("A comprehensive medication review."), text("A [[cmr|comprehensive medication review]].")),
    "an abbreviation": (text("One CMR."), text("One [[cmr|CMR]].")),
    "several": (text("Two CMRs."), text("Two [[cmr|CMRs]].")),
    "the linked form without words": (text("Adherence fell."), text("[[adherence]] fell, and adherence rose.")),
    "over a line's end": (text("A comprehensive\nmedication review."), text("A comprehensive\nmedical review.")),
    "in a list": (text("- Watch adherence."), text("- Watch [[adherence]].\n- Then adherence again.")),
    "in a box": (text("::: note\nAdherence.\n:::"), text("::: note\n[[adherence]].\n:::")),
    "linked too late": (text("Adherence.\n\n[[adherence]]."), text("[[adherence]].\n\nAdherence.")),
    "linked later in the paragraph": (text("Adherence, [[adherence]]."), text("[[adherence]], adherence.")),
    "within a longer word": (text("Adherence."), text("Non-adherence, adherences-to-be.")),
    "a name in small letters": (text("The Medication List."), text("A medication list, a tip.")),
    "an abbreviation in a word": (text("A TIP."), text("A TIPSTER.")),
    "the longer of two terms": (
        text("Complex chronic care management."),
        text("[[complex-ccm|Complex chronic care management]]."),
    ),
    "within a link": (text("See adherence."), text("See [about adherence](lesson:why-tea), [@adherence].")),
    "in a heading or a table": (
        text("Adherence.\n\n## Adherence"),
        text("### Adherence\n\n| Adherence |\n|---|\n| adherence |"),
    ),
}
PAIRS = [Pair(unlinked_term, trips, passes) for trips, passes in NAMED.values()]


@pytest.mark.parametrize("pair", PAIRS, ids=list(NAMED))
def test_rule_trips_and_a_near_miss_does_not(pair: Pair) -> None:
    assert len(hits(pair.rule, pair.trips)) == 1
    assert hits(pair.rule, pair.passes) == []


def test_a_hit_says_what_to_write_and_on_which_line() -> None:
    (hit,) = hits(unlinked_term, text("People come.\nMost keep up\nadherence, and adherence helps."))
    assert hit.message == "“adherence” is a term of the glossary: write [[adherence|adherence]]"
    assert hit.at == 9  # the body begins on the seventh line


def test_the_longer_term_does_not_stand_for_the_shorter() -> None:
    (hit,) = hits(unlinked_term, text("Complex chronic care management."))
    assert "[[complex-ccm|" in hit.message
    both = text("[[complex-ccm|Complex chronic care management]] and CCM.")
    assert [hit.message[:5] for hit in hits(unlinked_term, both)] == ["“CCM”"]


def test_a_course_reports_it_on_the_line_of_the_file(folder) -> None:
    folder.replace("modules/1-first/cost-of-a-pot.md", "Add what you paid.", "Add what you paid.\nThe brew cooled.")
    found = [(each.code, each.file, each.line, each.rule) for each in folder.load().report.warnings]
    line = folder.line_of("modules/1-first/cost-of-a-pot.md", "The brew cooled")
    assert ("unlinked-term", "modules/1-first/cost-of-a-pot.md", line, "C07") in found
