"""Checks of numeric items: their expressions name what there is, and every draw gives a question with one answer."""

from __future__ import annotations

from collections.abc import Iterator, Set

from lms.content.assemble import numeric_of
from lms.content.numeric import drawing
from lms.content.numeric.values import Numeric
from lms.content.parts import ItemPart, Parts
from lms.content.report import Report
from lms.core.arithmetic import ExpressionError

#: Draws that are tried before a release: a learner gets one of millions, but a faulty range shows in a few.
SEEDS = 200


def run(parts: Parts, calculators: Set[str], report: Report) -> None:
    """Report what is wrong with the numeric items of the course."""
    for quiz in parts.quizzes.values():
        for item in quiz.items:
            if item.value is None or item.value.numeric is None:
                continue
            line = quiz.yaml.line("items", item.index, "numeric")
            for message in _faults(item, numeric_of(item.value.numeric, item), calculators):
                report.error("numeric", message, quiz.file, line)


def _faults(item: ItemPart, numeric: Numeric, calculators: Set[str]) -> Iterator[str]:
    known = {each.name for each in numeric.parameters}
    answer = numeric.answer
    if isinstance(answer, str):
        texts = [answer]
    else:
        texts = list(answer.inputs.values())
        if answer.calculator not in calculators:
            yield f"there is no calculator “{answer.calculator}”"
            return
    texts += [*numeric.constraints, *(each.expression for each in numeric.mistakes)]
    placed = drawing.names(item.html.values()) - {"answer"}
    unknown = {name for text in texts for name in drawing.expression(text).names} - known | (placed - known)
    if "answer" in drawing.names([item.html["stem",]]):
        yield "the question itself gives the answer"
    if unknown:
        yield f"nothing is drawn for {', '.join(sorted(unknown))}"
        return
    yield from _draws(str(item.raw.get("key")), numeric)


def _draws(key: str, numeric: Numeric) -> Iterator[str]:
    """The first draw that gives no good question. Answers of calculators are tested by those who know them."""
    for seed in range(SEEDS):
        try:
            values = drawing.drawn(numeric, f"{seed}:{key}")
            slips = [value for value, _words in drawing.mistakes(numeric, values)]
            if not isinstance(numeric.answer, str):
                continue
            answer = drawing.rounded(numeric, drawing.expression(numeric.answer).evaluate(values))
        except (ValueError, ExpressionError) as fault:
            yield f"no question can be drawn: {fault}"
            return
        told = ", ".join(f"{name} = {value}" for name, value in values.items())
        if answer is None:
            yield f"there is no answer for {told}"
            return
        if any(abs(slip - answer) <= numeric.tolerance for slip in slips):
            yield f"a mistake leads to the right answer for {told}"
            return
