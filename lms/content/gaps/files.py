"""The parts of an item's entry that make it a short text, matching, ordering or cloze item."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from typing import Annotated

from pydantic import Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from lms.content.fields import FileModel, Line, Markdown

#: A text to choose or to type is short: a list in a form shows it on one line of a phone.
ShortText = Annotated[Line, StringConstraints(max_length=100)]
GapName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9_]*$", max_length=20)]
_ARTICLES = ("the ", "a ", "an ")


def normalised(text: str) -> str:
    """A typed text as it is compared: without case, accents of width, punctuation, doubled blanks and a leading
    article."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    # An apostrophe joins (patient's), every other mark of punctuation parts words (face-to-face).
    kept = "".join(sign if sign.isalnum() else "" if sign in "'’" else " " for sign in folded)
    words = " ".join(kept.split())
    return next((words.removeprefix(each) for each in _ARTICLES if words.startswith(each)), words)


def _repeated(texts: Iterable[str]) -> bool:
    found = [normalised(text) for text in texts]
    return len(set(found)) < len(found)


class ShortFile(FileModel):
    """`accepted`: every wording that is right, the first one being shown as the answer."""

    accepted: Annotated[list[ShortText], Field(min_length=1, max_length=20)]
    feedback: Markdown

    @model_validator(mode="after")
    def _accepts_different_texts(self) -> ShortFile:
        if not all(normalised(text) for text in self.accepted):
            raise PydanticCustomError("accepted", "an accepted text has letters or digits")
        if _repeated(self.accepted):
            raise PydanticCustomError("accepted", "two accepted texts are the same once case and punctuation are gone")
        return self


class PairFile(FileModel):
    prompt: Markdown
    match: ShortText
    feedback: Markdown


class MatchingFile(FileModel):
    """A prompt's match may be another's, too. `extra` are choices that match nothing."""

    pairs: Annotated[list[PairFile], Field(min_length=3, max_length=8)]
    extra: Annotated[list[ShortText], Field(max_length=4)] = Field(default_factory=list)

    @property
    def choices(self) -> list[str]:
        """What there is to choose from, each once, in the order of the file."""
        return list(dict.fromkeys([*(pair.match for pair in self.pairs), *self.extra]))

    @model_validator(mode="after")
    def _can_be_told_apart(self) -> MatchingFile:
        if len(self.choices) < 2:
            raise PydanticCustomError("matching", "there are two different choices at least")
        if _repeated(self.choices) or set(self.extra) & {pair.match for pair in self.pairs}:
            raise PydanticCustomError("matching", "two choices are the same, or an extra one is the match of a prompt")
        if _repeated(pair.prompt for pair in self.pairs):
            raise PydanticCustomError("matching", "two prompts are the same")
        return self


class StepFile(FileModel):
    text: Markdown
    feedback: Markdown


class OrderingFile(FileModel):
    """The steps in their right order."""

    steps: Annotated[list[StepFile], Field(min_length=3, max_length=8)]

    @model_validator(mode="after")
    def _can_be_told_apart(self) -> OrderingFile:
        if _repeated(step.text for step in self.steps):
            raise PydanticCustomError("ordering", "two steps say the same")
        return self


class BlankFile(FileModel):
    """A gap in a text: either `options` with the right one as `answer`, or `accepted` texts to type."""

    options: Annotated[list[ShortText], Field(max_length=6)] = Field(default_factory=list)
    answer: ShortText | None = None
    accepted: Annotated[list[ShortText], Field(max_length=20)] = Field(default_factory=list)
    feedback: Markdown

    @model_validator(mode="after")
    def _is_chosen_or_typed(self) -> BlankFile:
        if bool(self.options) == bool(self.accepted):
            raise PydanticCustomError("cloze", "a blank has either options or accepted texts")
        if self.options and (len(self.options) < 2 or self.answer not in self.options or _repeated(self.options)):
            raise PydanticCustomError("cloze", "options are two or more different ones, the answer among them")
        if self.accepted and (
            self.answer is not None or _repeated(self.accepted) or not all(map(normalised, self.accepted))
        ):
            raise PydanticCustomError("cloze", "accepted texts are different ones with letters or digits, no answer")
        return self


class ClozeFile(FileModel):
    """`text` holds each blank once, as `{=name}`."""

    text: Markdown
    blanks: Annotated[dict[GapName, BlankFile], Field(min_length=1, max_length=8)]
