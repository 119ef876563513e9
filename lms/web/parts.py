"""Finished parts of pages, kept so that they are written once: for what is the same for everybody who opens them."""

from __future__ import annotations

from collections.abc import Callable, Hashable

from flask import current_app, request
from markupsafe import Markup

_EXTENSION = "lms.parts"


def remembered(kind: str, key: Hashable, *, most: int, caller: Callable[[], Markup]) -> Markup:
    """What a `{% call %}` block gives, written once for each key.

    Nothing of a person or a request may stand in it that the key does not tell. At most `most` parts of a kind are
    kept; then they are all forgotten, which costs less than keeping count of their use.
    """
    if current_app.jinja_env.auto_reload:  # someone is at work on the templates
        return caller()
    kinds: dict[str, dict[Hashable, Markup]] = current_app.extensions.setdefault(_EXTENSION, {})
    parts = kinds.setdefault(kind, {})
    place = (request.script_root, key)
    found = parts.get(place)
    if found is None:
        found = caller()
        if len(parts) >= most:
            parts.clear()
        parts[place] = found
    return found
