"""Addresses: those of our own pages, and those that people bring along (only this site's are followed)."""

from __future__ import annotations

from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

import flask
from flask import request

_EXTENSION = "lms.links"


def init_app(app: flask.Flask) -> None:
    """Give the application a memory of its own for `url_for`."""
    app.extensions[_EXTENSION] = lru_cache(maxsize=8192)(_build)


def url_for(endpoint: str, **values: Any) -> str:
    """Flask's `url_for` for pages of this site, remembered: a page has dozens of links, the same for everyone.

    What it gives depends on the prefix under which the site is mounted and, for `.name`, on the blueprint.
    """
    if "_external" in values:
        return flask.url_for(endpoint, **values)
    here = request.blueprint if endpoint.startswith(".") else None
    remembered = flask.current_app.extensions[_EXTENSION]
    address: str = remembered(request.script_root, here, endpoint, tuple(values.items()))
    return address


def _build(_root: str, _blueprint: str | None, endpoint: str, values: tuple[tuple[str, Any], ...]) -> str:
    return flask.url_for(endpoint, **dict(values))


def local_target(target: str | None) -> str | None:
    """`target` if it is a path on this site, else None. Guards every redirect to an address from a form or query."""
    if not target or not target.startswith("/") or target.startswith(("//", "/\\")):
        return None
    # Browsers drop tabs and line breaks and read a backslash as a slash, so that "/\t/evil" becomes "//evil".
    if any(character in target for character in "\\\t\r\n\0") or any(ord(character) < 32 for character in target):
        return None
    parts = urlsplit(target)
    if parts.scheme or parts.netloc or not target.startswith(request.script_root + "/"):
        return None
    return target
