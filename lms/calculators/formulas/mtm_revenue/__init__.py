"""What MTM visits bring in and how many cover their costs.

Time units of codes 99605 to 99607 by three payer rules, and the contribution of a scheduled visit with no-shows.
"""

from datetime import date
from decimal import Decimal as D

from lms.calculators.domain.declaration import Driver, Formula, Input, Notice, Step, View, choice
from lms.calculators.domain.units import COUNT, NAMED, SHARE, USD, WHOLE_MINUTES

_EXAMPLE = "Example value: replace it by your contract's or your own."
_NEVER = "never at these inputs"


def _money(key: str, title: str, default: int, maximum: int, help_: str = "") -> Input:
    return Input(key, title, USD, D(default), maximum=D(maximum), help=help_, source=_EXAMPLE)


FORMULA = Formula(
    name="mtm-revenue",
    title="MTM revenue and break-even",
    question="How many MTM visits cover their costs?",
    summary="Units from minutes by the payer's rule, revenue, and the break-even with visits that do not take place.",
    objective="O3.6",
    order=3,
    version="1",
    reviewed_on=date(2026, 11, 27),
    inputs=(
        choice(
            "payment",
            "The payer pays",
            {"flat": "A fee for each completed visit", "time": "By time units (99605 to 99607)"},
        ),
        _money("fee", "Fee for a completed visit", 65, 1000, "Used when the payer pays a fee for each visit."),
        choice("patient", "Patient", {"new": "New to the pharmacy's MTM", "established": "Established"}),
        Input(
            "visit_minutes",
            "Face-to-face minutes of a visit",
            WHOLE_MINUTES,
            D(37),
            maximum=D(240),
            whole=True,
            source=_EXAMPLE,
        ),
        choice(
            "time_rule",
            "How the payer counts 15 minutes",
            {
                "started": "Each started 15 minutes",
                "midpoint": "Past the middle: 8 minutes or more",
                "full": "Full 15 minutes only",
            },
            help="Payers differ: ask.",
        ),
        _money("first_unit_rate", "Rate of the first 15 minutes (99605 or 99606)", 50, 500),
        _money("further_unit_rate", "Rate of each further 15 minutes (99607)", 25, 500),
        Input(
            "scheduled_visits", "Visits scheduled a month", COUNT, D(40), maximum=D(5000), whole=True, source=_EXAMPLE
        ),
        Input(
            "no_show_rate",
            "Visits that do not take place",
            SHARE,
            D("0.20"),
            maximum=D(1),
            help="Count your own: no published rate for MTM was found.",
            source="An assumption.",
        ),
        _money(
            "variable_cost",
            "Cost of a completed visit",
            30,
            1000,
            "Pharmacist and technician time of the visit itself.",
        ),
        _money(
            "preparation_cost", "Preparation for a scheduled visit", 8, 1000, "Spent whether or not the patient comes."
        ),
        _money("no_show_cost", "Extra cost of a visit that does not take place", 5, 1000),
        _money("fixed_costs", "Fixed costs a month", 400, 100_000),
    ),
    steps=(
        Step(
            "units",
            "Time units of a visit",
            COUNT,
            "ceil(visit_minutes / 15) if time_rule == 'started' else floor((visit_minutes + 7) / 15)"
            " if time_rule == 'midpoint' else floor(visit_minutes / 15)",
        ),
        Step(
            "base_code",
            "Code of the first unit",
            NAMED,
            "('99605' if patient == 'new' else '99606') if units >= 1 else none",
            none_text="nothing to bill",
        ),
        Step("further_units", "Units of 99607", COUNT, "max(0, units - 1)", note="99607 is never billed alone."),
        Step(
            "revenue_by_time",
            "Revenue of a visit by time",
            USD,
            "first_unit_rate + further_unit_rate * further_units if units >= 1 else 0",
        ),
        Step("visit_revenue", "Revenue of a completed visit", USD, "fee if payment == 'flat' else revenue_by_time"),
        Step("completed_visits", "Completed visits a month, expected", COUNT, "scheduled_visits * (1 - no_show_rate)"),
        Step("monthly_revenue", "Revenue a month, expected", USD, "completed_visits * visit_revenue"),
        Step(
            "contribution",
            "Contribution of a scheduled visit",
            USD,
            "(1 - no_show_rate) * (visit_revenue - variable_cost) - preparation_cost - no_show_rate * no_show_cost",
        ),
        Step("monthly_profit", "Result a month", USD, "scheduled_visits * contribution - fixed_costs"),
        Step("annual_profit", "Result a year", USD, "12 * monthly_profit"),
        Step(
            "break_even_visits",
            "Scheduled visits a month to break even",
            COUNT,
            "ceil(fixed_costs / contribution) if contribution > 0 else none",
            none_text=_NEVER,
            note="Rounded up: the last visit that is needed counts whole.",
        ),
        Step(
            "tolerable_no_show_rate",
            "No-show rate at which a scheduled visit contributes nothing",
            SHARE,
            "(visit_revenue - variable_cost - preparation_cost) / (visit_revenue - variable_cost + no_show_cost)"
            " if visit_revenue - variable_cost > preparation_cost else none",
            none_text="none",
            note="None where a visit loses money even if everybody comes.",
        ),
    ),
    views=(
        View(
            "Result",
            "monthly_profit",
            ("monthly_revenue", "contribution", "break_even_visits", "tolerable_no_show_rate", "annual_profit"),
            "Part D plans and their vendors set what they pay by contract; Medicare publishes no rate for these codes.",
        ),
        View(
            "A visit", "visit_revenue", ("units", "base_code", "further_units", "revenue_by_time", "completed_visits")
        ),
    ),
    target="monthly_profit",
    drivers=(
        Driver("visit_revenue", "Fee or rates", ("fee", "first_unit_rate", "further_unit_rate")),
        Driver("scheduled_visits", "Visits scheduled", ("scheduled_visits",)),
        Driver("no_show_rate", "Visits that do not take place", ("no_show_rate",)),
        Driver("variable_cost", "Cost of a completed visit", ("variable_cost",)),
        Driver("preparation_cost", "Preparation", ("preparation_cost",)),
        Driver("no_show_cost", "Extra cost of a no-show", ("no_show_cost",)),
        Driver("fixed_costs", "Fixed costs", ("fixed_costs",)),
    ),
    notices=(
        Notice("no_show_rate == 1", "If no visit takes place, there is no revenue at all."),
        Notice("visit_revenue < variable_cost", "A completed visit costs more than it brings in."),
        Notice(
            "payment == 'time' and units == 0",
            "These minutes make no unit by the payer's rule: nothing can be billed, and 99607 never stands alone.",
        ),
        Notice("scheduled_visits == 0", "No visit is scheduled; the break-even still holds.", "info"),
        Notice(
            "monthly_profit < 0 and contribution > 0",
            "The visits contribute, but not enough of them are scheduled to cover the fixed costs.",
            "info",
        ),
    ),
    key_inputs=("fee", "scheduled_visits", "no_show_rate"),
    sources=("legalclarity-mtm", "cfr423-153"),
    limits="Rates, costs and the no-show rate are examples. The codes describe face-to-face time with the "
    "pharmacist; whether a telephone "
    "visit is paid, and how, is the payer's rule.",
)
