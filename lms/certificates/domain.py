"""What a certificate says, its public code, and how its standing may change.

A `Snapshot` is taken once, at issue, and never edited: the PDF, the badge and the verification page are all
drawn from it. A correction issues a new certificate and marks the old one superseded.
"""

from __future__ import annotations

import json
import re
import secrets
import unicodedata
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from lms.core.errors import Conflict, DomainError

SCHEMA_VERSION = 1

NOT_CREDIT = "Certificate of completion. This is not continuing-education credit."
NOT_A_CERTIFICATION = (
    "It records that the person named finished a self-guided course. "
    "It does not certify anyone in medication therapy management."
)
#: Printed on every certificate while courses carry no credit (`credit_mode: none`).
STATEMENTS = (NOT_CREDIT, NOT_A_CERTIFICATION)

#: Longest name that is printed, in characters; the rest is cut and marked with an ellipsis.
NAME_LIMIT = 300
#: Most combining marks kept on one letter. Languages need three; more run over the page.
_MARK_LIMIT = 4
#: Joiners that Persian, Hindi and other scripts need inside words, though they are "format" characters.
_JOINERS = frozenset("\u200c\u200d")

#: Crockford's base 32 (no I, L, O, U): can be read aloud and typed from paper.
_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
_CODE_LENGTH = 28
_LOOKALIKES = str.maketrans({"o": "0", "i": "1", "l": "1"})


class Status(StrEnum):
    """Where a certificate stands today. Everything but the standing is frozen."""

    VALID = "valid"
    SUPERSEDED = "superseded"
    REVOKED = "revoked"


class Reason(StrEnum):
    """Why a certificate lost its validity; the class is public, the particulars are not."""

    ISSUED_IN_ERROR = "issued-in-error"
    INTEGRITY = "integrity"
    DUPLICATE = "duplicate"
    IDENTITY = "identity"
    NAME_CORRECTION = "name-correction"

    @property
    def sentence(self) -> str:
        """The reason as the verification page states it."""
        return _REASON_SENTENCES[self]


_REASON_SENTENCES: Mapping[Reason, str] = {
    Reason.ISSUED_IN_ERROR: "It was issued in error.",
    Reason.INTEGRITY: "The rules of the assessment were not kept.",
    Reason.DUPLICATE: "Another certificate exists for the same completion.",
    Reason.IDENTITY: "It was issued to the wrong person.",
    Reason.NAME_CORRECTION: "The printed name was corrected on a newer certificate.",
}

#: A superseded certificate has a successor, so its reasons are those that a new certificate repairs.
_ALLOWED_REASONS: Mapping[Status, frozenset[Reason]] = {
    Status.SUPERSEDED: frozenset({Reason.NAME_CORRECTION, Reason.ISSUED_IN_ERROR}),
    Status.REVOKED: frozenset(Reason) - {Reason.NAME_CORRECTION},
}
_ALLOWED_CHANGES: Mapping[Status, frozenset[Status]] = {
    Status.VALID: frozenset({Status.SUPERSEDED, Status.REVOKED}),
    Status.SUPERSEDED: frozenset({Status.REVOKED}),
    Status.REVOKED: frozenset(),
}


def check_change(current: Status, new: Status, reason: Reason) -> None:
    """Pass when a certificate may go from `current` to `new` for `reason`.

    Raises Conflict when there is no way between the two, DomainError when the reason does not fit.
    """
    if new not in _ALLOWED_CHANGES[current]:
        raise Conflict(f"A {current} certificate cannot become {new}.")
    if reason not in _ALLOWED_REASONS[new]:
        raise DomainError(f"“{reason}” is not a reason for which a certificate becomes {new}.", field="reason")


