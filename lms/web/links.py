"""Addresses that people bring along: only those of this site are followed."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import request


def local_target(target: str | None) -> str | None:
    """`target` if it is a path on this site, else None. Guards every redirect to an address from a form or query."""
    if not target or not target.startswith("/") or target.startswith(("//", "/\\")):
        return None
    # Browsers drop tabs and line breaks and read a backslash as a slash, so that "/\t/evil" becomes "//evil".
    if any(character in target for character in "\\\t\r\n\0") or any(
        ord(character) < 32 for character in target
    ):
        return None
    parts = urlsplit(target)
    if parts.scheme or parts.netloc or not target.startswith(request.script_root + "/"):
        return None
    return target
