"""Identifiers that strangers may see: random, unguessable, without sequence."""

from __future__ import annotations

import secrets

#: Crockford's base 32: no I, L, O, U, so that a code can be read aloud and typed from paper.
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def public_id() -> str:
    """26 characters, 130 random bits: for addresses of orders, attempts and the like."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(26)).lower()


def seed() -> int:
    """A 62-bit number that decides what an attempt draws and in which order it shows it."""
    return secrets.randbits(62)
