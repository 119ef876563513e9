"""English as the rules need it: words, rough stems, sentences, syllables. Approximations, each good enough for a
warning."""

from __future__ import annotations

import re

_WORD = re.compile(r"[A-Za-zÀ-ž]+(?:[’'-][A-Za-zÀ-ž]+)*|\d[\d.,]*")
_MARKUP = re.compile(r"\*\*|\*|`|\[@[^\]]*\]")
_VALUE = re.compile(r"\{\{[^}]*\}\}")
_LINK = re.compile(r"\[\[([^\]|]*)(?:\|([^\]]*))?\]\]|\[([^\]]*)\]\([^)]*\)")
_END = re.compile(r"(?<=[.!?])[\"”’')]*\s+(?=[\"“‘(A-Z0-9])")
_ABBREVIATED = re.compile(r"\b(?:Mr|Ms|Mrs|Dr|St|vs|No|e\.g|i\.e|etc|U\.S|a\.m|p\.m|[A-Z])\.$")
_SUFFIXES = ("ization", "isation", "ations", "ation", "ments", "ment", "ness", "ings", "ing", "ies", "ied", "ers")
_SHORT_SUFFIXES = ("er", "ed", "es", "ly", "al", "s", "e", "y")


def vocabulary(text: str) -> frozenset[str]:
    """The words of a list that is written as running text."""
    return frozenset(text.split())


STOP_WORDS = vocabulary(
    """a about after all an and any are as at be because been before being between both but by can could did do does
    each every for from had has have her hers him his how if in into is it its may more most must no not of off on one
    only or other out over same she should so some such than that the their them then there these they this those to
    too under up was we were what when where which while who whom whose why will with would you your he i"""
)


def plain(text: str) -> str:
    """The words of a text without its markup, on one line."""
    linked = _LINK.sub(lambda found: found[2] or found[1] or found[3] or "", text)
    return " ".join(_MARKUP.sub("", _VALUE.sub("value", linked)).split())


def words(text: str) -> list[str]:
    return _WORD.findall(plain(text))


def content_words(text: str) -> list[str]:
    """The words that carry meaning, in lower case."""
    return [word for word in (each.lower() for each in words(text)) if word not in STOP_WORDS]


def stem(word: str) -> str:
    """The word without a common ending, so that “review” meets “reviewed”; at least four letters stay."""
    word = word.lower().replace("’", "'").removesuffix("'s")
    for suffix in (*_SUFFIXES, *_SHORT_SUFFIXES):
        if word.endswith(suffix) and len(word) - len(suffix) >= 4:
            return word.removesuffix(suffix)
    return word


def normal(text: str) -> str:
    """Lower-case words and numbers alone, for comparing texts."""
    return " ".join(word.lower().strip(".,") for word in words(text))


def sentences(text: str) -> list[str]:
    """The sentences of a plain text. A full stop after Mr., a.m. or an initial ends none."""
    found: list[str] = []
    for part in _END.split(plain(text)):
        if found and _ABBREVIATED.search(found[-1]):
            found[-1] += " " + part
        elif part.strip():
            found.append(part.strip())
    return found


def lead_in(stem_text: str) -> str:
    """The sentence of a stem that asks: its last."""
    found = sentences(stem_text)
    return found[-1] if found else ""


def syllables(word: str) -> int:
    """Vowel groups, less a silent e: right for about nine words of ten."""
    word = re.sub(r"[^a-z]", "", word.lower())
    if len(word) <= 3:
        return 1
    word = re.sub(r"(?:(?<![aeiouylsxzcgh])es|(?<![dt])ed|(?<!l)e)$", "", word)
    return max(1, len(re.findall(r"[aeiouy]+", word)))


def reading_grade(text: str) -> float:
    """Flesch-Kincaid grade: 0.39 words a sentence + 11.8 syllables a word - 15.59 (Kincaid et al. 1975).

    Numbers count as words of one syllable.
    """
    ends, all_words = len(sentences(text)), words(text)
    if not ends or not all_words:
        return 0.0
    spoken = sum(syllables(word) for word in all_words)
    return 0.39 * len(all_words) / ends + 11.8 * spoken / len(all_words) - 15.59
