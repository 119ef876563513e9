"""Worked examples, to the cent: what the lessons print, the calculators give."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.calculators.domain import InvalidInputs, calculate, defaults, evaluate, figures, formulas, simulate, tornado
from lms.calculators.domain.figures import dated_table

D = Decimal


def shown(name: str, **given: Any) -> dict[str, Any]:
    """Results of a calculator, rounded as they are shown."""
    return calculate(formulas()[name], given).shown


def activity(before: Any, after: Any, check: Any = 0, rework: Any = 0, kind: str = "other") -> dict[str, Any]:
    return {
        "kind": kind,
        "pharmacist_minutes": before,
        "delegate_minutes": after,
        "verification_minutes": check,
        "rework": rework,
        "delegated_share": 1,
    }


def delegation(*activities: dict[str, Any], **given: Any) -> dict[str, Any]:
    costs = {"delegate_training_hours": 0, "pharmacist_training_hours": 0, "training_materials": 0}
    return shown("delegation-savings", activities=list(activities), **{**costs, **given})


def test_a_full_redesign_of_150_reviews() -> None:
    found = shown("delegation-savings")
    expected = {
        "pharmacist_rate": "85.39",
        "delegate_rate": "27.06",
        "cost_before": "92.51",
        "cost_after": "67.92",
        "saving_per_encounter": "24.58",
        "gross_annual_saving": "3687.73",
        "training_cost": "937.06",
        "net_year_one": "2750.67",
        "net_later_years": "3687.73",
        "break_even_encounters": "39",
        "freed_hours": "72.5",
        "delegate_hours": "92.5",
        "extra_cmrs": "96",
        "cash_year_one": "717.94",
        "cash_later_years": "1655.00",
        "break_even_fee": "52.52",
    }
    assert {key: found[key] for key in expected} == {key: D(value) for key, value in expected.items()}
    assert found["percent_saved"] == D("0.266")


def test_what_full_redesign_can_bear() -> None:
    found = shown("delegation-savings")
    assert found["tolerable_delegate_minutes"] == D("91.5")
    assert found["tolerable_slowdown"] == D("2.61")
    assert found["tolerable_rework"] == D("0.494")


@pytest.mark.parametrize(
    ("rework", "gross", "within"),
    [("10%", 2004 + D("937.06"), 1), ("20%", 1256 + D("937.06"), 1), ("49.4%", 0, 4)],
)
def test_rework_eats_the_saving(rework: str, gross: Decimal, within: int) -> None:
    """The lesson's dollars for 10 and 20%; at 49.4%, a rounded share, all but nothing is left."""
    rows = [dict(row, rework=rework) for row in formulas()["delegation-savings"].tables[0].rows]
    assert abs(shown("delegation-savings", activities=rows)["gross_annual_saving"] - gross) <= within


def test_without_pharmacist_time_in_a_review_there_is_no_capacity_to_speak_of() -> None:
    found = delegation(activity(20, 20), encounters=250)
    assert (found["capacity"], found["extra_cmrs"], found["cash_year_one"]) == (None, None, None)
    empty = delegation()
    assert (empty["extra_cmrs"], empty["cash_later_years"], empty["break_even_encounters"]) == (0, 0, None)
    assert delegation(activity(10, 10, 12))["extra_cmrs"] == 0, "checking takes more than it frees"


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"encounters": 0}, "No volume"),
        ({"pharmacist_wage": 40, "delegate_wage": 40}, "not below"),
        ({"activities": [activity(10, 12)]}, "slower"),
        ({"activities": [activity(10, 10, 12)]}, "Checking and rework"),
        ({"eligible_patients_left": 10}, "capped"),
        ({"activities": [activity(20, 20)]}, "No pharmacist time"),
        ({"activities": []}, "Nothing is delegated"),
    ],
)
def test_what_is_remarkable_is_said(given: dict[str, Any], words: str) -> None:
    def said(inputs: dict[str, Any]) -> str:
        return " ".join(notice.text for notice in calculate(formulas()["delegation-savings"], inputs).notices)

    assert words in said(given)
    rows = [activity(10, 10, 1), activity(20, 20, kind="other") | {"delegated_share": 0}]
    assert words not in said({"activities": rows})


