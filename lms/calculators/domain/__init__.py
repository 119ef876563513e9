"""Calculators as declared arithmetic: find one, check its inputs, calculate, look at what it hangs on."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from types import MappingProxyType

from lms.calculators import formulas as folders
from lms.calculators.domain.declaration import Formula, Input, Step, Table
from lms.calculators.domain.document import document
from lms.calculators.domain.evaluation import Line, Result, evaluate
from lms.calculators.domain.figures import figures
from lms.calculators.domain.reading import Inputs, InvalidInputs, defaults, read
from lms.calculators.domain.sensitivity import Band, Swing, simulate, tornado

__all__ = [
    "Band",
    "Formula",
    "Input",
    "Inputs",
    "InvalidInputs",
    "Line",
    "Result",
    "Step",
    "Swing",
    "Table",
    "calculate",
    "defaults",
    "document",
    "evaluate",
    "figures",
    "formulas",
    "read",
    "simulate",
    "tornado",
]


@cache
def formulas() -> Mapping[str, Formula]:
    """Every calculator by its name: each is a folder of `lms/calculators/formulas`, and declares its FORMULA."""
    found: list[Formula] = [
        import_module(f"{folders.__name__}.{module.name}").FORMULA for module in iter_modules(folders.__path__)
    ]
    return MappingProxyType({formula.name: formula for formula in sorted(found, key=lambda formula: formula.order)})


def calculate(formula: Formula, data: object) -> Result:
    """Check inputs and calculate. Raises InvalidInputs with every mistake."""
    return evaluate(formula, read(formula, data), figures)
