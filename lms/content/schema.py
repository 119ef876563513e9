"""The files of a course, as pydantic models: one class a kind of file or entry, nothing more than it names.

Strict: text is text and a number is a number, so that `text: 1.10` or `correct: "yes"` is an error instead of
a guess. What needs a second file (references, draws, links) is checked in `lms.content.checks`.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    StringConstraints,
    model_validator,
)
from pydantic_core import PydanticCustomError

from lms.content.fields import (
    Day,
    FileModel,
    Line,
    Markdown,
    Number,
    ObjectiveKey,
    Prose,
    Slug,
    Url,
    enough_words,
    price,
)
from lms.content.gaps.files import ClozeFile, MatchingFile, OrderingFile, ShortFile
from lms.content.numeric.files import NumericFile


class WaiverFile(FileModel):
    """Why a rule is wrong for the item, lesson, objective or course that holds the waiver, and who says so."""

    rule: Annotated[str, StringConstraints(pattern=r"^[A-Z][0-9]{1,2}$")]
    reason: Annotated[Line, StringConstraints(min_length=20)]
    by: Line


# modules/course.yaml


class DiscountCodeFile(FileModel):
    code: Annotated[str, StringConstraints(pattern=r"^[A-Z0-9][A-Z0-9-]*$", max_length=40)]
    title: Line
    percent: Annotated[int, Field(ge=1, le=100)]
    automatic: bool = False


class CompletionFile(FileModel):
    lessons: Literal["all"]
    module_quizzes: Literal["all"]
    evaluation: Literal["required", "optional"]


class QuestionFile(FileModel):
    key: Slug
    kind: Literal["scale", "choice", "text"]
    text: Line
    required: bool = False
    per_objective: bool = False
    options: list[Line] = Field(default_factory=list)

    @model_validator(mode="after")
    def _options_fit(self) -> QuestionFile:
        if (self.kind == "choice") != (len(self.options) >= 2):
            raise PydanticCustomError("question-options", "a choice has two or more options, other kinds have none")
        return self


class EvaluationFile(FileModel):
    intro: Prose
    questions: Annotated[list[QuestionFile], Field(min_length=1, max_length=100)]


class CourseFile(FileModel):
    slug: Slug
    title: Line
    tagline: Line
    summary: Prose
    audience: Annotated[list[Line], Field(min_length=1)]
    language: Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}(-[A-Z]{2})?$")]
    credit_mode: Literal["none"]
    list_price: Annotated[str, BeforeValidator(price)]
    currency: Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")]
    discount_codes: list[DiscountCodeFile] = Field(default_factory=list)
    completion: CompletionFile
    modules: Annotated[list[Slug], Field(min_length=1, max_length=100)]
    evaluation: EvaluationFile
    waivers: list[WaiverFile] = Field(default_factory=list)


# modules/sources.yaml, modules/glossary.yaml: the entries


class SourceFile(FileModel):
    authors: Line
    title: Line
    year: Annotated[int, Field(ge=1800, le=2100)] | None
    publisher: Line
    url: Url | None = None
    doi: Annotated[str, StringConstraints(pattern=r"^10\.[0-9]{4,9}/[^\s\"<>]+$", max_length=200)] | None = None
    checked_on: Day
    tag: Literal["verified", "secondary", "known"]
    note: Prose | None = None


class TermFile(FileModel):
    term: Line
    definition: Prose
    source: Slug | None = None


# modules/data/*.yaml, modules/figures/*.yaml


class ColumnFile(FileModel):
    key: Slug
    title: Line
    unit: Line | None = None


class DataFile(FileModel):
    title: Line
    description: Prose
    source: Annotated[list[Slug], Field(min_length=1)]
    as_of: Day
    notes: Prose | None = None
    columns: Annotated[list[ColumnFile], Field(min_length=1, max_length=50)]
    rows: Annotated[list[dict[str, Any]], Field(min_length=1, max_length=2_000)]


class SeriesFile(FileModel):
    column: Slug
    label: Line


class ShadeFile(FileModel):
    start: Annotated[Any, Field(alias="from")]
    end: Annotated[Any, Field(alias="to")]
    label: Line


class _FigureFile(FileModel):
    title: Line
    description: Prose
    data: Slug


class LineFigureFile(_FigureFile):
    kind: Literal["line"]
    x: Slug
    series: Annotated[list[SeriesFile], Field(min_length=1, max_length=12)]
    y_label: Line
    y_min: Number | None = None
    y_max: Number | None = None
    shade: ShadeFile | None = None


class BarsFigureFile(_FigureFile):
    kind: Literal["bars"]
    label: Slug
    series: Annotated[list[SeriesFile], Field(min_length=1, max_length=12)]
    unit: Line | None = None


class IntervalsFigureFile(_FigureFile):
    kind: Literal["intervals"]
    label: Slug
    value: Slug
    low: Slug
    high: Slug
    unit: Line | None = None
    reference: Number | None = None


class StackedFigureFile(_FigureFile):
    kind: Literal["stacked"]
    label: Slug
    series: Annotated[list[SeriesFile], Field(min_length=2, max_length=4)]
    unit: Line | None = None


class TimelineFigureFile(_FigureFile):
    """`unit` says what the numbers of `start` and `end` count: minutes from the first call, years."""

    kind: Literal["timeline"]
    lane: Slug
    label: Slug
    start: Slug
    end: Slug
    unit: Line | None = None


class TableFigureFile(_FigureFile):
    kind: Literal["table"]
    columns: Annotated[list[Slug], Field(min_length=1)]


FigureFile = (
    LineFigureFile | BarsFigureFile | IntervalsFigureFile | StackedFigureFile | TimelineFigureFile | TableFigureFile
)
FIGURE_KINDS: dict[str, type[FigureFile]] = {
    "line": LineFigureFile,
    "bars": BarsFigureFile,
    "intervals": IntervalsFigureFile,
    "stacked": StackedFigureFile,
    "timeline": TimelineFigureFile,
    "table": TableFigureFile,
}


# modules/<module>/module.yaml and the front matter of a lesson


class ObjectiveFile(FileModel):
    key: ObjectiveKey
    verb: Line
    text: Line
    short: Line
    waivers: list[WaiverFile] = Field(default_factory=list)


class ModuleFile(FileModel):
    title: Line
    short_title: Line
    summary: Prose
    objectives: Annotated[list[ObjectiveFile], Field(min_length=1)]
    lessons: Annotated[list[Slug], Field(min_length=1)]
    was: list[Slug] = Field(default_factory=list)


class FrontMatter(FileModel):
    key: Slug
    title: Line
    summary: Prose
    objectives: Annotated[list[ObjectiveKey], Field(min_length=1)]
    minutes: Annotated[int, Field(ge=1, le=240)]
    reviewed_on: Day
    review_by: Day
    was: list[Slug] = Field(default_factory=list)
    waivers: list[WaiverFile] = Field(default_factory=list)


# quizzes/<module>.yaml


class QuizSettingsFile(FileModel):
    draw_per_objective: Annotated[int, Field(ge=1, le=50)]
    pass_mark: Annotated[int, Field(ge=1, le=100)]
    attempts: Annotated[int, Field(ge=1, le=100)]
    feedback: Literal["after-submission"]
    navigation: Literal["page", "one-at-a-time"] = "page"
    time_limit_minutes: Annotated[int, Field(ge=5, le=480)] | None = None


class QuizFile(FileModel):
    """The items are validated one by one, as `ItemFile`."""

    title: Line
    settings: QuizSettingsFile
    items: Annotated[list[Any], Field(min_length=1, max_length=2_000)]


class OptionFile(FileModel):
    text: Markdown
    correct: bool = False
    feedback: Markdown
    key: Slug | None = None


class ItemFile(FileModel):
    """Apart from choices, what a type asks for stands under its own name: `numeric`, `short`, `matching`, …"""

    key: Slug
    type: Literal["single", "multi", "numeric", "short", "matching", "ordering", "cloze"]
    use: Literal["quiz", "check", "pre"]
    objective: ObjectiveKey
    level: Literal["recall", "application", "case"]
    stem: Markdown
    options: list[OptionFile] = Field(default_factory=list)
    numeric: NumericFile | None = None
    short: ShortFile | None = None
    matching: MatchingFile | None = None
    ordering: OrderingFile | None = None
    cloze: ClozeFile | None = None
    credit: Literal["share", "all"] = "share"
    ordered: bool = False
    rationale: Annotated[Markdown, AfterValidator(enough_words)]
    sources: Annotated[list[Slug], Field(min_length=1)]
    reviewed_on: Day
    waivers: list[WaiverFile] = Field(default_factory=list)

    @property
    def fields(self) -> ShortFile | MatchingFile | OrderingFile | ClozeFile | None:
        """The part of an item that is answered in fields; None for other items."""
        return self.short or self.matching or self.ordering or self.cloze

    @model_validator(mode="after")
    def _parts_fit_the_type(self) -> ItemFile:
        for kind in ("numeric", "short", "matching", "ordering", "cloze"):
            if (self.type == kind) != (getattr(self, kind) is not None):
                raise PydanticCustomError(
                    "item-part", "an item has `{kind}` when that is its type, and only then", {"kind": kind}
                )
        if self.type not in ("single", "multi"):
            if self.options:
                raise PydanticCustomError("option-count", "only single and multi items have options")
            return self
        count, correct = len(self.options), sum(option.correct for option in self.options)
        least, most = (3, 4) if self.type == "single" else (4, 6)
        if not least <= count <= most:
            raise PydanticCustomError(
                "option-count",
                "a {type} item has {least} to {most} options, this one has {count}",
                {"type": self.type, "least": least, "most": most, "count": count},
            )
        if self.type == "single" and correct != 1:
            raise PydanticCustomError(
                "option-correct",
                "a single item has exactly one correct option, this one has {correct}",
                {"correct": correct},
            )
        if self.type == "multi" and not 2 <= correct < count:
            raise PydanticCustomError(
                "option-correct",
                "a multi item has two or more correct options but not all, this one has {correct}",
                {"correct": correct},
            )
        texts = [option.text.strip().casefold() for option in self.options]
        if len(set(texts)) < count:
            raise PydanticCustomError("option-repeated", "two options say the same")
        return self
