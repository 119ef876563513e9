"""Flask-Security, set up for this site: what it offers, at which addresses, for whom, and what it may not do."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from functools import wraps
from typing import Any, cast

from flask import Flask, Response, abort, make_response, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from flask_security import (
    Security,
    SQLAlchemyUserDatastore,
    change_email_confirmed,
    logout_user,
    tf_disabled,
    tf_profile_changed,
    uia_email_mapper,
    wan_deleted,
    wan_registered,
)
from sqlalchemy.exc import IntegrityError
from werkzeug.datastructures import ImmutableMultiDict

from lms.accounts import forms, services, sign_ins, throttle
from lms.accounts.domain import PASSWORD_LENGTH
from lms.accounts.emails import NOBODY, OutboxMail, notify, notify_about, site_url
from lms.accounts.models import Passkey, Person, Role
from lms.accounts.passwords import PasswordRules
from lms.accounts.second_factor import AuthenticatorCodes, Passkeys, RecoveryCodes, derived_key
from lms.accounts.wording import MESSAGES, SUBJECTS
from lms.core import outbox
from lms.core.clock import now
from lms.core.db import db
from lms.core.settings import Settings
from lms.web.links import local_target
from lms.web.policy import Policy

#: Who may use each of the library's routes. The half-way steps of a sign-in are public: they check their own state.
POLICIES: Mapping[str, Policy] = {
    f"security.{name}": policy
    for policy, names in {
        Policy.PUBLIC: (
            "login", "logout", "register", "forgot_password", "reset_password", "send_confirmation", "confirm_email",
            "change_email_confirm", "two_factor_token_validation", "two_factor_rescue", "tf_select", "mf_recovery",
            "wan_signin", "wan_signin_response",
        ),
        Policy.SIGNED_IN: (
            "verify", "change_password", "change_email", "two_factor_setup", "two_factor_setup_validate",
            "mf_recovery_codes", "wan_register", "wan_register_response", "wan_delete", "wan_verify",
            "wan_verify_response",
        ),
    }.items()
    for name in names
}  # fmt: skip

#: The course that a newcomer goes on to, when nothing else was asked for.
FIRST_COURSE = "mtm"

ADDRESSES = {
    "LOGIN_URL": "/sign-in",
    "WAN_SIGNIN_URL": "/sign-in/passkey",
    "TWO_FACTOR_TOKEN_VALIDATION_URL": "/sign-in/code",
    "TWO_FACTOR_RESCUE_URL": "/sign-in/code/help",
    "TWO_FACTOR_SELECT_URL": "/sign-in/second-step",
    "MULTI_FACTOR_RECOVERY_URL": "/sign-in/recovery-code",
    "LOGOUT_URL": "/sign-out",
    "REGISTER_URL": "/register",
    "CONFIRM_URL": "/confirm-email",
    "RESET_URL": "/reset-password",
    "VERIFY_URL": "/account/confirm-it-is-you",
    "WAN_VERIFY_URL": "/account/confirm-with-passkey",
    "CHANGE_URL": "/account/password",
    "CHANGE_EMAIL_URL": "/account/email",
    "TWO_FACTOR_SETUP_URL": "/account/authenticator",
    "MULTI_FACTOR_RECOVERY_CODES_URL": "/account/recovery-codes",
    "WAN_REGISTER_URL": "/account/passkeys",
    "WAN_DELETE_URL": "/account/passkeys/remove",
}

#: Where the library sends people afterwards (endpoints, so that a mounted site keeps its prefix).
NEXT_PAGES = {
    "POST_LOGIN_VIEW": "learning.dashboard",
    "POST_LOGOUT_VIEW": "public.home",
    "POST_REGISTER_VIEW": "learning.dashboard",
    "POST_CONFIRM_VIEW": "accounts.account",
    "POST_RESET_VIEW": "security.login",
    "POST_CHANGE_VIEW": "accounts.account",
    "POST_CHANGE_EMAIL_VIEW": "accounts.account",
    "POST_VERIFY_VIEW": "accounts.account",
    "TWO_FACTOR_POST_SETUP_VIEW": "accounts.account",
    "WAN_POST_REGISTER_VIEW": "security.wan_register",
}

OPTIONS: dict[str, Any] = {
    "REGISTERABLE": True,
    "CONFIRMABLE": True,
    "LOGIN_WITHOUT_CONFIRMATION": True,  # learning needs no confirmed address, only the certificate does
    "RECOVERABLE": True,
    "CHANGEABLE": True,
    "CHANGE_EMAIL": True,
    "TWO_FACTOR": True,
    "TWO_FACTOR_ENABLED_METHODS": ["authenticator"],
    "TWO_FACTOR_RESCUE_EMAIL": False,
    "TWO_FACTOR_AUTHENTICATOR_VALIDITY": 30,  # seconds of clock difference that are forgiven
    "MULTI_FACTOR_RECOVERY_CODES": True,
    "MULTI_FACTOR_RECOVERY_CODES_N": 8,
    "WEBAUTHN": True,
    "WAN_ALLOW_USER_HINTS": False,  # hints would tell strangers which addresses have passkeys
    "WAN_SIGNIN_WITHIN": timedelta(minutes=5),
    "PASSWORD_CONFIRM_REQUIRED": False,
    "PASSWORD_LENGTH_MIN": PASSWORD_LENGTH[0],
    "PASSWORD_HASH": "argon2",
    "PASSWORD_SCHEMES": ["argon2"],
    "PASSWORD_SINGLE_HASH": {"argon2"},  # argon2 salts by itself; a lost site key must not lock everyone out
    "HASHING_SCHEMES": ["hex_sha256"],  # of values inside signed links only
    "DEPRECATED_HASHING_SCHEMES": [],
    "RETURN_GENERIC_RESPONSES": True,
    "CONFIRM_EMAIL_WITHIN": timedelta(days=7),
    "RESET_PASSWORD_WITHIN": timedelta(hours=2),
    "CHANGE_EMAIL_WITHIN": timedelta(hours=24),
    "FRESHNESS": timedelta(minutes=15),
    "FRESHNESS_GRACE_PERIOD": timedelta(minutes=5),
    "FRESHNESS_ALLOW_AUTH_TOKEN": False,
    "API_ENABLED_METHODS": ["session"],
    "USER_IDENTITY_ATTRIBUTES": [{"email": {"mapper": uia_email_mapper, "case_insensitive": False}}],
    "EMAIL_HTML": False,  # made from the text, see emails.as_html
    "EMAIL_SENDER": "site",
    "DATETIME_FACTORY": now,
    "STATIC_FOLDER": None,
    "CLI_USERS_NAME": None,
    "CLI_ROLES_NAME": None,
}


def init_app(app: Flask, settings: Settings) -> None:
    """Give the application accounts. Form tokens, limits and the database must be there already."""
    key = app.config["SECRET_KEY"]
    options = OPTIONS | ADDRESSES | NEXT_PAGES | SUBJECTS | {f"MSG_{name}": text for name, text in MESSAGES.items()}
    options |= {
        "TOTP_SECRETS": {"1": derived_key(key, "authenticator secrets")},
        "TOTP_ISSUER": settings.site_name,
        "WAN_RP_NAME": settings.site_name,
    }
    app.config.update({f"SECURITY_{name}": value for name, value in options.items()})
    security = Security(
        app,
        People(db, Person, Role, Passkey),
        mail_util_cls=OutboxMail,
        password_util_cls=PasswordRules,
        webauthn_util_cls=Passkeys,
        mf_recovery_codes_util_cls=RecoveryCodes,
        totp_cls=AuthenticatorCodes,
        login_form=forms.SignInForm,
        register_form=forms.RegistrationForm,
        forgot_password_form=forms.ForgottenPasswordForm,
        send_confirmation_form=forms.ConfirmationForm,
        reset_password_form=forms.NewPasswordForm,
        change_password_form=forms.PasswordChangeForm,
        change_email_form=forms.EmailChangeForm,
        verify_form=forms.PasswordAgainForm,
        two_factor_setup_form=forms.AuthenticatorForm,
        two_factor_rescue_form=forms.RescueForm,
        two_factor_verify_code_form=forms.CodeForm,
        mf_recovery_form=forms.RecoveryCodeForm,
        wan_register_form=forms.NewPasskeyForm,
        wan_register_response_form=forms.NewPasskeyResponseForm,
    )
    security.want_json(lambda _request: False)  # one way in: forms. The REST API has keys of its own
    security.mail_context_processor(lambda: {"site_url": site_url})
    # The library's second permission system would ask for the person on every request, static files included.
    security.principal.identity_loaders.clear()

    sign_ins.init_app(app)
    app.before_request(throttle.check)
    for endpoint in POLICIES:
        app.view_functions[endpoint] = _guarded(endpoint, app.ensure_sync(app.view_functions[endpoint]))
    app.view_functions["security.two_factor_rescue"] = _to_recovery_code
    change_email_confirmed.connect(_after_new_address, app)
    tf_profile_changed.connect(_after_codes_on, app)
    tf_disabled.connect(_after_codes_off, app)
    wan_registered.connect(_after_passkey_added, app)
    wan_deleted.connect(_after_passkey_removed, app)
    with app.app_context():
        outbox.handles(outbox.handlers(), NOBODY, lambda _id, _payload: None)


class People(SQLAlchemyUserDatastore):
    """How the library stores people."""

    def create_user(self, **values: Any) -> Person:
        return cast(Person, super().create_user(**values, created_at=now()))

    def commit(self) -> None:
        sign_ins.store()


def _guarded(endpoint: str, view: Callable[..., ResponseReturnValue]) -> Callable[..., ResponseReturnValue]:
    """A library view that takes forms only and leads to pages of this site only."""

    @wraps(view)
    def guarded(**values: Any) -> ResponseReturnValue:
        if request.is_json:
            abort(415)
        _drop_foreign_next()
        response = make_response(_registering(view) if endpoint == "security.register" else view(**values))
        if response.location is not None:
            response.location = local_target(response.location) or url_for(NEXT_PAGES["POST_LOGIN_VIEW"])
        return response

    return guarded


def _drop_foreign_next() -> None:
    """Forget a `next` that does not lead to a page of this site, wherever the library would look for it."""
    for name in ("args", "form"):
        given = getattr(request, name)
        if any(local_target(target) is None for target in given.getlist("next")):
            kept = [(key, value) for key, value in given.items(multi=True) if key != "next"]
            setattr(request, name, ImmutableMultiDict(kept))


def _registering(view: Callable[..., ResponseReturnValue]) -> Response:
    newcomer = not current_user.is_authenticated
    try:
        response = make_response(view())
        db.session.flush()
    except IntegrityError:
        # The same address was registered a moment ago by another request: answer as for any known address.
        db.session.rollback()
        logout_user()
        session.clear()
        response = make_response(view())
    if newcomer and response.location is not None:
        wanted = request.form.get("next") or request.args.get("next")
        response.location = wanted or url_for("catalog.course", course=FIRST_COURSE)
    return response


def _to_recovery_code(**_values: Any) -> ResponseReturnValue:
    return redirect(url_for("security.mf_recovery", next=local_target(request.args.get("next"))), 303)


def _after_new_address(_app: Flask, *, user: Person, old_email: str, **_more: object) -> None:
    services.void_links(user)
    what = f"The email address of your account was changed to {user.email}."
    notify(db.session(), to=old_email, subject="Your email address was changed", what=what, in_unit=False)
    sign_ins.commit_after_request()


def _after_codes_on(_app: Flask, *, user: Person, **_more: object) -> None:
    notify_about(user, "Sign-in codes turned on", "Codes from an authenticator app are now asked for when you sign in.")


def _after_codes_off(_app: Flask, *, user: Person, **_more: object) -> None:
    user.mf_recovery_codes = user.totp_last_counter = None
    notify_about(user, "Sign-in codes turned off", "Codes are no longer asked for when you sign in.")


def _after_passkey_added(_app: Flask, *, user: Person, name: str, **_more: object) -> None:
    notify_about(
        user,
        "A passkey was added",
        "A passkey was added to your account: it can sign in without the password.",
    )


def _after_passkey_removed(_app: Flask, *, user: Person, name: str, **_more: object) -> None:
    notify_about(user, "A passkey was removed", "A passkey was removed from your account.")
