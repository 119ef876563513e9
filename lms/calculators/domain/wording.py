"""Arithmetic as people read it: a step in words, and the same with its numbers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from lms.calculators.domain.declaration import Formula, Step
from lms.calculators.domain.units import Unit
from lms.core.arithmetic import Expression, Value
from lms.core.arithmetic.evaluate import TableReader
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

_SIGNS = {"*": "×", "/": "÷", "-": "−", "+": "+", "==": "=", "!=": "≠", "<=": "≤", ">=": "≥", "<": "<", ">": ">"}
_STRENGTH = {"or": 1, "and": 2, "<": 3, "<=": 3, ">": 3, ">=": 3, "==": 3, "!=": 3, "+": 4, "-": 4, "*": 5, "/": 5}
_FUNCTIONS = {
    "ceil": "round up",
    "floor": "round down",
    "round": "round",
    "abs": "size of",
    "min": "smallest of",
    "max": "largest of",
}


@dataclass(frozen=True)
class Arithmetic:
    """`words` names what is calculated with; `numbers` has the values in their place."""

    words: str
    numbers: str


def written(step: Step, value: Value) -> str:
    """The value of a step as it is shown."""
    return step.none_text if value is None else _written(step.unit, value)


def arithmetic(formula: Formula, step: Step, scope: Mapping[str, Value], read: TableReader) -> Arithmetic:
    """How a step was calculated; of a choice, the numbers follow the branch that was taken.

    A step that is done for each row has its words only: its numbers differ from row to row.
    """
    names = _Names(formula)
    words = _write(step.parsed.root, names.words, taken=None)
    if step.per is not None:
        return Arithmetic(words, "")

    def taken(condition: Node) -> bool:
        return bool(Expression("", condition).evaluate(scope, read))

    return Arithmetic(words, _write(step.parsed.root, lambda node: names.number(node, scope, read), taken=taken))


class _Names:
    """The words and units of everything that a formula's expressions name."""

    def __init__(self, formula: Formula) -> None:
        self.titles: dict[str, str] = {}
        self.units: dict[str, Unit] = {}
        for table in formula.tables:
            self.titles[f"count({table.key})"] = f"number of {table.title.lower()}"
            for each in table.columns:
                self._add(each.key, each.title, each.unit)
                self._add(f"total({each.key})", f"sum of {inside(each.title)}", each.unit)
        for each in formula.inputs:
            self._add(each.key, each.title, each.unit)
        for step in formula.steps:
            self._add(step.key, step.title, step.unit)
            self._add(f"total({step.key})", f"sum of {inside(step.title)}", step.unit)

    def _add(self, key: str, title: str, unit: Unit) -> None:
        self.titles[key] = inside(title)
        self.units[key] = unit

    def words(self, node: Node) -> str:
        match node:
            case Name(name):
                return self.titles[name]
            case Total():
                return self.titles[node.key]
            case Lookup(table):
                return f"the figure of the table “{table}”"
        raise TypeError(node)

    def number(self, node: Node, scope: Mapping[str, Value], read: TableReader) -> str:
        key = node.name if isinstance(node, Name) else node.key if isinstance(node, Total) else None
        value = Expression("", node).evaluate(scope, read)
        if value is None:
            return "none"
        unit = self.units.get(key) if key else None
        return _bare(unit, value)


def inside(title: str) -> str:
    """A title inside a sentence: its first letter small, unless the word is an abbreviation."""
    return title if title[:2].isupper() else title[:1].lower() + title[1:]


def _written(unit: Unit, value: Value) -> str:
    if isinstance(value, Decimal):
        return unit.write(value)
    return "yes" if value is True else "no" if value is False else str(value)


def _bare(unit: Unit | None, value: Value) -> str:
    """A value among others: its sign of money or share, not its word."""
    if not isinstance(value, Decimal):
        return str(value)
    if unit is None:
        return f"{value.normalize():,f}"
    text = unit.write(value)
    # Per cent points are divided by 100 in the arithmetic itself, where a share with its sign is not.
    return text if unit.share else text.removesuffix(unit.after)


def _write(  # noqa: C901 -- one line a kind of node
    node: Node, leaf: Callable[[Node], str], taken: Callable[[Node], bool] | None, strength: int = 0
) -> str:
    match node:
        case Number(value):
            return f"{value.normalize():,f}"
        case Word(value):
            return value
        case Missing():
            return "none"
        case Negative(operand):
            return f"−{_write(operand, leaf, taken, 6)}"
        case Not(Call("known", (value,))):
            return f"{_write(value, leaf, taken, 3)} is not known"
        case Not(operand):
            return f"not {_write(operand, leaf, taken, 3)}"
        case Operation(sign, left, right):
            own = _STRENGTH[sign]
            joined = (
                f"{_write(left, leaf, taken, own)} {_SIGNS.get(sign, sign)} "
                f"{_write(right, leaf, taken, own + (sign in '-/'))}"
            )
            return f"({joined})" if own < strength else joined
        case Choice(condition, then, otherwise):
            if taken is not None:
                return _write(then if taken(condition) else otherwise, leaf, taken, strength)
            joined = (
                f"{_write(then, leaf, taken, 1)} if {_write(condition, leaf, taken)}, "
                f"otherwise {_write(otherwise, leaf, taken)}"
            )
            return f"({joined})" if strength else joined
        case Call("known", (value,)):
            return f"{_write(value, leaf, taken, 3)} is known"
        case Call("round", (value, Number(places))):
            return f"round to {places} {'decimal' if places == 1 else 'decimals'} ({_write(value, leaf, taken)})"
        case Call(name, arguments):
            return f"{_FUNCTIONS[name]} ({'; '.join(_write(each, leaf, taken) for each in arguments)})"
        case _:
            return leaf(node)
