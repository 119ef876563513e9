"""Money, moments and identifiers."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from lms.checkout.models import DiscountCode
from lms.core.clock import local_date, long_date
from lms.core.db import db
from lms.core.ids import public_id, seed
from lms.core.money import format_money, percent_of, round_cents
from lms.core.unit_of_work import unit_of_work
from tests.support import journey


@pytest.mark.parametrize(
    ("amount", "cents"), [("0.5", 1), ("1.5", 2), ("2.5", 3), ("2.4999", 2), ("-0.5", -1), ("-2.5", -3), ("0", 0)]
)
def test_halves_are_rounded_away_from_zero(amount: str, cents: int) -> None:
    assert round_cents(Decimal(amount)) == cents


@given(st.integers(0, 10**12), st.integers(0, 100))
def test_a_part_and_the_rest_are_the_whole(cents: int, percent: int) -> None:
    part = percent_of(cents, percent)
    assert 0 <= part <= cents
    assert abs(part * 100 - cents * percent) <= 50


@pytest.mark.parametrize(
    ("cents", "currency", "text"),
    [
        (9500, "USD", "$95.00"),
        (5, "USD", "$0.05"),
        (-9500, "USD", "\N{MINUS SIGN}$95.00"),
        (123456789, "USD", "$1,234,567.89"),
        (100, "CAD", "1.00 CAD"),
        (0, "USD", "$0.00"),
    ],
)
def test_money_is_written_as_people_read_it(cents: int, currency: str, text: str) -> None:
    assert format_money(cents, currency) == text


def test_a_moment_without_time_zone_is_refused(app: Flask) -> None:
    with pytest.raises(Exception, match="without time zone"):
        journey.make_code(app, "NAIVE", valid_until=datetime(2026, 1, 1))  # noqa: DTZ001 -- the fault that is tested


def test_moments_come_back_in_utc(any_database: str, app: Flask) -> None:
    assert any_database
    moment = datetime(2026, 7, 1, 12, 0, 0, 123456, tzinfo=timezone(timedelta(hours=-5)))
    journey.make_code(app, "LATER", valid_until=moment)
    with app.app_context(), unit_of_work() as session:
        found = session.scalar(select(DiscountCode.valid_until).where(DiscountCode.code == "LATER"))
    assert found == moment
    assert found is not None
    assert found.tzinfo is UTC
    with app.app_context():
        later = select(DiscountCode.id).where(DiscountCode.valid_until > moment - timedelta(microseconds=1))
        assert db.session.scalar(later) is not None


def test_the_printed_day_is_the_learners() -> None:
    assert local_date(datetime(2026, 11, 24, 3, 0, tzinfo=UTC)) == date(2026, 11, 23)
    assert long_date(date(2026, 11, 3)) == "3 November 2026"


def test_public_ids_are_unguessable() -> None:
    """Abuse cases 2 and 23: 130 random bits, without a sequence."""
    made = {public_id() for _ in range(2000)}
    assert len(made) == 2000
    assert all(len(one) == 26 and one.isalnum() and one == one.lower() for one in made)
    assert len({one[:4] for one in made}) > 1900
    assert all(0 <= seed() < 2**62 for _ in range(100))
