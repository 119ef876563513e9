"""Job aids: what is made of their files, and every fault of one with its line."""

from __future__ import annotations

import json
from datetime import date

import pytest

from lms.content.course import Course
from lms.content.release import document, read
from lms.content.resources.values import (
    BlanksBlock,
    GridBlock,
    LinesBlock,
    NoteBlock,
    Resource,
    Run,
    TableBlock,
    Words,
)
from tests.content.test_faults import Fault

POT = "modules/resources/which-pot.yaml"
SOURCES = "modules/sources.yaml"


@pytest.fixture
def aid(tea: Course) -> Resource:
    return tea.resources["which-pot"]


def said(words: Words) -> str:
    """The words of a line, with the keys that it cites in brackets."""
    return "".join(f"[{' '.join(run.sources)}]" if run.sources else run.text for run in words)


def test_a_job_aid_keeps_its_head_and_lists_its_sources_as_they_are_met(aid: Resource) -> None:
    assert (aid.title, aid.lessons) == ("Which pot?", ("why-tea",))
    assert (aid.reviewed_on, aid.review_by) == (date(2026, 11, 1), date(2027, 11, 1))
    assert aid.citations == ("pot2021", "leaf2020")


def test_lines_are_runs_of_words_and_a_citation_follows_its_word(aid: Resource) -> None:
    table = aid.blocks[0]
    assert isinstance(table, TableBlock)
    assert (table.columns, table.widths, table.as_of) == (("Guests", "Pot"), (1, 3), None)
    assert table.rows[0][1] == (
        Run(text="A "),
        Run(text="small", strong=True),
        Run(text=" pot"),
        Run(sources=("leaf2020",)),
        Run(text="."),
    )


def test_a_table_of_figures_brings_its_units_its_date_and_its_sources(aid: Resource) -> None:
    table = aid.blocks[1]
    assert isinstance(table, TableBlock)
    assert table.title == "Prices of pots"
    assert [[said(cell) for cell in row] for row in table.rows] == [["2025", "$1,250", "12.50\u00a0%"]]
    assert (table.as_of, table.sources) == (date(2026, 10, 1), ("pot2021",))
    assert table.widths == (1, 1, 1)


def test_all_rows_are_shown_when_none_is_named_and_a_missing_value_is_a_dash(folder) -> None:
    folder.replace(POT, '    rows: ["2025"]\n', "")
    table = folder.load().course.resources["which-pot"].blocks[1]
    assert [said(row[2]) for row in table.rows] == ["12.50\u00a0%", "–"]


def test_a_dated_value_in_a_line_says_its_date(aid: Resource) -> None:
    note = aid.blocks[3]
    assert isinstance(note, NoteBlock)
    assert said(note.text) == (
        "A pot cost $1,250 (as of 1 October 2026), and people drink tea because it helps[leaf2020 pot2021]."
    )


def test_what_is_filled_in_by_hand_states_nothing(aid: Resource) -> None:
    steps, blanks, grid = aid.blocks[2], aid.blocks[4], aid.blocks[5]
    assert isinstance(steps, LinesBlock)
    assert (steps.kind, steps.basis) == ("steps", "Advice of this course")
    assert isinstance(blanks, BlanksBlock)
    assert [(blank.label, blank.lines) for blank in blanks.blanks] == [("Guests", 1), ("Wishes", 3)]
    assert isinstance(grid, GridBlock)
    assert (grid.columns, grid.rows) == (("Day", "Pot"), 4)


def test_a_course_without_job_aids_has_none(folder) -> None:
    (folder.root / POT).unlink()
    (folder.root / POT).parent.rmdir()
    course = folder.load().course
    assert dict(course.resources) == {}


def test_a_release_keeps_them_and_an_older_one_has_none(tea: Course) -> None:
    assert read(document(tea)).resources == tea.resources
    older = json.loads(document(tea))
    del older["course"]["resources"]
    assert dict(read(json.dumps(older).encode()).resources) == {}


def test_lessons_may_link_to_a_job_aid(folder) -> None:
    folder.replace("modules/1-first/why-tea.md", "(/mtm)", "(/resources/which-pot)")
    assert folder.load().report.ok


def test_without_module_list_the_folder_of_job_aids_is_no_module(folder) -> None:
    folder.replace("modules/course.yaml", "modules:", "moduls:")
    found = {finding.code for finding in folder.load().report.errors}
    assert found == {"field-missing", "field-unknown"}


