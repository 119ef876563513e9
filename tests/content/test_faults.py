"""Every fault of the course files is an error, or a warning, with its code, its file and its line."""

from __future__ import annotations

from typing import NamedTuple

import pytest

COURSE = "modules/course.yaml"
SOURCES = "modules/sources.yaml"
GLOSSARY = "modules/glossary.yaml"
DATA = "modules/data/pot-prices.yaml"
LINE = "modules/figures/prices.yaml"
INTERVALS = "modules/figures/shares.yaml"
TABLE = "modules/figures/all-prices.yaml"
MODULE = "modules/1-first/module.yaml"
WHY = "modules/1-first/why-tea.md"
COST = "modules/1-first/cost-of-a-pot.md"
QUIZ = "quizzes/1-first.yaml"


class Fault(NamedTuple):
    """Replace `old` by `new` in `file`: a finding `code` appears on the line of `at` (in `where`)."""

    code: str
    file: str
    old: str
    new: str
    at: str
    where: str = ""


ERRORS = [
    # YAML itself
    Fault("yaml-syntax", COURSE, "currency: USD", "currency: [USD", "discount_codes"),
    Fault("yaml-syntax", SOURCES, "title: What pots cost", "title: What: pots cost", "title: What: pots"),
    Fault("yaml-duplicate-key", GLOSSARY, "pot:\n", "brew:\n", "brew:\n  term: vessel"),
    Fault(
        "yaml-duplicate-key",
        QUIZ,
        "    level: case",
        "    level: case\n    use: quiz",
        "    use: quiz\n    stem",
    ),
    Fault("yaml-alias", SOURCES, "publisher: Office of Pots", "publisher: &office Pots", "publisher: &office"),
    Fault("yaml-alias", SOURCES, "publisher: Office of Pots", "publisher: *office", "publisher: *office"),
    Fault("yaml-tag", COURSE, "title: Tea in", "title: !!python/object:os.system Tea in", "title: !!python"),
    Fault("yaml-depth", COURSE, "currency: USD", f"currency: {'[' * 99}{']' * 99}", "currency"),
    Fault("yaml-key", COURSE, "currency: USD", "? [a]\n: USD", "? [a]"),
    Fault("yaml-syntax", COURSE, "currency: USD", "currency: USD\n---", "---"),
    # fields
    Fault("field-missing", COURSE, "tagline: Tea, from why to how\n", "", "slug: tea"),
    Fault("field-unknown", COURSE, "currency: USD", "currency: USD\ncolour: green", "colour: green"),
    Fault("field-invalid", COURSE, "credit_mode: none", "credit_mode: joint", "credit_mode"),
    Fault("price", COURSE, '"95.00"', "95.00", "list_price"),
    Fault("price", COURSE, '"95.00"', '"95"', "list_price"),
    Fault("price", COURSE, '"95.00"', '"-5.00"', "list_price"),
    Fault("field-invalid", COURSE, "percent: 50", "percent: 0", "code: HALF"),
    Fault("field-invalid", COURSE, "percent: 50", "percent: 101", "code: HALF"),
    Fault("field-invalid", COURSE, "percent: 50", 'percent: "50"', "code: HALF"),
    Fault("key-repeated", COURSE, "code: HALF", "code: LEAF", "{code: LEAF, title: Half"),
    Fault("key-repeated", COURSE, "key: remarks", "key: setting", "{key: setting, kind: text"),
    Fault("question-options", COURSE, "[Community, Hospital]", "[Community]", "{key: setting"),
    Fault("not-text", COURSE, "title: Tea in the Pharmacy", "title: 12.50", "title: 12.50"),
    Fault("key-form", SOURCES, "pot2021:", "Pot_2021:", "Pot_2021:"),
    Fault("date", SOURCES, "checked_on: 2026-11-01", 'checked_on: "2026-11-01"', "checked_on"),
    Fault("date", SOURCES, "checked_on: 2026-11-01", "checked_on: 2026-11-31", "checked_on"),
    Fault("link", SOURCES, "https://pots.example.org/costs", "javascript:alert(1)", "url:"),
    Fault("link", SOURCES, "https://pots.example.org/costs", "//pots.example.org", "url:"),
    Fault("field-invalid", SOURCES, "doi: 10.1234/tea.2020", "doi: https://doi.org/10.1234/tea", "doi:"),
    Fault("field-invalid", SOURCES, "tag: secondary", "tag: sure", "tag: sure"),
    Fault("file-empty", GLOSSARY, "", "", "", GLOSSARY),
    # references between files
    Fault("unknown-source", GLOSSARY, "source: leaf2020", "source: leaf1999", "source:"),
    Fault("unknown-source", DATA, "[pot2021]", "[pot2021, pot1999]", "source:"),
    Fault("unknown-source", QUIZ, "sources: [pot2021]", "sources: [pot1999]", "sources: [pot1999]"),
    Fault("unknown-data", LINE, "data: pot-prices", "data: cup-prices", "data:"),
    Fault("unknown-column", LINE, "column: price", "column: prize", "column: prize"),
    Fault("unknown-column", LINE, "x: year", "x: month", "x: month"),
    Fault("unknown-column", INTERVALS, "low: low", "low: lowest", "low: lowest"),
    Fault("unknown-column", TABLE, "price, share", "price, shape", "columns"),
    Fault("figure-number", INTERVALS, "value: share", "value: remark", "value:"),
    Fault("figure-shade", LINE, "to: 2026", "to: 2030", "shade"),
    Fault("figure-kind", LINE, "kind: line", "kind: pie", "kind"),
    Fault("field-unknown", TABLE, "kind: table", "kind: table\ny_min: 1", "y_min"),
    Fault("key-repeated", DATA, "{key: 2026,", "{key: 2025,", "{key: 2025, year: 2026"),
    Fault("key-repeated", DATA, "key: low, title", "key: share, title", "{key: share, title: Lowest"),
    Fault("unknown-column", DATA, "remark: first year", "colour: brown", "{key: 2025"),
    Fault("field-invalid", DATA, "remark: first year", "remark: [a, b]", "{key: 2025"),
    Fault("file-missing", COURSE, "[1-first, 2-second]", "[1-first, 2-second, 3-third]", "modules: ["),
    Fault("file-missing", MODULE, "[why-tea, ", "[why-tea, why-coffee, ", "lessons:"),
    Fault("key-repeated", COURSE, "[1-first, 2-second]", "[1-first, 2-second, 2-second]", "modules: ["),
    Fault("field-invalid", COURSE, "[1-first, 2-second]", "[1-first, 2-second, ../x]", "modules: ["),
    Fault("key-repeated", MODULE, "[why-tea, ", "[why-tea, why-tea, ", "lessons:"),
    Fault("key-repeated", MODULE, "key: O1.2", "key: O1.1", "key: O1.1, verb: Calculate"),
    Fault("was-taken", MODULE, "was: [one]", "was: [2-second]", "was:"),
    Fault("was-taken", WHY, "was: [why]", "was: [making-tea]", "was:"),
    # coverage
    Fault("objective-no-lesson", COST, "objectives: [O1.2]", "objectives: [O1.1]", "key: O1.2", MODULE),
    Fault("objective-few-items", QUIZ, "draw_per_objective: 1", "draw_per_objective: 2", "key: O1.2", MODULE),
    Fault("unknown-objective", WHY, "objectives: [O1.1]", "objectives: [O9.9]", "objectives:"),
    Fault("unknown-objective", QUIZ, "objective: O1.1", "objective: O9.9", "objective: O9.9"),
    Fault("objective-elsewhere", QUIZ, "objective: O1.1", "objective: O2.1", "objective: O2.1"),
    # lessons
    Fault("front-matter", WHY, "---\nkey", "key", "key"),
    Fault("field-missing", WHY, "minutes: 10\n", "", "key: why-tea"),
    Fault("field-unknown", WHY, "minutes: 10", "minutes: 10\nauthor: me", "author"),
    Fault("field-invalid", WHY, "minutes: 10", "minutes: 0", "minutes"),
    Fault("key-is-not-file", WHY, "key: why-tea", "key: why-not", "key: why-not"),
    Fault("date-order", WHY, "review_by: 2027-11-01", "review_by: 2026-10-31", "review_by"),
    Fault("heading-level", WHY, "## A busy", "# A busy", "# A busy"),
    Fault("heading-level", WHY, "## A busy afternoon", "A busy afternoon\n===", "A busy"),
    Fault("heading-order", WHY, "## A busy", "### A busy", "### A busy"),
    Fault("heading-order", WHY, "### What it", "#### What it", "#### What it"),
    Fault("heading-empty", WHY, "### What it costs", "###", "###\n"),
    Fault("raw-html", WHY, "because it helps", "because <b>it</b> helps", "because <b>"),
    Fault("raw-html", WHY, "See\n[the cost]", "See\n<br>[the cost]", "<br>"),
    Fault("raw-html", WHY, "::: example", "<div onclick=x>\n</div>\n\n::: example", "<div"),
    Fault("raw-html", WHY, "::: example", "<!-- hidden -->\n\n::: example", "<!--"),
    Fault("image", WHY, "[the top]", "![the top]", "![the top]"),
    Fault("unknown-source", WHY, "[@pot2021; @leaf2020]", "[@pot2021; @leaf1999]", "[@pot2021; @leaf1999]"),
    Fault("citation-form", WHY, "[@pot2021; @leaf2020]", "[@pot2021, @leaf2020]", "[@pot2021, @leaf2020]"),
    Fault("markup-broken", WHY, "[@leaf2020]", "[@leaf2020", "[@leaf2020."),
    Fault("markup-broken", WHY, "says [@pot2021; @leaf2020].[^1]", "says.[^2]", "[^2]"),
    Fault("markup-broken", WHY, "[the cost]", "[the cost [@leaf2020]]", "[the cost ["),
    Fault("unknown-term", WHY, "[[pot|big pot]]", "[[cup|big cup]]", "[[cup|"),
    Fault("unknown-data", WHY, "{{ pot-prices.2025.price }}", "{{ cup.2025.price }}", "{{ cup"),
    Fault(
        "unknown-value",
        WHY,
        "{{ pot-prices.2025.price }}",
        "{{ pot-prices.1999.price }}",
        "{{ pot-prices.1999",
    ),
    Fault("unknown-value", WHY, "{{ pot-prices.2025.price }}", "{{ pot-prices.2025.prize }}", "{{ pot-prices"),
    Fault("value-missing", WHY, "{{ pot-prices.2025.price }}", "{{ pot-prices.2026.share }}", "{{ pot-prices"),
    Fault("value-form", WHY, "{{ pot-prices.2025.price }}", "{{ price }}", "{{ price"),
    Fault("container-unknown", WHY, "::: note", "::: warning", "::: warning"),
    Fault("container-unclosed", WHY, "- Tea helps.\n:::", "- Tea helps.", "::: key-points"),
    Fault("container-nested", WHY, "**hot**.\n:::", "**hot**.", "::: check"),
    Fault("container-nested", WHY, "- Tea helps.", "- ::: note\n  x\n  :::", "- ::: note"),
    Fault("container-stray", WHY, "- Tea helps.\n:::", "- Tea helps.\n:::\n\n:::", ":::\n\n[^1]"),
    Fault("container-content", WHY, "::: check tea-check-01", "::: check tea-check-01\ntext", "::: check"),
    Fault("container-empty", WHY, "Two pots cost twice as much.\n", "", "::: example"),
    Fault("container-argument", WHY, "::: key-points", "::: key-points Title", "::: key-points"),
    Fault("container-argument", WHY, "::: figure prices", "::: figure", "::: figure"),
    Fault("unknown-check", WHY, "::: check tea-check-01", "::: check tea-check-99", "::: check"),
    Fault("check-is-graded", WHY, "::: check tea-check-01", "::: check tea-recall-01", "::: check"),
    Fault(
        "check-repeated",
        WHY,
        "::: figure prices",
        "::: check tea-check-01",
        "::: check tea-check-01\n:::\n\n::: ex",
    ),
    Fault("unknown-figure", WHY, "::: figure prices", "::: figure nothing", "::: figure"),
    Fault("unknown-calculator", COST, "::: calculator pot-cost", "::: calculator cup-cost", "::: calculator"),
    Fault("unknown-case", COST, "::: case tea-round", "::: case coffee-round", "::: case"),
    Fault("link", WHY, "lesson:cost-of-a-pot", "lesson:cost-of-a-cup", "[the cost]"),
    Fault("link", WHY, "(/mtm)", "(/wp-admin)", "[the MTM page]"),
    Fault("link", WHY, "(/mtm)", "(/calculators/unknown)", "[the MTM page]"),
    Fault("link", WHY, "(#section-a-busy-afternoon)", "(#nowhere)", "[the top]"),
    Fault("link", WHY, "(https://example.org/tea)", "(javascript:alert(1))", "[a site]"),
    Fault("link", WHY, "(https://example.org/tea)", "(//example.org/tea)", "[a site]"),
    Fault("link", WHY, "(https://example.org/tea)", "(mailto:a@example.org)", "[a site]"),
    Fault("link", WHY, "(https://example.org/tea)", "(https://)", "[a site]"),
    Fault("link", WHY, "(https://example.org/tea)", "(https://a:b@example.org/)", "[a site]"),
    Fault("link", WHY, "(https://example.org/tea)", "(https://example.org:99999/)", "[a site]"),
    Fault("link", WHY, "(https://example.org/tea)", "(tea.html)", "[a site]"),
    Fault(
        "lesson-empty",
        "modules/2-second/making-tea.md",
        "## Steps\n\n1. Boil water.\n2. Pour.\n\n::: example\nA pot for two.\n:::\n\n::: check make-check-01\n:::\n",
        "",
        "---\nkey",
    ),
    # items
    Fault(
        "option-correct",
        QUIZ,
        "text: A wrong answer to tea-recall-01,",
        "text: x, correct: true,",
        "- key: tea-r",
    ),
    Fault("option-correct", QUIZ, "tea-recall-01, correct: true,", "tea-recall-01,", "- key: tea-recall-01"),
    Fault("option-correct", QUIZ, "= 4, correct: true", "= 4", "- key: tea-multi-01"),
    Fault(
        "option-count",
        QUIZ,
        "      - {text: 2 + 2 = 6, feedback: Two too many.}\n",
        "",
        "- key: tea-multi-01",
    ),
    Fault("option-repeated", QUIZ, "2 + 2 = 6", "2 + 2 = 5", "- key: tea-multi-01"),
    Fault("field-missing", QUIZ, ", feedback: One too many.", "", "- {text: 2 + 2 = 5"),
    Fault("field-missing", QUIZ, "    ordered: true\n    rationale: Adding", "    #", "- key: tea-multi-01"),
    Fault(
        "rationale-short",
        QUIZ,
        "rationale: Adding means counting on from the first",
        "rationale: Just #",
        "rationale: Just",
    ),
    Fault("field-invalid", QUIZ, "type: multi", "type: essay", "type: essay"),
    Fault("field-invalid", QUIZ, "pass_mark: 70", "pass_mark: 170", "settings"),
    Fault("not-text", QUIZ, "text: 2 + 2 = 6", "text: 6", "- {text: 6"),
    Fault(
        "key-repeated",
        QUIZ,
        "key: tea-case-01",
        "key: tea-recall-01",
        "key: tea-recall-01\n    type: single\n    use: quiz\n    objective: O1.1\n    level: case",
    ),
    Fault("key-repeated", QUIZ, "feedback: One too many.", "feedback: x, key: four", "- {text: 2 + 2 = 4"),
    Fault("raw-html", QUIZ, "      What do you say?", "      What do <i>you</i> say?", "What do <i>"),
    Fault("raw-html", QUIZ, "{text: 2 + 2 = 6,", "{text: 2 <b>+</b> 2 = 6,", "{text: 2 <b>"),
    Fault("markup-not-here", QUIZ, "      What do you say?", "      ## What do you say?", "## What"),
    Fault("markup-not-here", QUIZ, "      What do you say?", "      What [@leaf2020]?", "What [@leaf"),
    Fault("unknown-value", QUIZ, "pot-prices.2025.price", "pot-prices.2025.prize", "stem: Pots"),
    Fault("field-invalid", QUIZ, "objective: O1.2", "objective: P1", "objective: P1"),
    # characters
    Fault("character", WHY, "People drink", "People\tdrink", "People"),
    Fault("character", QUIZ, "title: First", "title:\tFirst", "title:"),
    Fault("character", WHY, "People drink", "People\u202edrink", "People"),
    Fault("character", WHY, "People drink", "People\x00drink", "People"),
    Fault("character", SOURCES, "leaf2020:", "\ufeffleaf2020:", "\ufeffleaf"),
]

