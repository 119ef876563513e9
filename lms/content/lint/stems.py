"""Rules for the question itself."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta

from lms.content.lint.language import content_words, lead_in, plain, words
from lms.content.lint.reading import Question
from lms.content.lint.rule import Hit, Rule, rule

MOST_STEM_WORDS = 120
LEAST_CONTENT_WORDS = 6
REFERENCE_YEARS = 5
CHECKED_WITHIN = timedelta(days=2 * 365)
REVIEWED_WITHIN = timedelta(days=2 * 365)

_NEGATIVE = re.compile(r"\b(?:not|except|least|incorrect|false|untrue|never)\b|\w+n[’']t\b", re.IGNORECASE)
_HARMLESS = re.compile(
    r"\bat (?:the )?least\b|\bnot only\b|\b(?:whether )?or not\b|\b(?:and|but) not\b|\bif\b[^,?]*"
    r"|[“\"][^”\"]*[”\"]|\bwhy\b.*",
    re.IGNORECASE,
)
_EMPHASISED = re.compile(r"\*+[^*]*\b(?:not|except|least|incorrect|false|untrue|never)\b[^*]*\*+", re.IGNORECASE)
_CAPITALS = re.compile(r"\b(?:NOT|EXCEPT|LEAST|INCORRECT|FALSE|NEVER)\b")
_BARE = re.compile(
    r"(?:which|what) (?:one |two |three )?(?:of the (?:following|options|statements)(?: \w+)?"
    r"|statements?|options?|answers?)"
    r"(?: \w+){0,2} (?:is|are|would be) (?:\w+ )?(?:true|false|correct|incorrect|accurate|right|best|valid|appropriate)"
    r"|(?:which|what) (?:is|are) (?:true|correct|false|accurate)\b"
    r"|(?:select|choose|mark|pick) the (?:best|correct|right|true)\b",
    re.IGNORECASE,
)
_OPEN_QUESTION = re.compile(
    r"\b(?:what (?:is|are|does|do|did|was|were)|who|whom|when|where|why|how|by when|in which order)\b", re.IGNORECASE
)
_BLANK = re.compile(r"_{3,}")
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_HINGED = re.compile(
    r"\b(?:previous|preceding|last|next|earlier) (?:question|item|case|vignette)\b|\bquestion (?:above|below|\d+)\b"
    r"|\byour (?:previous |earlier )?answer (?:to|in|above)\b|\bthe (?:patient|case) (?:above|below)\b",
    re.IGNORECASE,
)
_VOWEL = re.compile(
    r"(?!(?:uni|use|usu|eu|one\b|once))[aeiou]|(?:hour|honest|heir)|(?:[AEFHILMNORSX](?=[A-Z]))|8|11|18"
)
_PLURAL_START = re.compile(r"(?:two|three|four|five|both|several|many|few|these|those)\b", re.IGNORECASE)
_SINGULAR_START = re.compile(r"(?:an?|one|this|that|each)\b", re.IGNORECASE)


@rule(
    "L04",
    "item",
    "warning",
    "A negative question (not, except, least, incorrect)",
    "readers overlook the small word, and an exception shows little; an error where the word is not in bold",
)
def negative_stem(item: Question) -> Iterator[Hit]:
    asked = _HARMLESS.sub(" ", _raw_lead_in(item.stem))
    if not item.choices or not (found := _NEGATIVE.search(asked)):
        return
    if _EMPHASISED.search(asked) or _CAPITALS.search(asked):
        yield Hit(f"the question asks with “{found[0]}”", ("stem",))
    else:
        yield Hit(f"the question asks with “{found[0]}”, and the word is not emphasised", ("stem",), "error")


def _raw_lead_in(stem: str) -> str:
    """The asking sentence with its emphasis: the end of the raw stem that has as many words as the sentence."""
    count = len(lead_in(stem).split())
    return " ".join(stem.split()[-count:]) if count else ""


@rule(
    "L10",
    "item",
    "error",
    "A grammar cue: article or number of the stem fits some options and not others",
    "learners drop the options that do not fit the sentence",
    waivable=True,
)
def grammar_cue(item: Question) -> Iterator[Hit]:
    stem = plain(item.stem).rstrip(" :…._")
    if stem.endswith("?") or not item.choices:
        return
    last = stem.rsplit(" ", 1)[-1].lower()
    for choice in item.choices:
        text = plain(choice.text)
        if last == "a" and _VOWEL.match(_lowered(text)):
            yield Hit("the stem ends with “a”, and the option begins with a vowel", choice.at)
        elif last == "an" and not _VOWEL.match(_lowered(text)):
            yield Hit("the stem ends with “an”, and the option begins with a consonant", choice.at)
        elif last in ("are", "were", "these") and _SINGULAR_START.match(text):
            yield Hit(f"the stem ends with “{last}”, and the option is singular", choice.at)
        elif last in ("is", "was", "this", "a", "an") and _PLURAL_START.match(text):
            yield Hit(f"the stem ends with “{last}”, and the option is plural", choice.at)


def _lowered(text: str) -> str:
    """The first word in lower case, unless it is an abbreviation, which is spoken letter by letter."""
    first, _, rest = text.partition(" ")
    return text if first.isupper() and len(first) > 1 else f"{first.lower()} {rest}"


@rule(
    "L11",
    "item",
    "warning",
    "No focused question: it cannot be answered with the options covered",
    "the options have to be read one by one to find out what is asked",
)
def unfocused(item: Question) -> Iterator[Hit]:
    if not item.choices:
        return
    asked = lead_in(item.stem)
    if _BARE.search(asked):
        yield Hit("the question asks which option is true, and of what it does not say", ("stem",))
    elif len(content_words(item.stem)) < LEAST_CONTENT_WORDS and not _OPEN_QUESTION.search(asked):
        yield Hit(f"the stem has fewer than {LEAST_CONTENT_WORDS} words of substance", ("stem",))


@rule(
    "L21",
    "item",
    "warning",
    "Window dressing: more than 120 words, or the question is missing or not last",
    "reading speed is not what the item is meant to measure",
)
def window_dressing(item: Question) -> Iterator[Hit]:
    count = len(words(item.stem))
    if count > MOST_STEM_WORDS:
        yield Hit(f"the stem has {count} words", ("stem",))
    if item.choices and not plain(item.stem).rstrip('"”’)').endswith("?"):
        missing = "?" not in item.stem
        yield Hit("the stem asks nothing" if missing else "the question is not the last sentence", ("stem",))


@rule(
    "L22",
    "item",
    "warning",
    "A blank in the middle of the stem, or several",
    "the sentence has to be read again with each option put in",
)
def blanks(item: Question) -> Iterator[Hit]:
    found = list(_BLANK.finditer(item.stem)) if item.choices else []
    if len(found) > 1:
        yield Hit(f"the stem has {len(found)} blanks", ("stem",))
    elif found and words(item.stem[found[0].end() :]):
        yield Hit("the blank is not at the end", ("stem",))


@rule(
    "L24",
    "item",
    "warning",
    "Hinged items: one needs or gives away the answer of another",
    "items are drawn at random, and one mistake would count twice",
)
def hinged(item: Question) -> Iterator[Hit]:
    if found := _HINGED.search(plain(item.stem)):
        yield Hit(f"“{found[0]}” refers to another question", ("stem",))


@rule(
    "L27",
    "item",
    "warning",
    "Content age: a year in the stem, an old reference that nobody has checked again, an old review",
    "a question about one year's number is wrong the next year and teaches a number in place of an idea",
)
def content_age(item: Question) -> Iterator[Hit]:
    if found := _YEAR.search(plain(item.stem)):
        yield Hit(f"the stem names the year {found[0]}", ("stem",))
    dated = [source for source in item.sources if source.year is not None]
    fresh = [
        source
        for source in item.sources
        if source.year is None
        or item.today.year - source.year <= REFERENCE_YEARS
        or item.today - source.checked_on <= CHECKED_WITHIN
    ]
    if dated and not fresh:
        newest = max(source.year or 0 for source in dated)
        yield Hit(f"its newest reference is of {newest} and was not checked in the last two years", ("sources",))
    if item.reviewed_on and item.today - item.reviewed_on > REVIEWED_WITHIN:
        yield Hit(f"the item was last reviewed on {item.reviewed_on}", ("reviewed_on",))


RULES: tuple[Rule, ...] = (negative_stem, grammar_cue, unfocused, window_dressing, blanks, hinged, content_age)
