"""Fields of course files: strict, so that `text: 1.10` or `correct: "yes"` is an error instead of a guess."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, StringConstraints
from pydantic_core import PydanticCustomError

from lms.content.links import external_problem

MAX_LINE = 600
MAX_PROSE = 5_000
MIN_RATIONALE_WORDS = 15


def _text(value: Any) -> Any:
    if not isinstance(value, str):
        raise PydanticCustomError("not-text", "text is expected here; put the value in quotes")
    return value


def _name(value: Any) -> Any:
    # A row or column called 2026 reads as a number.
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _day(value: Any) -> Any:
    if not isinstance(value, date):
        raise PydanticCustomError("date", "a date is expected here, written 2026-11-23 without quotes")
    return value


def price(value: Any) -> Any:
    if not isinstance(value, str) or not re.fullmatch(r"[0-9]{1,6}\.[0-9]{2}", value):
        raise PydanticCustomError("price", 'a price is written in quotes with two decimals, such as "95.00"')
    return value


def _url(value: str) -> str:
    if problem := external_problem(value):
        raise PydanticCustomError("link", "{problem}", {"problem": problem})
    return value


def enough_words(value: str) -> str:
    if len(value.split()) < MIN_RATIONALE_WORDS:
        raise PydanticCustomError(
            "rationale-short", "a rationale has at least {least} words", {"least": MIN_RATIONALE_WORDS}
        )
    return value


Line = Annotated[
    str, BeforeValidator(_text), StringConstraints(strip_whitespace=True, min_length=1, max_length=MAX_LINE)
]
Prose = Annotated[
    str, BeforeValidator(_text), StringConstraints(strip_whitespace=True, min_length=1, max_length=MAX_PROSE)
]
# Markdown is not stripped, so that a line counted inside it is a line of the file.
Markdown = Annotated[str, BeforeValidator(_text), StringConstraints(pattern=r"\S", max_length=MAX_PROSE)]
Slug = Annotated[str, BeforeValidator(_name), StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]*$", max_length=80)]
ObjectiveKey = Annotated[str, StringConstraints(pattern=r"^O[1-9][0-9]?\.[1-9][0-9]?$")]
Day = Annotated[date, BeforeValidator(_day)]
Url = Annotated[Line, AfterValidator(_url)]
Number = int | Decimal


class FileModel(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)
