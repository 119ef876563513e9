"""Course files with errors: each is named with its file and line, and the running release stays."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from flask import Flask

from lms import cli
from lms.content import locate
from lms.core.db import db
from lms.releases import queries


@pytest.fixture
def files(tmp_path: Path) -> Path:
    root = tmp_path / "files"
    for folder in ("modules", "quizzes"):
        shutil.copytree(locate.shipped_root() / folder, root / folder)
    return root


def publish(root: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> tuple[int, str]:
    """`lms content publish --root …`: exit code and everything that it said."""
    monkeypatch.setattr("sys.argv", ["lms", "content", "publish", "--root", str(root)])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    said = capsys.readouterr()
    return int(ended.value.code or 0), said.out + said.err


def release(app: Flask) -> tuple[int, str]:
    with app.app_context():
        row = queries.newest(db.session(), "mtm")
        assert row is not None
        return row.number, row.digest


def break_course(root: Path) -> str:
    path = root / "modules" / "course.yaml"
    lines = path.read_text().splitlines()
    number = next(at for at, line in enumerate(lines) if line.startswith("title:"))
    lines[number] = "titel: A word too many"
    path.write_text("\n".join(lines))
    return f"modules/course.yaml:{number + 1}"


def break_quiz(root: Path) -> str:
    path = root / "quizzes" / "1-the-why.yaml"
    lines = path.read_text().splitlines()
    number = next(at for at, line in enumerate(lines) if "objective:" in line)
    lines[number] = lines[number].partition("objective:")[0] + "objective: no-such"
    path.write_text("\n".join(lines))
    return f"quizzes/1-the-why.yaml:{number + 1}"


def break_yaml(root: Path) -> str:
    path = root / "modules" / "glossary.yaml"
    path.write_text(path.read_text() + "\n  - [never closed\n")
    return "modules/glossary.yaml:"


@pytest.mark.parametrize("harm", [break_course, break_quiz, break_yaml])
def test_a_broken_course_is_not_published(
    app: Flask,
    files: Path,
    tmp_path: Path,
    harm: object,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("LMS_DATA_DIR", str(tmp_path))
    before = release(app)
    place = harm(files)  # type: ignore[operator]
    code, said = publish(files, monkeypatch, capsys)
    assert code != 0
    assert place in said
    assert "Traceback" not in said
    assert release(app) == before
    assert app.test_client().get("/courses/mtm").status_code == 200


def test_the_same_files_without_the_error_are_a_new_release(
    app: Flask, files: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("LMS_DATA_DIR", str(tmp_path))
    path = files / "modules" / "course.yaml"
    path.write_text(path.read_text().replace("tagline: ", "tagline: New ", 1))
    code, said = publish(files, monkeypatch, capsys)
    assert (code, said.strip()) == (0, "Published release 2.")
    assert release(app)[0] == 2