ERRORS = [
    Fault("yaml-syntax", POT, "title: Which pot?", "title: Which: pot?", "title: Which: pot?"),
    Fault("field-missing", POT, "summary: How to choose a pot.\n", "", "title:"),
    Fault("field-unknown", POT, "lessons:", "lesons:", "lesons:"),
    Fault("field-invalid", POT, "kind: steps", "kind: stairs", "kind: stairs"),
    Fault("date-order", POT, "review_by: 2027-11-01", "review_by: 2026-10-01", "review_by"),
    Fault("unknown-lesson", POT, "[why-tea]", "[why-coffee]", "lessons:"),
    Fault("aid-table", POT, '["Two", "A big pot."]', '["Two"]', "- kind: table"),
    Fault("aid-table", POT, "widths: [1, 3]", "widths: [1]", "- kind: table"),
    Fault("unknown-source", POT, "sources: [pot2021]", "sources: [pot1999]", "    sources:"),
    Fault("unknown-source", POT, "pot [@leaf2020]", "pot [@leaf1999]", '- [One, "A'),
    Fault("unknown-data", POT, "data: pot-prices", "data: cup-prices", "data: cup"),
    Fault("unknown-column", POT, "[year, price, share]", "[year, prize, share]", "columns: [year"),
    Fault("unknown-row", POT, '["2025"]', '["1925"]', 'rows: ["1925"'),
    Fault("unknown-value", POT, "2025.price }}", "2025.prize }}", "A pot cost"),
    Fault("markup-not-here", POT, "Boil water.", "Boil [water](https://example.org).", "- Boil"),
    Fault("markup-not-here", POT, "Boil water.", "Boil *water*.", "- Boil"),
    Fault("markup-not-here", POT, "Boil water.", '"[[brew]] it."', '- "[[brew'),
    Fault("markup-not-here", POT, "drink tea because", "drink *tea* because", "A pot cost"),
    Fault("raw-html", POT, "Boil water.", "Boil <b>water</b>.", "- Boil"),
    Fault("uncited", POT, "    basis: Advice of this course\n", "", "- Boil"),
    Fault("uncited", POT, "    sources: [pot2021]\n", "", '- ["Two"'),
    Fault(
        "uncited",
        POT,
        "{{ pot-prices.2025.price }}, and people\n      drink tea because it helps [@leaf2020; @pot2021]",
        "much",
        "A pot cost much",
    ),
    Fault("link", "modules/1-first/why-tea.md", "(/mtm)", "(/resources/which-cup)", "[the MTM page]"),
]


@pytest.mark.parametrize("fault", ERRORS, ids=lambda fault: f"{fault.code}-{fault.new[:24]!r}")
def test_error_has_code_file_and_line(folder, fault: Fault) -> None:
    folder.replace(fault.file, fault.old, fault.new)
    result = folder.load()
    found = [(each.code, each.file, each.line) for each in result.report.errors]
    assert (fault.code, fault.file, folder.line_of(fault.file, fault.at)) in found, result.report.text()
    assert result.course is None


def test_what_was_not_read_is_not_put_on_a_sheet(folder) -> None:
    """A line may rest on a source that was not read only together with one that was."""
    folder.replace(SOURCES, "tag: secondary", "tag: known")
    found = [(each.code, each.line) for each in folder.load().report.errors if each.file == POT]
    assert found == [("unread-source", folder.line_of(POT, '"Two"'))]


def test_a_file_whose_name_is_no_key_is_refused(folder) -> None:
    folder.write("modules/resources/Which Pot.yaml", folder.read(POT))
    found = [(each.code, each.file) for each in folder.load().report.errors]
    assert found == [("key-form", "modules/resources/Which Pot.yaml")]


WARNINGS = [
    Fault("date-future", POT, "reviewed_on: 2026-11-01", "reviewed_on: 2026-12-01", "reviewed_on"),
    Fault("review-due", POT, "review_by: 2027-11-01", "review_by: 2026-11-22", "review_by"),
    Fault("figure-undated", POT, "A big pot.", "A pot for $40.", '- ["Two"'),
    Fault("figure-undated", POT, "A big pot.", "A pot that 5 percent break.", '- ["Two"'),
]


@pytest.mark.parametrize("fault", WARNINGS, ids=lambda fault: f"{fault.code}-{fault.new[:24]!r}")
def test_warning_has_code_file_and_line_and_does_not_stop_publishing(folder, fault: Fault) -> None:
    folder.replace(fault.file, fault.old, fault.new)
    result = folder.load()
    found = [(each.code, each.file, each.line) for each in result.report.warnings]
    assert (fault.code, fault.file, folder.line_of(fault.file, fault.at)) in found, result.report.text()
    assert result.course is not None


def test_a_file_of_another_kind_among_them_is_reported(folder) -> None:
    folder.write("modules/resources/notes.txt", "x")
    found = [(each.code, each.file) for each in folder.load().report.warnings]
    assert found == [("file-unlisted", "modules/resources/notes.txt")]
