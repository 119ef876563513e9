"""The file of a case, `modules/<module>/cases/<key>.yaml`."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Literal

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from lms.content.fields import Day, FileModel, Line, Markdown, ObjectiveKey, Prose, Slug

#: The kinds of decision; a scene names one of them, or `end`.
KINDS = ("choose", "interview", "select", "rank", "note")

Points = Annotated[int, Field(ge=0, le=100)]


def _must_differ(texts: Iterable[str], what: str) -> None:
    found = [" ".join(text.split()).casefold() for text in texts]
    if len(set(found)) < len(found):
        raise PydanticCustomError("option-repeated", "two {what} say the same", {"what": what})


class WayFile(FileModel):
    text: Markdown
    points: Points = 0
    feedback: Markdown
    goto: Slug


class ChooseFile(FileModel):
    prompt: Markdown
    options: Annotated[list[WayFile], Field(min_length=2, max_length=6)]

    @model_validator(mode="after")
    def _can_be_told_apart(self) -> ChooseFile:
        _must_differ((option.text for option in self.options), "options")
        return self


class AskFile(FileModel):
    text: Markdown
    answer: Markdown
    points: Points = 0
    feedback: Markdown


class InterviewFile(FileModel):
    prompt: Markdown
    limit: Annotated[int, Field(ge=1)]
    questions: Annotated[list[AskFile], Field(min_length=3, max_length=10)]
    goto: Slug

    @model_validator(mode="after")
    def _has_a_choice(self) -> InterviewFile:
        if self.limit > len(self.questions):
            raise PydanticCustomError("case-limit", "the limit is larger than the number of questions")
        _must_differ((each.text for each in self.questions), "questions")
        return self


class StatementFile(FileModel):
    text: Markdown
    right: bool = False
    feedback: Markdown


class SelectFile(FileModel):
    prompt: Markdown
    options: Annotated[list[StatementFile], Field(min_length=3, max_length=12)]
    points: Points
    goto: Slug

    @model_validator(mode="after")
    def _has_a_choice(self) -> SelectFile:
        if not 0 < sum(option.right for option in self.options) < len(self.options):
            raise PydanticCustomError("case-right", "some options are right and some are not")
        _must_differ((option.text for option in self.options), "options")
        return self


class PlaceFile(FileModel):
    text: Markdown
    feedback: Markdown


class RankFile(FileModel):
    """The items in their right order."""

    prompt: Markdown
    items: Annotated[list[PlaceFile], Field(min_length=3, max_length=6)]
    points: Points
    goto: Slug

    @model_validator(mode="after")
    def _can_be_told_apart(self) -> RankFile:
        _must_differ((item.text for item in self.items), "items")
        return self


class PartFile(FileModel):
    label: Line
    options: Annotated[list[StatementFile], Field(min_length=2, max_length=5)]

    @model_validator(mode="after")
    def _has_one_right_wording(self) -> PartFile:
        if sum(option.right for option in self.options) != 1:
            raise PydanticCustomError("case-right", "exactly one wording is right")
        _must_differ((option.text for option in self.options), "wordings")
        return self


class NoteFile(FileModel):
    prompt: Markdown
    fields: Annotated[list[PartFile], Field(min_length=2, max_length=5)]
    points: Points
    goto: Slug

    @model_validator(mode="after")
    def _can_be_told_apart(self) -> NoteFile:
        _must_differ((part.label for part in self.fields), "parts")
        return self


class SceneFile(FileModel):
    title: Line
    text: Markdown
    reversible: bool = False
    objective: ObjectiveKey | None = None
    choose: ChooseFile | None = None
    interview: InterviewFile | None = None
    select: SelectFile | None = None
    rank: RankFile | None = None
    note: NoteFile | None = None
    end: Literal[True] | None = None

    @property
    def decision(self) -> ChooseFile | InterviewFile | SelectFile | RankFile | NoteFile | None:
        """What is decided in the scene; None where the case ends."""
        return self.choose or self.interview or self.select or self.rank or self.note

    @model_validator(mode="after")
    def _has_one_decision_or_ends(self) -> SceneFile:
        if sum(getattr(self, kind) is not None for kind in (*KINDS, "end")) != 1:
            raise PydanticCustomError(
                "scene-kind", "a scene has one of {kinds}, or `end: true`", {"kinds": ", ".join(KINDS)}
            )
        if self.end and self.reversible:
            raise PydanticCustomError("scene-kind", "nothing is decided at an end, so it cannot be reversible")
        return self


class MedicationFile(FileModel):
    name: Line
    taken: Line
    why: Line
    note: Line = ""


class PersonFile(FileModel):
    name: Line
    facts: Line


class CaseFile(FileModel):
    title: Line
    summary: Prose
    minutes: Annotated[int, Field(ge=5, le=30)]
    points: Annotated[int, Field(ge=1)]
    sources: Annotated[list[Slug], Field(min_length=1)]
    reviewed_on: Day
    person: PersonFile
    medications: Annotated[list[MedicationFile], Field(max_length=30)] = Field(default_factory=list)
    start: Slug
    scenes: Annotated[dict[Slug, SceneFile], Field(min_length=2, max_length=40)]
