"""From the files of a question answered in fields to its value, and the texts that it is made of."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from lms.content import markdown
from lms.content.gaps.files import ClozeFile, MatchingFile, OrderingFile, ShortFile
from lms.content.gaps.values import Choice, Gap, Gaps
from lms.content.keys import opaque_key
from lms.content.numeric.drawing import PLACEHOLDER

#: Where a text stands in an item's entry.
Path = tuple[str | int, ...]
#: The types of item whose entry holds a part of the same name.
KINDS = ("short", "matching", "ordering", "cloze")
#: What holds the entries of a kind, and their Markdown texts.
_ENTRIES = {
    "matching": ("pairs", ("prompt", "feedback")),
    "ordering": ("steps", ("text", "feedback")),
    "cloze": ("blanks", ("feedback",)),
}
_OWN = {"short": ("feedback",), "cloze": ("text",)}


def texts(raw: Mapping[str, Any]) -> Iterator[tuple[Path, str, Callable[..., Any]]]:
    """Every Markdown text of such an item, from the entry as it stands in the file, with what renders it."""
    for kind in KINDS:
        part = raw.get(kind)
        if not isinstance(part, dict):
            continue
        for name in _OWN.get(kind, ()):
            if isinstance(source := part.get(name), str):
                yield (kind, name), source, markdown.passage if name == "text" else markdown.phrase
        held, names = _ENTRIES.get(kind, ("", ()))
        for key, entry in _numbered(part.get(held)):
            for name in names:
                if isinstance(entry, dict) and isinstance(source := entry.get(name), str):
                    yield (kind, held, key, name), source, markdown.phrase


def _numbered(entries: Any) -> Iterable[tuple[str | int, Any]]:
    if isinstance(entries, dict):
        return entries.items()
    return enumerate(entries) if isinstance(entries, list) else ()


def gaps_of(item: str, value: ShortFile | MatchingFile | OrderingFile | ClozeFile, html: Mapping[Path, str]) -> Gaps:
    """The question's value. `html` is each of its texts, rendered."""
    if isinstance(value, ShortFile):
        return Gaps(gaps=(_typed("", "", value.accepted, html["short", "feedback"]),))
    if isinstance(value, MatchingFile):
        choices = _choices(item, value.choices)
        return Gaps(
            gaps=tuple(
                Gap(
                    key=opaque_key(item, pair.prompt),
                    html=html["matching", "pairs", index, "prompt"],
                    choices=choices,
                    right=(opaque_key(item, pair.match),),
                    feedback_html=html["matching", "pairs", index, "feedback"],
                )
                for index, pair in enumerate(value.pairs)
            )
        )
    if isinstance(value, OrderingFile):
        places = tuple(Choice(key=str(n), text=str(n)) for n in range(1, len(value.steps) + 1))
        return Gaps(
            gaps=tuple(
                Gap(
                    key=opaque_key(item, step.text),
                    html=html["ordering", "steps", index, "text"],
                    choices=places,
                    right=(str(index + 1),),
                    feedback_html=html["ordering", "steps", index, "feedback"],
                )
                for index, step in enumerate(value.steps)
            )
        )
    return Gaps(text_html=html["cloze", "text"], gaps=tuple(_blanks(item, value, html)))


def _blanks(item: str, value: ClozeFile, html: Mapping[Path, str]) -> Iterator[Gap]:
    for name in PLACEHOLDER.findall(value.text):
        blank = value.blanks[name]
        feedback = html["cloze", "blanks", name, "feedback"]
        if blank.answer is None:
            yield _typed(name, "", blank.accepted, feedback)
        else:
            choices = _choices(f"{item}:{name}", blank.options)
            right = (opaque_key(f"{item}:{name}", blank.answer),)
            yield Gap(key=name, html="", choices=choices, right=right, feedback_html=feedback)


def _typed(key: str, html: str, accepted: list[str], feedback: str) -> Gap:
    return Gap(key=key, html=html, choices=(), right=tuple(accepted), feedback_html=feedback)


def _choices(item: str, given: list[str]) -> tuple[Choice, ...]:
    return tuple(Choice(key=opaque_key(item, text), text=text) for text in given)
