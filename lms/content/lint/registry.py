"""The list of rules: those with a check, and those that the file format or time has to answer."""

from __future__ import annotations

from lms.content.lint import cues, lessons, objectives, options, stems, terms, wording
from lms.content.lint.rule import Rule

BY_FORMAT: tuple[Rule, ...] = (
    Rule(
        "L16",
        "option-correct",
        "format",
        "error",
        "Not exactly one key in a single-best item; no key or all keys in a multi item",
        "the platform could not grade it",
    ),
    Rule(
        "L25",
        "absurd-distractor",
        "format",
        "warning",
        "An absurd distractor: not checked here, it shows after launch when fewer than 5 % choose it",
        "an option that nobody takes only makes the item longer",
    ),
)

_ORDER = {"L": 0, "O": 1, "C": 2}

RULES: tuple[Rule, ...] = tuple(
    sorted(
        (
            *options.RULES,
            *stems.RULES,
            *cues.RULES,
            *wording.RULES,
            *objectives.RULES,
            *lessons.RULES,
            *terms.RULES,
            *BY_FORMAT,
        ),
        key=lambda rule: (_ORDER[rule.id[0]], rule.id),
    )
)
"""Every rule; an id stands more than once where it is checked in more than one kind of place."""

IDS = frozenset(rule.id for rule in RULES)


def waivable(id: str) -> bool:  # noqa: A002
    """Whether any hit of the rule may be waived."""
    return any(rule.waivable or rule.severity == "warning" for rule in RULES if rule.id == id and rule.check)
