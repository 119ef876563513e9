"""Rules about what people type about themselves: names, telephone numbers, email addresses, passwords."""

from __future__ import annotations

import re
import unicodedata
from itertools import pairwise

import phonenumbers
from email_validator import EmailNotValidError, validate_email

#: Region of a telephone number that is typed without a country code.
DEFAULT_REGION = "US"
NAME_LENGTH = 200
PASSWORD_LENGTH = (10, 500)

#: Characters that reorder the text around them: a name could otherwise show as another one.
_BIDI_OVERRIDES = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_REFUSED_CATEGORIES = frozenset({"Cc", "Cs", "Co", "Cn", "Zl", "Zp"})

#: Beginnings of passwords that every guessing list tries first, without their digits and signs.
_COMMON_WORDS = frozenset(
    [
        "password",
        "passwort",
        "passw0rd",
        "qwerty",
        "qwertyuiop",
        "qwertyuiopasdf",
        "asdfghjkl",
        "zxcvbnm",
        "letmein",
        "welcome",
        "iloveyou",
        "abcdefghij",
        "abcdefghijk",
        "administrator",
        "changeme",
        "football",
        "baseball",
        "basketball",
        "superman",
        "batman",
        "dragon",
        "monkey",
        "sunshine",
        "princess",
        "trustno",
        "pharmacy",
        "pharmacist",
        "medication",
        "training",
        "louisiana",
        "correcthorsebatterystaple",
    ]
)

US_STATES = [
    "AL",
    "AK",
    "AZ",
    "AR",
    "CA",
    "CO",
    "CT",
    "DE",
    "DC",
    "FL",
    "GA",
    "HI",
    "ID",
    "IL",
    "IN",
    "IA",
    "KS",
    "KY",
    "LA",
    "ME",
    "MD",
    "MA",
    "MI",
    "MN",
    "MS",
    "MO",
    "MT",
    "NE",
    "NV",
    "NH",
    "NJ",
    "NM",
    "NY",
    "NC",
    "ND",
    "OH",
    "OK",
    "OR",
    "PA",
    "PR",
    "RI",
    "SC",
    "SD",
    "TN",
    "TX",
    "UT",
    "VT",
    "VA",
    "WA",
    "WV",
    "WI",
    "WY",
]

#: Values of the optional question about where a person practises.
PRACTICE_SETTINGS = (
    "Community, independent",
    "Community, chain",
    "Ambulatory care or clinic",
    "Hospital or health system",
    "Long-term care",
    "Managed care or payer",
    "Academia",
    "Public health or government",
    "Student or intern",
    "Other",
)


def tidy_name(text: str) -> str:
    """A name with single spaces, composed (NFC). Any script is welcome. Raises ValueError with what to do."""
    name = " ".join(unicodedata.normalize("NFC", text).split())
    if not name:
        raise ValueError("Enter your name.")
    if len(name) > NAME_LENGTH:
        raise ValueError(f"Enter a name of at most {NAME_LENGTH} characters.")
    if any(c in _BIDI_OVERRIDES or unicodedata.category(c) in _REFUSED_CATEGORIES for c in name):
        raise ValueError("Enter the name without control characters or marks that change the writing direction.")
    return name


def tidy_email(text: str) -> str:
    """An address in lower case, checked for its form only: nobody is asked over the network. Raises ValueError."""
    try:
        return validate_email(text.strip(), check_deliverability=False).normalized.lower()
    except EmailNotValidError:
        raise ValueError("Enter an email address like name@example.org.") from None


def tidy_phone(text: str) -> str:
    """A telephone number as E.164 (`+12255550123`). Raises ValueError when it cannot be one."""
    try:
        number = phonenumbers.parse(text, DEFAULT_REGION)
    except phonenumbers.NumberParseException:
        number = None
    # "Possible" (right length for its country) rather than "valid": tables of area codes age faster than software.
    if number is None or not phonenumbers.is_possible_number(number):
        raise ValueError("Enter a telephone number like (225) 555-0123, or +44 20 7946 0000 from abroad.")
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def show_phone(number: str) -> str:
    """An E.164 number as people write it; as it is when it cannot be read."""
    try:
        parsed = phonenumbers.parse(number, DEFAULT_REGION)
    except phonenumbers.NumberParseException:
        return number
    at_home = parsed.country_code == phonenumbers.country_code_for_region(DEFAULT_REGION)
    form = phonenumbers.PhoneNumberFormat.NATIONAL if at_home else phonenumbers.PhoneNumberFormat.INTERNATIONAL
    return phonenumbers.format_number(parsed, form)


def password_fault(password: str, *, name: str, email: str) -> str | None:
    """What is wrong with a new password, as a sentence; None when it will do. Length counts, composition does not."""
    shortest, longest = PASSWORD_LENGTH
    if len(password) < shortest:
        return f"Enter a password of at least {shortest} characters. Three or four unrelated words do well."
    if len(password) > longest:
        return f"Enter a password of at most {longest} characters."
    folded = password.casefold()
    if len(set(folded)) < 4 or _is_run(folded):
        return "This password is a simple pattern. Choose three or four unrelated words instead."
    if re.sub(r"[\W\d_]+", "", folded) in _COMMON_WORDS:
        return "This password is among the first that others would guess. Choose three or four unrelated words instead."
    own = {*re.split(r"[\W_]+", name.casefold()), *re.split(r"[\W_]+", email.casefold().partition("@")[0])}
    rest = folded
    for word in sorted((word for word in own if len(word) >= 3), key=len, reverse=True):
        rest = rest.replace(word, "")
    if len(rest) < shortest // 2 or folded == email.casefold():
        return "This password is mostly your name or email address. Choose three or four unrelated words instead."
    return None


def _is_run(text: str) -> bool:
    """`0123456789`, `abcdefghij`, and the same backwards."""
    steps = {(ord(b) - ord(a)) for a, b in pairwise(text)}
    digits = "01234567890123456789"
    return steps in ({1}, {-1}) or text in digits or text in digits[::-1]


def browser_name(user_agent: str) -> str:
    """`Firefox on Windows`, for the list of signed-in browsers. Says so when it cannot tell."""
    browsers = (
        ("Edg", "Edge"),
        ("OPR/", "Opera"),
        ("Firefox/", "Firefox"),
        ("Chrome/", "Chrome"),
        ("Safari/", "Safari"),
    )
    systems = (
        ("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows"),
        ("Mac OS X", "Mac"), ("CrOS", "ChromeOS"), ("Linux", "Linux"),
    )  # fmt: skip
    browser = next((name for mark, name in browsers if mark in user_agent), None)
    system = next((name for mark, name in systems if mark in user_agent), None)
    if browser and system:
        return f"{browser} on {system}"
    return browser or system or "Unknown browser"
