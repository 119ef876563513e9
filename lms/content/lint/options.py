"""Rules for the options of an item, each option by itself or beside the others."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import combinations, pairwise
from statistics import mean, pstdev

from lms.content.lint.language import lead_in, normal, plain, stem, vocabulary, words
from lms.content.lint.quantities import Quantity, quantity
from lms.content.lint.reading import Question
from lms.content.lint.rule import Hit, Rule, rule

MOST_OPTIONS = 5
LENGTH_VARIATION = 0.6

_FILLERS = vocabulary("a an the of to in on for by at is are be was were it its this that and with")

_ALL = re.compile(
    r"\b(?:all|both|each) of (?:the (?:above|foregoing|options|answers|others?)|these(?: (?:options|answers))?$|them$)"
    r"|\ball the above\b|^(?:all|both) are (?:true|correct|right)$",
    re.IGNORECASE,
)
_NONE = re.compile(
    r"\b(?:none|neither|no one) of (?:the (?:above|foregoing|options|answers|others?)"
    r"|these(?: (?:options|answers))?$)|^none (?:is|are) (?:true|correct|right)$|^none$",
    re.IGNORECASE,
)
_LABELS = re.compile(
    r"(?:(?:both|either|only) )?(?:(?:options?|answers?|statements?|choices?) )?"
    r"(?:[A-F](?:(?:,| and| or|, and| &) ?[A-F])+|(?:I|II|III|IV|V)(?:(?:,| and| or|, and| &) ?(?:I|II|III|IV|V))+)"
    r"(?: only| alone)?(?: are (?:true|correct))?"
    r"|(?:\d(?:(?:,| and|, and| &) ?\d)+|\d) only"
    r"|(?:both |only )?(?:options?|answers?|statements?|choices?) \d(?:(?:,| and| or|, and| &) ?\d)*(?: only| alone)?"
)
_ABSOLUTE = re.compile(r"\b(?:always|never|only|all|none|invariably|entirely|completely|totally)\b", re.IGNORECASE)
_VAGUE = re.compile(
    r"\b(?:often|usually|rarely|frequently|sometimes|occasionally|generally|commonly|seldom|typically|normally|may"
    r"|might)\b"
)
_OPENINGS = (
    ("an answer with yes or no", re.compile(r"(?:yes|no)(?:,|$)", re.IGNORECASE)),
    ("an infinitive", re.compile(r"to [a-z]+ ", re.IGNORECASE)),
    ("a sentence", re.compile(r"(?:it|they|he|she|we|you|there) [a-z]+", re.IGNORECASE)),
    ("a number", re.compile(r"[$€£+−-]?\d")),
    (
        "a gerund",
        re.compile(r"(?!(?:nothing|something|anything|nursing|during|missing)\b)[a-z]{3,}ing\b", re.IGNORECASE),
    ),
)
_CLAUSE = re.compile(
    r"(?:it|they|he|she|we|there|this|these|the \w+(?: \w+)?|a \w+|an \w+|every \w+|[a-z]+s) "
    r"(?:is|are|was|were|has|have|had|can|cannot|will|must|may|does|do|did|[a-z]{2,}(?:s|ed))\b",
    re.IGNORECASE,
)
_JUDGES = re.compile(r"\b(?:true|false|correct|incorrect|accurate|right|wrong|statements?)\b", re.IGNORECASE)
_EMPTY_FEEDBACK = re.compile(
    r"(?:(?:yes|no|correct|incorrect|right|wrong|true|false|good|this|that|is|the|answer)[\s.,!]*)+", re.IGNORECASE
)


@rule(
    "L01",
    "item",
    "error",
    "An option “all of the above”",
    "two options known to be right give it away, and it makes a list of statements out of a question",
)
def all_of_the_above(item: Question) -> Iterator[Hit]:
    for choice in item.choices:
        if _ALL.search(plain(choice.text).rstrip(".")):
            yield Hit("the option stands for all others", choice.at)


@rule(
    "L02",
    "item",
    "error",
    "An option “none of the above”",
    "it shows that a learner can rule things out, not that the right answer is known",
)
def none_of_the_above(item: Question) -> Iterator[Hit]:
    for choice in item.choices:
        if _NONE.search(plain(choice.text).rstrip(".")):
            yield Hit("the option denies all others", choice.at)


@rule(
    "L03",
    "item",
    "warning",
    "Options made of other options (“A and C”, “1 and 2 only”)",
    "knowing a part is enough to find the rest, and options are shuffled, so that letters mean nothing",
)
def combined_options(item: Question) -> Iterator[Hit]:
    for choice in item.choices:
        if _LABELS.fullmatch(plain(choice.text).rstrip(".")):
            yield Hit("the option refers to other options by their labels", choice.at)


@rule(
    "L05",
    "item",
    "warning",
    "Absolute words in options (always, never, only, all)",
    "practised test takers strike out such options without knowing the subject",
)
def absolute_words(item: Question) -> Iterator[Hit]:
    for choice in item.choices:
        text = plain(choice.text).rstrip(".")
        if (found := _ABSOLUTE.search(text)) and not _ALL.search(text) and not _NONE.search(text):
            yield Hit(f"the option says “{found[0]}”", choice.at)


@rule(
    "L06",
    "item",
    "warning",
    "Vague frequencies in options (often, usually, rarely, may)",
    "people mean different things by them, and an option with “may” is hardly ever wrong",
)
def vague_frequency(item: Question) -> Iterator[Hit]:
    for choice in item.choices:
        if found := _VAGUE.search(plain(choice.text)):
            yield Hit(f"the option says “{found[0]}”", choice.at)


@rule(
    "L12",
    "item",
    "error",
    "Two options that say the same, or nearly",
    "options that mean the same cannot be the one right answer, so both are ruled out",
)
def near_duplicates(item: Question) -> Iterator[Hit]:
    for one, other in combinations(item.choices, 2):
        numbers = quantity(one.text), quantity(other.text)
        same = numbers[0] == numbers[1] if all(numbers) else _substance(one.text) == _substance(other.text)
        if same:
            yield Hit(f"the option says the same as “{plain(one.text)}”", other.at)


def _substance(text: str) -> list[str]:
    """The stems of the words in their order, without those that may come and go. Small words that turn the sense
    (not, before, more) stay, and so does every word that tells one combination from another."""
    return [stem(word) for word in normal(text).split() if word not in _FILLERS]


@rule(
    "L13",
    "item",
    "warning",
    "Options that are not parallel",
    "an option of another form or length stands out for a reason that has nothing to do with the subject",
)
def not_parallel(item: Question) -> Iterator[Hit]:
    if len(item.choices) < 2:
        return
    forms = {form for choice in item.choices if (form := _opening(plain(choice.text)))}
    plain_forms = [choice for choice in item.choices if not _opening(plain(choice.text))]
    if len(forms) > 1:
        yield Hit(f"some options begin with {' and some with '.join(sorted(forms))}", ("options",))
    elif forms & {"an answer with yes or no", "an infinitive"} and plain_forms:
        yield Hit(f"not every option begins with {next(iter(forms))}", ("options",))
    ends = {plain(choice.text).endswith(".") for choice in item.choices}
    if len(ends) > 1:
        yield Hit("some options end with a full stop and some do not", ("options",))
    counts = [len(words(choice.text)) for choice in item.choices]
    if max(counts) > 3 and mean(counts) and pstdev(counts) / mean(counts) > LENGTH_VARIATION:
        yield Hit(f"the options have {', '.join(map(str, counts))} words", ("options",))


def _opening(text: str) -> str | None:
    return next((form for form, pattern in _OPENINGS if pattern.match(text)), None)


@rule(
    "L14",
    "item",
    "warning",
    "Numbers out of order, in mixed units, or as overlapping ranges",
    "the search for a value should cost no time, and a value inside two ranges makes both right",
)
def numeric_options(item: Question) -> Iterator[Hit]:
    read = [(choice, number) for choice in item.choices if (number := quantity(choice.text))]
    if len(read) < 2 or len(read) < len(item.choices):
        return
    numbers = [number for _, number in read]
    if len({number.unit for number in numbers}) > 1:
        yield Hit("the options have different units", ("options",))
        return
    if not (_ascends(numbers) or _ascends(numbers[::-1])):
        yield Hit("the numbers are not in order", ("options",))
    elif not item.ordered:
        yield Hit("the numbers are in order, but without “ordered: true” they are shuffled", ("options",))
    for (_, one), (choice, other) in combinations(read, 2):
        if (one.is_range or other.is_range) and one.low <= other.high and other.low <= one.high:
            yield Hit("the range overlaps another option", choice.at, "error")


def _ascends(numbers: list[Quantity]) -> bool:
    return all(one.low <= other.low for one, other in pairwise(numbers))


@rule(
    "L15",
    "item",
    "warning",
    "Fewer than three or more than five options",
    "three good options measure as well as more, and the fourth and fifth are rarely plausible",
)
def option_count(item: Question) -> Iterator[Hit]:
    if item.choices and not 3 <= len(item.choices) <= MOST_OPTIONS:
        yield Hit(f"the item has {len(item.choices)} options", ("options",))


@rule(
    "L18",
    "item",
    "error",
    "No rationale, rationale under 15 words, feedback or reference missing",
    "learners learn from the explanation, and a reference lets them check it",
)
def empty_feedback(item: Question) -> Iterator[Hit]:
    for choice in item.choices:
        if _EMPTY_FEEDBACK.fullmatch(plain(choice.feedback)):
            yield Hit(f"the feedback “{plain(choice.feedback)}” gives no reason", (*choice.at, "feedback"))


@rule(
    "L20",
    "item",
    "warning",
    "True-or-false questions, also as a set of statements to be judged",
    "each option is a question of its own, and a learner has to guess which degree of truth is meant",
)
def true_or_false(item: Question) -> Iterator[Hit]:
    texts = [plain(choice.text).rstrip(".") for choice in item.choices]
    if item.type in ("true-false", "truefalse") or any(text.casefold() in ("true", "false") for text in texts):
        yield Hit("the item asks for true or false", ("options",))
    elif texts and _JUDGES.search(lead_in(item.stem)) and all(_CLAUSE.match(text) for text in texts):
        yield Hit("each option is a statement to be judged by itself", ("options",))


RULES: tuple[Rule, ...] = (
    all_of_the_above,
    none_of_the_above,
    combined_options,
    absolute_words,
    vague_frequency,
    near_duplicates,
    not_parallel,
    numeric_options,
    option_count,
    empty_feedback,
    true_or_false,
)
