"""The directions in which modules may import each other hold, and every contract about them can be broken."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tomllib
from itertools import pairwise
from pathlib import Path

import pytest

from tests.support.server import ROOT

LAYERS = [
    ["app", "cli", "hosting"],
    ["public", "catalog", "interop", "assistance", "planning"],
    ["authoring", "organizations"],
    ["certificates", "reviews"],
    ["checkout"],
    ["learning"],
    ["assessment"],
    ["calculators"],
    ["accounts"],
    ["releases"],
    ["web"],
    ["content"],
    ["core"],
]
FILES = ["views", "jobs", "cli", "subscribers", "forms", "emails", "services", "queries", "models", "domain"]


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    """Hold the `lms` package in this folder against the contracts."""
    program = shutil.which("lint-imports", path=str(Path(sys.executable).parent))
    assert program is not None, "import-linter is not installed beside this Python"
    command = [program, "--no-cache", "--config", str(ROOT / "pyproject.toml")]
    environment = {"PYTHONPATH": str(folder)}
    return subprocess.run(command, cwd=folder, env=environment, check=False, capture_output=True, text=True)


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """A package with every feature, in which `accounts` and `content` have modules, and no imports yet."""
    package = tmp_path / "lms"
    modules = [name for layer in LAYERS for name in layer]
    for module in ["", *(f"{name}/" for name in modules)]:
        (package / module).mkdir(exist_ok=True)
        (package / module / "__init__.py").touch()
    for file in FILES:
        (package / "accounts" / f"{file}.py").touch()
    (package / "content" / "schema.py").touch()
    (package / "assessment" / "statistics").mkdir()
    for file in ("__init__", "tally"):
        (package / "assessment" / "statistics" / f"{file}.py").touch()
    return package


def test_the_package_keeps_them() -> None:
    kept = lint(ROOT)
    assert kept.returncode == 0, kept.stdout


def test_imports_downwards_are_kept(package: Path) -> None:
    for above, below in pairwise(LAYERS):
        for name in above:
            (package / name / "__init__.py").write_text("".join(f"import lms.{other}\n" for other in below))
    services = "import sqlalchemy\nfrom lms.accounts import domain, models, queries\n"
    (package / "accounts" / "services.py").write_text(services)
    kept = lint(package.parent)
    assert kept.returncode == 0, kept.stdout


@pytest.mark.parametrize(
    ("module", "statement", "broken"),
    [
        ("learning/__init__", "from lms import app", "lms.learning is not allowed to import lms.app"),
        ("web/__init__", "import lms.accounts", "lms.web is not allowed to import lms.accounts"),
        ("core/__init__", "import lms.content", "lms.core is not allowed to import lms.content"),
        ("releases/__init__", "import lms.accounts", "lms.releases is not allowed to import lms.accounts"),
        ("public/__init__", "import lms.catalog", "lms.public is not allowed to import lms.catalog"),
        (
            "accounts/domain",
            "from lms.accounts import models",
            "domain is not allowed to import lms.accounts.models",
        ),
        (
            "accounts/models",
            "from lms.accounts import queries",
            "models is not allowed to import lms.accounts.queries",
        ),
        (
            "accounts/services",
            "from lms.accounts import forms",
            "services is not allowed to import lms.accounts.forms",
        ),
        (
            "accounts/jobs",
            "from lms.accounts import views",
            "jobs is not allowed to import lms.accounts.views",
        ),
        ("accounts/domain", "from flask import g", "lms.accounts.domain is not allowed to import flask"),
        (
            "accounts/domain",
            "import sqlalchemy.orm",
            "lms.accounts.domain is not allowed to import sqlalchemy",
        ),
        ("content/schema", "import flask", "lms.content is not allowed to import flask"),
        ("content/schema", "from sqlalchemy import text", "lms.content is not allowed to import sqlalchemy"),
        (
            "assessment/statistics/tally",
            "import sqlalchemy",
            "lms.assessment.statistics is not allowed to import sqlalchemy",
        ),
        (
            "assessment/statistics/tally",
            "import lms.content",
            "lms.assessment.statistics is not allowed to import lms.content",
        ),
        ("newcomer", "", "lms.newcomer"),
    ],
)
def test_each_can_be_broken(package: Path, module: str, statement: str, broken: str) -> None:
    (package / f"{module}.py").write_text(statement + "\n")
    result = lint(package.parent)
    assert result.returncode == 1, result.stdout
    assert broken in result.stdout


def test_the_layers_are_those_of_the_architecture() -> None:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    layers = next(contract["layers"] for contract in contracts if contract["id"] == "features")
    assert [layer.replace("(", "").replace(")", "").replace(":", "|").split(" | ") for layer in layers] == LAYERS
