"""Prices on plain data: whatever the code, the total adds up, and is never below zero."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.checkout.domain import Discount, normalise_code, quote

PRICES = st.integers(0, 10_000_000)
DISCOUNTS = st.one_of(
    st.none(),
    st.builds(Discount, code=st.just("A"), title=st.just("A"), percent=st.integers(1, 100)),
    st.builds(Discount, code=st.just("A"), title=st.just("A"), amount_cents=st.integers(1, 20_000_000)),
)


@given(PRICES, DISCOUNTS)
def test_the_total_adds_up_and_is_never_below_zero(price: int, discount: Discount | None) -> None:
    """Abuse case 33: no code makes a negative total, and none makes the course dearer."""
    found = quote(price, "USD", discount)
    assert 0 <= found.total_cents <= price
    assert found.total_cents == found.list_cents - found.discount_cents


@given(PRICES, st.integers(1, 100))
def test_a_percentage_is_rounded_half_up_to_the_cent(price: int, percent: int) -> None:
    found = quote(price, "USD", Discount("A", "A", percent=percent))
    exact = Fraction(price * percent, 100)
    assert -Fraction(1, 2) <= exact - found.discount_cents < Fraction(1, 2), "a half is rounded up, not down"


@pytest.mark.parametrize(("price", "percent", "off"), [(9500, 100, 9500), (1, 50, 1), (3, 50, 2), (9999, 33, 3300)])
def test_known_percentages(price: int, percent: int, off: int) -> None:
    assert quote(price, "USD", Discount("A", "A", percent=percent)).discount_cents == off


@pytest.mark.parametrize(
    "typed", ["LAMTM", " lamtm ", "la mtm", "ＬＡＭＴＭ", "ʟamtm".replace("ʟ", "l"), "LA\u00a0MTM"]
)
def test_harmless_differences_of_a_typed_code_do_not_matter(typed: str) -> None:
    """Abuse case 33: case, spaces and full-width letters are the same code."""
    assert normalise_code(typed) == "LAMTM"


@pytest.mark.parametrize("typed", ["LАMTM", "LAMТM", "LAMTM\u200b", "LAMTM.", "1AMTM"])
def test_lookalikes_of_other_alphabets_are_other_codes(typed: str) -> None:
    """Abuse case 33: a Cyrillic letter or an invisible one does not pass for the real code."""
    assert normalise_code(typed) != "LAMTM"


@given(st.text(max_size=200))
def test_any_text_becomes_a_code_that_stays_what_it_is(typed: str) -> None:
    code = normalise_code(typed)
    assert len(code) <= 40
    assert not any(character.isspace() for character in code)
