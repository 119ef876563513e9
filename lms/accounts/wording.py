"""What the sign-in library says to people, in this site's words: `key: (sentence, kind of message)`."""

from __future__ import annotations

_LINK_OVER = (
    "This link is no longer valid: it was used, replaced by a newer one, or is too old. Ask for a new one below."
)

MESSAGES: dict[str, tuple[str, str]] = {
    "ALREADY_CONFIRMED": ("This email address is confirmed already. There is nothing left to do.", "success"),
    "ANONYMOUS_USER_REQUIRED": ("You are signed in already.", "info"),
    "API_ERROR": ("This link or form is no longer valid. Start again.", "error"),
    "CHANGE_EMAIL_CONFIRMED": (
        "Your email address was changed. Sign in with the new one from now on.",
        "success",
    ),
    "CHANGE_EMAIL_EXPIRED": (
        "This link is too old: it was valid for %(within)s. Enter the new address again.",
        "error",
    ),
    "CHANGE_EMAIL_SENT": (
        "We sent a link to %(email)s. The change takes effect when you open it.",
        "success",
    ),
    "CONFIRMATION_EXPIRED": (_LINK_OVER, "error"),
    "CONFIRMATION_REQUEST": (
        "If %(email)s belongs to an account that is not confirmed yet, a link is on its way to it.",
        "info",
    ),
    "CONFIRM_REGISTRATION": (
        "We sent a link to %(email)s to confirm the address. You can start learning at once; "
        "only the certificate needs it.",
        "success",
    ),
    "DISABLED_ACCOUNT": ("The email address or the password is not right.", "error"),
    "EMAIL_ALREADY_ASSOCIATED": ("Enter another email address.", "error"),
    "EMAIL_CONFIRMED": ("Your email address is confirmed.", "success"),
    "EMAIL_NOT_PROVIDED": ("Enter your email address.", "error"),
    "GENERIC_AUTHN_FAILED": (
        "The email address or the password is not right. Check both and try again.",
        "error",
    ),
    "INVALID_CONFIRMATION_TOKEN": (_LINK_OVER, "error"),
    "INVALID_EMAIL_ADDRESS": ("Enter an email address like name@example.org.", "error"),
    "INVALID_PASSWORD": ("This is not your present password.", "error"),
    "INVALID_RECOVERY_CODE": ("This recovery code is not right, or was used before.", "error"),
    "INVALID_REDIRECT": ("The page asked for is not part of this site.", "error"),
    "INVALID_RESET_PASSWORD_TOKEN": (_LINK_OVER, "error"),
    "PASSWORD_CHANGE": ("Your password was changed. Every other browser was signed out.", "success"),
    "PASSWORD_IS_THE_SAME": ("Enter a password that differs from the present one.", "error"),
    "PASSWORD_NOT_PROVIDED": ("Enter your password.", "error"),
    "PASSWORD_RESET_EXPIRED": (_LINK_OVER, "error"),
    "PASSWORD_RESET_NO_LOGIN": ("Your password was changed. Sign in with the new one.", "success"),
    "PASSWORD_RESET_REQUEST": (
        "If %(email)s belongs to an account, a link to set a new password is on its way to it.",
        "info",
    ),
    "REAUTHENTICATION_REQUIRED": ("Confirm that it is you, then go on.", "info"),
    "REAUTHENTICATION_SUCCESSFUL": ("Thank you. You can go on.", "info"),
    "TWO_FACTOR_CHANGE_METHOD_SUCCESSFUL": (
        "Codes from your authenticator app are now asked for when you sign in. "
        "Make recovery codes too, in case you lose the app.",
        "success",
    ),
    "TWO_FACTOR_DISABLED": ("Codes are no longer asked for when you sign in.", "success"),
    "TWO_FACTOR_INVALID_TOKEN": (
        "This code is not right, or was used before. Wait for the next one and try again.",
        "error",
    ),
    "TWO_FACTOR_LOGIN_SUCCESSFUL": ("You are signed in.", "success"),
    "TWO_FACTOR_PERMISSION_DENIED": ("Start with your email address and password.", "info"),
    "TWO_FACTOR_SETUP_EXPIRED": ("This took longer than %(within)s. Start again.", "error"),
    "UNAUTHENTICATED": ("Sign in to go on.", "info"),
    "USER_DOES_NOT_EXIST": ("The email address or the password is not right.", "error"),
    "WEBAUTHN_CREDENTIAL_DELETED": ("The passkey “%(name)s” was removed.", "success"),
    "WEBAUTHN_CREDENTIAL_ID_INUSE": ("This passkey is in use already.", "error"),
    "WEBAUTHN_CREDENTIAL_WRONG_USAGE": ("This passkey cannot be used here.", "error"),
    "WEBAUTHN_EXPIRED": ("This took longer than %(within)s. Start again.", "error"),
    "WEBAUTHN_MISMATCH_USER_HANDLE": ("This passkey belongs to another account.", "error"),
    "WEBAUTHN_NAME_DISALLOWED_CHARACTERS": ("Use letters, digits, spaces and hyphens in the name.", "error"),
    "WEBAUTHN_NAME_INUSE": ("You have a passkey with this name already. Choose another name.", "error"),
    "WEBAUTHN_NAME_NOT_FOUND": ("You have no passkey with this name.", "error"),
    "WEBAUTHN_NAME_REQUIRED": ("Enter a name for the passkey.", "error"),
    "WEBAUTHN_NO_VERIFY": ("The passkey could not be checked. Try again.", "error"),
    "WEBAUTHN_ORPHAN_CREDENTIAL_ID": ("This passkey is not known here.", "error"),
    "WEBAUTHN_REGISTER_SUCCESSFUL": ("The passkey “%(name)s” was added.", "success"),
    "WEBAUTHN_UNKNOWN_CREDENTIAL_ID": ("This passkey is not known here.", "error"),
}

SUBJECTS = {
    "EMAIL_SUBJECT_REGISTER": "Your registration",
    "EMAIL_SUBJECT_CONFIRM": "Confirm your email address",
    "EMAIL_SUBJECT_PASSWORD_RESET": "Set a new password",
    "EMAIL_SUBJECT_PASSWORD_NOTICE": "Your password was changed",
    "EMAIL_SUBJECT_PASSWORD_CHANGE_NOTICE": "Your password was changed",
    "CHANGE_EMAIL_SUBJECT": "Confirm your new email address",
}
