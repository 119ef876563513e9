"""What all values of a course have in common: they never change."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, PlainSerializer

Value = TypeVar("Value")


def frozen(values: Mapping[str, Value]) -> Mapping[str, Value]:
    """A mapping that cannot be changed, in the order of its keys."""
    # Sorted, so that a course read from its release lists things in the same order as one read from files.
    return MappingProxyType(dict(sorted(values.items())))


Table = Annotated[Mapping[str, Value], AfterValidator(frozen), PlainSerializer(dict)]
"""A read-only mapping from key to value, in the order of its keys."""


class Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")
