"""Errors that the rules raise and the web turns into pages.

Each carries a sentence for the person: what happened and what to do.
"""

from __future__ import annotations


class DomainError(Exception):
    """A rule was not met. `field` names the input that it concerns, if one does."""

    status = 422

    def __init__(self, message: str, *, field: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.field = field


class NotFound(DomainError):
    """There is no such thing, or the person may not know that there is."""

    status = 404

    def __init__(self, message: str = "There is nothing at this address.") -> None:
        super().__init__(message)


class Refused(DomainError):
    """The person is known, and may not do this."""

    status = 403


class Conflict(DomainError):
    """The thing has changed meanwhile; `location` is where its present state can be seen."""

    status = 409

    def __init__(self, message: str, *, location: str | None = None) -> None:
        super().__init__(message)
        self.location = location


class ConfigurationError(Exception):
    """The site cannot start as it is set up. The text names the setting and the remedy."""
