"""The arithmetic of delegation, in the order in which it is done."""

from lms.calculators.domain.declaration import Step
from lms.calculators.domain.units import COUNT, FACTOR, HOURS, MINUTES, MONTHS, SHARE, USD, USD_PER_HOUR

_NOTHING_DELEGATED = "nothing is delegated"
_NEVER = "never at these inputs"
_LOADED = "Rounded to the cent, as an hourly rate is quoted. A wage without benefits is used as it was entered."

STEPS = (
    Step(
        "pharmacist_rate",
        "Pharmacist's loaded rate",
        USD_PER_HOUR,
        "round(pharmacist_wage * (1 + benefit_load), 2) if benefit_load > 0 else pharmacist_wage",
        note=_LOADED,
    ),
    Step(
        "delegate_rate",
        "Technician's loaded rate",
        USD_PER_HOUR,
        "round(delegate_wage * (1 + benefit_load), 2) if benefit_load > 0 else delegate_wage",
        note=_LOADED,
    ),
    Step(
        "activity_cost_before",
        "Cost before",
        USD,
        "pharmacist_minutes * pharmacist_rate / 60",
        per="activities",
    ),
    Step(
        "activity_cost_after",
        "Cost after",
        USD,
        "((1 - delegated_share) * pharmacist_minutes * pharmacist_rate + delegated_share * (delegate_minutes * "
        "delegate_rate"
        " + verification_minutes * pharmacist_rate + rework * pharmacist_minutes * pharmacist_rate)) / 60",
        per="activities",
    ),
    Step(
        "activity_pharmacist_minutes_after",
        "Pharmacist minutes after",
        MINUTES,
        "(1 - delegated_share) * pharmacist_minutes + delegated_share * (verification_minutes + rework * "
        "pharmacist_minutes)",
        per="activities",
    ),
    Step(
        "activity_delegate_minutes_after",
        "Technician minutes after",
        MINUTES,
        "delegated_share * delegate_minutes",
        per="activities",
    ),
    Step(
        "break_even_delegate_minutes",
        "Slowest technician that still saves",
        MINUTES,
        "pharmacist_rate * (pharmacist_minutes * (1 - rework) - verification_minutes) / delegate_rate"
        " if delegated_share > 0 else none",
        per="activities",
        none_text="not delegated",
        summed=False,
    ),
    Step(
        "tolerable_verification_minutes",
        "Longest check that still saves",
        MINUTES,
        "pharmacist_minutes * (1 - rework) - delegate_minutes * delegate_rate / pharmacist_rate"
        " if delegated_share > 0 else none",
        per="activities",
        none_text="not delegated",
        summed=False,
    ),
    Step(
        "slowdown",
        "Technician's time against the pharmacist's",
        FACTOR,
        "delegate_minutes / pharmacist_minutes if delegated_share > 0 else none",
        per="activities",
        none_text="not delegated",
        summed=False,
    ),
    Step(
        "activity_delegated_minutes",
        "Pharmacist minutes delegated",
        MINUTES,
        "delegated_share * pharmacist_minutes",
        per="activities",
    ),
    Step("activity_checking_minutes", "Checking", MINUTES, "delegated_share * verification_minutes", per="activities"),
    Step("cost_before", "Cost of an encounter before", USD, "total(activity_cost_before)"),
    Step("cost_after", "Cost of an encounter after", USD, "total(activity_cost_after)"),
    Step("saving_per_encounter", "Saving on each encounter", USD, "cost_before - cost_after"),
    Step("percent_saved", "Share of the cost saved", SHARE, "saving_per_encounter / cost_before"),
    Step("gross_annual_saving", "Saving a year, before costs", USD, "encounters * saving_per_encounter"),
    Step(
        "training_cost",
        "Training",
        USD,
        "delegates_trained * delegate_training_hours * delegate_rate + pharmacist_training_hours * pharmacist_rate"
        " + training_materials",
    ),
    Step("net_year_one", "Net saving in year one", USD, "gross_annual_saving - fixed_costs - training_cost"),
    Step("net_later_years", "Net saving in later years", USD, "gross_annual_saving - fixed_costs"),
    Step(
        "break_even_encounters",
        "Encounters to break even",
        COUNT,
        "ceil((training_cost + fixed_costs) / saving_per_encounter) if saving_per_encounter > 0 else none",
        none_text=_NEVER,
        note="Rounded up: the last encounter that is needed counts whole.",
    ),
    Step(
        "payback_months",
        "Months until training is paid back",
        MONTHS,
        "training_cost / (net_later_years / 12) if net_later_years > 0 else none",
        none_text=_NEVER,
    ),
    Step("minutes_before", "Pharmacist minutes before", MINUTES, "total(pharmacist_minutes)"),
    Step("minutes_after", "Pharmacist minutes after", MINUTES, "total(activity_pharmacist_minutes_after)"),
    Step("delegate_minutes_after", "Technician minutes after", MINUTES, "total(activity_delegate_minutes_after)"),
    Step("freed_minutes", "Pharmacist minutes freed for each encounter", MINUTES, "minutes_before - minutes_after"),
    Step("freed_hours", "Pharmacist hours freed a year", HOURS, "encounters * freed_minutes / 60"),
    Step("delegate_hours", "Technician hours added a year", HOURS, "encounters * delegate_minutes_after / 60"),
    Step(
        "capacity",
        "Further reviews that fit into the freed time",
        COUNT,
        "0 if encounters * freed_minutes * redeployed_share <= 0"
        " else floor(encounters * freed_minutes * redeployed_share / minutes_after)",
        note="Rounded down: a review that does not fit whole does not fit. Not defined where no pharmacist time is "
        "left in an encounter.",
    ),
    Step(
        "extra_cmrs",
        "Further reviews a year",
        COUNT,
        "min(capacity, eligible_patients_left)",
    ),
    Step(
        "delegate_cash_per_review",
        "Technician pay for each review",
        USD,
        "delegate_minutes_after * delegate_rate / 60 if delegate_time == 'paid' else 0",
    ),
    Step(
        "cash_later_years",
        "Cash in later years",
        USD,
        "extra_cmrs * (fee - delegate_cash_per_review) - encounters * delegate_cash_per_review - fixed_costs",
    ),
    Step("cash_year_one", "Cash in year one", USD, "cash_later_years - training_cost"),
    Step(
        "break_even_fee",
        "Fee at which year one breaks even in cash",
        USD,
        "(encounters * delegate_cash_per_review + training_cost + fixed_costs) / extra_cmrs + delegate_cash_per_review",
    ),
    Step(
        "delegated_minutes",
        "Pharmacist minutes that are delegated",
        MINUTES,
        "total(activity_delegated_minutes)",
    ),
    Step(
        "tolerable_delegate_minutes",
        "Technician minutes at which nothing is saved",
        MINUTES,
        "pharmacist_rate * freed_minutes / delegate_rate if delegated_minutes > 0 else none",
        none_text=_NOTHING_DELEGATED,
    ),
    Step(
        "tolerable_slowdown",
        "How much slower technicians may be before nothing is saved",
        FACTOR,
        "tolerable_delegate_minutes / delegated_minutes",
        none_text=_NOTHING_DELEGATED,
        note="Times the pharmacist's minutes, on average of the delegated activities.",
    ),
    Step(
        "tolerable_checking_minutes",
        "Checking minutes at which nothing is saved",
        MINUTES,
        "freed_minutes + total(activity_checking_minutes) - delegate_minutes_after * delegate_rate / pharmacist_rate"
        " if delegated_minutes > 0 else none",
        none_text=_NOTHING_DELEGATED,
        note="Below zero: even without any check nothing is saved.",
    ),
    Step(
        "tolerable_rework",
        "Rework at which nothing is saved",
        SHARE,
        "1 - (delegate_minutes_after * delegate_rate / pharmacist_rate + total(activity_checking_minutes))"
        " / delegated_minutes",
        none_text=_NOTHING_DELEGATED,
        note="The same share in every delegated activity. Below zero: even without rework nothing is saved.",
    ),
)
