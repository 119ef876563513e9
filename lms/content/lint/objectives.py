"""Rules for objectives: their verbs, and what teaches and tests them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lms.content.lint.language import vocabulary, words
from lms.content.lint.reading import Aim, Programme
from lms.content.lint.rule import Hit, Rule, rule

BANNED_VERBS = vocabulary("know understand learn appreciate")
ACTION_VERBS = vocabulary(
    """analyze analyse apply appraise articulate assess calculate cite classify compare compose compute
    construct contrast create critique define demonstrate derive describe design determine develop differentiate
    discuss distinguish document draft estimate evaluate examine explain formulate identify illustrate implement
    interpret justify list name organize perform plan predict prepare prioritize propose recall recognize
    recommend select solve state summarize use write"""
)
ALSO_NOUNS = vocabulary("design document draft list name plan state use estimate contrast")
"""Verbs that are nouns as well: the second half of “the aim and design of” asks for nothing more."""

APPLICATION_VERBS = vocabulary(
    """apply appraise assess calculate compare contrast describe design develop differentiate distinguish
    evaluate formulate interpret perform prioritize recommend solve"""
)
"""Verbs that facts by heart do not meet: at least `APPLIED_SHARE` of their items let the learner apply something."""

APPLIED_SHARE = 0.4
LEAST_ITEMS = 10
MINUTES_PER_OBJECTIVE = 15
_JOINED = re.compile(r"\b(?:and/or|and|or)\s+(?:to\s+)?([a-z]+)", re.IGNORECASE)


@rule(
    "O1",
    "objective",
    "error",
    "An objective that begins with know, understand, learn or appreciate",
    "nobody can observe it, so no item can show that it was reached",
)
def banned_verb(aim: Aim) -> Iterator[Hit]:
    first = next(iter(words(aim.text)), "").lower()
    if first in BANNED_VERBS or aim.verb.lower() in BANNED_VERBS:
        yield Hit(f"the verb “{first}” cannot be observed", ("text",))


@rule(
    "O2",
    "objective",
    "error",
    "Two verbs in one objective, joined by and/or",
    "they are two objectives, and a result for both says nothing about either",
    waivable=True,
)
def two_verbs(aim: Aim) -> Iterator[Hit]:
    first = next(iter(words(aim.text)), "").lower()
    for place, found in enumerate(_JOINED.finditer(aim.text)):
        second = found[1].lower()
        directly = place == 0 and aim.text[: found.start()].strip().lower() == first
        if {first, second} == {"compare", "contrast"} and directly:
            continue  # One task with one result: likenesses and differences.
        if second in ACTION_VERBS and (directly or second not in ALSO_NOUNS):
            yield Hit(f"“{first}” and “{second}” are two verbs", ("text",))


@rule(
    "O3",
    "objective",
    "warning",
    "Items below the level of the verb",
    "an objective that asks for more than recall is not tested by recall; two items of five are application or case",
)
def items_below_the_verb(aim: Aim) -> Iterator[Hit]:
    verb = next(iter(words(aim.verb)), "").lower()
    if verb not in APPLICATION_VERBS or not aim.levels:
        return
    applied = sum(level in ("application", "case") for level in aim.levels)
    if applied < APPLIED_SHARE * len(aim.levels):
        yield Hit(f"{applied} of {len(aim.levels)} items are application or case", ("verb",))


@rule(
    "O3",
    "course",
    "warning",
    "More than one objective in 15 minutes, or no audience",
    "an objective is reached by a person in the time that the course gives",
)
def time_and_audience(course: Programme) -> Iterator[Hit]:
    if course.objectives * MINUTES_PER_OBJECTIVE > course.minutes:
        yield Hit(f"{course.objectives} objectives share {course.minutes} minutes", ("modules",))
    if not course.audience:
        yield Hit("the course names no audience", ("audience",))


@rule(
    "L19",
    "objective",
    "error",
    "An objective without lesson, knowledge check or quiz item",
    "what is promised is taught, practised and tested",
)
def objective_not_served(aim: Aim) -> Iterator[Hit]:
    if not aim.checks:
        yield Hit(f"no knowledge check practises {aim.key}")
    if not aim.levels:
        yield Hit(f"no quiz item tests {aim.key}")


@rule(
    "C01",
    "objective",
    "warning",
    "An objective with fewer than ten quiz items",
    "with fewer, a second attempt repeats items that were seen",
)
def few_items(aim: Aim) -> Iterator[Hit]:
    if 0 < len(aim.levels) < LEAST_ITEMS:
        yield Hit(f"{aim.key} has {len(aim.levels)} quiz items")


@rule(
    "C02",
    "objective",
    "warning",
    "An objective without a case or a worked example in its lessons",
    "a learner carries into practice what was once seen done",
)
def no_case(aim: Aim) -> Iterator[Hit]:
    if aim.lessons and not aim.cases:
        yield Hit(f"no lesson of {aim.key} has a case or an example")


RULES: tuple[Rule, ...] = (
    banned_verb,
    two_verbs,
    items_below_the_verb,
    time_and_audience,
    objective_not_served,
    few_items,
    no_case,
)
