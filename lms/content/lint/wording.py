"""Rules for words that endanger patients, belittle people or favour a product."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from lms.content.lint.language import plain, vocabulary
from lms.content.lint.reading import Passage, Question, Reading
from lms.content.lint.rule import Hit, Place, Rule, rule

_UNIT = r"(?:mg|mcg|g|kg|mL|ml|L|units?|mEq|mmol)\b"
DOSE_FORMS = (
    (re.compile(rf"\d\.0+\s?{_UNIT}"), "a trailing zero: 1.0 mg is misread as 10 mg"),
    (re.compile(rf"(?<![\d.])\.\d+\s?{_UNIT}"), "no zero before the point: .5 mg is misread as 5 mg"),
    (re.compile(r"\d\s?(?:U|IU)\b"), "write “units”: U is misread as 0 or 4, IU as IV or 10"),
    (re.compile(r"\bq\.?o?\.?d\b\.?", re.IGNORECASE), "write “daily” or “every other day”"),
    (re.compile(r"\b(?:MSO4|MgSO4|MS)\b"), "write “morphine sulfate” or “magnesium sulfate”"),
    (re.compile(r"\d\s?(?:ug|µg|μg)\b"), "write “mcg”"),
)
"""Error-prone forms in the manner of the ISMP list, which is known here from background and not read itself."""

COMMON_ABBREVIATIONS = vocabulary("US USA UK EU AM PM OK ID FAQ PDF HIV AIDS DNA FDA MD RN TV ACE")
"""Known to every adult reader or every member of the profession."""

_ABBREVIATION = re.compile(r"(?<![\w-])[A-Z]{2,6}s?(?![\w])")

BRANDS = {
    "Advil": "ibuprofen",
    "Aleve": "naproxen",
    "Ambien": "zolpidem",
    "Benadryl": "diphenhydramine",
    "Coumadin": "warfarin",
    "Crestor": "rosuvastatin",
    "Eliquis": "apixaban",
    "Entresto": "sacubitril",
    "Farxiga": "dapagliflozin",
    "Glucophage": "metformin",
    "Humalog": "insulin",
    "Januvia": "sitagliptin",
    "Jardiance": "empagliflozin",
    "Lantus": "insulin",
    "Lasix": "furosemide",
    "Lipitor": "atorvastatin",
    "Motrin": "ibuprofen",
    "Nexium": "esomeprazole",
    "Norvasc": "amlodipine",
    "Novolog": "insulin",
    "Ozempic": "semaglutide",
    "Plavix": "clopidogrel",
    "Prilosec": "omeprazole",
    "Prozac": "fluoxetine",
    "Synthroid": "levothyroxine",
    "Trulicity": "dulaglutide",
    "Tylenol": "acetaminophen",
    "Valium": "diazepam",
    "Ventolin": "albuterol",
    "Viagra": "sildenafil",
    "Xanax": "alprazolam",
    "Xarelto": "rivaroxaban",
    "Zocor": "simvastatin",
    "Zoloft": "sertraline",
}
_BRAND = re.compile(rf"\b(?:{'|'.join(BRANDS)})\b", re.IGNORECASE)
_BIAS = re.compile(
    r"\b(?:the (?:elderly|disabled|mentally ill|handicapped|poor)|diabetics|asthmatics|epileptics|schizophrenics"
    r"|addicts?"
    r"|drug abusers?|alcoholics|suffers from|wheelchair-bound|non-?compliant (?:patients?|people)|senile|crazy|lazy"
    r"|male nurse|lady (?:doctor|pharmacist)|housewi(?:fe|ves)|illegal (?:alien|immigrant)s?|third[- ]world"
    r"|old (?:lady|man))\b",
    re.IGNORECASE,
)
_JOKE = re.compile(r"!(?:\s|$|[\"”])|\b(?:haha|lol|just kidding)\b", re.IGNORECASE)


@rule(
    "L23",
    "item",
    "warning",
    "An unexplained abbreviation; an error-prone way to write a dose (1.0 mg, .5 mg, U, IU, QD, MS, MSO4, ug)",
    "an item must not measure who knows the letters; the dose forms have caused tenfold overdoses and are errors",
)
def abbreviations(item: Question) -> Iterator[Hit]:
    texts = [(plain(text), at) for text, at in item.texts]
    for text, at in (*texts, (plain(item.rationale), ("rationale",))):
        yield from _dose_forms(text, at)
    whole = " ".join(text for text, _ in texts)
    known = COMMON_ABBREVIATIONS | set(re.findall(r"[A-Z]{2,6}", item.glossary))
    met: set[str] = set()
    for text, at in texts:
        for found in _ABBREVIATION.findall(text):
            name = found.removesuffix("s")
            if name in known | met or text.isupper():
                continue
            met.add(name)
            if not re.search(rf"\({name}s?\)|\b{name}s? \([a-z]", whole):
                yield Hit(f"“{name}” is explained neither here nor in the glossary", at)


@rule(
    "L23",
    "lesson",
    "error",
    "An error-prone way to write a dose in a lesson (1.0 mg, .5 mg, U, IU, QD, MS, MSO4, ug)",
    "such forms have caused tenfold overdoses, and readers copy what they see",
)
def dose_forms(lesson: Reading) -> Iterator[Hit]:
    for passage in lesson.passages:
        yield from _dose_forms(plain(passage.text), passage.line)


@rule(
    "L23",
    "case",
    "error",
    "An error-prone way to write a dose in a case (1.0 mg, .5 mg, U, IU, QD, MS, MSO4, ug)",
    "such forms have caused tenfold overdoses, and readers copy what they see",
)
def dose_forms_in_case(lines: Iterable[tuple[int, str]]) -> Iterator[Hit]:
    for number, text in lines:
        yield from _dose_forms(plain(text), number)


def _dose_forms(text: str, at: Place | int) -> Iterator[Hit]:
    for pattern, advice in DOSE_FORMS:
        if found := pattern.search(text):
            yield Hit(f"“{found[0]}”: {advice}", at, "error")


@rule(
    "L26",
    "item",
    "warning",
    "Stereotypes, a brand name without its generic name, a joke",
    "course text favours no product and belittles nobody",
)
def bias(item: Question) -> Iterator[Hit]:
    texts = [(plain(text), at) for text, at in item.texts]
    whole = " ".join(text for text, _ in texts)
    for text, at in texts:
        yield from _biased(text, whole, at)


@rule(
    "L26",
    "lesson",
    "warning",
    "Stereotypes, a brand name without its generic name, or a joke in a lesson",
    "course text favours no product and belittles nobody",
)
def bias_in_lesson(lesson: Reading) -> Iterator[Hit]:
    whole = " ".join(plain(passage.text) for passage in lesson.passages)
    for passage in lesson.passages:
        yield from _biased(plain(passage.text), whole, passage.line)


def _biased(text: str, whole: str, at: Place | int) -> Iterator[Hit]:
    if found := _BIAS.search(text):
        yield Hit(f"“{found[0]}” describes people by one trait", at)
    if found := _JOKE.search(text):
        yield Hit("the text exclaims or jokes", at)
    for found in _BRAND.finditer(text):
        generic = next(name for brand, name in BRANDS.items() if brand.casefold() == found[0].casefold())
        if generic not in whole.casefold():
            yield Hit(f"“{found[0]}” is a brand; name {generic}", at)


_COLOUR = r"(?:red|green|blue|yellow|orange|grey|gray|purple|dark|light)"
_COLOUR_ONLY = re.compile(
    rf"\b(?:shown|marked|printed|highlighted|drawn|shaded|coloured|colored) in {_COLOUR}\b"
    rf"|\bthe {_COLOUR} (?:line|bar|area|row|cell|column|box|dots?|text|part|number)s?\b",
    re.IGNORECASE,
)


@rule(
    "L28",
    "lesson",
    "error",
    "Accessibility: a picture, colour as the only cue, a table without headers",
    "who does not see the picture or the colour has to find the same information in words",
)
def accessible_lesson(lesson: Reading) -> Iterator[Hit]:
    # Pictures are refused by the format, so that no alternative text can be missing or give an answer away: figures are
    # drawn from data and always have a description and a table.
    for passage in lesson.passages:
        if found := _COLOUR_ONLY.search(plain(passage.text)):
            yield Hit(f"“{found[0]}” can be followed by colour alone", passage.line)
        if passage.kind == "table" and _without_headers(passage):
            yield Hit("the table has columns without a header", passage.line)


def _without_headers(table: Passage) -> bool:
    # The corner above the row headers may be empty.
    return any(not header for header in table.headers[1:]) or not any(table.headers)


@rule(
    "L28",
    "item",
    "error",
    "Accessibility: colour as the only cue in an item",
    "who does not see the colour cannot answer",
)
def accessible_item(item: Question) -> Iterator[Hit]:
    for text, at in item.texts:
        if found := _COLOUR_ONLY.search(plain(text)):
            yield Hit(f"“{found[0]}” can be followed by colour alone", at)


RULES: tuple[Rule, ...] = (
    abbreviations,
    dose_forms,
    dose_forms_in_case,
    bias,
    bias_in_lesson,
    accessible_item,
    accessible_lesson,
)