@pytest.mark.parametrize(("fee", "cash"), [(40, "-1202.06"), (60, "717.94"), (75, "2157.94"), (100, "4557.94")])
def test_the_same_redesign_in_cash_depends_on_the_fee(fee: int, cash: str) -> None:
    assert shown("delegation-savings", fee=fee)["cash_year_one"] == D(cash)


@pytest.mark.parametrize(
    ("load", "after", "check", "saving"),
    [("0", 20, 0, "3583.33"), ("0.30", 20, 0, "4658.33"), ("0.30", 25, 3, "3006.25")],
)
def test_a_single_task(load: str, after: int, check: int, saving: str) -> None:
    found = delegation(
        activity(20, after, check), encounters=250, pharmacist_wage=65, delegate_wage=22, benefit_load=load
    )
    assert found["gross_annual_saving"] == D(saving)


def test_medication_histories_in_a_hospital() -> None:
    """Nguyen 2017: the break-even time of the technician, with the study's own rates and with Louisiana's."""
    pharmacist = D("55.91") / D("58.5") * 60
    technician = (D("45.00") - 26 * pharmacist / 60) / D("79.4") * 60
    rates = {"pharmacist_wage": pharmacist.quantize(D("1e-12")), "delegate_wage": technician.quantize(D("1e-12"))}
    given = {"activities": [activity("58.5", "79.4", 26)], "benefit_load": 0, **rates}
    result = calculate(formulas()["delegation-savings"], given)
    assert result.shown["saving_per_encounter"] == D("10.91")
    assert abs(result.line("break_even_delegate_minutes").by_row[0] - D("122.39")) < D("0.01")  # type: ignore[operator]
    louisiana = calculate(formulas()["delegation-savings"], {"activities": given["activities"]})
    assert louisiana.shown["saving_per_encounter"] == D("10.44")
    assert abs(louisiana.line("tolerable_verification_minutes").by_row[0] - D("33.34")) < D("0.01")  # type: ignore[operator]


def test_a_reminder_call_that_loses_money() -> None:
    result = calculate(formulas()["delegation-savings"], {"activities": [activity(5, 12, 2, "20%")]})
    assert result.shown["saving_per_encounter"] == D("-2.57")
    assert result.outputs["break_even_encounters"] is None
    assert result.line("break_even_encounters").shown == "never at these inputs"
    assert abs(result.line("break_even_delegate_minutes").by_row[0] - D("6.31")) < D("0.01")  # type: ignore[operator]
    assert any("Three things" in notice.text for notice in result.notices)


def test_nothing_delegated_saves_nothing() -> None:
    rows = [dict(row, delegated_share=0) for row in formulas()["delegation-savings"].tables[0].rows]
    found = shown("delegation-savings", activities=rows)
    assert (found["saving_per_encounter"], found["break_even_encounters"]) == (0, None)
    assert shown("delegation-savings", encounters=0)["gross_annual_saving"] == 0


def test_sensitivity_is_the_published_table() -> None:
    """The table of the lesson holds training constant, as a sum of money."""
    formula = formulas()["delegation-savings"]
    training = {"delegate_training_hours": 0, "pharmacist_training_hours": 0, "training_materials": "937.06"}
    inputs = calculate(formula, training).inputs
    swings = {swing.driver.key: swing for swing in tornado(formula, inputs, figures)}
    names = {
        "volume": "encounters",
        "technician-wage": "delegate_wage",
        "pharmacist-wage": "pharmacist_wage",
        "pharmacist-minutes": "pharmacist_minutes",
        "technician-minutes": "delegate_minutes",
        "checking": "verification_minutes",
        "load": "benefit_load",
        "training": "training",
    }
    table = dated_table("delegation-sensitivity")
    assert {row.key for row in table.rows} == set(names)
    for row in table.rows:
        swing = swings[names[row.key]]
        for side, published in ((swing.low, row.values["lower"]), (swing.high, row.values["higher"])):
            assert isinstance(side, Decimal)
            assert isinstance(published, int)
            assert abs(side - published) <= 1, row.key  # rates are rounded to the cent, the table to the dollar


