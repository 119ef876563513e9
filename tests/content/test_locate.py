"""The shipped folders are found beside a checkout and inside an installed wheel."""

from __future__ import annotations

from pathlib import Path

import pytest

from lms.content.locate import shipped, shipped_root


def test_beside_the_checkout(tmp_path: Path) -> None:
    (tmp_path / "lms").mkdir()
    (tmp_path / "quizzes").mkdir()
    assert shipped("quizzes", package=tmp_path / "lms") == tmp_path / "quizzes"
    assert shipped_root("quizzes", package=tmp_path / "lms") == tmp_path


def test_inside_a_wheel_first(tmp_path: Path) -> None:
    inside = tmp_path / "lms" / "_shipped" / "modules"
    inside.mkdir(parents=True)
    (tmp_path / "modules").mkdir()
    assert shipped("modules", package=tmp_path / "lms") == inside


def test_nowhere(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="migrations"):
        shipped("migrations", package=tmp_path / "lms")


def test_of_this_project() -> None:
    assert (shipped("modules") / "course.yaml").is_file()
