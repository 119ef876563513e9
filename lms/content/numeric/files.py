"""The part of an item's entry that makes it numeric."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from lms.content.fields import FileModel, Line, Markdown, Number, Slug
from lms.core.arithmetic import ExpressionError, parse


def _formula(value: Any) -> Any:
    """An expression; a bare number is one, too."""
    text = str(value) if isinstance(value, int | Decimal) and not isinstance(value, bool) else value
    if not isinstance(text, str):
        raise PydanticCustomError("expression", "an expression is expected here, such as n * minutes / 60")
    try:
        parse(text)
    except ExpressionError as fault:
        raise PydanticCustomError("expression", "{fault}", {"fault": fault.message}) from None
    return text


Formula = Annotated[str, BeforeValidator(_formula), StringConstraints(strip_whitespace=True, min_length=1)]
ParameterName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9_]*$", max_length=20)]


class ParameterFile(FileModel):
    start: Annotated[Number, Field(alias="from")]
    stop: Annotated[Number, Field(alias="to")]
    step: Number = 1

    @model_validator(mode="after")
    def _leads_somewhere(self) -> ParameterFile:
        if self.step <= 0 or self.stop < self.start or (self.stop - self.start) / self.step > 100_000:
            raise PydanticCustomError("parameter", "from, to and step give no number, or too many")
        return self


class MistakeFile(FileModel):
    expression: Formula
    feedback: Markdown


class CalculatorAnswerFile(FileModel):
    calculator: Slug
    output: Line
    inputs: dict[str, Formula] = Field(default_factory=dict)


class NumericFile(FileModel):
    parameters: dict[ParameterName, ParameterFile] = Field(default_factory=dict)
    constraints: list[Formula] = Field(default_factory=list)
    answer: Formula | CalculatorAnswerFile
    places: Annotated[int, Field(ge=0, le=4)] = 0
    tolerance: Number | None = None
    unit: Line | None = None
    units: list[Line] = Field(default_factory=list)
    mistakes: list[MistakeFile] = Field(default_factory=list)

    @model_validator(mode="after")
    def _units_fit(self) -> NumericFile:
        if self.units and (
            len(self.units) < 2 or self.unit not in self.units or len(set(self.units)) < len(self.units)
        ):
            raise PydanticCustomError("units", "units are two or more different ones, the right one among them")
        return self