@pytest.mark.parametrize(
    ("members", "done", "contract", "rate", "stars", "exact", "rounded"),
    [
        (400, 340, "MA-PD", 85, 3, 24, 22),
        (312, 279, "MA-PD", 89, 3, 5, 4),
        (60, 49, "MA-PD", 82, 3, 6, 6),
        (1250, 1137, "MA-PD", 91, 4, 63, 57),
        (31, 31, "MA-PD", 100, 5, None, None),
        (400, 340, "PDP", 85, 5, None, None),
    ],
)
def test_star_levels(
    members: int, done: int, contract: str, rate: int, stars: int, exact: int | None, rounded: int | None
) -> None:
    found = shown("cmr-stars", eligible_members=members, members_with_cmr=done, contract=contract)
    assert (found["rate"], found["stars"]) == (rate, stars)
    assert (found["next_star_exact"], found["next_star_rounded"]) == (exact, rounded)


def test_star_levels_at_the_edges() -> None:
    assert shown("cmr-stars", eligible_members=60, members_with_cmr=49)["needed_3_exact"] == 1
    assert shown("cmr-stars", eligible_members=30, members_with_cmr=30)["rate"] is None
    assert shown("cmr-stars", eligible_members=0, members_with_cmr=0)["rate_exact"] is None
    for year in ("2027", "2028", "2029"):
        result = calculate(formulas()["cmr-stars"], {"star_year": year})
        assert result.outputs["stars"] is None
        assert len(result.notices) == 1
    assert shown("cmr-stars", star_year="2019")["stars"] == 5, "85 % was five stars on the bounds of 2019"
    with pytest.raises(InvalidInputs) as refusal:
        calculate(formulas()["cmr-stars"], {"eligible_members": 40, "members_with_cmr": 41})
    assert set(refusal.value.errors) == {"members_with_cmr"}


@pytest.mark.parametrize(("done", "rate", "stars"), [(764, "76.4", 4), (767, "76.7", 4), (768, "76.8", 5)])
def test_cut_points_with_a_decimal_meet_rates_with_a_decimal(done: int, rate: str, stars: int) -> None:
    found = shown("cmr-stars", star_year="2017", eligible_members=1000, members_with_cmr=done)
    assert (found["rate"], found["stars"]) == (D(rate), stars)
    assert found["needed_5_exact"] == 768 - done
    assert calculate(formulas()["cmr-stars"], {"star_year": "2017"}).line("rate").shown == "85%"


@given(
    st.sampled_from(["MA-PD", "PDP"]), st.integers(2016, 2026), st.integers(31, 5000), st.floats(0, 1, allow_nan=False)
)
def test_what_is_missing_to_a_level_is_just_enough(contract: str, year: int, members: int, share: float) -> None:
    """So many further reviews earn the level, one fewer does not, and there are always members left to have them."""
    done = int(members * share)
    given = {"contract": contract, "star_year": str(year), "eligible_members": members}
    found = shown("cmr-stars", members_with_cmr=done, **given)
    for level in (2, 3, 4, 5):
        for mode in ("exact", "rounded"):
            needed = int(found[f"needed_{level}_{mode}"])
            assert needed <= members - done
            assert shown("cmr-stars", members_with_cmr=done + needed, **given)["stars"] >= level
        needed = int(found[f"needed_{level}_rounded"])
        if needed:
            assert shown("cmr-stars", members_with_cmr=done + needed - 1, **given)["stars"] < level


def test_every_year_and_contract_has_its_cut_points() -> None:
    for row in dated_table("star-cut-points").rows:
        year = str(row.values["star-year"])
        for contract, prefix in (("MA-PD", "mapd"), ("PDP", "pdp")):
            found = shown("cmr-stars", star_year=year, contract=contract)
            published = row.values[f"{prefix}-4"]
            assert found["bound_4"] == (None if published is None else D(str(published)))


@pytest.mark.parametrize(
    ("minutes", "units"),
    [
        (0, (0, 0, 0)),
        (7, (1, 0, 0)),
        (8, (1, 1, 0)),
        (37, (3, 2, 2)),
        (38, (3, 3, 2)),
        (53, (4, 4, 3)),
        (60, (4, 4, 4)),
    ],
)
def test_units_of_time_by_each_rule(minutes: int, units: tuple[int, ...]) -> None:
    for rule, expected in zip(("started", "midpoint", "full"), units, strict=True):
        assert shown("mtm-revenue", visit_minutes=minutes, time_rule=rule)["units"] == expected


