"""What a rule is: its name, how much it weighs, why it exists, and the function that looks."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Literal

from lms.content.report import Severity

Scope = Literal["item", "bank", "lesson", "case", "objective", "course", "format"]
"""What a check looks at. `format`: the file format itself enforces the rule, so that there is no check here."""

Place = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Hit:
    """One place where a rule is broken.

    `at` leads from the subject to the field; in a lesson or a case it is the line of the file. `severity` is given
    where a hit weighs more than its rule.
    """

    message: str
    at: Place | int = ()
    severity: Severity | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    """`why` completes the sentence of a hit in the report. An error can be waived only where `waivable` says so:
    where the check is a judgement of wording that may be wrong."""

    id: str
    code: str
    scope: Scope
    severity: Severity
    title: str
    why: str
    check: Callable[[Any], Iterator[Hit]] | None = None
    waivable: bool = False

    def may_waive(self, severity: Severity) -> bool:
        return severity == "warning" or self.waivable


def rule(
    id: str,  # noqa: A002 - the word that the field uses
    scope: Scope,
    severity: Severity,
    title: str,
    why: str,
    *,
    waivable: bool = False,
) -> Callable[[Callable[[Any], Iterator[Hit]]], Rule]:
    """Turns the check below it into a rule; the function's name becomes the rule's code."""

    def made(check: Callable[[Any], Iterator[Hit]]) -> Rule:
        return Rule(id, check.__name__.replace("_", "-"), scope, severity, title, why, check, waivable)

    return made
