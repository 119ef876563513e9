"""From the file of a case to its value, and the texts that it is made of."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from lms.content import markdown
from lms.content.cases.files import (
    KINDS,
    CaseFile,
    ChooseFile,
    InterviewFile,
    NoteFile,
    RankFile,
    SceneFile,
    SelectFile,
    StatementFile,
)
from lms.content.cases.values import (
    Ask,
    Case,
    Choose,
    Decision,
    Interview,
    Medication,
    Note,
    Part,
    Person,
    Place,
    Rank,
    Scene,
    Select,
    Statement,
    Way,
)
from lms.content.keys import opaque_key
from lms.content.text import Library, Text
from lms.content.yamlfile import YamlFile

#: Where a text stands in the file.
Path = tuple[str | int, ...]
#: Points in the file are whole, inside they are thousandths.
_POINT = 1000
#: What holds the entries of a kind of decision.
_ENTRIES = {"choose": "options", "interview": "questions", "select": "options", "rank": "items", "note": "fields"}
#: Texts of an entry, and whether each is told like the scene (else it is a label: running text without citations).
_TEXTS = {"text": False, "answer": True, "feedback": True}


@dataclass(slots=True)
class CasePart:
    """`sources` are those that the file declares, then those that only its texts cite; `cited` by text."""

    key: str
    module_key: str
    file: str
    yaml: YamlFile
    value: CaseFile | None
    html: dict[Path, str] = field(default_factory=dict)
    sources: list[str] = field(default_factory=list)
    cited: dict[Path, tuple[str, ...]] = field(default_factory=dict)

    def render(self, library: Library) -> Iterator[tuple[Path, Text]]:
        """Renders each text into `html`, and yields where it stands with what was found in it."""
        self.sources = list(dict.fromkeys(self.value.sources)) if self.value else []
        for path, source, told in _texts(self.yaml.data):
            kind: Callable[[str, Library], Text] = (
                partial(markdown.story, numbered=self.sources) if told else markdown.phrase
            )
            text = kind(source, library)
            self.html[path] = text.html
            self.cited[path] = tuple(dict.fromkeys([*text.citations, *text.background]))
            self.sources += [key for key in text.background if key not in self.sources]
            yield path, text


def _texts(raw: Any) -> Iterator[tuple[Path, str, bool]]:
    """Every Markdown text of a file as it stands there, faulty or not, and whether it is told like a scene."""
    scenes = raw.get("scenes") if isinstance(raw, dict) else None
    for key, scene in scenes.items() if isinstance(scenes, dict) else ():
        if not isinstance(scene, dict):
            continue
        place: Path = ("scenes", key)
        if isinstance(source := scene.get("text"), str):
            yield (*place, "text"), source, True
        for kind in KINDS:
            decision = scene.get(kind)
            if isinstance(decision, dict):
                if isinstance(source := decision.get("prompt"), str):
                    yield (*place, kind, "prompt"), source, False
                yield from _entries((*place, kind, _ENTRIES[kind]), decision.get(_ENTRIES[kind]))


def _entries(place: Path, entries: Any) -> Iterator[tuple[Path, str, bool]]:
    for index, entry in enumerate(entries if isinstance(entries, list) else ()):
        if not isinstance(entry, dict):
            continue
        for name, told in _TEXTS.items():
            if isinstance(source := entry.get(name), str):
                yield (*place, index, name), source, told
        yield from _entries((*place, index, "options"), entry.get("options"))


def case_of(part: CasePart) -> Case:
    """The value of a case whose file is valid and whose texts are rendered."""
    value = part.value
    if value is None:
        raise ValueError("a case is assembled only from a valid file")
    plain = value.model_dump(include={"title", "summary", "minutes", "reviewed_on", "start"})
    return Case(
        **plain,
        key=part.key,
        module_key=part.module_key,
        points=value.points * _POINT,
        sources=tuple(part.sources),
        person=Person(**value.person.model_dump()),
        medications=tuple(Medication(**each.model_dump()) for each in value.medications),
        scenes={key: _scene(part, key, scene) for key, scene in value.scenes.items()},
    )


def _scene(part: CasePart, key: str, scene: SceneFile) -> Scene:
    place: Path = ("scenes", key)
    return Scene(
        key=key,
        title=scene.title,
        html=part.html[*place, "text"],
        reversible=scene.reversible,
        objective=scene.objective,
        decision=_decision(part, key, scene),
        sources=part.cited[*place, "text"],
    )


def _decision(part: CasePart, key: str, scene: SceneFile) -> Decision | None:
    found = scene.decision
    if found is None:
        return None
    kind = next(kind for kind in KINDS if getattr(scene, kind) is found)
    place: Path = ("scenes", key, kind)
    entries: Path = (*place, _ENTRIES[kind])
    owner = f"{part.key}:{key}"
    prompt = part.html[*place, "prompt"]
    return _BUILDERS[type(found)](part, found, owner, prompt, entries)


def _choose(part: CasePart, value: ChooseFile, owner: str, prompt: str, at: Path) -> Choose:
    return Choose(
        prompt_html=prompt,
        options=tuple(
            Way(
                key=opaque_key(owner, option.text),
                html=part.html[*at, index, "text"],
                points=option.points * _POINT,
                feedback_html=part.html[*at, index, "feedback"],
                goto=option.goto,
            )
            for index, option in enumerate(value.options)
        ),
    )


def _interview(part: CasePart, value: InterviewFile, owner: str, prompt: str, at: Path) -> Interview:
    return Interview(
        prompt_html=prompt,
        limit=value.limit,
        questions=tuple(
            Ask(
                key=opaque_key(owner, each.text),
                html=part.html[*at, index, "text"],
                answer_html=part.html[*at, index, "answer"],
                points=each.points * _POINT,
                feedback_html=part.html[*at, index, "feedback"],
                sources=part.cited[*at, index, "answer"],
            )
            for index, each in enumerate(value.questions)
        ),
        goto=value.goto,
    )


def _select(part: CasePart, value: SelectFile, owner: str, prompt: str, at: Path) -> Select:
    return Select(
        prompt_html=prompt,
        options=_statements(part.html, value.options, owner, at),
        points=value.points * _POINT,
        goto=value.goto,
    )


def _rank(part: CasePart, value: RankFile, owner: str, prompt: str, at: Path) -> Rank:
    return Rank(
        prompt_html=prompt,
        items=tuple(
            Place(
                key=opaque_key(owner, item.text),
                html=part.html[*at, index, "text"],
                feedback_html=part.html[*at, index, "feedback"],
            )
            for index, item in enumerate(value.items)
        ),
        points=value.points * _POINT,
        goto=value.goto,
    )


def _note(part: CasePart, value: NoteFile, owner: str, prompt: str, at: Path) -> Note:
    return Note(
        prompt_html=prompt,
        fields=tuple(
            Part(
                key=opaque_key(owner, each.label),
                label=each.label,
                options=_statements(part.html, each.options, f"{owner}:{each.label}", (*at, index, "options")),
            )
            for index, each in enumerate(value.fields)
        ),
        points=value.points * _POINT,
        goto=value.goto,
    )


def _statements(html: Mapping[Path, str], given: list[StatementFile], owner: str, at: Path) -> tuple[Statement, ...]:
    return tuple(
        Statement(
            key=opaque_key(owner, option.text),
            html=html[*at, index, "text"],
            right=option.right,
            feedback_html=html[*at, index, "feedback"],
        )
        for index, option in enumerate(given)
    )


_BUILDERS: Mapping[type, Callable[..., Decision]] = {
    ChooseFile: _choose,
    InterviewFile: _interview,
    SelectFile: _select,
    RankFile: _rank,
    NoteFile: _note,
}