def test_break_even_with_visits_that_do_not_take_place() -> None:
    found = shown("mtm-revenue")
    assert (found["contribution"], found["break_even_visits"]) == (D("19.00"), 22)
    assert found["tolerable_no_show_rate"] == D("0.675")
    assert shown("mtm-revenue", scheduled_visits=22)["monthly_profit"] == D("18.00")
    assert shown("mtm-revenue", scheduled_visits=21)["monthly_profit"] == D("-1.00")
    assert shown("mtm-revenue", no_show_rate=1)["break_even_visits"] is None
    assert shown("mtm-revenue", fee=20)["break_even_visits"] is None
    assert shown("mtm-revenue", no_show_rate="25%")["monthly_revenue"] == D("1950.00")
    by_time = shown("mtm-revenue", payment="time", visit_minutes=0)
    assert (by_time["visit_revenue"], by_time["base_code"]) == (0, None)


@pytest.mark.parametrize(
    ("minutes", "kind", "amount"),
    [
        (19, "standard", "0.00"),
        (20, "standard", "60.49"),
        (40, "standard", "106.42"),
        (60, "standard", "152.35"),
        (80, "standard", "152.35"),
        (59, "complex", "106.42"),
        (60, "complex", "131.65"),
        (90, "complex", "202.17"),
    ],
)
def test_a_month_of_ccm(minutes: int, kind: str, amount: str) -> None:
    found = shown("ccm-comparison", payment_year="y2025", minutes_per_month=minutes, complexity=kind)
    assert found["month_amount"] == D(amount)


def test_ccm_and_mtm_in_a_year() -> None:
    found = shown("ccm-comparison")
    assert (found["ccm_practice"], found["ccm_pharmacist"], found["mtm_pharmacy"]) == (
        D("23806.80"),
        D("11903.40"),
        D("3840.00"),
    )
    assert found["patient_monthly"] == D("13.23")


def test_an_amount_that_was_not_verified_is_asked_for() -> None:
    assert shown("ccm-comparison", minutes_per_month=40)["ccm_practice"] is None
    assert shown("ccm-comparison", minutes_per_month=40, own_further_amount="48")["month_amount"] == D("114.13")


def test_uncertainty_is_the_same_for_the_same_seed_and_holds_the_result() -> None:
    formula = formulas()["delegation-savings"]
    band = simulate(formula, defaults(formula), figures, seed=7)
    assert band == simulate(formula, defaults(formula), figures, seed=7)
    assert band != simulate(formula, defaults(formula), figures, seed=8)
    assert band is not None
    assert band.low < 2750 < band.high
    assert band.low < band.middle < band.high
    result = evaluate(formula, defaults(formula), figures)
    still = simulate(formula, result.inputs, figures, draws=1)
    assert still is not None


def test_uncertainty_of_independent_factors_has_the_mean_of_their_product() -> None:
    formula = formulas()["ccm-comparison"]
    result = calculate(formula, {"billed_months": 6})
    band = simulate(formula, result.inputs, figures)
    assert band is not None
    assert band.mean == pytest.approx(float(result.outputs["ccm_practice"]), rel=0.01)  # type: ignore[arg-type]
    assert band.below_zero == 0


def test_inputs_never_leave_their_ranges_when_they_are_moved() -> None:
    formula = formulas()["mtm-revenue"]
    inputs = calculate(formula, {"no_show_rate": 1}).inputs
    for target in ("completed_visits", "monthly_revenue"):
        band = simulate(formula, inputs, figures, target=target, draws=1000)
        assert band is not None
        assert band.low >= 0
        swings = tornado(formula, inputs, figures, target=target)
        assert all(isinstance(swing.high, Decimal) and swing.high >= 0 for swing in swings)


def test_row_results_that_mean_nothing_together_are_not_added_up() -> None:
    result = calculate(formulas()["delegation-savings"], {"activities": [activity(10, 12), activity(10, 14)]})
    line = result.line("slowdown")
    assert (line.by_row, line.value) == ((D("1.2"), D("1.4")), None)
    assert result.line("activity_delegated_minutes").value == 20
