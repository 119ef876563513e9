"""Making the environment and finding the browser: what is done, and what is said when it cannot be."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType

import pytest

from tests.browser import provision
from tests.support.server import ROOT


@pytest.fixture
def environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The script that makes the environment, in a folder that has nothing but a lock."""
    spec = spec_from_file_location("environment", ROOT / ".ci" / "environment.py")
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    monkeypatch.setattr(module, "ROOT", tmp_path)
    monkeypatch.setattr(module, "VENV", tmp_path / ".venv")
    monkeypatch.setattr(module, "BIN", tmp_path / ".venv" / "bin")
    (tmp_path / "some.lock").write_text("flask==3.1.3\n")
    return module


def pretend(environment: ModuleType, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Note what would be done instead of doing it."""
    done: list[str] = []

    def create() -> None:
        done.append("create")
        environment.BIN.mkdir(parents=True, exist_ok=True)
        environment.python().touch()
        (environment.VENV / "made-by.txt").write_text(environment.maker())

    monkeypatch.setattr(environment, "create", create)
    monkeypatch.setattr(environment, "run", lambda command: done.append(command[-3]))
    monkeypatch.setattr(environment, "add_checkout", lambda: None)
    return done


def test_it_works_once_and_again_when_the_lock_or_the_python_changed(
    environment: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    done = pretend(environment, monkeypatch)
    environment.main("some.lock")
    assert done == ["create", "--require-hashes"]
    environment.main("some.lock")
    assert done == ["create", "--require-hashes"]
    (tmp_path / "some.lock").write_text("flask==3.1.4\n")
    environment.main("some.lock")
    assert done[2:] == ["--require-hashes"]
    monkeypatch.setattr(environment.sys, "version", "another Python")
    environment.main("some.lock")
    assert done[3:] == ["create", "--require-hashes"]


def test_an_installation_that_failed_is_tried_again(environment: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    pretend(environment, monkeypatch)

    def fail(command: list[str]) -> None:
        raise SystemExit(2)

    with monkeypatch.context() as offline:
        offline.setattr(environment, "run", fail)
        with pytest.raises(SystemExit):
            environment.main("some.lock")
    done = pretend(environment, monkeypatch)
    environment.main("some.lock")
    assert done == ["--require-hashes"]


def test_an_old_python_is_told_so(environment: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(environment.sys, "version_info", (3, 10, 4))
    with pytest.raises(SystemExit, match=r"Python 3\.11 or newer is needed; .* is 3\.10"):
        environment.main("some.lock")


def test_the_checkout_is_importable_and_a_command(
    environment: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(tmp_path / ".venv")], check=True)
    environment.add_checkout()
    (tmp_path / "lms").mkdir()
    (tmp_path / "lms" / "cli.py").write_text("import sys\ndef main(): print('called with', sys.argv[1:])\n")
    command = [str(tmp_path / ".venv" / "bin" / "lms"), "serve"]
    called = subprocess.run(command, cwd="/", check=True, capture_output=True, text=True)
    assert called.stdout == "called with ['serve']\n"


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-test.lock"])
def test_the_locks_pin_everything_by_hash_and_name_no_host(name: str) -> None:
    lock = (ROOT / name).read_text()
    packages = re.findall(r"^[a-z0-9.-]+==\S+[^\n]* \\\n    --hash=sha256:[0-9a-f]{64}", lock, re.MULTILINE)
    lines = [line for line in lock.splitlines() if not line.startswith((" ", "#"))]
    assert len(packages) == len(lines) > 20
    assert "://" not in lock
    assert " @ " not in lock


def test_tests_run_on_what_people_run_on() -> None:
    def pins(name: str) -> set[str]:
        return set(re.findall(r"^(\S+==\S+)", (ROOT / name).read_text(), re.MULTILINE))

    assert pins("requirements.lock") < pins("requirements-test.lock")


def test_every_dependency_is_in_the_lock() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    named = {
        "requirements.lock": project["project"]["dependencies"],
        "requirements-test.lock": project["dependency-groups"]["dev"],
    }
    for name, dependencies in named.items():
        lock = (ROOT / name).read_text()
        for dependency in dependencies:
            package = re.split(r"[\[<>=;]", dependency)[0].replace(".", "-")
            assert f"\n{package}==" in lock, f"{package} is not in {name}: make lock"


def executable(path: Path, body: str) -> str:
    path.write_text(f"#!/bin/sh\n{body}\n")
    path.chmod(0o755)
    return str(path)


def test_a_named_browser_comes_first_and_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    works = executable(tmp_path / "works", "echo Chromium 1")
    monkeypatch.setenv("LMS_TEST_BROWSER", works)
    assert provision.find_browser() == works
    monkeypatch.setenv("LMS_TEST_BROWSER", str(tmp_path / "gone"))
    assert provision.find_browser() is None


def test_a_placeholder_is_no_browser(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    executable(tmp_path / "chromium", "echo install the snap; exit 1")
    works = executable(tmp_path / "google-chrome", "echo Chrome 1")
    monkeypatch.delenv("LMS_TEST_BROWSER", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert provision.find_browser() == works


def test_no_browser_to_be_had_is_a_clear_failure(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("LMS_TEST_BROWSER", raising=False)
    monkeypatch.setattr(provision, "find_browser", lambda: None)
    attempted: list[list[str]] = []

    def fail(command: list[str]) -> bool:
        attempted.append(command)
        return False

    monkeypatch.setattr(provision, "attempt", fail)
    monkeypatch.setattr(provision, "is_debian", lambda: True)
    monkeypatch.setattr(provision, "root_prefix", lambda: ["sudo", "-n"])
    with pytest.raises(SystemExit, match="Install one"):
        provision.main()
    assert [command[-1] for command in attempted] == ["--quiet", "chromium"]


def test_debians_package_comes_before_playwrights_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LMS_TEST_BROWSER", raising=False)
    found = iter([None, "/usr/bin/chromium", "/usr/bin/chromium"])
    monkeypatch.setattr(provision, "find_browser", lambda: next(found))
    monkeypatch.setattr(provision, "is_debian", lambda: True)
    monkeypatch.setattr(provision, "root_prefix", list)
    attempted: list[list[str]] = []

    def succeed(command: list[str]) -> bool:
        attempted.append(command)
        return True

    monkeypatch.setattr(provision, "attempt", succeed)
    provision.main()
    assert [command[:2] for command in attempted] == [["apt-get", "update"], ["apt-get", "install"]]
