"""Published content: numbered, immutable releases of a course, stored as rows and cached by digest.

Owns `content_release`. Announces `release_published`. Never parses a course file at request time and never
changes a release.
"""
