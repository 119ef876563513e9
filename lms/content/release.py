"""A release: the course as one canonical JSON document, named by its sha256 digest.

Equal courses give equal bytes, on every machine and in every process: keys are sorted, separators fixed,
decimals and dates written as text, and nothing depends on the order of files or of dictionaries.
"""

from __future__ import annotations

import hashlib
import json

from pydantic import ValidationError

from lms.content.course import Course, Item

FORMAT = 1
"""Raised when a document of an older form can no longer be read as it is."""


class ReleaseError(ValueError):
    """The bytes are not a release document that this version reads."""


def document(course: Course) -> bytes:
    """The canonical document of `course`."""
    content = {"format": FORMAT, "course": course.model_dump(mode="json")}
    return json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()


def digest(content: bytes) -> str:
    """The release's name: sha256 of the document, in hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def item_digest(item: Item) -> str:
    """Names what an item asks and how it is graded: the same for items that differ in nothing but the day on which they
    were reviewed."""
    content = item.model_dump(mode="json", exclude={"reviewed_on"})
    return digest(json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode())


def read(content: bytes) -> Course:
    """The course of a document written by `document`: equal to the one that was written.

    Trust the origin before calling: the HTML inside was cleaned when the release was made and is not cleaned
    again. Raises ReleaseError.
    """
    try:
        parsed = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise ReleaseError(f"not a JSON document: {error}") from error
    if not isinstance(parsed, dict) or parsed.get("format") != FORMAT:
        raise ReleaseError(f"not a release document of format {FORMAT}")
    try:
        return Course.model_validate(parsed.get("course"))
    except ValidationError as error:
        raise ReleaseError(f"the document does not describe a course: {error.error_count()} faults") from error
