"""What delegating MTM activities saves, as cost avoided (view A) and as cash (view B), which are never added.

The model is the course's own (lesson "What delegation saves"): minutes times loaded hourly rates, before and after,
with checking and rework at the pharmacist's rate.
"""

from datetime import date

from lms.calculators.domain.declaration import Bar, Driver, Formula, Notice, Preset, View
from lms.calculators.formulas.delegation_savings.inputs import ACTIVITIES, INPUTS, wage
from lms.calculators.formulas.delegation_savings.steps import STEPS

FORMULA = Formula(
    name="delegation-savings",
    title="Delegation cost savings",
    question="What does delegating MTM work save?",
    summary="Put in your own minutes and wages. See the cost before and after, the break-even, and whether any "
    "of it is cash.",
    objective="O3.5",
    order=1,
    version="1",
    reviewed_on=date(2026, 11, 27),
    inputs=INPUTS,
    tables=(ACTIVITIES,),
    steps=STEPS,
    views=(
        View(
            "View A: cost avoided",
            "net_year_one",
            (
                "saving_per_encounter",
                "percent_saved",
                "gross_annual_saving",
                "net_later_years",
                "break_even_encounters",
                "payback_months",
                "freed_hours",
                "tolerable_slowdown",
                "tolerable_rework",
            ),
            "Values the pharmacist's freed time at the pharmacist's rate. It is money only where the time is used for "
            "something that would have been paid for otherwise.",
        ),
        View(
            "View B: cash",
            "cash_year_one",
            ("extra_cmrs", "cash_later_years", "break_even_fee"),
            "The pharmacist's payroll stays as it is; the technician's time is paid, and freed time is filled "
            "with further "
            "paid reviews. View A and view B count the same hour twice if they are added, so they never are.",
        ),
    ),
    target="net_year_one",
    drivers=(
        Driver(
            "pharmacist_minutes",
            "Pharmacist minutes of delegated activities",
            ("activities.pharmacist_minutes",),
            only="delegated_share",
        ),
        Driver("pharmacist_wage", "Pharmacist wage", ("pharmacist_wage",)),
        Driver("encounters", "Encounters a year", ("encounters",)),
        Driver("delegate_wage", "Technician wage", ("delegate_wage",)),
        Driver("delegate_minutes", "Technician minutes", ("activities.delegate_minutes",)),
        Driver("verification_minutes", "Checking minutes", ("activities.verification_minutes",)),
        Driver("benefit_load", "Benefit load", ("benefit_load",)),
        Driver(
            "training",
            "Training",
            ("delegate_training_hours", "pharmacist_training_hours", "training_materials"),
        ),
    ),
    notices=(
        Notice(
            "encounters == 0",
            "No volume is entered, so nothing is saved in a year. The break-even still holds.",
            "info",
        ),
        Notice(
            "total(delegated_share) > 0 and saving_per_encounter <= 0",
            "Delegation costs more than it saves with these inputs. Three things drive that: a slow delegate, much "
            "checking, and rework. The steps show which.",
        ),
        Notice("total(delegated_share) == 0", "Nothing is delegated, so nothing is saved.", "info"),
        Notice("delegate_wage >= pharmacist_wage", "The technician's wage is not below the pharmacist's: check both."),
        Notice(
            "delegated_share > 0 and delegate_minutes > pharmacist_minutes",
            "A technician is slower than the pharmacist at an activity. That can still save: compare with its "
            "break-even.",
            "info",
        ),
        Notice(
            "total(delegated_share) > 0 and freed_minutes <= 0",
            "Checking and rework take as much of the pharmacist's time as delegation frees, so there is no "
            "further capacity.",
        ),
        Notice(
            "encounters > 0 and freed_minutes > 0 and minutes_after == 0",
            "No pharmacist time is left in an encounter, so freed time cannot be turned into further reviews here. For "
            "view B, list every activity of a review.",
        ),
        Notice(
            "known(capacity) and capacity > eligible_patients_left",
            "There is time for more reviews than eligible patients are left; the number is capped at those.",
        ),
    ),
    presets=(
        Preset(
            "louisiana-2023",
            "Louisiana May 2023 (BLS)",
            {"pharmacist_wage": wage("la-pharmacist"), "delegate_wage": wage("la-technician")},
            "Mean annual wages of BLS OEWS, May 2023, as quoted by Health Guide USA, divided by 2,080 hours.",
        ),
        Preset(
            "us-2023",
            "US May 2023 (BLS)",
            {"pharmacist_wage": wage("us-pharmacist"), "delegate_wage": wage("us-technician")},
            "Mean annual wages of BLS OEWS, May 2023, as quoted by Health Guide USA, divided by 2,080 hours.",
        ),
    ),
    bars=(
        Bar("Before", (("Pharmacist", "minutes_before"),)),
        Bar("After", (("Pharmacist", "minutes_after"), ("Technician", "delegate_minutes_after"))),
    ),
    bars_title="Minutes for each encounter",
    key_inputs=("encounters", "pharmacist_wage", "delegate_wage"),
    sources=("healthguideusa2024", "ecec2025", "cfr423-153", "lac907", "outcomes-workflow"),
    data=("wages-bls", "employer-costs"),
    limits="Minutes, volume, fee and training are examples, not measurements. In a hospital study of medication "
    "histories the "
    "difference in cost was not statistically significant: measure your own minutes before you rely on the result.",
)
