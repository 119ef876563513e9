"""The course while it is being checked: each file's YAML with its lines, its validated form, and its rendered
text.

`value` is None where a file or entry is faulty; its key still counts as known.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from lms.content import markdown, schema
from lms.content.cases.assemble import CasePart
from lms.content.course import DataTable
from lms.content.gaps import assemble as gaps
from lms.content.links import LinkRules
from lms.content.resources import text as aids
from lms.content.resources.files import ResourceFile
from lms.content.text import Library, Text
from lms.content.yamlfile import YamlFile

FieldPath = tuple[str | int, ...]


@dataclass(slots=True)
class DataPart:
    file: str
    yaml: YamlFile
    value: schema.DataFile | None
    table: DataTable | None


@dataclass(slots=True)
class FigurePart:
    file: str
    yaml: YamlFile
    value: schema.FigureFile | None


@dataclass(slots=True)
class ResourcePart:
    """A job aid. `lines` are its texts, by where they stand in the file."""

    key: str
    file: str
    yaml: YamlFile
    value: ResourceFile | None
    lines: dict[FieldPath, aids.Line] = field(default_factory=dict)


@dataclass(slots=True)
class ModulePart:
    key: str
    file: str
    yaml: YamlFile
    value: schema.ModuleFile | None


@dataclass(slots=True)
class LessonPart:
    """`body_line` is the line of the file on which `body` starts."""

    key: str
    module_key: str
    file: str
    yaml: YamlFile = field(default_factory=YamlFile)
    front: schema.FrontMatter | None = None
    body: str = ""
    body_line: int = 1
    text: Text = field(default_factory=Text)


@dataclass(slots=True)
class ItemPart:
    """`raw` is the entry as it stands in the file: a faulty item's texts are checked all the same."""

    index: int
    raw: dict[str, Any]
    value: schema.ItemFile | None
    html: dict[FieldPath, str] = field(default_factory=dict)

    def render(self, library: Library) -> Iterator[tuple[FieldPath, Text]]:
        """Renders each text into `html`, and yields where it stands with what was found in it."""
        for path, source, kind in self._texts():
            text = kind(source, library)
            self.html[path] = text.html
            yield path, text

    def _texts(self) -> Iterator[tuple[FieldPath, str, Any]]:
        for name in ("stem", "rationale"):
            if isinstance(source := self.raw.get(name), str):
                yield (name,), source, markdown.passage
        numeric = self.raw.get("numeric")
        mistakes = numeric.get("mistakes") if isinstance(numeric, dict) else None
        for index, mistake in enumerate(mistakes if isinstance(mistakes, list) else ()):
            if isinstance(mistake, dict) and isinstance(source := mistake.get("feedback"), str):
                yield ("numeric", "mistakes", index, "feedback"), source, markdown.phrase
        yield from gaps.texts(self.raw)
        options = self.raw.get("options")
        for index, option in enumerate(options if isinstance(options, list) else ()):
            for name in ("text", "feedback"):
                if isinstance(option, dict) and isinstance(source := option.get(name), str):
                    yield ("options", index, name), source, markdown.phrase


@dataclass(slots=True)
class QuizPart:
    key: str
    file: str
    yaml: YamlFile
    value: schema.QuizFile | None
    items: list[ItemPart] = field(default_factory=list)


@dataclass(slots=True)
class Parts:
    course_yaml: YamlFile = field(default_factory=YamlFile)
    course: schema.CourseFile | None = None
    sources_yaml: YamlFile = field(default_factory=YamlFile)
    sources: dict[str, schema.SourceFile | None] = field(default_factory=dict)
    glossary_yaml: YamlFile = field(default_factory=YamlFile)
    glossary: dict[str, schema.TermFile | None] = field(default_factory=dict)
    data: dict[str, DataPart] = field(default_factory=dict)
    figures: dict[str, FigurePart] = field(default_factory=dict)
    resources: dict[str, ResourcePart] = field(default_factory=dict)
    modules: dict[str, ModulePart] = field(default_factory=dict)
    lessons: dict[str, LessonPart] = field(default_factory=dict)
    quizzes: dict[str, QuizPart] = field(default_factory=dict)
    cases: dict[str, CasePart] = field(default_factory=dict)

    @property
    def unread(self) -> frozenset[str]:
        """Kinds of names of which some file could not be read: no such name can be called unknown then."""
        kinds = {
            "source": [self.sources_yaml],
            "term": [self.glossary_yaml],
            "check": [quiz.yaml for quiz in self.quizzes.values()],
            "objective": [module.yaml for module in self.modules.values()],
        }
        return frozenset(kind for kind, files in kinds.items() if any(file.data is None for file in files))

    def lacks_source(self, key: str) -> bool:
        """Whether it is certain that there is no source `key`."""
        return key not in self.sources and "source" not in self.unread

    def library(self, calculators: frozenset[str]) -> Library:
        """The names that texts may refer to."""
        slug = self.course.slug if self.course else "course"
        paths = {each.key: f"/training/{slug}/{each.module_key}/{each.key}" for each in self.lessons.values()}
        items = (item for quiz in self.quizzes.values() for item in quiz.items)
        return Library(
            sources=frozenset(self.sources),
            terms={key: term.term if term else key for key, term in self.glossary.items()},
            data={key: part.table for key, part in self.data.items()},
            figures={key: part.value.data if part.value else "" for key, part in self.figures.items()},
            items={str(item.raw.get("key")): str(item.raw.get("use")) for item in items},
            cases=frozenset(self.cases),
            unread=self.unread,
            links=LinkRules(lessons=paths, calculators=calculators, resources=frozenset(self.resources)),
        )
