"""Timelines of the course are what rules, steps and dates behind them give: counted again, laid end to end."""

from __future__ import annotations

import re
from datetime import date, timedelta
from decimal import Decimal

import pytest

from lms.content.course import DataTable
from lms.content.loader import load_table
from lms.content.locate import shipped_root


def table(key: str) -> DataTable:
    return load_table(shipped_root(), key)


def whole(value: object) -> int:
    assert isinstance(value, int)
    return value


def test_the_lanes_of_a_cmr_are_its_steps_laid_end_to_end() -> None:
    steps = {row.key: whole(row.values["minutes"]) for row in table("cmr-tmr-cmr-steps").rows}
    drawn = {row.key: (whole(row.values["start"]), whole(row.values["end"])) for row in table("cmr-swimlane").rows}
    assert {key: end - start for key, (start, end) in drawn.items()} == steps
    clock = 0
    for key in steps:  # in the order of the work
        assert drawn[key][0] == clock, key
        clock = drawn[key][1]
    assert clock == sum(steps.values()) == 73


def test_the_pharmacist_alone_and_with_the_patient_works_32_of_the_73_minutes() -> None:
    own = [row.values for row in table("cmr-swimlane").rows if str(row.values["role"]).startswith("Pharmacist")]
    assert sum(whole(row["end"]) - whole(row["start"]) for row in own) == 32


def test_the_plan_year_counts_days_from_enrollment() -> None:
    """60 days to the offer, 14 to the summary, 365 to the next offer, and the calendar quarters in between."""
    enrolled = date(2026, 1, 15)
    rows = {row.key: row.values for row in table("mtm-plan-year").rows}
    days = {key: (whole(row["start"]), whole(row["end"])) for key, row in rows.items()}
    held = days["held"][0]
    assert days["offer"] == (0, 60)
    assert held <= 60
    assert days["summary"] == (held, held + 14)
    assert days["next"] == (365, 365)
    for key, row in rows.items():
        day = enrolled + timedelta(days=days[key][1])
        assert re.search(rf"{day.day} {day:%B %Y}$", str(row["date"])), (key, day)
    quarters = [days[f"q{number}"] for number in (1, 2, 3, 4)]
    assert quarters[0][0] == 0
    assert [start for start, _end in quarters[1:]] == [end + 1 for _start, end in quarters[:-1]]
    ends = [enrolled + timedelta(days=end) for _start, end in quarters]
    assert ends == [date(2026, 3, 31), date(2026, 6, 30), date(2026, 9, 30), date(2026, 12, 31)]


@pytest.mark.parametrize("row", ["virginia", "florida", "louisiana", "plains", "arizona"])
def test_the_regions_of_the_model_ran_from_its_first_to_its_last_day(row: str) -> None:
    values = table("emtm-timeline").row(row).values
    assert (values["start"], values["end"]) == (2017, 2022)
    number = re.search(r"Region (\d+)", str(values["what"]))
    assert number
    assert re.search(rf"\b{number[1]} \(", str(table("emtm-design").row("where").values["answer"]))


def test_the_span_of_the_model_is_five_years_of_services_and_two_of_payments() -> None:
    values = table("emtm-timeline").row("payments").values
    assert (values["start"], values["end"]) == (2017, 2017 + 5 + 2)


def test_moments_of_the_model_lie_in_the_month_that_they_name() -> None:
    for row in table("emtm-timeline").rows:
        named = re.search(r"\((\w+) (20\d\d)\)", str(row.values["what"]))
        if named:
            month = date.fromisoformat(f"{named[2]}-{_MONTHS[named[1]]:02}-01")
            point = Decimal(str(row.values["start"]))
            assert row.values["start"] == row.values["end"]
            assert 0 <= point - month.year - Decimal(month.month - 1) / 12 <= Decimal(1) / 12 + Decimal("0.05"), row.key


_MONTHS = {name: number for number, name in enumerate(("July", "August", "September", "October"), start=7)}
