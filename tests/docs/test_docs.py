"""The documents stay true: settings, commands, links, files and addresses that they name are those of the software."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

import click
import pytest
from flask import Flask

from lms.cli import lms
from lms.core.settings import PREFIX, Settings

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
SETTINGS_PAGE = ROOT / "docs" / "settings.md"

#: Words that begin like a setting and are none: the example of a wrong name, and a variable of the tests.
NOT_SETTINGS = {"LMS_FOO"}
#: Folders at the top whose files documents may name.
FOLDERS = "lms|docs|modules|quizzes|migrations|tests|[.]ci"
#: Made by running the software, so not there in a fresh checkout.
MADE = ("build/", "instance/", "dist/", ".venv/")


def name_of(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


def without_code(text: str) -> str:
    """The running text: neither fenced blocks nor code spans."""
    return re.sub(r"`[^`\n]*`", "", re.sub(r"^```.*?^```", "", text, flags=re.MULTILINE | re.DOTALL))


def code_spans(text: str) -> list[str]:
    return re.findall(r"`([^`\n]+)`", re.sub(r"^```.*?^```", "", text, flags=re.MULTILINE | re.DOTALL))


def code_lines(text: str) -> Iterator[str]:
    """Each line of the fenced blocks."""
    for block in re.findall(r"^```\w*\n(.*?)^```", text, flags=re.MULTILINE | re.DOTALL):
        yield from block.splitlines()


def anchors(page: Path) -> set[str]:
    """The ids that a page's headings get when it is shown."""
    titles = re.findall(r"^#+ +(.+)$", page.read_text(), flags=re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).strip().replace(" ", "-") for title in titles}


def commands() -> dict[str, click.Command]:
    """Every command by its words: `admin create`, `serve`, …"""
    found: dict[str, click.Command] = {}

    def walk(command: click.Command, words: tuple[str, ...]) -> None:
        if isinstance(command, click.Group):
            context = click.Context(command)
            for name in command.list_commands(context):
                child = command.get_command(context, name)
                assert child is not None, f"lms {name} is listed and does not exist"
                walk(child, (*words, name))
        else:
            found[" ".join(words)] = command

    walk(lms, ())
    return found


def written_commands(text: str) -> Iterator[list[str]]:
    """The words after `lms` of each command in code, with its options; placeholders and comments are left out."""
    for line in [*code_lines(text), *code_spans(text)]:
        found = re.search(r"(?:^|\s|bin/)(?<!from )lms +((?:[a-z]|--).*)", line)
        if found:
            yield shlex.split(re.split(r"\s[#|>]|…|;|&&|\)\"?$", found[1])[0], comments=True)


# Settings


def test_every_setting_is_explained_with_its_default() -> None:
    text = SETTINGS_PAGE.read_text()
    sections = dict(re.findall(r"^### `(\w+)`\n(.*?)(?=^##|\Z)", text, flags=re.MULTILINE | re.DOTALL))
    assert set(sections) == {PREFIX + name.upper() for name in Settings.model_fields}
    for name, field in Settings.model_fields.items():
        section = sections[PREFIX + name.upper()]
        shown = f"`{field.default}`" if field.default not in ("", None) else "empty"
        assert f"Default: {shown}. Example: " in section, f"{PREFIX}{name.upper()}: the default is {shown}"


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_settings_that_are_named_exist(page: Path) -> None:
    known = {PREFIX + name.upper() for name in Settings.model_fields}
    named = set(re.findall(r"\bLMS_[A-Z_]*[A-Z]\b", page.read_text()))
    assert named - known - NOT_SETTINGS == set()


def test_examples_of_settings_are_valid() -> None:
    """Every example is taken by the setting that it belongs to."""
    examples = re.findall(
        r"^### `LMS_(\w+)`\n(?:(?!^### ).)*?Example: `([^`]+)`", SETTINGS_PAGE.read_text(), re.M | re.S
    )
    given = {name.lower(): value for name, value in examples if not value.startswith("python3 ")}
    assert len(given) >= len(Settings.model_fields) - 1
    Settings.model_validate(given)


# Commands


