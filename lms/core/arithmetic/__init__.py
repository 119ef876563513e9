"""A small language of formulas: declared once as text, read in several ways.

    saving = parse("minutes / 60 * (pharmacist_rate - delegate_rate)", names={"minutes", ...})
    saving.evaluate({"minutes": Decimal(20), ...})

The text is a subset of Python's expressions and is never run as Python: it is read into the nodes of `tree`, which can
only calculate. Calculators and quiz templates declare their arithmetic in it; others walk the same nodes to show the
arithmetic in words or to write it as a spreadsheet's formula.
"""

from __future__ import annotations

from lms.core.arithmetic.evaluate import CONTEXT, Expression, round_half_up
from lms.core.arithmetic.parse import parse
from lms.core.arithmetic.tree import ExpressionError, Value

__all__ = ["CONTEXT", "Expression", "ExpressionError", "Value", "parse", "round_half_up"]
