"""Course files to a `Course`: reads everything, reports everything, and builds the value when nothing is
wrong.

One faulty file, entry or item never hides the faults of the others: each is validated by itself, and a faulty
one still counts as known, so that what refers to it is not reported as well.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from lms.content import checks, markdown, schema
from lms.content.assemble import assemble
from lms.content.cases import checks as case_checks
from lms.content.cases.assemble import CasePart
from lms.content.cases.files import CaseFile
from lms.content.course import Course, DataTable
from lms.content.files import CourseFiles
from lms.content.gaps import checks as gap_checks
from lms.content.lint import run as lint
from lms.content.numeric import checks as numeric_checks
from lms.content.parts import DataPart, FigurePart, ItemPart, LessonPart, ModulePart, Parts, QuizPart, ResourcePart
from lms.content.report import Report
from lms.content.resources import checks as resource_checks
from lms.content.resources import text as aids
from lms.content.resources.files import ResourceFile
from lms.content.tables import build_table
from lms.content.text import Fault, Library
from lms.content.yamlfile import YamlFile, parse

Model = TypeVar("Model", bound=BaseModel)

_CODES = {"missing": "field-missing", "extra_forbidden": "field-unknown"}


@dataclass(frozen=True, slots=True)
class LoadResult:
    """`course` is None exactly when the report has errors."""

    course: Course | None
    report: Report = field(default_factory=Report)


def load(
    root: Path,
    *,
    calculators: Iterable[str] = (),
    today: date | None = None,
) -> LoadResult:
    """Load the course below `root`, the folder that holds `modules/` and `quizzes/`.

    `calculators` are the names of those that lessons may embed; any other name is an error. `today` decides what is
    due for review. Faults of the files are reported, never raised.
    """
    report = Report()
    reader = _Reader(CourseFiles(root, report), report)
    parts = reader.read()
    _render(parts, frozenset(calculators), report)
    day = today or datetime.now(UTC).date()
    numeric_checks.run(parts, frozenset(calculators), report)
    gap_checks.run(parts, report)
    case_checks.run(parts, report, checks.homes(parts), day)
    resource_checks.run(parts, report, day)
    checks.run(parts, reader.files, report, day)
    lint.run(parts, report, day)
    return LoadResult(assemble(parts) if report.ok else None, report)


def load_table(root: Path, key: str) -> DataTable:
    """One data table of the course below `root`. Raises ValueError for a faulty or missing one."""
    report = Report()
    table = _Reader(CourseFiles(root, report), report).data(key).table
    if table is None:
        raise ValueError("; ".join(f"{fault.file}:{fault.line}: {fault.message}" for fault in report.findings))
    return table


class _Reader:
    """Reads and validates each file by itself."""

    def __init__(self, files: CourseFiles, report: Report) -> None:
        self.files = files
        self.report = report

    def read(self) -> Parts:
        parts = Parts()
        parts.course_yaml = self._yaml("modules/course.yaml")
        parts.course = self._valid(schema.CourseFile, parts.course_yaml, "modules/course.yaml")
        self._read_sources(parts)
        self._read_glossary(parts)
        self._read_data(parts)
        self._read_figures(parts)
        self._read_resources(parts)
        for key, line in self._module_keys(parts):
            self._read_module(parts, key, line)
            self._read_quiz(parts, key, line)
            self._read_cases(parts, key)
        return parts

    def _yaml(self, path: str, named_in: tuple[str, int] | None = None) -> YamlFile:
        text = self.files.read(path, named_in=named_in)
        return self._parsed(text, path) if text is not None else YamlFile()

    def _parsed(self, text: str, path: str, first_line: int = 1) -> YamlFile:
        yaml = parse(text, first_line=first_line)
        for problem in yaml.problems:
            self.report.error(problem.code, problem.message, path, problem.line)
        if yaml.data is None and not yaml.problems:
            self.report.error("file-empty", "the file is empty", path, first_line)
        return yaml

    def _valid(
        self, model: type[Model], yaml: YamlFile, file: str, at: tuple[str | int, ...] = (), data: Any = None
    ) -> Model | None:
        """The value at `at` as `model`, or None after reporting every fault with its line."""
        value = yaml.data if not at else data
        if value is None and not at:
            return None
        try:
            return model.model_validate(value)
        except ValidationError as error:
            for each in error.errors(include_url=False, include_context=False, include_input=False):
                code = each["type"]
                place = ".".join(str(step) for step in (*at, *each["loc"]))
                known = code if "-" in code or code in ("price", "date", "link") else "field-invalid"
                message = f"{place}: {each['msg']}" if place else each["msg"]
                self.report.error(_CODES.get(code, known), message, file, yaml.line(*at, *each["loc"]))
        return None

    def _entries(self, yaml: YamlFile, file: str) -> dict[str, Any]:
        if yaml.data is not None and not isinstance(yaml.data, dict):
            self.report.error("field-invalid", "the file is a mapping from key to entry", file, 1)
        return yaml.data if isinstance(yaml.data, dict) else {}

    def _read_sources(self, parts: Parts) -> None:
        file = "modules/sources.yaml"
        parts.sources_yaml = self._yaml(file)
        for key, entry in self._entries(parts.sources_yaml, file).items():
            self._slug(key, parts.sources_yaml, file)
            parts.sources[key] = self._valid(schema.SourceFile, parts.sources_yaml, file, (key,), entry)

    def _read_glossary(self, parts: Parts) -> None:
        file = "modules/glossary.yaml"
        parts.glossary_yaml = self._yaml(file)
        for key, entry in self._entries(parts.glossary_yaml, file).items():
            self._slug(key, parts.glossary_yaml, file)
            parts.glossary[key] = self._valid(schema.TermFile, parts.glossary_yaml, file, (key,), entry)

    def _slug(self, key: str, yaml: YamlFile, file: str) -> None:
        if not checks.SLUG.fullmatch(key):
            message = f"“{key}” is not a key: use lower-case letters, digits and hyphens"
            self.report.error("key-form", message, file, yaml.line(key))

    def _read_data(self, parts: Parts) -> None:
        for name in self.files.names("modules/data", ".yaml"):
            parts.data[name] = self.data(name)

    def data(self, name: str) -> DataPart:
        file = f"modules/data/{name}.yaml"
        yaml = self._yaml(file)
        value = self._valid(schema.DataFile, yaml, file)
        table = build_table(name, value, yaml, file, self.report) if value else None
        return DataPart(file, yaml, value, table)

    def _read_figures(self, parts: Parts) -> None:
        for name in self.files.names("modules/figures", ".yaml"):
            file = f"modules/figures/{name}.yaml"
            yaml = self._yaml(file)
            kind = yaml.data.get("kind") if isinstance(yaml.data, dict) else None
            model = schema.FIGURE_KINDS.get(kind) if isinstance(kind, str) else None
            if model is None and yaml.data is not None:
                kinds = ", ".join(schema.FIGURE_KINDS)
                self.report.error("figure-kind", f"kind is one of {kinds}", file, yaml.line("kind"))
            value = self._valid(model, yaml, file) if model else None
            parts.figures[name] = FigurePart(file, yaml, value)

    def _read_resources(self, parts: Parts) -> None:
        for name in self.files.names("modules/resources", ".yaml"):
            file = f"modules/resources/{name}.yaml"
            yaml = self._yaml(file)
            if not checks.SLUG.fullmatch(name):
                self.report.error("key-form", f"“{name}” is not a key: rename the file", file, 1)
            parts.resources[name] = ResourcePart(name, file, yaml, self._valid(ResourceFile, yaml, file))

    def _module_keys(self, parts: Parts) -> list[tuple[str, int]]:
        """Module folders with the line that names each; when course.yaml is faulty, the folders that are
        there."""
        listed = parts.course_yaml.data.get("modules") if isinstance(parts.course_yaml.data, dict) else None
        if isinstance(listed, list):
            keys = [(index, key) for index, key in enumerate(listed) if isinstance(key, str)]
            return [
                (key, parts.course_yaml.line("modules", index)) for index, key in keys if checks.SLUG.fullmatch(key)
            ]
        return [
            (name, 1)
            for name in self.files.entries("modules")
            if (self.files.root / "modules" / name).is_dir() and name not in ("data", "figures", "resources")
        ]

    def _read_module(self, parts: Parts, key: str, line: int) -> None:
        if key in parts.modules:
            self.report.error("key-repeated", f"the module {key} is listed twice", "modules/course.yaml", line)
            return
        file = f"modules/{key}/module.yaml"
        yaml = self._yaml(file, ("modules/course.yaml", line))
        module = ModulePart(key, file, yaml, self._valid(schema.ModuleFile, yaml, file))
        parts.modules[key] = module
        listed = yaml.data.get("lessons") if isinstance(yaml.data, dict) else None
        stems = listed if isinstance(listed, list) else self.files.names(f"modules/{key}", ".md")
        for index, stem in enumerate(stems):
            if isinstance(stem, str) and checks.SLUG.fullmatch(stem):
                self._read_lesson(parts, module, stem, yaml.line("lessons", index))

    def _read_lesson(self, parts: Parts, module: ModulePart, stem: str, line: int) -> None:
        if stem in parts.lessons:
            self.report.error("key-repeated", f"there are two lessons {stem}", module.file, line)
            return
        file = f"modules/{module.key}/{stem}.md"
        lesson = LessonPart(stem, module.key, file)
        parts.lessons[stem] = lesson
        text = self.files.read(file, named_in=(module.file, line))
        if text is None:
            return
        lines = text.split("\n")
        end = next((n for n, each in enumerate(lines[1:], start=1) if each.rstrip() == "---"), None)
        if lines[0].rstrip() != "---" or end is None:
            self.report.error("front-matter", "a lesson begins with front matter between two lines “---”", file, 1)
            lesson.body = text
            return
        lesson.yaml = self._parsed("\n".join(lines[1:end]), file, first_line=2)
        lesson.front = self._valid(schema.FrontMatter, lesson.yaml, file)
        lesson.body, lesson.body_line = "\n".join(lines[end + 1 :]), end + 2

    def _read_quiz(self, parts: Parts, key: str, line: int) -> None:
        if key in parts.quizzes:
            return
        file = f"quizzes/{key}.yaml"
        yaml = self._yaml(file, ("modules/course.yaml", line))
        quiz = QuizPart(key, file, yaml, self._valid(schema.QuizFile, yaml, file))
        parts.quizzes[key] = quiz
        items = yaml.data.get("items") if isinstance(yaml.data, dict) else None
        for index, entry in enumerate(items if isinstance(items, list) else ()):
            value = self._valid(schema.ItemFile, yaml, file, ("items", index), entry)
            quiz.items.append(ItemPart(index, entry if isinstance(entry, dict) else {}, value))

    def _read_cases(self, parts: Parts, module: str) -> None:
        folder = f"modules/{module}/cases"
        for key in self.files.names(folder, ".yaml"):
            file = f"{folder}/{key}.yaml"
            if not checks.SLUG.fullmatch(key):
                message = f"“{key}” is not a key: use lower-case letters, digits and hyphens"
                self.report.error("key-form", message, file, 1)
            elif key in parts.cases and parts.cases[key].file != file:
                self.report.error("key-repeated", f"there are two cases {key}", file, 1)
            else:
                yaml = self._yaml(file)
                parts.cases[key] = CasePart(key, module, file, yaml, self._valid(CaseFile, yaml, file))


def _render(parts: Parts, calculators: frozenset[str], report: Report) -> None:
    """Renders every text, and reports what is wrong in it on the line of its file."""
    for file, line, faults in _rendered(parts, parts.library(calculators)):
        for fault in faults:
            report.error(fault.code, fault.message, file, line + fault.line)


def _rendered(parts: Parts, library: Library) -> Iterator[tuple[str, int, list[Fault]]]:
    """Each text with its file, the line on which it begins, and what is wrong in it."""
    for lesson in parts.lessons.values():
        lesson.text = markdown.lesson(lesson.body, library)
        yield lesson.file, lesson.body_line, lesson.text.faults
    for resource in parts.resources.values():
        for aid_path, source in aids.texts(resource.yaml.data):
            resource.lines[aid_path] = read = aids.read(source, library)
            yield resource.file, resource.yaml.text_line(*aid_path), read.faults
    for quiz in parts.quizzes.values():
        for item in quiz.items:
            for item_path, text in item.render(library):
                yield quiz.file, quiz.yaml.text_line("items", item.index, *item_path), text.faults
    for case in parts.cases.values():
        for case_path, text in case.render(library):
            yield case.file, case.yaml.text_line(*case_path), text.faults
