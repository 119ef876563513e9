"""What the delegation calculator asks for. Ranges refuse slips of the keyboard, not opinions."""

from decimal import Decimal as D

from lms.calculators.domain.declaration import Input, Kind, Table, choice
from lms.calculators.domain.figures import figure
from lms.calculators.domain.units import COUNT, HOURS, LOAD, MINUTES, SHARE, USD, USD_PER_HOUR

_EXAMPLE = "Example value: replace it by your own."
_WAGE = "Mean of Louisiana, BLS OEWS May 2023 (annual ÷ 2,080), as quoted by Health Guide USA."


def wage(row: str) -> D:
    """The mean hourly wage of an occupation and area, in US dollars."""
    return figure("wages-bls", row, "hourly")


INPUTS = (
    Input(
        "encounters",
        "Encounters a year",
        COUNT,
        D(150),
        maximum=D(5000),
        whole=True,
        help="For instance completed comprehensive medication reviews.",
        source=_EXAMPLE,
    ),
    Input("pharmacist_wage", "Pharmacist wage", USD_PER_HOUR, wage("la-pharmacist"), D(40), D(95), source=_WAGE),
    Input("delegate_wage", "Technician wage", USD_PER_HOUR, wage("la-technician"), D(12), D(40), source=_WAGE),
    Input(
        "benefit_load",
        "Benefits on top of the wage",
        LOAD,
        figure("employer-costs", "private-2025-06", "load") / 100,
        maximum=D("0.80"),
        help="As a share of the wage. Benefits that are 29.8% of compensation are 42.34% of the wage: divide by "
        "0.702. Enter 0 for wages alone.",
        source="BLS Employer Costs for Employee Compensation, private industry, June 2025: 45.65 ÷ 32.07.",
    ),
    Input("delegates_trained", "Technicians trained", COUNT, D(2), maximum=D(100), whole=True, source=_EXAMPLE),
    Input("delegate_training_hours", "Training for each technician", HOURS, D(6), maximum=D(80), source=_EXAMPLE),
    Input("pharmacist_training_hours", "Pharmacist hours for training", HOURS, D(6), maximum=D(80), source=_EXAMPLE),
    Input(
        "training_materials",
        "Training material and other one-time costs",
        USD,
        D(100),
        maximum=D(10_000),
        source=_EXAMPLE,
    ),
    Input(
        "fixed_costs",
        "Recurring costs a year",
        USD,
        D(0),
        maximum=D(50_000),
        help="Licences, equipment, supervision.",
        source=_EXAMPLE,
    ),
    Input(
        "redeployed_share",
        "Freed time that is really used for further reviews",
        SHARE,
        D("0.8"),
        maximum=D(1),
        source=_EXAMPLE,
    ),
    Input(
        "fee",
        "Fee for a further review",
        USD,
        D(60),
        maximum=D(300),
        help="What the payer's contract says.",
        source=_EXAMPLE,
    ),
    Input(
        "eligible_patients_left",
        "Eligible patients without a review",
        COUNT,
        D(5000),
        maximum=D(5000),
        whole=True,
        help="Further reviews are capped at this number.",
        source=_EXAMPLE,
    ),
    choice(
        "delegate_time",
        "Technician hours",
        {"paid": "Paid on top", "idle": "Already paid, idle otherwise"},
        help="For view B: idle hours cost nothing more.",
    ),
)

_RULE = "LAC 46:LIII.907 (no interpretation of orders, no counselling by technicians); 42 CFR 423.153(d)(1)(vii)(B)"
_STAYS = {"delegated_share": D(0)}

ACTIVITIES = Table(
    "activities",
    "Activities",
    "Activity",
    kinds=(
        Kind("outreach", "Outreach and scheduling"),
        Kind("data-gathering", "Data gathering"),
        Kind("clinical-review", "Clinical pre-review", _STAYS, _RULE),
        Kind("interview", "Interview with the patient", _STAYS, _RULE),
        Kind("counselling", "Counselling", _STAYS, _RULE),
        Kind("documentation", "Documentation"),
        Kind("prescriber-contact", "Prescriber fax and tracking"),
        Kind("other", "Another activity"),
    ),
    columns=(
        Input(
            "pharmacist_minutes",
            "Pharmacist",
            MINUTES,
            D(10),
            maximum=D(120),
            help="Minutes now, for each encounter.",
            source=_EXAMPLE,
        ),
        Input(
            "delegated_share",
            "Delegated",
            SHARE,
            D(1),
            maximum=D(1),
            help="Share of the encounters in which it is delegated.",
            source=_EXAMPLE,
        ),
        Input(
            "delegate_minutes",
            "Technician",
            MINUTES,
            D(10),
            maximum=D(120),
            help="Minutes of the technician when delegated.",
            source=_EXAMPLE,
        ),
        Input(
            "verification_minutes",
            "Check",
            MINUTES,
            D(2),
            maximum=D(60),
            help="Minutes of the pharmacist to check it.",
            source=_EXAMPLE,
        ),
        Input(
            "rework",
            "Redone",
            SHARE,
            D("0.05"),
            maximum=D(1),
            help="Share that the pharmacist does again.",
            source=_EXAMPLE,
        ),
    ),
    rows=tuple(
        {
            "kind": kind,
            "pharmacist_minutes": D(before),
            "delegated_share": D(share),
            "delegate_minutes": D(after),
            "verification_minutes": D(check),
            "rework": D(0),
        }
        for kind, before, share, after, check in (
            ("outreach", 10, 1, 10, 0),
            ("data-gathering", 10, 1, 12, 2),
            ("clinical-review", 10, 0, 0, 0),
            ("interview", 20, 0, 0, 0),
            ("documentation", 10, 1, 10, 3),
            ("prescriber-contact", 5, 1, 5, 1),
        )
    ),
)
