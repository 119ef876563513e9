"""Cases as files: their values, what is proven about their scenes, and every fault with its line."""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

import pytest

from lms.content.cases import graph
from lms.content.cases.values import Case, Choose, Interview, Note, Rank, Select
from lms.content.course import Course
from lms.content.inventory import inventory
from tests.content.conftest import CourseFolder

CASE = "modules/1-first/cases/tea-round.yaml"


class Fault(NamedTuple):
    """Replace `old` by `new` in the case: an error `code` stands on the line of `at`."""

    code: str
    old: str
    new: str
    at: str


FAULTS = [
    # the graph
    Fault("case-circle", "goto: served", "goto: talk", "      goto: talk\n  served"),
    Fault("case-circle", "goto: needs", "goto: door", "      goto: door"),
    Fault("case-unreachable", "goto: spill", "goto: talk", "  spill:"),
    Fault("case-unreachable", "start: door", "start: talk", "  door:"),
    Fault("case-points", "points: 14", "points: 15", "points: 15"),
    Fault(
        "case-points",
        "points: 2\n          feedback: Strength",
        "points: 1\n          feedback: Strength",
        "points: 14",
    ),
    Fault("unknown-scene", "start: door", "start: window", "start: window"),
    Fault("unknown-scene", "goto: spill", "goto: flood", "goto: flood"),
    Fault("unknown-scene", "goto: order", "goto: disorder", "goto: disorder"),
    # what a scene is
    Fault("scene-kind", "    end: true\n  gone", "  gone", "  served:"),
    Fault("scene-kind", "    end: true\n  gone", "    end: true\n    reversible: true\n  gone", "  served:"),
    Fault(
        "scene-kind",
        "    text: She wanted something else",
        "    end: true\n    text: She wanted something else",
        "  spill:",
    ),
    Fault("field-invalid", "    end: true\n  gone", "    end: false\n  gone", "end: false"),
    Fault(
        "field-unknown",
        "    reversible: true\n    objective: O1.1",
        "    optional: true\n    objective: O1.1",
        "optional",
    ),
    # objectives and sources
    Fault("case-objective", "    objective: O1.1\n    interview", "    interview", "  talk:"),
    Fault(
        "case-objective",
        "    text: She wanted",
        "    objective: O1.1\n    text: She wanted",
        "objective: O1.1\n    text",
    ),
    Fault("unknown-objective", "objective: O1.1", "objective: O9.9", "objective: O9.9"),
    Fault("objective-elsewhere", "objective: O1.1", "objective: O2.1", "objective: O2.1"),
    Fault("unknown-source", "sources: [leaf2020]", "sources: [leaf1999]", "sources:"),
    Fault("unknown-source", "Tea breaks help [@leaf2020]", "Tea breaks help [@leaf1999]", "Ms. Kettle comes in"),
    Fault("unknown-source", "before a cup [@pot2021]", "before a cup [@pot1999]", "feedback: A question"),
    # decisions
    Fault("option-repeated", "text: Offer her a seat", "text: pour  at once", "choose:"),
    Fault("option-repeated", "text: How many cups a day?", "text: How strong do you take it?", "interview:"),
    Fault("option-repeated", "{text: No milk, right: false", "{text: A straw, right: false", "select:"),
    Fault("option-repeated", "{text: Add leaves", "{text: Boil water", "rank:"),
    Fault("option-repeated", "label: How much", "label: What she takes", "    note:\n      prompt"),
    Fault("option-repeated", "{text: One cup a day", "{text: A pot each hour", "- label: How much"),
    Fault("case-limit", "limit: 2", "limit: 4", "interview:"),
    Fault(
        "case-right",
        "right: true, feedback: Three cups need it.}\n        - {text: Strong leaves, right: true",
        "feedback: Three cups need it.}\n        - {text: Strong leaves",
        "select:",
    ),
    Fault("case-right", "{text: Weak tea,", "{text: Weak tea, right: true,", "- label: What she takes"),
    Fault("field-missing", "          feedback: Kind, and it tells you nothing yet.\n", "", "- text: Offer her a seat"),
    Fault(
        "field-invalid",
        "points: 2\n          feedback: A question",
        "points: -2\n          feedback: A question",
        "points: -2",
    ),
    Fault(
        "field-invalid",
        "points: 2\n          feedback: A question",
        "points: 2.5\n          feedback: A question",
        "points: 2.5",
    ),
    Fault("field-invalid", "minutes: 10", "minutes: 90", "minutes: 90"),
    # texts
    Fault("raw-html", "- She is cold.", "- She is <b>cold</b>.", "- She is <b>"),
    Fault("markup-not-here", "- She is cold.", "## She is cold", "## She"),
    Fault("markup-not-here", "Tea breaks help", "[[brew|Tea]] breaks help", "Ms. Kettle comes in"),
    Fault("markup-not-here", "text: Offer her a seat", "text: Offer her a seat [@leaf2020]", "text: Offer"),
    Fault("raw-html", "answer: Three.", "answer: <i>Three</i>.", "answer: <i>"),
    Fault("dose-forms-in-case", "name: black tea", "name: black tea 1.0 g", "{name: black tea"),
    Fault("dose-forms-in-case", "- She is cold.", "- She takes 10 U of tea.", "- She takes"),
    Fault("raw-html", "{text: Weak tea,", "{text: Weak <i>tea</i>,", "{text: Weak"),
]


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: f"{fault.code}-{fault.new[:24]!r}")
def test_error_has_code_file_and_line(folder: CourseFolder, fault: Fault) -> None:
    folder.replace(CASE, fault.old, fault.new)
    line = folder.line_of(CASE, fault.at)
    result = folder.load()
    found = [(each.code, each.file, each.line) for each in result.report.errors]
    assert (fault.code, CASE, line) in found, result.report.text()
    assert result.course is None


