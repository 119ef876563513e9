"""The rules inside a whole course: findings with rule, file and line, and waivers."""

from __future__ import annotations

from datetime import date

import pytest

from lms.calculators.domain import formulas
from lms.content.loader import load
from lms.content.locate import shipped_root
from lms.content.release import digest, document

QUIZ = "quizzes/1-first.yaml"
WHY = "modules/1-first/why-tea.md"
MODULE = "modules/1-first/module.yaml"
COURSE = "modules/course.yaml"
STEM = "      A colleague asks about tea-recall-01.\n      What do you say?\n"
DATED = STEM.replace("asks about", "asked in 2019 about")
KEYED = "text: The right answer to tea-recall-01"
OPTION = "text: A wrong answer to tea-recall-01"


def waiver(rule: str, indent: int) -> str:
    space = " " * indent
    reason = "The year is what the item asks about"
    return f"{space}waivers:\n{space}  - {{rule: {rule}, reason: {reason}, by: course editor}}\n"


def with_item_waiver(folder, rule: str) -> None:
    folder.replace(QUIZ, "    stem: |\n" + "      A colleague", waiver(rule, 4) + "    stem: |\n      A colleague")


def found(result) -> list[tuple[str, str | None, str, int]]:
    return [(each.severity, each.rule, each.file, each.line) for each in result.report]


def test_warning_names_rule_file_line_and_reason(folder) -> None:
    folder.replace(QUIZ, STEM, DATED)
    result = folder.load()
    line = folder.line_of(QUIZ, "A colleague asked in 2019")
    assert found(result) == [("warning", "L27", QUIZ, line)]
    assert result.course is not None
    text = result.report.text()
    assert text.startswith(f"{QUIZ}:{line}: warning: the stem names the year 2019 (a question about one year's number")
    assert "[L27 content-age]" in text
    (as_json,) = result.report.as_json()["warnings"]
    assert (as_json["rule"], as_json["code"], as_json["line"]) == ("L27", "content-age", line)


def test_finding_of_the_format_has_no_rule_in_json(folder) -> None:
    folder.replace(WHY, "[@leaf2020]", "[@leaf1999]")
    (as_json,) = folder.load().report.as_json()["errors"]
    assert set(as_json) == {"code", "message", "file", "line"}


def test_error_stops_the_course(folder) -> None:
    folder.replace(QUIZ, OPTION, "text: All of the above")
    result = folder.load()
    assert found(result) == [("error", "L01", QUIZ, folder.line_of(QUIZ, "- {text: All of the above"))]
    assert result.course is None


def test_waiver_of_an_item_covers_its_warning_and_is_counted(folder) -> None:
    before = folder.load().report.waived
    folder.replace(QUIZ, STEM, DATED)
    with_item_waiver(folder, "L27")
    result = folder.load()
    assert found(result) == []
    assert result.report.waived == before + 1
    assert result.report.text().endswith(f"0 errors, 0 warnings, {before + 1} waived")


def test_waiver_works_for_its_own_item_alone(folder) -> None:
    with_item_waiver(folder, "L27")
    folder.replace(QUIZ, "A colleague asks about tea-case-01", "A colleague asked in 2019 about tea-case-01")
    assert {each.code for each in folder.load().report} == {"content-age", "waiver-unused"}


def test_waiver_that_waives_nothing_is_a_warning_on_its_line(folder) -> None:
    with_item_waiver(folder, "L27")
    (finding,) = folder.load().report
    assert (finding.severity, finding.code) == ("warning", "waiver-unused")
    assert finding.line == folder.line_of(QUIZ, "- {rule: L27")


def test_error_cannot_be_waived(folder) -> None:
    folder.replace(QUIZ, OPTION, "text: All of the above")
    with_item_waiver(folder, "L01")
    result = folder.load()
    assert {each.code for each in result.report.errors} == {"all-of-the-above", "waiver-refused"}


def test_judgement_of_wording_can_be_waived_though_it_is_an_error(folder) -> None:
    folder.replace(MODULE, "Describe why people drink tea.", "Describe and explain why people drink tea.")
    assert [each.rule for each in folder.load().report.errors] == ["O2"]
    reason = "reason: The wording was given by the owner, by: course editor"
    folder.replace(MODULE, "waivers: [", f"waivers: [{{rule: O2, {reason}}}, ")
    assert found(folder.load()) == []


def test_waiver_names_a_rule_a_reason_and_a_person(folder) -> None:
    with_item_waiver(folder, "L99")
    assert [each.code for each in folder.load().report.errors] == ["waiver-unknown"]
    folder.replace(QUIZ, "reason: The year is what the item asks about", "reason: ok")
    assert "field-invalid" in {each.code for each in folder.load().report.errors}
    folder.replace(QUIZ, ", by: course editor", "")
    assert "field-missing" in {each.code for each in folder.load().report.errors}


def test_lesson_has_waivers_in_its_front_matter(folder) -> None:
    folder.replace(WHY, "A pot cost {{", "It broke 12% of cups.\n\nA pot cost {{")
    line = folder.line_of(WHY, "It broke")
    # The sample's first section is a situation from practice; the figure stands in the second.
    folder.replace(WHY, "### What it costs", "## What it costs")
    assert found(folder.load()) == [("warning", "C03", WHY, line)]
    folder.replace(WHY, "was: [why]\n", "was: [why]\n" + waiver("C03", 0))
    assert found(folder.load()) == []


def test_waiver_in_the_course_file_does_not_reach_items_or_objectives(folder) -> None:
    folder.replace(MODULE, ", waivers: [{rule: C01, reason: A sample needs no ten items, by: course editor}]", "")
    folder.replace(
        COURSE, "waivers:\n", "waivers:\n  - {rule: C01, reason: A sample needs no ten items, by: course editor}\n"
    )
    assert {each.code for each in folder.load().report} == {"few-items", "waiver-unused"}


def test_fault_of_a_file_brings_no_findings_about_what_is_missing(folder) -> None:
    folder.write(QUIZ, "items: [")
    assert {each.code for each in folder.load().report} == {"yaml-syntax"}


def test_waivers_are_no_part_of_a_release(folder) -> None:
    before = digest(document(folder.load().course))
    folder.replace(COURSE, "by: course editor", "by: content lead")
    assert digest(document(folder.load().course)) == before


@pytest.mark.parametrize(
    ("old", "new", "rule"),
    [
        ("= 4, correct: true", "= 4", "L16"),
        ("      - {text: 2 + 2 = 6, feedback: Two too many.}\n", "", "L15"),
        ("2 + 2 = 6", "2 + 2 = 5", "L12"),
        ("rationale: Adding means counting on from the first", "rationale: Just #", "L18"),
    ],
)
def test_format_answers_some_rules(folder, old: str, new: str, rule: str) -> None:
    folder.replace(QUIZ, old, new)
    assert [each.rule for each in folder.load().report.errors] == [rule]


def test_shipped_course_has_no_finding() -> None:
    """Dates that pass are told by the command; the build's own day is not what this test is about."""
    report = load(shipped_root(), calculators=formulas(), today=date(2026, 11, 28)).report
    assert report.findings == []
