"""Questions answered in fields, as files: what is built from them, and every fault with its line."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from lms.content.course import Item
from lms.content.gaps.files import normalised
from lms.content.gaps.values import Gaps

if TYPE_CHECKING:
    from tests.content.conftest import CourseFolder

QUIZ = "quizzes/1-first.yaml"

HEAD = """
  - key: tea-{kind}
    type: {kind}
    use: quiz
    objective: O1.1
    level: application
    stem: A colleague makes tea and asks about the {kind}.
"""
TAIL = """
    rationale: This explains in rather more than fifteen words why the right answer is right and why the others are not.
    sources: [leaf2020]
    reviewed_on: 2026-11-01
"""
PARTS = {
    "short": """
    short:
      accepted: [The Teapot, tea pot]
      feedback: Leaves need *room*.
""",
    "matching": """
    matching:
      pairs:
        - {prompt: Green leaves, match: 80 degrees, feedback: They turn bitter.}
        - {prompt: Black leaves, match: 95 degrees, feedback: They can take it.}
        - {prompt: White leaves, match: 80 degrees, feedback: They are tender.}
      extra: [60 degrees]
""",
    "ordering": """
    ordering:
      steps:
        - {text: Boil the water, feedback: Cold water draws nothing.}
        - {text: Warm the pot, feedback: A cold pot cools the water.}
        - {text: Add the leaves, feedback: They come last.}
""",
    "cloze": """
    cloze:
      text: Wait {=minutes} minutes, then pour through a {=tool}.
      blanks:
        minutes: {options: ["3", "9"], answer: "3", feedback: Nine is too long.}
        tool: {accepted: [sieve, strainer], feedback: Leaves stay behind.}
""",
}


def entry(kind: str) -> str:
    return HEAD.format(kind=kind).rstrip("\n") + PARTS[kind].rstrip("\n") + TAIL


@pytest.fixture
def with_all(folder: CourseFolder) -> CourseFolder:
    folder.write(QUIZ, folder.read(QUIZ).rstrip("\n") + "".join(entry(kind) for kind in PARTS))
    return folder


def items(folder: CourseFolder) -> dict[str, Item]:
    result = folder.load()
    assert result.course is not None, result.report.text()
    return {kind: result.course.item(f"tea-{kind}") for kind in PARTS}


def test_each_type_becomes_fields_with_their_answers(with_all: CourseFolder) -> None:
    built = items(with_all)
    short, matching, ordering, cloze = (item.gaps or Gaps(gaps=()) for item in built.values())
    assert short.gaps[0].right == ("The Teapot", "tea pot")
    assert "<em>room</em>" in short.gaps[0].feedback_html
    texts = {choice.key: choice.text for choice in matching.gaps[0].choices}
    assert [texts[gap.right[0]] for gap in matching.gaps] == ["80 degrees", "95 degrees", "80 degrees"]
    assert set(texts.values()) == {"80 degrees", "95 degrees", "60 degrees"}
    assert [gap.right for gap in ordering.gaps] == [("1",), ("2",), ("3",)]
    assert [gap.key for gap in cloze.gaps] == ["minutes", "tool"]
    assert cloze.gaps[1].right == ("sieve", "strainer")


@pytest.mark.parametrize(
    ("typed", "same"),
    [
        ("The  TEAPOT!", "teapot"),
        ("a tea-pot", "tea pot"),
        ("patient’s", "patients"),
        ("ｔｅａ", "tea"),
        ("the", "the"),
    ],
)
def test_texts_are_compared_without_what_does_not_matter(typed: str, same: str) -> None:
    assert normalised(typed) == normalised(same)
    assert normalised("teapot") != normalised("tea cup")


FAULTS = [
    ("short", "accepted: [The Teapot, tea pot]", 'accepted: ["?!"]', "field-invalid|accepted"),
    ("short", "accepted: [The Teapot, tea pot]", "accepted: [Teapot, the teapot]", "accepted"),
    ("short", "accepted: [The Teapot, tea pot]", "accepted: []", "field-invalid"),
    ("short", "      feedback: Leaves need *room*.\n", "", "field-missing"),
    ("matching", "extra: [60 degrees]", "extra: [80 degrees]", "matching"),
    ("matching", "prompt: Black leaves", "prompt: Green leaves", "matching"),
    ("matching", "extra: [60 degrees]", "colour: green", "field-unknown"),
    ("ordering", "text: Warm the pot", "text: Boil the water!", "ordering"),
    ("cloze", "{=minutes} minutes", "some minutes", "cloze"),
    ("cloze", "{=minutes} minutes", "{=minutes} to {=minutes} minutes", "cloze"),
    ("cloze", "{=minutes} minutes", "{=minutes} {=unit}", "cloze"),
    ("cloze", 'answer: "3"', 'answer: "4"', "cloze"),
    ("cloze", "accepted: [sieve, strainer], ", "", "cloze"),
    ("cloze", "accepted: [sieve, strainer]", "accepted: [sieve], answer: sieve", "cloze"),
]


@pytest.mark.parametrize(("kind", "old", "new", "code"), FAULTS)
def test_a_fault_is_told_with_its_place(with_all: CourseFolder, kind: str, old: str, new: str, code: str) -> None:
    with_all.replace(QUIZ, old, new)
    first = with_all.line_of(QUIZ, f"key: tea-{kind}")
    last = first + entry(kind).count("\n")
    found = [(each.code, each.file, each.line) for each in with_all.load().report.findings if each.severity == "error"]
    assert found
    assert all(each[0] in {*code.split("|"), "field-invalid"} for each in found), found
    assert all(each[1] == QUIZ and first <= each[2] <= last for each in found), (found, first, last)


@pytest.mark.parametrize("kind", list(PARTS))
def test_a_type_without_its_part_is_refused(with_all: CourseFolder, kind: str) -> None:
    with_all.replace(QUIZ, PARTS[kind], "\n")
    assert with_all.load().course is None
