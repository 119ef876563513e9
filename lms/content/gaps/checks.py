"""Checks of items with fields that the form of their files cannot express."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from lms.content.gaps.files import ClozeFile
from lms.content.numeric.drawing import PLACEHOLDER
from lms.content.parts import Parts
from lms.content.report import Report


def run(parts: Parts, report: Report) -> None:
    """Report cloze items whose text and blanks do not fit each other."""
    for quiz in parts.quizzes.values():
        for item in quiz.items:
            if item.value is None or item.value.cloze is None:
                continue
            line = quiz.yaml.line("items", item.index, "cloze")
            for message in _faults(item.value.cloze):
                report.error("cloze", message, quiz.file, line)


def _faults(value: ClozeFile) -> Iterator[str]:
    placed = Counter(PLACEHOLDER.findall(value.text))
    for name in placed.keys() - value.blanks.keys():
        yield f"the text has a gap {{={name}}} that blanks do not describe"
    for name in value.blanks:
        if placed[name] != 1:
            yield f"the gap {{={name}}} stands {placed[name]} times in the text, where once is right"
