"""Short ways to write the questions, lessons and objectives that trip a rule, or nearly do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any, NamedTuple

from lms.content.lint.reading import Aim, Bank, Choice, Question, Reading, passages
from lms.content.lint.rule import Hit, Rule
from lms.content.schema import SourceFile

TODAY = date(2026, 11, 23)
STEM = "A patient asks how the two kinds of tea differ in strength. What should the colleague answer?"


class Pair(NamedTuple):
    """`trips` breaks the rule; `passes` comes close and does not."""

    rule: Rule
    trips: Any
    passes: Any


def name_of(pair: Pair) -> str:
    return f"{pair.rule.id}-{pair.rule.code}"


def hits(rule: Rule, subject: Any) -> list[Hit]:
    assert rule.check is not None
    return list(rule.check(subject))


def source(*, tag: str = "verified", year: int | None = 2024, checked_on: date = TODAY) -> SourceFile:
    return SourceFile.model_validate(
        {"authors": "A", "title": "T", "year": year, "publisher": "P", "checked_on": checked_on, "tag": tag}
    )


def item(*options: str, stem: str = STEM, **fields: Any) -> Question:
    """A single-best item; the option that begins with `*` is the key."""
    given = options or ("*Black tea is stronger", "Green tea is stronger", "White tea is stronger")
    choices = tuple(
        Choice(text.removeprefix("*"), text.startswith("*"), "Because of the leaves.", ("options", index))
        for index, text in enumerate(given)
    )
    question = Question(
        key="tea-01",
        type="single" if sum(choice.correct for choice in choices) == 1 else "multi",
        use="quiz",
        objective="O1.1",
        level="recall",
        stem=stem,
        choices=choices,
        rationale="Because.",
        sources=(source(),),
        reviewed_on=TODAY,
        today=TODAY,
    )
    return replace(question, **fields)


def asked(stem: str, *options: str, **fields: Any) -> Question:
    return item(*options, stem=stem, **fields)


def bank(make: Callable[[int], Question], count: int) -> Bank:
    return Bank(tuple((n, replace(make(n), key=f"tea-{n}")) for n in range(count)))


def lesson(body: str, **fields: Any) -> Reading:
    """A lesson whose situation from practice is over: `body` stands in its second section."""
    text = f"## A busy afternoon\n\nPeople drink tea.\n\n## The evidence\n\n{body}\n"
    return Reading(key="why-tea", passages=tuple(passages(text)), **fields)


def aim(text: str = "Describe why people drink tea", **fields: Any) -> Aim:
    levels = ("application", *["recall", "case"] * 5)
    served = Aim(key="O1.1", verb=text.split()[0], text=text, lessons=1, minutes=20, checks=2, cases=1, levels=levels)
    return replace(served, **fields)
