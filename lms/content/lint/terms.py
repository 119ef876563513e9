"""The rule for glossary terms: a lesson explains each where it first uses it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from lms.content.lint.reading import Passage, Reading
from lms.content.lint.rule import Hit, Rule, rule

_ABBREVIATED = re.compile(r"(.+?) \(([^)]+)\)")
_LINKED = re.compile(r"\[\[([^\]|]*)(?:\|[^\]]*)?\]\]")
#: Where no term can be linked: a link already, a citation, a dated value, code.
_CLOSED = re.compile(r"\[[^\]]*\]\([^)]*\)|\[@[^\]]*\]|\{\{[^}]*\}\}|`[^`]*`")


@rule(
    "C07",
    "lesson",
    "warning",
    "A glossary term that a lesson uses without linking it at its first use",
    "who does not know the word looks for its meaning where it first stands",
)
def unlinked_term(lesson: Reading) -> Iterator[Hit]:
    met: set[str] = set()
    for passage in lesson.passages:
        if passage.kind not in ("paragraph", "item"):
            continue
        for start, key, words in sorted(_uses(passage, lesson.glossary)):
            if key not in met and words:
                line = passage.line + passage.text.count("\n", 0, start)
                yield Hit(f"“{words}” is a term of the glossary: write [[{key}|{words}]]", line)
            met.add(key)


def _uses(passage: Passage, glossary: tuple[tuple[str, str], ...]) -> Iterator[tuple[int, str, str]]:
    """The terms in a passage: place, key, and the words where they are not linked. Of two terms at one place the longer
    one counts."""
    taken = [found.span() for found in _CLOSED.finditer(passage.text)]
    for found in _LINKED.finditer(passage.text):
        taken.append(found.span())
        yield found.start(), found[1].strip(), ""
    for pattern, key in _forms(glossary):
        for found in pattern.finditer(passage.text):
            if not any(start < found.end() and found.start() < end for start, end in taken):
                taken.append(found.span())
                yield found.start(), key, " ".join(found[0].split())


@lru_cache(maxsize=4)
def _forms(glossary: tuple[tuple[str, str], ...]) -> list[tuple[re.Pattern[str], str]]:
    """How each term may be written, the longest first: in full, or as the abbreviation that its entry gives."""
    forms: list[tuple[str, str]] = []
    for key, term in glossary:
        named = _ABBREVIATED.match(term)
        forms += [(form, key) for form in (named.groups() if named else (term,))]
    return [(_pattern(form), key) for form, key in sorted(forms, key=lambda each: (-len(each[0]), each))]


def _pattern(form: str) -> re.Pattern[str]:
    """One or several of the thing, not within a longer word. A form with capitals is a name: another spelling of it
    means something else."""
    words = r"\s+".join(re.escape(word) for word in form.split())
    return re.compile(rf"(?<![\w-]){words}(?:e?s)?(?![\w-])", 0 if form != form.lower() else re.IGNORECASE)


RULES: tuple[Rule, ...] = (unlinked_term,)
