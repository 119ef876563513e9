"""How often the forms around signing in may be sent, by account and by address of the caller."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from flask import request, session
from flask_login import current_user

from lms.web import limits


@dataclass(frozen=True)
class Limit:
    """At most `rate` sendings for whom `who` names (nobody is limited when it returns an empty text)."""

    name: str
    rate: str
    who: Callable[[], str]


def _typed_email() -> str:
    return request.form.get("email", "").strip().lower()[:254]


def _pending_person() -> str:
    return str(session.get("tf_user_id", ""))


def _signed_in_person() -> str:
    return str(current_user.id) if current_user.is_authenticated else ""


_SIGN_IN = (
    Limit("sign-in by account", "10 per 15 minutes", _typed_email),
    Limit("sign-in by address", "60 per 15 minutes", limits.client_address),
)
_SECOND_FACTOR = (
    Limit("second factor by account", "10 per 15 minutes", _pending_person),
    Limit("sign-in by address", "60 per 15 minutes", limits.client_address),
)
_PASSWORD_AGAIN = (Limit("password again", "10 per 15 minutes", _signed_in_person),)
#: These write a mail each time: nobody's mailbox is to be filled through us.
_MAILS = (
    Limit("account mail by recipient", "5 per hour", _typed_email),
    Limit("account mail by address", "30 per hour", limits.client_address),
)

LIMITS: dict[str, tuple[Limit, ...]] = {
    "security.login": _SIGN_IN,
    "security.wan_signin": (Limit("sign-in by address", "60 per 15 minutes", limits.client_address),),
    "security.wan_signin_response": (Limit("sign-in by address", "60 per 15 minutes", limits.client_address),),
    "security.two_factor_token_validation": _SECOND_FACTOR,
    "security.mf_recovery": _SECOND_FACTOR,
    "security.register": (
        Limit("registration by recipient", "5 per hour", _typed_email),
        Limit("registration by address", "60 per hour", limits.client_address),
    ),
    "security.forgot_password": _MAILS,
    "security.reset_password": (Limit("reset by address", "30 per hour", limits.client_address),),
    "security.send_confirmation": _MAILS,
    "security.change_email": (
        Limit("new address by account", "5 per hour", _signed_in_person),
        Limit("account mail by recipient", "5 per hour", _typed_email),
    ),
    "security.verify": _PASSWORD_AGAIN,
    "security.wan_verify_response": _PASSWORD_AGAIN,
    "security.change_password": _PASSWORD_AGAIN,
    "security.two_factor_setup_validate": _PASSWORD_AGAIN,
    "accounts.delete": _PASSWORD_AGAIN,
    "accounts.resend_confirmation": (Limit("confirmation by account", "5 per hour", _signed_in_person),),
}


def check() -> None:
    """Count this request; TooManyRequests becomes the 429 page. Runs before every view."""
    if request.method != "POST":
        return
    for limit in LIMITS.get(request.endpoint or "", ()):
        if who := limit.who():
            limits.hit(limit.name, limit.rate, who)
