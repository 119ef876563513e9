"""A small course in a folder of its own, which a test may damage and load."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest

from lms.content.course import Course
from lms.content.loader import LoadResult, load

SAMPLE = Path(__file__).parent / "sample"
TODAY = date(2026, 11, 23)


@dataclass
class CourseFolder:
    root: Path

    def write(self, path: str, content: str | bytes) -> None:
        place = self.root / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content.encode() if isinstance(content, str) else content)

    def read(self, path: str) -> str:
        return (self.root / path).read_text(encoding="utf-8")

    def replace(self, path: str, old: str, new: str) -> None:
        text = self.read(path)
        assert old in text, f"the sample's {path} no longer contains {old!r}"
        self.write(path, text.replace(old, new, 1))

    def line_of(self, path: str, text: str) -> int:
        """The line, from 1, on which `text` begins for the first time."""
        before, found, _ = self.read(path).partition(text)
        assert found, f"{path} does not contain {text!r}"
        return before.count("\n") + 1

    def load(self) -> LoadResult:
        return load(self.root, calculators={"pot-cost"}, today=TODAY)


@pytest.fixture
def folder(tmp_path: Path) -> CourseFolder:
    shutil.copytree(SAMPLE, tmp_path / "course")
    return CourseFolder(tmp_path / "course")


@pytest.fixture(scope="session")
def tea() -> Course:
    """The sample course, loaded once."""
    result = CourseFolder(SAMPLE).load()
    assert result.course is not None, result.report.text()
    return result.course
