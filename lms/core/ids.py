"""Identifiers that strangers may see: random, unguessable, without sequence."""

from __future__ import annotations

import secrets

#: Crockford's base 32: no i, l, o, u, so that a code can be read aloud and typed from paper.
_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
_LENGTH = 26


def public_id() -> str:
    """26 characters, 130 random bits: for addresses of orders, attempts and the like."""
    bits = secrets.randbits(5 * _LENGTH)
    return "".join([_ALPHABET[bits >> shift & 31] for shift in range(0, 5 * _LENGTH, 5)])


def seed() -> int:
    """A 62-bit number that decides what an attempt draws and in which order it shows it."""
    return secrets.randbits(62)