@dataclass(frozen=True, slots=True, kw_only=True)
class ModuleObjectives:
    """One module's title and the objectives it teaches, word for word."""

    title: str
    objectives: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Provider:
    """Who offers the course, with what state boards ask to see on a certificate from outside ACPE."""

    name: str
    address: str = ""
    phone: str = ""
    website: str = ""
    #: Number that a state board gave the provider or the programme, if it gave one.
    board_number: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """Everything that a certificate states, as it was true at issue."""

    code: str
    learner_name: str
    course_slug: str
    course_title: str
    release_number: int
    #: sha256 of the published course that was completed, in hexadecimal.
    release_digest: str
    modules: tuple[ModuleObjectives, ...]
    instructional_minutes: int
    #: The day in the programme's own time zone.
    completed_on: date
    #: Aware, stored in UTC.
    issued_at: datetime
    provider: Provider
    verify_url: str
    presenters: tuple[str, ...] = ()
    statements: tuple[str, ...] = STATEMENTS
    language: str = "en"
    schema: int = SCHEMA_VERSION

    def __post_init__(self) -> None:
        if self.issued_at.tzinfo is None:
            raise ValueError("issued_at must carry a time zone")
        if self.instructional_minutes <= 0:
            raise ValueError("instructional_minutes must be positive")
        if normalize_code(self.code) != self.code:
            raise ValueError("code is not in its stored form")

    @property
    def hours(self) -> Decimal:
        """Instructional hours, to a hundredth."""
        return (Decimal(self.instructional_minutes) / 60).quantize(Decimal("0.01"))

    @property
    def duration(self) -> str:
        """Instructional time in words: `6 hours 15 minutes`."""
        hours, minutes = divmod(self.instructional_minutes, 60)
        parts = [_counted(hours, "hour")] if hours else []
        parts += [_counted(minutes, "minute")] if minutes else []
        return " ".join(parts)

    def to_json(self) -> str:
        """One line of JSON with sorted keys: equal snapshots give equal text."""
        values = asdict(self) | {
            "completed_on": self.completed_on.isoformat(),
            "issued_at": self.issued_at.astimezone(UTC).isoformat(),
        }
        return json.dumps(values, ensure_ascii=False, sort_keys=True, separators=(",", ":"))

    @classmethod
    def from_json(cls, text: str) -> Snapshot:
        """The snapshot that `to_json` wrote. Raises ValueError for another schema or damaged text."""
        values: dict[str, Any] = json.loads(text)
        if values.get("schema") != SCHEMA_VERSION:
            raise ValueError(f"unknown certificate schema {values.get('schema')!r}")
        try:
            return cls(
                **values
                | {
                    "modules": tuple(
                        ModuleObjectives(title=module["title"], objectives=tuple(module["objectives"]))
                        for module in values["modules"]
                    ),
                    "provider": Provider(**values["provider"]),
                    "completed_on": date.fromisoformat(values["completed_on"]),
                    "issued_at": datetime.fromisoformat(values["issued_at"]),
                    "presenters": tuple(values["presenters"]),
                    "statements": tuple(values["statements"]),
                }
            )
        except (KeyError, TypeError) as error:
            raise ValueError(f"damaged certificate snapshot: {error}") from error


def _counted(number: int, unit: str) -> str:
    return f"{number} {unit}" if number == 1 else f"{number} {unit}s"


def new_code() -> str:
    """A public code nobody can guess: 28 characters, 140 random bits, lower case, safe in addresses."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(_CODE_LENGTH))


def grouped_code(code: str) -> str:
    """The code as it is printed and read aloud: `7Q2M-…`, seven groups of four."""
    upper = code.upper()
    return "-".join(upper[start : start + 4] for start in range(0, len(upper), 4))


def normalize_code(typed: str) -> str | None:
    """The stored form of a code as somebody typed it, or None if it cannot be one.

    Case, spaces and hyphens do not matter; O reads as 0, I and L as 1.
    """
    code = re.sub(r"[\s\-‐‑–]", "", typed).lower().translate(_LOOKALIKES)
    return code if len(code) == _CODE_LENGTH and set(code) <= set(_ALPHABET) else None


def display_name(name: str, *, limit: int = NAME_LIMIT) -> str:
    """A name as it is printed: letters of every script are kept, what could disturb the line is not.

    Drops control, bidirectional-override, other invisible, private-use and unassigned characters, collapses
    white space, keeps at most four marks on a letter, and cuts after `limit` characters. May return "".
    """
    kept: list[str] = []
    marks = 0
    for character in unicodedata.normalize("NFC", name):
        category = unicodedata.category(character)
        if category[0] == "Z" or character in "\t\n\r\v\f\x85":
            character, category = " ", "Zs"
        elif category[0] == "C" and character not in _JOINERS:
            continue
        if category in {"Mn", "Me"}:
            marks += 1
            if marks > _MARK_LIMIT or not kept or kept[-1] == " ":
                continue
        elif character not in _JOINERS:
            marks = 0
        kept.append(character)
    clean = " ".join("".join(kept).split()).strip("\u200c\u200d ")
    if len(clean) <= limit:
        return clean
    end = limit - 1
    while end and unicodedata.combining(clean[end]):  # do not part a letter from its marks
        end -= 1
    return clean[:end].rstrip() + "…"
