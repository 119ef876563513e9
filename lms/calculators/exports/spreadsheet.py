"""The language of formulas in the words of spreadsheets.

A value that does not exist is an error inside a formula (`NA()`, a division by zero, arithmetic with text) and becomes
the step's own words in its cell. The rules are those of `lms.core.arithmetic`: a comparison with such a value is false.
"""

from __future__ import annotations

from collections.abc import Callable

from lms.core.arithmetic.tree import (
    Call,
    Choice,
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
)

_SIGNS = {"!=": "<>", "==": "="}
_ARITHMETIC = {"+", "-", "*", "/"}
_FUNCTIONS = {"min": "MIN", "max": "MAX", "abs": "ABS"}
#: Digits to which a number is settled before it is rounded to a whole one: spreadsheets calculate with about 15.
_SETTLED = 9

Reference = Callable[[str], str]
Place = Callable[[str], tuple[str, str, str]]
"""The ranges of a dated table: its figures, the keys of its rows, the keys of its columns."""


def formula(node: Node, reference: Reference, place: Place) -> str:  # noqa: C901 -- one line a kind of node
    """The node as a formula, without the leading equals sign. `reference` gives the cell of a name or a total."""

    def write(part: Node) -> str:
        return formula(part, reference, place)

    match node:
        case Number(value):
            return f"{value:f}"
        case Word(value):
            return '"' + value.replace('"', '""') + '"'
        case Missing():
            return "NA()"
        case Name(name):
            return reference(name)
        case Total():
            return reference(node.key)
        case Negative(operand):
            return f"(-{write(operand)})"
        case Not(operand):
            return f"NOT({write(operand)})"
        case Operation("and" | "or" as sign, left, right):
            return f"{sign.upper()}({write(left)},{write(right)})"
        case Operation(sign, left, right) if sign in _ARITHMETIC:
            return f"({write(left)}{sign}{write(right)})"
        case Operation(sign, left, right):
            return _comparison(sign, left, right, write)
        case Choice(condition, then, otherwise):
            return f"IF({write(condition)},{write(then)},{write(otherwise)})"
        case Lookup(table, row, column):
            figures, rows, columns = place(table)
            key = '&"-"&'.join(write(part) for part in row)
            return f"INDEX({figures},MATCH({key},{rows},0),MATCH({write(column)},{columns},0))"
        case Call(name, arguments):
            return _call(name, [write(part) for part in arguments])


def _comparison(sign: str, left: Node, right: Node, write: Callable[[Node], str]) -> str:
    said = f"{write(left)}{_SIGNS.get(sign, sign)}{write(right)}"
    if isinstance(left, Word) or isinstance(right, Word):
        return f"IFERROR({said},FALSE)"
    # Spreadsheets take any text for more than any number: both sides must be numbers.
    asked = [f"ISNUMBER({write(part)})" for part in (left, right) if not isinstance(part, Number)]
    return f"IF(AND({','.join(asked)}),{said},FALSE)" if asked else f"({said})"


def _call(name: str, arguments: list[str]) -> str:
    match name:
        case "known":
            return f"ISNUMBER({arguments[0]})"
        case "ceil":
            return f"(-INT(-ROUND({arguments[0]},{_SETTLED})))"
        case "floor":
            return f"INT(ROUND({arguments[0]},{_SETTLED}))"
        case "round":
            return f"ROUND({arguments[0]},{arguments[1] if len(arguments) > 1 else 0})"
    # MIN and MAX pass over words in cells; adding nothing makes an error of them, as in any other sum.
    return f"{_FUNCTIONS[name]}({','.join(f'{argument}+0' for argument in arguments)})"
