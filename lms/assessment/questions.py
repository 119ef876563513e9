"""Items as pages show them: what is asked, which holds nothing of the answer, and the explanation after grading.

Learners practise with the same questions in lessons, quizzes and reviews; each page takes both from here, and its
template draws them with the macros of `lms/assessment/question.html`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from lms.assessment import item_types
from lms.assessment.domain import Response, shuffled_options
from lms.assessment.item_types import FULL, gaps, numeric
from lms.assessment.responses import field_name
from lms.content.course import Item, Option
from lms.content.gaps.values import Choice, Gap
from lms.content.numeric.drawing import PLACEHOLDER

Kind = Literal["choice", "number", "fields", "cloze"]
_KINDS: dict[str, Kind] = {
    "single": "choice",
    "multi": "choice",
    "numeric": "number",
    "short": "fields",
    "matching": "fields",
    "ordering": "fields",
    "cloze": "cloze",
}
_ASKS = {
    "multi": "Choose all that apply.",
    "short": "A word or a few. Capitals and punctuation do not matter.",
    "matching": "Choose what belongs to each. A choice may fit more than one.",
    "ordering": "Give each step its place, 1 for the first.",
    "cloze": "Fill in each gap.",
}
_SHARES = {
    "multi": "A wrong choice takes back the credit of a right one.",
    "matching": "Each right match earns its share.",
    "ordering": "Each step in its right place earns its share.",
    "cloze": "Each right gap earns its share.",
}
_ALL = "It counts only when all of it is right."


@dataclass(frozen=True)
class Shown:
    """An option without its verdict."""

    key: str
    html: str


@dataclass(frozen=True)
class Control:
    """A field: a list to choose from where there are choices, else a line to type in."""

    name: str
    label_html: str
    choices: tuple[Choice, ...]
    value: str


@dataclass(frozen=True)
class Question:
    """What is asked of a learner."""

    key: str
    kind: Kind
    stem_html: str
    hint: str | None
    #: Of choices: what there is to choose, and what was chosen.
    several: bool
    options: tuple[Shown, ...]
    chosen: frozenset[str]
    #: Of numbers: the unit beside the field, or units to choose from.
    unit: str
    units: tuple[str, ...]
    value: str
    chosen_unit: str
    #: Of questions with fields; each one of a cloze stands behind the piece of text with its number.
    controls: tuple[Control, ...]
    pieces: tuple[str, ...]


@dataclass(frozen=True)
class Explained:
    """A graded question. While the answer is withheld only what was given gets a verdict."""

    item: Item
    kind: Kind
    stem_html: str
    withheld: bool
    points: int
    answered: bool
    options: tuple[Option, ...]
    chosen: frozenset[str]
    given: str
    review: numeric.Review | None
    marks: tuple[gaps.Mark, ...]
    pieces: tuple[str, ...]
    rationale_html: str

    @property
    def is_right(self) -> bool:
        return self.points == FULL


@dataclass(frozen=True)
class Verdict:
    """How an answer fared, in words, with an icon and a tone: never by colour alone."""

    words: str
    icon: str
    style: str


def asked(
    item: Item,
    *,
    seed: int,
    response: Response | None = None,
    sent: Mapping[str, Sequence[str]] | None = None,
    graded: bool = True,
) -> Question:
    """The question as an attempt with this seed asks it, filled in with a stored response, or with what a form `sent`.

    `graded` says how partly right answers count.
    """
    kind = item_types.of(item)
    filled = sent if sent is not None else kind.fields(response) if response else {}
    first = {part: _printable(next(iter(values), "")) for part, values in filled.items()}
    shown = gaps.shown(item, seed) if item.gaps else None
    controls = tuple(
        Control(field_name(item, gap.key), _label(item, gap, number), gap.choices, first.get(gap.key, ""))
        for number, gap in enumerate(shown.gaps if shown else (), start=1)
    )
    return Question(
        key=item.key,
        kind=_KINDS[item.type],
        stem_html=_stem(item, seed),
        hint=_hint(item, graded=graded),
        several=item.type == "multi",
        options=tuple(Shown(option.key, option.html) for option in shuffled_options(item, seed=seed)),
        chosen=frozenset(filled.get("", ())) if item.options else frozenset(),
        unit=item.numeric.unit if item.numeric and not item.numeric.units else "",
        units=item.numeric.units if item.numeric else (),
        value=first.get("", ""),
        chosen_unit=first.get("unit", ""),
        controls=controls,
        pieces=_pieces(shown.text_html) if shown else (),
    )


def _printable(text: str) -> str:
    # What was refused is shown again, and a page may not hold every character that a request may.
    return "".join(sign if sign.isprintable() else "\ufffd" for sign in text)


def explained(
    item: Item, response: Response | None, *, seed: int, points: int | None = None, withhold: bool = False
) -> Explained:
    """A graded question. `points` are those that it was graded with; `withhold` keeps the answer back."""
    kind = item_types.of(item)
    if points is None:
        points = kind.grade(item, response, seed) if response else 0
    return Explained(
        item=item,
        kind=_KINDS[item.type],
        stem_html=_stem(item, seed),
        withheld=withhold,
        points=points,
        answered=response is not None,
        options=shuffled_options(item, seed=seed),
        chosen=frozenset(kind.fields(response).get("", ())) if response and item.options else frozenset(),
        given=numeric.as_typed(item, response) if item.numeric else "",
        review=numeric.review(item, response, seed, withhold=withhold) if item.numeric else None,
        marks=tuple(gaps.marks(item, response, seed)) if item.gaps else (),
        pieces=_pieces(item.gaps.text_html) if item.gaps else (),
        rationale_html=numeric.rationale(item, seed, withhold=withhold) if item.numeric else item.rationale_html,
    )


def verdict(graded: Explained) -> Verdict:
    """How the answer fared."""
    if graded.is_right:
        return Verdict("right", "check", "good")
    if graded.points:
        return Verdict("partly right", "dot", "now")
    if not graded.answered:
        return Verdict("no answer", "ring", "bad")
    return Verdict("not right", "cross", "bad")


def _stem(item: Item, seed: int) -> str:
    return numeric.question(item, seed).stem_html if item.numeric else item.stem_html


def _hint(item: Item, *, graded: bool) -> str | None:
    rule = (_ALL if item.credit == "all" else _SHARES.get(item.type)) if graded and item.type in _SHARES else None
    return " ".join(filter(None, (_ASKS.get(item.type), rule))) or None


def _label(item: Item, gap: Gap, number: int) -> str:
    return gap.html or ("Your answer" if item.type == "short" else f"Gap {number}")


def _pieces(text: str) -> tuple[str, ...]:
    """The text of a cloze around its gaps: one piece more than there are gaps; nothing where there is no text."""
    return tuple(PLACEHOLDER.split(text)[::2]) if text else ()
