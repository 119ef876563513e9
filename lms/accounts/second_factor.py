"""Authenticator codes, recovery codes and passkeys: where this site is stricter than the sign-in library."""

from __future__ import annotations

import hashlib
import hmac
from typing import Any

import segno
from flask import Flask
from flask_security import MfRecoveryCodesUtil, Totp, WebauthnUtil
from passlib.exc import UsedTokenError
from passlib.totp import TotpMatch
from sqlalchemy import CursorResult, Update, or_, update
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from lms.accounts.models import Person
from lms.core.db import db, take_write_lock
from lms.core.errors import Conflict


def _changed(statement: Update) -> int:
    # On SQLite a statement in a transaction that began by reading fails when anyone wrote since (the limits do).
    take_write_lock(db.session())
    result: CursorResult[Any] = db.session.execute(statement)  # type: ignore[assignment]
    return result.rowcount


def derived_key(secret_key: str, purpose: str) -> str:
    """A key for one purpose, derived from the site's secret key."""
    return hmac.new(secret_key.encode(), f"lms {purpose}".encode(), hashlib.sha256).hexdigest()


class AuthenticatorCodes(Totp):
    """Codes from an authenticator app (RFC 6238), each accepted once."""

    def get_last_counter(self, user: Any) -> int | None:
        counter: int | None = user.totp_last_counter
        return counter

    def set_last_counter(self, user: Any, tmatch: TotpMatch) -> None:
        """Take the code's time step. One statement decides, so that of two requests with one code one is refused."""
        statement = (
            update(Person)
            .where(
                Person.id == user.id,
                or_(Person.totp_last_counter.is_(None), Person.totp_last_counter < tmatch.counter),
            )
            .values(totp_last_counter=tmatch.counter)
        )
        if _changed(statement) != 1:
            raise UsedTokenError

    def generate_qrcode(self, username: str, totp: str) -> str:
        """The set-up code as an SVG with a light background of its own, readable in the dark theme too."""
        uri: str = segno.make(self.get_totp_uri(username, totp), error="m").svg_data_uri(scale=5, light="#fff")
        return uri


class RecoveryCodes(MfRecoveryCodesUtil):
    """Codes for the day the authenticator is lost: shown once, kept as keyed digests, each accepted once."""

    def __init__(self, app: Flask) -> None:
        super().__init__(app)
        self._key = derived_key(app.config["SECRET_KEY"], "recovery codes").encode()

    def create_recovery_codes(self, user: Any) -> list[str]:
        codes: list[str] = self._new_codes()
        user.mf_recovery_codes = [self._digest(code) for code in codes]
        return codes

    def get_recovery_codes(self, user: Any) -> list[str]:
        return []  # there is no way back from a digest to a code

    def check_recovery_code(self, user: Any, code: str) -> bool:
        return self._digest(code) in (user.mf_recovery_codes or [])

    def delete_recovery_code(self, user: Any, code: str) -> bool:
        """Use up a code. One statement decides, so that of two requests with one code one is refused."""
        present = list(user.mf_recovery_codes or [])
        left = [digest for digest in present if digest != self._digest(code)]
        statement = (
            update(Person)
            .where(Person.id == user.id, Person.mf_recovery_codes == present)
            .values(mf_recovery_codes=left)
            .execution_options(synchronize_session="fetch")
        )
        if len(left) == len(present) or _changed(statement) != 1:
            raise Conflict("This recovery code was used a moment ago. Sign in with another one.")
        return True

    @staticmethod
    def _new_codes() -> list[str]:
        from flask import current_app

        factory = current_app.extensions["security"].totp_factory
        codes: list[str] = factory.generate_recovery_codes(current_app.config["SECURITY_MULTI_FACTOR_RECOVERY_CODES_N"])
        return codes

    def _digest(self, code: str) -> str:
        plain = "".join(character for character in code.lower() if character.isalnum())
        return hmac.new(self._key, plain.encode(), hashlib.sha256).hexdigest()


class Passkeys(WebauthnUtil):
    """Any authenticator may hold a passkey: the phone or computer itself, or a security key."""

    def authenticator_selection(self, user: Any, usage: str) -> AuthenticatorSelectionCriteria:
        return AuthenticatorSelectionCriteria(
            # Discoverable: the browser offers it without asking us about an address, so no address can be probed.
            resident_key=ResidentKeyRequirement.REQUIRED,
            # With a fingerprint, face or PIN a passkey counts as both factors; without, the code is asked for as well.
            user_verification=UserVerificationRequirement.PREFERRED,
        )

    def authentication_options(self, user: Any, usage: list[str], existing_options: dict[str, Any]) -> dict[str, Any]:
        return existing_options | {"user_verification": UserVerificationRequirement.PREFERRED}
