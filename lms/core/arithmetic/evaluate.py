"""Calculating an expression: exactly for one set of values, or quickly for many draws at once.

Both follow the same rules. Arithmetic with none gives none, and so does a division by zero; a comparison with none is
false (`known(x)` asks for it). `round` rounds half away from zero, as invoices do.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Context, Decimal, localcontext
from functools import cached_property
from typing import Any, Protocol

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
    Value,
    Word,
    walk,
)

#: Far more digits than money has, so that only the rounding that a formula states can be seen.
CONTEXT = Context(prec=34, rounding=ROUND_HALF_UP)
_SETTLED = Context(prec=28, rounding=ROUND_HALF_UP)
Column = list[Any]
Draws = float | str | bool | None | Column
"""A value that is the same in all draws, or one for each draw."""

TableReader = Callable[[str, str, str], Value]
"""Reads a figure: table, row, column. None when the table has no such figure."""


@dataclass(frozen=True)
class Expression:
    """An expression that was read from `text`."""

    text: str
    root: Node = field(repr=False)

    @cached_property
    def names(self) -> frozenset[str]:
        """The values that it needs; a total is named as it stands, `total(saving)`."""
        found = walk(self.root)
        return frozenset(
            node.name if isinstance(node, Name) else node.key for node in found if isinstance(node, Name | Total)
        )

    def evaluate(self, values: Mapping[str, Value], read: TableReader | None = None) -> Value:
        """The exact value. Raises KeyError for a value that is not given, ExpressionError for one that does not fit."""
        with localcontext(CONTEXT):
            try:
                return self.exact(values, read)
            except (TypeError, ArithmeticError):  # a word among numbers; a number with more digits than can be rounded
                raise ExpressionError("this cannot be calculated with these values") from None

    @cached_property
    def exact(self) -> Callable[[Mapping[str, Value], TableReader | None], Value]:
        """`evaluate` for callers that have set CONTEXT themselves, once for many expressions."""
        return _compiled(self.root, _Exact())

    @cached_property
    def columns(self) -> Callable[[Mapping[str, Draws], TableReader | None], Draws]:
        """The values of many draws at once, in floating point: for simulations, where speed counts more."""
        return _compiled(self.root, _Columns())


class _Rules(Protocol):
    """How one way of calculating does each operation."""

    def constant(self, value: Decimal) -> Any: ...
    def apply(self, function: Callable[..., Any], *values: Any) -> Any: ...
    def choose(self, condition: Any, then: Callable[[], Any], otherwise: Callable[[], Any]) -> Any: ...

    functions: Mapping[str, Callable[..., Any]]


def _compiled(node: Node, rules: _Rules) -> Callable[..., Any]:  # noqa: C901 -- one line a kind of node
    """The node as a function of the values and the tables: its parts are looked up once, not at every use."""
    match node:
        case Number(value):
            constant = rules.constant(value)
            return lambda _values, _read: constant
        case Word(word):
            return lambda _values, _read: word
        case Missing():
            return lambda _values, _read: None
        case Name(name):
            return lambda values, _read: values[name]
        case Total():
            key = node.key
            return lambda values, _read: values[key]
        case Negative(operand):
            return _applied(rules, operator.neg, [operand])
        case Not(operand):
            return _applied(rules, operator.not_, [operand])
        case Operation(sign, left, right):
            return _applied(rules, rules.functions[sign], [left, right])
        case Call(function, arguments):
            return _applied(rules, rules.functions[function], arguments)
        case Choice(condition, then, otherwise):
            asked, first, second = (_compiled(part, rules) for part in (condition, then, otherwise))
            choose = rules.choose
            return lambda values, read: choose(
                asked(values, read), lambda: first(values, read), lambda: second(values, read)
            )
        case Lookup(table, row, column):
            parts = [_compiled(part, rules) for part in row]
            where = _compiled(column, rules)

            def look(values: Mapping[str, Any], read: TableReader | None) -> Any:
                if read is None:
                    raise KeyError(table)
                key = "-".join(_word(part(values, read)) for part in parts)
                found = read(table, key, _word(where(values, read)))
                return rules.constant(found) if isinstance(found, Decimal) else found

            return look


def _applied(rules: _Rules, function: Callable[..., Any], operands: Sequence[Node]) -> Callable[..., Any]:
    apply = rules.apply
    parts = [_compiled(operand, rules) for operand in operands]
    if len(parts) == 2:
        left, right = parts
        return lambda values, read: apply(function, left(values, read), right(values, read))
    return lambda values, read: apply(function, *[part(values, read) for part in parts])


def _word(value: Any) -> str:
    """A value as part of a row's key: whole numbers without a point."""
    return str(int(value)) if isinstance(value, Decimal | float) else str(value)


