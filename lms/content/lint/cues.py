"""Rules for what gives the key away: its length, its words, its place."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from statistics import mean

from lms.content.lint.language import content_words, normal, plain, stem, vocabulary, words
from lms.content.lint.quantities import quantity
from lms.content.lint.reading import Bank, Question
from lms.content.lint.rule import Hit, Rule, rule

LONGER = 1.4
LEAST_BANK = 10
LONGEST_EXCESS = 0.2
LEAST_CLANG = 5
LEAST_SHARED = 2
CHI_SQUARE_5_PERCENT = {1: 3.841, 2: 5.991, 3: 7.815, 4: 9.488, 5: 11.070}
"""Critical values of chi-square at 5 %, by degrees of freedom."""

FIELD_WORDS = frozenset(
    stem(word)
    for word in vocabulary(
        """patient pharmacist pharmacy technician physician prescriber clinic medication medicine drug therapy
    review comprehensive targeted completion program plan contract service care management measure rating medicare part
    member beneficiary problem disease blood pressure glucose cholesterol dose tablet insulin statin inhibitor diuretic
    blocker inhaler
    hour minute month year dollar percent number visit call telephone about should which first"""
    )
)
"""Words that every item of this field has, in their rough stems: they point to no option."""


@rule(
    "L07",
    "item",
    "warning",
    "The key is the longest option",
    "writers qualify what is right, and test takers know it",
)
def longest_key(item: Question) -> Iterator[Hit]:
    if not item.single or not item.distractors:
        return
    key = len(words(item.keys[0].text))
    others = [len(words(choice.text)) for choice in item.distractors]
    if key > max(others) and key >= LONGER * mean(others) and key > 2:
        yield Hit(f"the key has {key} words, the others {', '.join(map(str, others))}", item.keys[0].at)


@rule(
    "L07",
    "bank",
    "warning",
    "The key is the longest option in too many items of a module",
    "whoever takes the longest option passes without the course",
)
def longest_key_too_often(bank: Bank) -> Iterator[Hit]:
    items = [item for _, item in bank.graded if item.single and not quantity(item.keys[0].text)]
    if len(items) < LEAST_BANK:
        return
    share = sum(_key_is_longest(item) for item in items) / len(items)
    chance = mean(1 / len(item.choices) for item in items)
    if share > chance + LONGEST_EXCESS:
        message = f"the key is the longest option in {share:.0%} of {len(items)} items, by chance it were {chance:.0%}"
        yield Hit(message, ("items",))


def _key_is_longest(item: Question) -> bool:
    key = len(words(item.keys[0].text))
    return all(key > len(words(choice.text)) for choice in item.distractors)


@rule(
    "L08",
    "item",
    "warning",
    "Clang: a word of the stem comes back in the key and in no other option",
    "the sound of the word leads to the key",
)
def clang(item: Question) -> Iterator[Hit]:
    if not item.single:
        return
    elsewhere = {stem(word) for choice in item.distractors for word in content_words(choice.text)}
    asked = {stem(word): word for word in content_words(item.stem) if len(word) >= LEAST_CLANG}
    for word in content_words(item.keys[0].text):
        root = stem(word)
        if len(word) >= LEAST_CLANG and root in asked and root not in elsewhere | FIELD_WORDS and word.isalpha():
            yield Hit(f"“{word}” stands in the stem and in the key alone", item.keys[0].at)
            return


@rule(
    "L09",
    "item",
    "warning",
    "Convergence: the key shares the most with the other options",
    "distractors are made by changing parts of the key, so the option with the most common parts is the key",
)
def convergence(item: Question) -> Iterator[Hit]:
    if not item.single or len(item.choices) < 3 or all(quantity(choice.text) for choice in item.choices):
        return
    elements = [{stem(word) for word in content_words(choice.text)} for choice in item.choices]
    count = Counter(element for each in elements for element in each)
    shared = {element for element, times in count.items() if 2 <= times < len(elements)}
    scores = [sum(count[element] for element in each & shared) for each in elements]
    key = next(n for n, choice in enumerate(item.choices) if choice.correct)
    others = [score for n, score in enumerate(scores) if n != key]
    if len(elements[key] & shared) >= LEAST_SHARED and scores[key] > max(others):
        common = ", ".join(sorted(elements[key] & shared))
        yield Hit(f"the key alone has all of what options have in common ({common})", item.keys[0].at)


@rule(
    "L17",
    "bank",
    "warning",
    "The key stands in one place too often",
    "options in a fixed order (`ordered: true`) keep their place; all others are shuffled for each attempt",
)
def key_position(bank: Bank) -> Iterator[Hit]:
    fixed = [item for _, item in bank.graded if item.single and item.ordered]
    if len(fixed) < LEAST_BANK:
        return
    places = max(len(item.choices) for item in fixed)
    seen = Counter(next(n for n, choice in enumerate(item.choices) if choice.correct) for item in fixed)
    expected = [sum(1 / len(item.choices) for item in fixed if len(item.choices) > n) for n in range(places)]
    statistic = sum((seen[n] - expected[n]) ** 2 / expected[n] for n in range(places))
    if statistic > CHI_SQUARE_5_PERCENT.get(places - 1, 11.070):
        spread = ", ".join(str(seen[n]) for n in range(places))
        yield Hit(f"the keys of {len(fixed)} items in fixed order stand in places with counts {spread}", ("items",))


@rule(
    "L24",
    "bank",
    "warning",
    "The key of one item stands in the stem of another",
    "items are drawn at random, so that one item would answer the other",
)
def key_in_another_stem(bank: Bank) -> Iterator[Hit]:
    stems = [(index, item, f" {normal(item.stem)} ") for index, item in bank.graded]
    for _, item in bank.graded:
        for key in item.keys:
            text = normal(key.text)
            if len(content_words(key.text)) < 3 or quantity(key.text):
                continue
            for index, other, asked in stems:
                if other.key != item.key and f" {text} " in asked:
                    message = f"the stem contains the key of {item.key}, “{plain(key.text)}”"
                    yield Hit(message, ("items", index, "stem"))


RULES: tuple[Rule, ...] = (
    longest_key,
    longest_key_too_often,
    clang,
    convergence,
    key_position,
    key_in_another_stem,
)