def test_a_circle_is_named_scene_by_scene(folder: CourseFolder) -> None:
    folder.replace(CASE, "goto: needs", "goto: door")
    messages = [each.message for each in folder.load().report.errors if each.code == "case-circle"]
    assert messages == ["the scenes lead round in a circle: door → talk → door"]


def test_a_key_belongs_to_one_case(folder: CourseFolder) -> None:
    again = "modules/2-second/cases/tea-round.yaml"
    folder.write(again, folder.read(CASE))
    found = [(each.code, each.file, each.line) for each in folder.load().report.errors]
    assert found == [("key-repeated", again, 1)]


def test_a_file_needs_a_key_for_its_name(folder: CourseFolder) -> None:
    wrong = "modules/1-first/cases/Tea_Time.yaml"
    folder.write(wrong, folder.read(CASE))
    found = [(each.code, each.file, each.line) for each in folder.load().report.errors]
    assert found == [("key-form", wrong, 1)]


def test_the_keys_of_case_and_scene_fit_into_evidence(folder: CourseFolder) -> None:
    name = "tea-" + "x" * 60
    folder.write(f"modules/1-first/cases/{name}.yaml", folder.read(CASE).replace("served", "served-with-a-smile"))
    found = [(each.code, each.line) for each in folder.load().report.errors]
    line = folder.line_of(f"modules/1-first/cases/{name}.yaml", "  served-with-a-smile:")
    assert found == [("key-form", line)]