def test_every_command_is_mentioned() -> None:
    text = " ".join(" ".join(page.read_text().split()) for page in PAGES if "decisions" not in page.parts)
    missing = [words for words in commands() if not re.search(rf"\blms {words}\b", text)]
    assert missing == []


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_commands_that_are_written_exist(page: Path) -> None:
    known = commands()
    groups = {words.split()[0] for words in known if " " in words}
    for words in written_commands(page.read_text()):
        if words[0] in {"--help", "-h"} or words in [[group] for group in groups]:
            continue
        name = " ".join(words[:2]) if words[0] in groups else words[0]
        assert name in known, f"there is no command: lms {name}"
        options = {option for parameter in known[name].params for option in parameter.opts} | {"--help", "-h"}
        used = {word.split("=")[0] for word in words if word.startswith("--")}
        assert used <= options, f"lms {name} has no option {', '.join(used - options)}"


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_make_targets_exist(page: Path) -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), flags=re.MULTILINE))
    text = page.read_text()
    lines = [*code_lines(text), *code_spans(text)]
    named = {found[1] for line in lines if (found := re.match(r"(?:\$ )?make ([a-z]+)", line))}
    assert named <= targets


# Links, files, addresses


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_links_between_documents_lead_somewhere(page: Path) -> None:
    broken = []
    for target in re.findall(r"\]\(([^)\s]+)\)", without_code(page.read_text())):
        if re.match(r"[a-z]+:", target):
            continue
        path, _, anchor = unquote(target).partition("#")
        place = (page.parent / path).resolve() if path else page
        if not place.exists() or (anchor and anchor not in anchors(place)):
            broken.append(target)
    assert broken == []


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_files_that_are_named_exist(page: Path) -> None:
    """Paths below a folder of the project, and names of templates. `<name>` and `*` stand for any name."""
    missing = []
    for span in code_spans(page.read_text()):
        if not re.fullmatch(rf"(?:{FOLDERS})/[\w./<>*-]*", span) or span.startswith(MADE):
            continue
        pattern = re.sub(r"<[^>]*>", "*", span).rstrip("/")
        as_template = re.sub(r"^(lms/[^/]+)/(.+\.html)$", r"\1/templates/\2", pattern)
        if not any(ROOT.glob(pattern)) and not any(ROOT.glob(as_template)):
            missing.append(span)
    assert missing == []


# Pages about the mount show addresses of a host, below prefixes that it chooses.
@pytest.mark.parametrize("page", [page for page in PAGES if page.name != "hosting.md"], ids=name_of)
def test_addresses_that_are_named_exist(app: Flask, page: Path) -> None:
    """Each `/path` in code has a route, or is the beginning of one. A first folder tells the machine's own paths."""
    machine = ("/var", "/etc", "/opt")
    rules = [rule.rule for rule in app.url_map.iter_rules()]
    unknown = []
    for span in code_spans(page.read_text()):
        address = span.split("?")[0].rstrip("/") or "/"
        if not re.fullmatch(r"/[\w./<>-]*", address) or address.startswith(machine):
            continue
        if not any(matches(rule, address) for rule in rules):
            unknown.append(span)
    assert unknown == []


def matches(rule: str, address: str) -> bool:
    """Whether the address, with `<name>` for what varies, is the rule or a beginning of it."""
    wanted, given = rule.strip("/").split("/"), address.strip("/").split("/")
    if len(given) > len(wanted):
        return False
    return all("<" in known or "<" in part or known == part for known, part in zip(wanted, given, strict=False))


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_pictures_are_small(page: Path) -> None:
    for target in re.findall(r"!\[[^\]]+\]\(([^)]+)\)", page.read_text()):
        assert (page.parent / target).stat().st_size < 150_000


def test_the_checks_can_fail(tmp_path: Path) -> None:
    """Each reader finds what it looks for in a page that has everything wrong."""
    page = tmp_path / "page.md"
    page.write_text(
        "# A title: here\n\n`lms fly --high`, `from lms import LMS` and [x](nowhere.md#a)\n\n"
        "```sh\nlms serve --loud # now\nLMS_DATA_DIR=/x/lms lms sink\n```\n"
    )
    text = page.read_text()
    assert list(written_commands(text)) == [["serve", "--loud"], ["sink"], ["fly", "--high"]]
    assert anchors(page) == {"a-title-here"}
    assert "nowhere.md#a" in without_code(text)
    assert "lms" not in without_code(text)
    assert matches("/training/<course>/<module>", "/training/<course>")
    assert not matches("/training/<course>/<module>", "/trainings")
