"""Forms about accounts. Those of the sign-in library keep their checks and get our fields, labels and words."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any

from flask import current_app
from flask_security import (
    ChangeEmailForm,
    ChangePasswordForm,
    ForgotPasswordForm,
    LoginForm,
    MfRecoveryForm,
    RegisterFormV2,
    ResetPasswordForm,
    SendConfirmationForm,
    TwoFactorRescueForm,
    TwoFactorSetupForm,
    TwoFactorVerifyCodeForm,
    VerifyForm,
    WebAuthnRegisterForm,
    WebAuthnRegisterResponseForm,
    hash_password,
)
from flask_security.forms import EmailValidation, email_required, unique_user_email, valid_user_email
from flask_wtf import FlaskForm
from wtforms import (
    EmailField,
    Field,
    HiddenField,
    PasswordField,
    RadioField,
    SelectChoice,
    SelectField,
    StringField,
    TelField,
    ValidationError,
)
from wtforms.validators import Length, Optional

from lms.accounts import domain
from lms.web.forms import Form, Required, tidy
from lms.web.links import local_target

_EMAIL = {
    "autocomplete": "username",
    "inputmode": "email",
    "spellcheck": "false",
    "autocapitalize": "none",
    "maxlength": 254,
}
_CODE = {"autocomplete": "one-time-code", "spellcheck": "false", "autocapitalize": "none", "maxlength": 20}
_ROOM_FOR_NOTES = 255  # length of Passkey.extensions
_NEW_PASSWORD_HINT = "At least 10 characters. Three or four unrelated words do well."  # noqa: S105


def tidied_by(rule: Callable[[str], str]) -> Callable[[object, Field], None]:
    """A validator that keeps what `rule` makes of the text, and shows what it objects to."""

    def check(_form: object, field: Field) -> None:
        if not field.data:
            return
        try:
            field.data = rule(field.data)
        except ValueError as error:
            raise ValidationError(str(error)) from None

    return check


def _email_field(*validators: Any, label: str = "Email address") -> EmailField:
    return EmailField(label, render_kw=_EMAIL, validators=[email_required, *validators])


def _new_password(label: str) -> PasswordField:
    return PasswordField(
        label,
        description=_NEW_PASSWORD_HINT,
        validators=[Required("a password")],
        render_kw={"autocomplete": "new-password", "minlength": domain.PASSWORD_LENGTH[0]},
    )


def _present_password(label: str = "Password") -> PasswordField:
    return PasswordField(label, validators=[Required("your password")], render_kw={"autocomplete": "current-password"})


def _optional(label: str, length: int, autocomplete: str = "off", hint: str = "") -> StringField:
    return StringField(
        label,
        description=hint,
        filters=[tidy],
        validators=[Optional(), Length(max=length, message=f"Enter at most {length} characters.")],
        render_kw={"autocomplete": autocomplete, "maxlength": length},
    )


def _choices(values: Sequence[str]) -> list[SelectChoice]:
    return [SelectChoice(value="", label="Not stated"), *(SelectChoice(value=v, label=v) for v in values)]


def _phone_field() -> TelField:
    return TelField(
        "Telephone number",
        description="Ten digits, or with + and country code.",
        filters=[tidy],
        validators=[Required("your telephone number"), tidied_by(domain.tidy_phone)],
        render_kw={"autocomplete": "tel", "inputmode": "tel", "maxlength": 40},
    )


class PersonFields:
    """What a person says about themselves; only name and telephone number are asked of everyone."""

    name = StringField(
        "Full name",
        description="As it should stand on your certificate.",
        filters=[tidy],
        validators=[Required("your name"), tidied_by(domain.tidy_name)],
        render_kw={"autocomplete": "name", "maxlength": domain.NAME_LENGTH},
    )
    phone = _phone_field()
    credentials = _optional("Credentials", 80, "honorific-suffix", "For example PharmD, RPh, CPhT.")
    license_state = SelectField(
        "State of licence",
        choices=_choices(domain.US_STATES),
        validators=[Optional()],
    )
    employer = _optional("Employer", 120, "organization")
    practice_setting = SelectField(
        "Practice setting",
        choices=_choices(domain.PRACTICE_SETTINGS),
        validators=[Optional()],
    )
    city = _optional("City", 80, "address-level2")
    parish = _optional("Parish or county", 80)


class SafeNext:
    """Forms that lead on to `next` drop an address that is not of this site, without a fuss."""

    def validate_next(self, field: Field) -> None:
        field.data = local_target(field.data) or ""


class SignInForm(SafeNext, LoginForm):
    """Email and password, without "remember me": a sign-in lasts two weeks and can be ended from the account page."""

    email = _email_field(EmailValidation(verify=False))
    password = _present_password()
    remember = None

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.password.description = ""  # the page has its own link for forgotten passwords


class RegistrationForm(SafeNext, PersonFields, RegisterFormV2):
    """Name, email, password and telephone number; all else is optional."""

    email = _email_field(EmailValidation(verify=True), unique_user_email)
    password = _new_password("Password")
    phone = _phone_field()  # errors are listed in the order of the page

    def to_dict(self, only_user: bool) -> dict[str, Any]:
        fields: dict[str, Any] = super().to_dict(only_user)
        return {name: value or None for name, value in fields.items()}


class ForgottenPasswordForm(ForgotPasswordForm):
    """The address to which a reset link goes, if it belongs to an account that may be used."""

    email = _email_field(EmailValidation(verify=True), valid_user_email)

    def validate(self, **options: Any) -> bool:
        valid: bool = super().validate(**options)
        # The library hashes for unknown addresses only, we for known ones; and both write one message.
        if valid:
            hash_password("equal work for all")
        elif self.email.data and "@" in self.email.data:
            current_app.extensions["security"].mail_util.write_to_nobody(
                "security/email/reset_instructions.txt",
                "Set a new password",
                reset_token="-" * 150,
                within="1 day",
            )
        return valid


class ConfirmationForm(SendConfirmationForm):
    """The address to which a new confirmation link goes, if it is waiting for one."""

    email = _email_field(EmailValidation(verify=True), valid_user_email)

    def validate(self, **options: Any) -> bool:
        valid: bool = super().validate(**options) and self.user is not None and self.user.is_active
        if not valid and self.email.data and "@" in self.email.data:
            current_app.extensions["security"].mail_util.write_to_nobody(
                "security/email/confirmation_instructions.txt",
                "Confirm your email address",
                confirmation_token="-" * 150,
                within="2 days",
            )
            self.email.errors = [*self.email.errors] or [""]
        return valid


class NewPasswordForm(ResetPasswordForm):
    """A new password, from a reset link."""

    password = _new_password("New password")
    password_confirm = None

    def validate(self, **options: Any) -> bool:
        if not super().validate(**options):
            return False
        if self.user is None or not self.user.is_active:
            self.form_errors.append("This link is no longer valid.")
            return False
        return True


class PasswordChangeForm(ChangePasswordForm):
    """The present password and a new one."""

    password = _present_password("Present password")
    new_password = _new_password("New password")
    new_password_confirm = None


class EmailChangeForm(ChangeEmailForm):
    """A new address; the change waits until it is confirmed."""

    email = EmailField(
        "New email address",
        render_kw=_EMAIL | {"autocomplete": "email"},
        validators=[email_required, EmailValidation(verify=True), unique_user_email],
    )


class PasswordAgainForm(SafeNext, VerifyForm):
    """The password, asked again before something that matters."""

    password = _present_password()


class AuthenticatorForm(TwoFactorSetupForm):
    """`authenticator` to set up an app, `disable` to turn codes off; sent by buttons."""

    setup = HiddenField()
    phone = None

    def validate(self, **options: Any) -> bool:
        return FlaskForm.validate(self, **options) and self.setup.data in {"authenticator", "disable"}


class RescueForm(TwoFactorRescueForm):
    """Never shown: the page for codes links to the one for recovery codes."""

    help_setup = RadioField(choices=[])


class CodeForm(TwoFactorVerifyCodeForm):
    """Six digits from an authenticator app; spaces between them do no harm."""

    code = StringField(
        "Code",
        filters=[lambda text: "".join(text.split()) if text else text],
        validators=[Required("the code")],
        render_kw=_CODE | {"inputmode": "numeric"},
    )


class RecoveryCodeForm(MfRecoveryForm):
    """One of the recovery codes."""

    code = StringField("Recovery code", filters=[tidy], validators=[Required("a recovery code")], render_kw=_CODE)


class NewPasskeyForm(WebAuthnRegisterForm):
    """A name for a new passkey. Every passkey here signs in on its own; none is only an addition to a password."""

    name = StringField(
        "Name of the passkey",
        description="For example the device it is on: Work phone.",
        filters=[tidy],
        validators=[
            Required("a name for the passkey"),
            Length(max=64, message="Enter at most 64 characters."),
        ],
        render_kw={"autocomplete": "off", "maxlength": 64},
    )
    usage = HiddenField(default="first")

    def validate(self, **options: Any) -> bool:
        self.usage.data = "first"
        return bool(super().validate(**options))


class NewPasskeyResponseForm(WebAuthnRegisterResponseForm):
    """What the browser made; notes of its extensions are kept only where they fit."""

    def validate(self, **options: Any) -> bool:
        if not super().validate(**options):
            return False
        notes: Any = self.extensions
        try:
            fits = isinstance(notes, str) and len(notes) <= _ROOM_FOR_NOTES and isinstance(json.loads(notes), dict)
        except ValueError:
            fits = False
        if not fits:
            self.extensions = None  # type: ignore[assignment]
        return True


class ProfileForm(PersonFields, Form):
    """Name, telephone number and the optional details."""


class DeletionForm(Form):
    """The password, to delete the account."""

    password = _present_password("Your password")
