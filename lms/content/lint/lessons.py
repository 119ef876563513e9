"""Rules for lessons: figures with their sources, an even reading level, no answers to copy."""

from __future__ import annotations

from collections.abc import Iterator

from lms.content.lint.language import normal, plain, reading_grade, words
from lms.content.lint.quantities import FIGURE
from lms.content.lint.reading import Passage, Question, Reading
from lms.content.lint.rule import Hit, Rule, rule

MOST_GRADE = 14.0
COPIED_WORDS = 5
_UNCITED_BOXES = frozenset({"example", "practice", "key-points"})
"""Boxes whose figures are made up for a sum, or were cited above."""

_ARITHMETIC = ("=", "×", "÷")

SITUATION = 1
"""A lesson begins with a situation from practice, whose people and figures are made up."""


@rule(
    "C03",
    "lesson",
    "warning",
    "A figure without a source: a share, an amount or a large count, no citation or drawn figure beside it",
    "a reader cannot check the number, and an editor cannot find it when it changes",
)
def untagged_figure(lesson: Reading) -> Iterator[Hit]:
    cited: set[str] = set()
    for passage, beside in zip(lesson.passages, _neighbours(lesson.passages), strict=True):
        figures = set(_figures(passage))
        if passage.cites or passage.dated or passage.box == "example" or "figure" in beside:
            cited |= figures
        elif _states(passage) and (new := figures - cited):
            yield Hit(f"“{min(new)}” has no source in its paragraph", passage.line)


def _neighbours(passages: tuple[Passage, ...]) -> Iterator[set[str]]:
    """The kinds of the passages before and after each: a drawn figure names the source of what it shows."""
    kinds = ["", *(passage.kind for passage in passages), ""]
    for before, after in zip(kinds, kinds[2:], strict=False):
        yield {before, after}


def _states(passage: Passage) -> bool:
    """Whether the passage tells the reader something about the world. A sum that is worked out in the open does not:
    what goes into it is cited where it is introduced."""
    prose = passage.kind in ("paragraph", "item") and passage.box not in _UNCITED_BOXES
    return prose and passage.section > SITUATION and not any(sign in passage.text for sign in _ARITHMETIC)


def _figures(passage: Passage) -> Iterator[str]:
    """The figures of a passage as their digits; a figure that was cited before may be repeated."""
    text = plain(passage.text)
    for found in FIGURE.finditer(text):
        start = len(text[: found.start()].rstrip("0123456789.,"))
        end = found.end() + len(text[found.end() :]) - len(text[found.end() :].lstrip("0123456789.,"))
        yield text[start:end].strip(" .,")


@rule(
    "C04",
    "lesson",
    "error",
    "A figure that rests on sources marked “known” alone",
    "what was not read is not stated as a number",
)
def unread_source(lesson: Reading) -> Iterator[Hit]:
    for passage in lesson.passages:
        tags = {lesson.tags.get(key) for key in passage.cites}
        if tags == {"known"} and FIGURE.search(plain(passage.text)):
            yield Hit(f"the sources ({', '.join(passage.cites)}) were not read", passage.line)


@rule(
    "C04",
    "item",
    "error",
    "A figure in an item that rests on sources marked “known” alone",
    "what was not read is not asked as a number",
)
def unread_source_of_item(item: Question) -> Iterator[Hit]:
    if not item.sources or any(source.tag != "known" for source in item.sources):
        return
    for text, at in (*item.texts, (item.rationale, ("rationale",))):
        if found := FIGURE.search(plain(text)):
            yield Hit(f"“{found[0]}” rests on sources that were not read", at)


@rule(
    "C05",
    "lesson",
    "warning",
    "A reading grade above 14 (Flesch-Kincaid)",
    "long sentences of long words cost readers time and attention that the subject needs",
)
def hard_to_read(lesson: Reading) -> Iterator[Hit]:
    grade = reading_grade(lesson.prose)
    if grade > MOST_GRADE:
        yield Hit(f"the lesson reads at grade {grade:.1f}", lesson.passages[0].line)


@rule(
    "C06",
    "lesson",
    "warning",
    "The key of a quiz item, word for word in a lesson or in the description of its figure",
    "who finds the sentence again has not shown more than that",
)
def copied_key(lesson: Reading) -> Iterator[Hit]:
    described = dict(lesson.figures)
    texts = [
        (passage.line, f" {normal(described.get(passage.text, '') if passage.kind == 'figure' else passage.text)} ")
        for passage in lesson.passages
    ]
    for item, key in lesson.keyed:
        wanted = normal(key)
        if len(words(key)) < COPIED_WORDS:
            continue
        line = next((line for line, text in texts if f" {wanted} " in text), None)
        if line:
            yield Hit(f"the key of {item}, “{plain(key)}”, stands here", line)


RULES: tuple[Rule, ...] = (
    untagged_figure,
    unread_source,
    unread_source_of_item,
    hard_to_read,
    copied_key,
)
