"""What an expression is made of. Nothing here can do more than calculate."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from decimal import Decimal


class ExpressionError(ValueError):
    """An expression that cannot be read, or not be calculated with the values given; `column` counts from 1."""

    def __init__(self, message: str, column: int = 1) -> None:
        super().__init__(message)
        self.message = message
        self.column = column


Value = Decimal | str | bool | None
"""A number, a word (of a choice), a truth, or none: a value that does not exist, such as a break-even of a loss."""


@dataclass(frozen=True, slots=True)
class Number:
    value: Decimal


@dataclass(frozen=True, slots=True)
class Word:
    value: str


@dataclass(frozen=True, slots=True)
class Missing:
    """The constant `none`."""


@dataclass(frozen=True, slots=True)
class Name:
    name: str


@dataclass(frozen=True, slots=True)
class Total:
    """The sum of a step over the rows of its table, or with `count` the number of rows of a table."""

    name: str
    count: bool = False

    @property
    def key(self) -> str:
        """Under this name the value is looked for among the values given."""
        return f"{'count' if self.count else 'total'}({self.name})"


@dataclass(frozen=True, slots=True)
class Negative:
    operand: Node


@dataclass(frozen=True, slots=True)
class Not:
    operand: Node


@dataclass(frozen=True, slots=True)
class Operation:
    """`operator` is one of + - * /, < <= > >= == !=, and, or."""

    operator: str
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Choice:
    """`then if condition else otherwise`."""

    condition: Node
    then: Node
    otherwise: Node


@dataclass(frozen=True, slots=True)
class Call:
    """A function of numbers: ceil, floor, round, min, max, abs, known."""

    function: str
    arguments: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Lookup:
    """A figure of a dated table: the row whose key is the parts joined by hyphens."""

    table: str
    row: tuple[Node, ...]
    column: Node


Node = Number | Word | Missing | Name | Total | Negative | Not | Operation | Choice | Call | Lookup


def walk(node: Node) -> Iterator[Node]:
    """The node and all below it."""
    yield node
    for part in fields(node):
        value = getattr(node, part.name)
        for child in value if isinstance(value, tuple) else (value,):
            if isinstance(child, Node):
                yield from walk(child)
