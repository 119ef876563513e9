"""From text to nodes. What is not in the language is refused with its place."""

from __future__ import annotations

import ast
import re
from collections.abc import Set
from decimal import Decimal

from lms.core.arithmetic.evaluate import Expression
from lms.core.arithmetic.tree import (
    Call,
    Choice,
    ExpressionError,
    Lookup,
    Missing,
    Name,
    Negative,
    Node,
    Not,
    Number,
    Operation,
    Total,
    Word,
    walk,
)

MAX_LENGTH = 2_000
MAX_DEPTH = 60
MAX_PLACES = 10
_NUMBER = re.compile(r"[0-9]{1,20}(\.[0-9]{1,20})?\Z")
_NAME = re.compile(r"[a-z][a-z0-9_]{0,59}\Z", re.IGNORECASE)

_OPERATORS: dict[type[ast.AST], str] = {
    ast.Add: "+",
    ast.Sub: "-",
    ast.Mult: "*",
    ast.Div: "/",
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
    ast.Eq: "==",
    ast.NotEq: "!=",
    ast.And: "and",
    ast.Or: "or",
}
_PLACES = [Number(Decimal(places)) for places in range(MAX_PLACES + 1)]
#: Functions with the least and the greatest number of their arguments.
_FUNCTIONS = {
    "ceil": (1, 1),
    "floor": (1, 1),
    "round": (1, 2),
    "abs": (1, 1),
    "known": (1, 1),
    "min": (2, 20),
    "max": (2, 20),
}


def parse(text: str, *, names: Set[str] | None = None) -> Expression:
    """Read an expression. With `names` given, any other name is an error. Raises ExpressionError."""
    if len(text) > MAX_LENGTH:
        raise ExpressionError(f"an expression has at most {MAX_LENGTH} characters")
    source = " ".join(text.split())
    try:
        tree = ast.parse(source, mode="eval")
    except SyntaxError as error:
        raise ExpressionError("this is not an expression", error.offset or 1) from None
    except (ValueError, RecursionError, MemoryError):
        raise ExpressionError("this is not an expression") from None
    expression = Expression(source, _Reader(source).node(tree.body))
    if names is not None:
        for found in walk(expression.root):
            if isinstance(found, Name | Total) and found.name not in names:
                raise ExpressionError(f"nothing is called {found.name!r} here", max(source.find(found.name), 0) + 1)
    return expression


class _Reader:
    def __init__(self, source: str) -> None:
        self.source = source

    def node(self, found: ast.expr, depth: int = 0) -> Node:  # noqa: C901 -- one line a kind of node
        if depth > MAX_DEPTH:
            raise ExpressionError("an expression this deep cannot be followed", found.col_offset + 1)
        below = depth + 1
        match found:
            case ast.Constant():
                return self.constant(found)
            case ast.Name(id="none"):
                return Missing()
            case ast.Name(id=name) if _NAME.match(name):
                return Name(name)
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                return Negative(self.number(operand, below))
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                return Not(self.node(operand, below))
            case ast.BinOp(left=left, op=op, right=right) if type(op) in _OPERATORS:
                return Operation(_OPERATORS[type(op)], self.number(left, below), self.number(right, below))
            case ast.Compare(left=left, ops=[op], comparators=[right]) if type(op) in _OPERATORS:
                return Operation(_OPERATORS[type(op)], self.node(left, below), self.node(right, below))
            case ast.BoolOp(op=op, values=[first, *others]):
                joined = self.node(first, below)
                for other in others:
                    joined = Operation(_OPERATORS[type(op)], joined, self.node(other, below))
                return joined
            case ast.IfExp(test=test, body=body, orelse=orelse):
                return Choice(self.node(test, below), self.node(body, below), self.node(orelse, below))
            case ast.Call(func=ast.Name(id=function), args=arguments, keywords=[]):
                return self.call(found, function, arguments, below)
        raise ExpressionError("the language of formulas has nothing like this", found.col_offset + 1)

    def number(self, found: ast.expr, depth: int) -> Node:
        """A part that is calculated with, which words are not."""
        read = self.node(found, depth)
        if isinstance(read, Word):
            raise ExpressionError("words can be compared, not calculated with", found.col_offset + 1)
        return read

    def constant(self, found: ast.Constant) -> Node:
        if isinstance(found.value, str):
            return Word(found.value)
        text = ast.get_source_segment(self.source, found) or ""
        if isinstance(found.value, bool) or not _NUMBER.match(text):
            raise ExpressionError("a number is written with digits and at most one point", found.col_offset + 1)
        return Number(Decimal(text))

    def call(self, found: ast.Call, function: str, arguments: list[ast.expr], depth: int) -> Node:
        if function in {"total", "count"}:
            match arguments:
                case [ast.Name(id=name)] if _NAME.match(name):
                    return Total(name, count=function == "count")
            raise ExpressionError(f"{function}() takes one name", found.col_offset + 1)
        if function == "lookup":
            match arguments:
                case [ast.Constant(value=str(table)), _, *_, _]:
                    parts = [self.node(argument, depth) for argument in arguments[1:]]
                    return Lookup(table, tuple(parts[:-1]), parts[-1])
            raise ExpressionError("lookup() takes a table, the row and the column", found.col_offset + 1)
        least, most = _FUNCTIONS.get(function, (1, 0))
        if not least <= len(arguments) <= most:
            what = "takes another number of values" if function in _FUNCTIONS else "is not known"
            raise ExpressionError(f"{function}() {what}", found.col_offset + 1)
        read = tuple(self.number(argument, depth) for argument in arguments)
        if function == "round" and len(read) == 2 and read[1] not in _PLACES:
            raise ExpressionError(f"round() takes its places as a number up to {MAX_PLACES}", found.col_offset + 1)
        return Call(function, read)