def _divided(left: Any, right: Any) -> Any:
    return left / right if right else None


def _known(value: Any) -> bool:
    return value is not None


_COMPARISONS: dict[str, Callable[..., Any]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "==": operator.eq,
    "!=": operator.ne,
}


def _both(left: Any, right: Any) -> bool:
    return bool(left) and bool(right)


def _either(left: Any, right: Any) -> bool:
    return bool(left) or bool(right)


_TAKE_NONE = {_known, operator.not_, _both, _either}
_FALSE_OF_NONE = set(_COMPARISONS.values())
_COMMON: dict[str, Callable[..., Any]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": _divided,
    "and": _both,
    "or": _either,
    "min": min,
    "max": max,
    "abs": abs,
    "known": _known,
    **_COMPARISONS,
}


def _one(function: Callable[..., Any], values: Sequence[Any]) -> Any:
    """The rules about none, for one set of values."""
    if None in values and function not in _TAKE_NONE:
        return False if function in _FALSE_OF_NONE else None
    return function(*values)


def settled(value: Decimal) -> Decimal:
    """The value without the last digits of a division that did not come out even: a third times three is one again."""
    return _SETTLED.plus(value)


def round_half_up(value: Decimal, places: int) -> Decimal:
    """Rounded to so many places, halves away from zero."""
    return settled(value).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)


class _Exact:
    functions: Mapping[str, Callable[..., Any]] = {
        **_COMMON,
        "ceil": lambda value: settled(value).to_integral_value(ROUND_CEILING),
        "floor": lambda value: settled(value).to_integral_value(ROUND_FLOOR),
        "round": lambda value, places=Decimal(0): round_half_up(value, int(places)),
    }

    def constant(self, value: Decimal) -> Decimal:
        return value

    def apply(self, function: Callable[..., Any], *values: Any) -> Any:
        return _one(function, values)

    def choose(self, condition: Any, then: Callable[[], Any], otherwise: Callable[[], Any]) -> Any:
        return then() if condition else otherwise()


def _rounded(value: float, places: float = 0) -> float:
    scale = 10.0 ** int(places)
    return math.copysign(math.floor(abs(value) * scale + 0.5) / scale, value)


class _Columns:
    functions: Mapping[str, Callable[..., Any]] = {
        **_COMMON,
        "ceil": math.ceil,
        "floor": math.floor,
        "round": _rounded,
    }

    def constant(self, value: Decimal) -> float:
        return float(value)

    def apply(self, function: Callable[..., Any], *values: Any) -> Any:
        columns = [value for value in values if isinstance(value, list)]
        if not columns:
            return _one(function, values)
        count = len(columns[0])
        spread = [value if isinstance(value, list) else [value] * count for value in values]
        if function not in _FALSE_OF_NONE:
            try:
                return list(map(function, *spread))
            except TypeError:  # a draw without a value, which the quick way cannot take
                pass
        return [_one(function, row) for row in zip(*spread, strict=True)]

    def choose(self, condition: Any, then: Callable[[], Any], otherwise: Callable[[], Any]) -> Any:
        if not isinstance(condition, list):
            return then() if condition else otherwise()
        count = len(condition)
        first, second = (value if isinstance(value, list) else [value] * count for value in (then(), otherwise()))
        return [yes if asked else no for asked, yes, no in zip(condition, first, second, strict=True)]
