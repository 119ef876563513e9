"""Rules about names, numbers, addresses and passwords."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.accounts import domain


@pytest.mark.parametrize("name", ["Ada Byron", "José Ñúñez", "李小龙", "O’Brien-Şahin", "عائشة", "क्षिति", "Zoë"])
def test_names_of_any_script_are_kept(name: str) -> None:
    assert domain.tidy_name(f"  {name} ") == name


@pytest.mark.parametrize(
    "name", ["", "   ", "a\x00b", "a\x1bb", "a\u202eb", "a\u2066b", "a\u200fb", "\ue000", "x" * 201]
)
def test_names_that_cannot_be_printed_are_refused(name: str) -> None:
    with pytest.raises(ValueError, match=r"Enter .*name"):
        domain.tidy_name(name)


@given(st.text(max_size=300))
def test_a_tidy_name_stays_as_it_is(text: str) -> None:
    try:
        once = domain.tidy_name(text)
    except ValueError:
        return
    assert domain.tidy_name(once) == once
    assert 1 <= len(once) <= 200


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("(225) 555-0123", "+12255550123"),
        ("225.555.0123", "+12255550123"),
        ("+1 225 555 0123", "+12255550123"),
        ("+44 20 7946 0000", "+442079460000"),
    ],
)
def test_telephone_numbers_are_kept_as_e164(typed: str, kept: str) -> None:
    assert domain.tidy_phone(typed) == kept
    assert domain.tidy_phone(domain.show_phone(kept)) == kept


@pytest.mark.parametrize("typed", ["12", "call me", "+1 225 555 0123 4567 89", ""])
def test_what_cannot_be_a_telephone_number_is_refused(typed: str) -> None:
    with pytest.raises(ValueError, match="Enter a telephone number"):
        domain.tidy_phone(typed)


@pytest.mark.parametrize("typed", [" Ada@Example.ORG ", "ADA@EXAMPLE.org"])
def test_addresses_are_kept_in_lower_case(typed: str) -> None:
    assert domain.tidy_email(typed) == "ada@example.org"


@pytest.mark.parametrize("typed", ["ada", "ada@", "@example.org", "a b@example.org", "ada@example..org", "a@b@c.org"])
def test_what_cannot_be_an_address_is_refused(typed: str) -> None:
    with pytest.raises(ValueError, match="Enter an email address"):
        domain.tidy_email(typed)


@pytest.mark.parametrize(
    ("password", "fault"),
    [
        ("four unrelated harbour words", None),
        ("correct pony staple", None),
        ("xk7-qpl2vz", None),
        ("ninechars", "at least 10"),
        ("x" * 501, "at most 500"),
        ("aaaaaaaaaaaa", "simple pattern"),
        ("1234567890", "simple pattern"),
        ("abcdefghijkl", "simple pattern"),
        ("Password2026!", "among the first"),
        ("pharmacist1", "among the first"),
        ("AdaByron2026", "mostly your name"),
        ("ada.byron@example.org", None),
        ("adab@example.org", "mostly your name"),
    ],
)
def test_passwords(password: str, fault: str | None) -> None:
    found = domain.password_fault(password, name="Ada Byron", email="adab@example.org")
    if fault is None:
        assert found is None
    else:
        assert found is not None
        assert fault in found


@pytest.mark.parametrize(
    ("agent", "name"),
    [
        (
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36",
            "Chrome on Windows",
        ),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox on Linux"),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605 Version/19.0 Safari/604",
            "Safari on iPhone",
        ),
        ("curl/8.0", "Unknown browser"),
    ],
)
def test_browsers_are_named(agent: str, name: str) -> None:
    assert domain.browser_name(agent) == name