def test_the_example_for_authors_is_a_case(folder: CourseFolder) -> None:
    text = (Path(__file__).parents[2] / "docs" / "authoring.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"# modules/1-the-why/cases/eleven-bottles.yaml\n(.*?)```", text, re.DOTALL)
    folder.write(CASE, example.replace("O1.4", "O1.1").replace("cooke-brandt", "leaf2020").replace("-11-28", "-11-20"))
    result = folder.load()
    assert result.report.findings == []
    assert result.course is not None
    assert result.course.case("tea-round").points == 6000


def test_warnings_of_a_case(folder: CourseFolder) -> None:
    folder.write("modules/1-first/cases/notes.txt", "not a case")
    folder.replace(CASE, "reviewed_on: 2026-11-20", "reviewed_on: 2027-11-20")
    folder.replace("modules/1-first/cost-of-a-pot.md", "::: case tea-round\n:::\n", "")
    result = folder.load()
    found = {(each.code, each.file, each.line) for each in result.report.warnings}
    assert found == {
        ("no-case", "modules/1-first/module.yaml", 6),
        ("case-unused", CASE, 1),
        ("date-future", CASE, folder.line_of(CASE, "reviewed_on")),
        ("file-unlisted", "modules/1-first/cases/notes.txt", 1),
    }
    assert result.course is not None


@pytest.fixture
def case(tea: Course) -> Case:
    return tea.case("tea-round")


def test_the_values_of_a_case(tea: Course, case: Case) -> None:
    assert (case.module_key, case.minutes, case.points, case.start) == ("1-first", 10, 14_000, "door")
    assert case.person.name == "Ms. Ada Kettle"
    assert [each.note for each in case.medications] == ["", "last bought on Monday"]
    kinds = {key: type(scene.decision) for key, scene in case.scenes.items() if scene.decision}
    assert kinds == {
        "door": Choose,
        "spill": Choose,
        "talk": Interview,
        "needs": Select,
        "order": Rank,
        "note": Note,
    }
    most = {key: scene.most for key, scene in case.scenes.items() if scene.most}
    assert most == {"door": 2000, "talk": 3000, "needs": 4000, "order": 3000, "note": 2000}
    lesson = tea.lesson_with_case("tea-round")
    assert lesson is not None
    assert lesson.key == "cost-of-a-pot"
    assert tea.lesson_with_case("none") is None


def test_an_interview_earns_the_best_questions_within_its_limit(case: Case) -> None:
    talk = case.scene("talk").decision
    assert isinstance(talk, Interview)
    assert [talk.model_copy(update={"limit": limit}).most for limit in (1, 2, 3)] == [2000, 3000, 3000]


def test_sources_have_one_number_in_the_whole_case(case: Case) -> None:
    """Those that the file declares come first; one that only a text cites is added behind them."""
    assert case.sources == ("leaf2020", "pot2021")
    assert 'href="#source-leaf2020"><span class="visually-hidden">Source </span>1</a>' in case.scene("door").html
    assert 'href="#source-pot2021"><span class="visually-hidden">Source </span>2</a>' in case.scene("served").html
    assert case.scene("served").sources == ("pot2021",)
    talk = case.scene("talk").decision
    assert isinstance(talk, Interview)
    assert [question.sources for question in talk.questions] == [("leaf2020",), (), ()]


def test_keys_of_options_tell_nothing_and_last(folder: CourseFolder, case: Case) -> None:
    first = "        - {text: A large pot, right: true, feedback: Three cups need it.}\n"
    last = "        - {text: No milk, right: false, feedback: She takes milk.}\n"
    folder.replace(CASE, first, "")
    folder.replace(CASE, last, last + first)
    course = folder.load().course
    assert course is not None
    keys = []
    for found in (case, course.case("tea-round")):
        decision = found.scene("needs").decision
        assert isinstance(decision, Select)
        keys.append({option.html: option.key for option in decision.options})
    assert keys[0] == keys[1]
    assert len(set(keys[0].values())) == 4


def test_what_is_proven_about_the_scenes(case: Case) -> None:
    assert graph.circle(case) == ()
    assert graph.reachable(case) == set(case.scenes)
    assert graph.best_total(case) == 14_000
    assert graph.most_decisions(case, "door") == 6
    assert graph.most_decisions(case, "order") == 2
    assert graph.most_decisions(case, "gone") == 0


def test_the_inventory_lists_cases(folder: CourseFolder) -> None:
    assert inventory(folder.load())["cases"] == [
        {
            "key": "tea-round",
            "module": "1-first",
            "title": "The tea round",
            "lesson": "cost-of-a-pot",
            "minutes": 10,
            "scenes": 8,
            "points": 14,
            "objectives": ["O1.1", "O1.2"],
        }
    ]
