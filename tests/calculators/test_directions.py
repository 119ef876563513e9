"""Where a model says that more of this gives more (or less) of that, it does, over the whole range of inputs."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.calculators.domain import InvalidInputs, calculate, formulas

#: Calculator, input, result, and 1 where the result rises with the input or -1 where it falls.
DIRECTIONS = [
    ("delegation-savings", "training_materials", "net_year_one", -1),
    ("delegation-savings", "fixed_costs", "net_later_years", -1),
    ("delegation-savings", "delegate_wage", "saving_per_encounter", -1),
    ("delegation-savings", "fee", "cash_year_one", 1),
    ("delegation-savings", "redeployed_share", "extra_cmrs", 1),
    ("delegation-savings", "training_materials", "break_even_encounters", 1),
    ("cmr-stars", "members_with_cmr", "rate_exact", 1),
    ("cmr-stars", "members_with_cmr", "stars", 1),
    ("cmr-stars", "members_with_cmr", "needed_5_exact", -1),
    ("mtm-revenue", "fee", "monthly_profit", 1),
    ("mtm-revenue", "visit_minutes", "units", 1),
    ("mtm-revenue", "visit_minutes", "revenue_by_time", 1),
    ("mtm-revenue", "no_show_rate", "monthly_revenue", -1),
    ("mtm-revenue", "preparation_cost", "contribution", -1),
    ("mtm-revenue", "fixed_costs", "break_even_visits", 1),
    ("ccm-comparison", "patients", "ccm_practice", 1),
    ("ccm-comparison", "pharmacist_share", "ccm_pharmacist", 1),
    ("ccm-comparison", "tmr_fee", "mtm_pharmacy", 1),
]


def inputs(name: str) -> st.SearchStrategy[dict[str, Any]]:
    """Inputs within their ranges; tables with their usual rows."""
    parts: dict[str, st.SearchStrategy[Any]] = {}
    for each in formulas()[name].inputs:
        if each.choices:
            parts[each.key] = st.sampled_from([key for key, _title in each.choices])
        else:
            places = 0 if each.whole else 2
            parts[each.key] = st.decimals(each.minimum, each.maximum, places=places, allow_nan=False)
    return st.fixed_dictionaries(parts)


@pytest.mark.parametrize(("name", "key", "output", "direction"), DIRECTIONS)
@given(data=st.data())
def test_a_result_follows_an_input(name: str, key: str, output: str, direction: int, data: st.DataObject) -> None:
    formula = formulas()[name]
    base = data.draw(inputs(name))
    if name == "cmr-stars":
        base["eligible_members"] = data.draw(st.integers(31, 5000))
        declared = st.integers(0, base["eligible_members"])
    else:
        each = formula.input(key)
        declared = st.decimals(each.minimum, each.maximum, places=0 if each.whole else 2)
    low, high = sorted([data.draw(declared), data.draw(declared)])
    before, after = (calculate(formula, {**base, key: value}).outputs[output] for value in (low, high))
    if isinstance(before, Decimal) and isinstance(after, Decimal):
        assert (after - before) * direction >= 0
    else:
        assert (before is None) == (after is None)


@pytest.mark.parametrize("year", ["y2024a", "y2024b", "y2025"])
@pytest.mark.parametrize("kind", ["standard", "complex"])
def test_more_minutes_of_ccm_pay_more_within_a_kind(year: str, kind: str) -> None:
    """Complex CCM starts at 60 minutes; from there, and for CCM throughout, no minute more pays less."""
    given = {"payment_year": year, "complexity": kind}
    amounts = [
        calculate(formulas()["ccm-comparison"], {**given, "minutes_per_month": minutes}).outputs["month_amount"]
        for minutes in range(60 if kind == "complex" else 0, 130)
    ]
    assert amounts == sorted(amounts)  # type: ignore[type-var]


@pytest.mark.parametrize(
    ("name", "volume", "outputs"),
    [
        ("delegation-savings", "encounters", ("gross_annual_saving", "freed_hours", "extra_cmrs")),
        ("cmr-stars", "members_with_cmr", ("rate_exact",)),
        ("mtm-revenue", "scheduled_visits", ("completed_visits", "monthly_revenue")),
        ("ccm-comparison", "patients", ("ccm_practice", "ccm_pharmacist", "mtm_pharmacy")),
    ],
)
def test_no_volume_brings_nothing(name: str, volume: str, outputs: tuple[str, ...]) -> None:
    found = calculate(formulas()[name], {volume: 0}).outputs
    assert {key: found[key] for key in outputs} == dict.fromkeys(outputs, 0)


def test_a_check_of_inputs_against_each_other_cannot_be_passed_by_defaults() -> None:
    """400 members count unless another number is given."""
    with pytest.raises(InvalidInputs, match="cannot be used"):
        calculate(formulas()["cmr-stars"], {"members_with_cmr": 401})