WARNINGS = [
    Fault("date-future", WHY, "reviewed_on: 2026-11-01", "reviewed_on: 2026-12-01", "reviewed_on"),
    Fault("date-future", QUIZ, "reviewed_on: 2026-11-01", "reviewed_on: 2027-01-01", "reviewed_on"),
    Fault("date-future", DATA, "as_of: 2026-10-01", "as_of: 2027-10-01", "as_of"),
    Fault("date-future", SOURCES, "checked_on: 2026-11-01", "checked_on: 2027-10-01", "checked_on"),
    Fault("review-due", WHY, "review_by: 2027-11-01", "review_by: 2026-11-22", "review_by"),
    Fault("objective-verb", MODULE, "verb: Describe", "verb: Recite", "verb: Recite"),
    Fault("check-unused", WHY, "::: check tea-check-01\n:::\n", "", "key: tea-check-01", QUIZ),
    Fault("figure-unused", WHY, "::: figure prices\n:::\n", "", "kind", LINE),
]


def _name(fault: Fault) -> str:
    return f"{fault.code}-{fault.new[:24]!r}"


@pytest.mark.parametrize("fault", ERRORS, ids=_name)
def test_error_has_code_file_and_line(folder, fault: Fault) -> None:
    if fault.code == "file-empty":
        folder.write(fault.file, "")
    else:
        folder.replace(fault.file, fault.old, fault.new)
    where = fault.where or fault.file
    line = folder.line_of(where, fault.at) if fault.at else 1
    result = folder.load()
    found = [(each.code, each.file, each.line) for each in result.report.errors]
    if fault.code == "lesson-empty":
        line = len(folder.read(where).splitlines()) + 1
    assert (fault.code, where, line) in found, result.report.text()
    assert result.course is None


@pytest.mark.parametrize("fault", WARNINGS, ids=_name)
def test_warning_does_not_stop_the_course(folder, fault: Fault) -> None:
    folder.replace(fault.file, fault.old, fault.new)
    where = fault.where or fault.file
    line = folder.line_of(where, fault.at)
    result = folder.load()
    assert [(each.code, each.file, each.line) for each in result.report.warnings] == [(fault.code, where, line)]
    assert result.course is not None


def test_the_sample_itself_has_no_fault(folder) -> None:
    assert folder.load().report.findings == []
