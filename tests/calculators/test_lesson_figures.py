"""What the lessons on the two views of a saving and on money and time print and draw, calculated again."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from lms.calculators.domain import calculate, figures, formulas, tornado
from lms.calculators.domain.figures import dated_table

D = Decimal
FORMULA = formulas()["delegation-savings"]
WHO = ("pharmacist", "technician")


def shown(**given: Any) -> dict[str, Any]:
    return calculate(FORMULA, given).shown


def cell(table: str, row: str, column: str) -> Decimal:
    return D(str(dated_table(table).row(row).values[column]))


def test_minutes_before_and_after_are_those_of_the_calculator() -> None:
    found = shown()
    table = {(row, who): cell("delegation-minutes", row, who) for row in ("before", "after") for who in WHO}
    assert table == {
        ("before", "pharmacist"): found["minutes_before"],
        ("before", "technician"): 0,
        ("after", "pharmacist"): found["minutes_after"],
        ("after", "technician"): found["delegate_minutes_after"],
    }


def test_the_cash_of_freed_hours_by_their_use() -> None:
    """An hour off the schedule is worth the loaded rate or the wage; a used one what the further reviews pay."""
    found = shown()
    hours, wage = found["freed_hours"], D(str(FORMULA.input("pharmacist_wage").default))
    helper = (found["delegate_hours"] * found["delegate_rate"]).quantize(D("0.01"))
    per_review = D(37) * found["delegate_rate"] / 60
    used = (found["extra_cmrs"] * per_review).quantize(D("0.01"))
    expected = {
        "cut-loaded": (hours * found["pharmacist_rate"], helper, found["net_year_one"]),
        "cut-wages": (hours * wage, helper, None),
        "redeployed": (found["extra_cmrs"] * 60, helper + used, found["cash_year_one"]),
        "unused": (0, helper, shown(redeployed_share=0)["cash_year_one"]),
    }
    assert {row.key for row in dated_table("freed-hours-routes").rows} == set(expected)
    for key, (value, technician, net) in expected.items():
        printed = {column: cell("freed-hours-routes", key, column) for column in ("value", "helper", "training", "net")}
        assert abs(printed["value"] - value) <= D("0.01"), key
        assert printed["helper"] == -technician, key
        assert printed["training"] == -found["training_cost"]
        assert abs(printed["value"] + printed["helper"] + printed["training"] - printed["net"]) <= D("0.01"), key
        assert net is None or printed["net"] == net


def test_the_tornado_of_the_cash_view() -> None:
    inputs = calculate(FORMULA, {}).inputs
    names = {
        "pharmacist_minutes": "pharmacist-minutes",
        "delegate_wage": "technician-wage",
        "delegate_minutes": "technician-minutes",
        "encounters": "volume",
        "verification_minutes": "checking",
        "benefit_load": "load",
        "training": "training",
        "pharmacist_wage": "pharmacist-wage",
    }
    found = {
        names[swing.driver.key]: sorted((swing.low, swing.high))  # type: ignore[type-var]
        for swing in tornado(FORMULA, inputs, figures, target="cash_year_one")
    }
    # The fee and the share are inputs of the cash view alone, so the calculator's own tornado leaves them out.
    found["fee"] = [shown(fee=fee)["cash_year_one"] for fee in (48, 72)]
    found["share"] = [shown(redeployed_share=share)["cash_year_one"] for share in ("0.64", "0.96")]
    table = dated_table("delegation-sensitivity-cash")
    printed = {row.key: [D(str(row.values["lowest"])), D(str(row.values["highest"]))] for row in table.rows}
    assert printed == {key: [D(str(side)).quantize(D(1)) for side in sides] for key, sides in found.items()}
    assert {row.values["base"] for row in table.rows} == {int(shown()["cash_year_one"].quantize(D(1)))}
    swings = [high - low for low, high in printed.values()]
    assert swings == sorted(swings, reverse=True), "a tornado has its widest bar on top"
    assert [key for key, (low, _high) in printed.items() if low < 0] == list(printed)[:5], "five inputs cross zero"


def test_the_break_even_share_of_freed_time() -> None:
    """80 further reviews cover the first year at $60, 79 do not; they take 66.2% of the freed hours."""
    assert shown(eligible_patients_left=79)["cash_year_one"] < 0 < shown(eligible_patients_left=80)["cash_year_one"]
    found = shown()
    share = 80 * found["minutes_after"] / (found["freed_hours"] * 60)
    assert share.quantize(D("0.001")) == D("0.662")
    assert shown(redeployed_share="0.663")["extra_cmrs"] == 80
    assert shown(redeployed_share="0.66")["extra_cmrs"] == 79


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (
            {},
            {
                "net_year_one": "538.03",
                "break_even_encounters": "39",
                "freed_hours": "29.0",
                "capacity": "38",
                "extra_cmrs": "20",
                "cash_year_one": "-1072.02",
                "cash_later_years": "-134.96",
                "break_even_fee": "113.60",
            },
        ),
        ({"delegate_time": "idle"}, {"cash_year_one": "262.94"}),
    ],
)
def test_the_small_pharmacy(given: dict[str, Any], expected: dict[str, str]) -> None:
    found = shown(encounters=60, eligible_patients_left=20, **given)
    assert {key: found[key] for key in expected} == {key: D(value) for key, value in expected.items()}


def test_a_month_of_ccm_by_minutes() -> None:
    formula = formulas()["ccm-comparison"]
    for row in dated_table("ccm-months-2025").rows:
        minutes = int(str(row.values["minutes"]))
        for column, complexity in (("standard", "standard"), ("complex", "complex")):
            given = {"payment_year": "y2025", "minutes_per_month": minutes, "complexity": complexity}
            printed = row.values[column]
            if printed is None:  # below 60 minutes a complex case is billed as a standard one
                assert 20 <= minutes < 60
                continue
            assert calculate(formula, given).shown["month_amount"] == D(str(printed)), (row.key, column)


def test_units_of_time_by_minutes_and_rule() -> None:
    formula = formulas()["mtm-revenue"]
    for row in dated_table("mtm-time-units").rows:
        for rule in ("started", "midpoint", "full"):
            found = calculate(formula, {"visit_minutes": row.values["minutes"], "time_rule": rule})
            assert found.shown["units"] == row.values[rule], (row.key, rule)


def test_the_sorted_log_of_a_month() -> None:
    """41 minutes of the practice are two steps; with the plan's 50 they would be charged as three."""
    formula = formulas()["ccm-comparison"]

    def month(minutes: int) -> Decimal:
        amount = calculate(formula, {"payment_year": "y2025", "minutes_per_month": minutes}).shown["month_amount"]
        return D(str(amount))

    right, wrong = month(14 + 9 + 18), month(14 + 9 + 18 + 38 + 12)
    assert (right, wrong, wrong - right, month(39)) == (D("106.42"), D("152.35"), D("45.93"), D("60.49"))
    assert (right / 5).quantize(D("0.01")) == D("21.28")
    assert right / 2 == D("53.21")


def test_amounts_of_2026_agree_with_the_table_of_ccm() -> None:
    for row, code in (("ccm-staff", "c99490"), ("ccm-complex", "c99487")):
        assert cell("care-management-2026", row, "amount") == cell("ccm-payment-amounts", code, "y2026")
