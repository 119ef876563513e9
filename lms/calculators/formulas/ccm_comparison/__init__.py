"""CCM and MTM side by side: what a year brings, and to whom.

Chronic care management is paid by Medicare Part B to the billing practice, by calendar month and minutes; MTM by
plans to the pharmacy. National non-facility amounts, before sequestration and local adjustment, from the dated table of
the course.
"""

from datetime import date
from decimal import Decimal as D

from lms.calculators.domain.declaration import Bar, Driver, Formula, Input, Notice, Step, View, choice
from lms.calculators.domain.units import COUNT, SHARE, USD, WHOLE_MINUTES

_EXAMPLE = "Example value: replace it by your own."


def _amount(code: str) -> str:
    return f"lookup('ccm-payment-amounts', 'c{code}', payment_year)"


FORMULA = Formula(
    name="ccm-comparison",
    title="CCM and MTM compared",
    question="What do CCM and MTM bring in a year, and to whom?",
    summary="The same patients under both: the practice's CCM revenue, the pharmacist's share of it by "
    "contract, and the pharmacy's MTM fees.",
    objective="O3.6",
    order=4,
    version="1",
    reviewed_on=date(2026, 11, 27),
    inputs=(
        Input("patients", "Patients", COUNT, D(40), maximum=D(100_000), whole=True, source=_EXAMPLE),
        choice(
            "payment_year",
            "Medicare amounts of",
            {"y2026": "2026", "y2025": "2025", "y2024b": "2024, from 9 March", "y2024a": "2024, until 8 March"},
            source="National non-facility amounts, from secondary texts, reproduced from RVU × conversion factor.",
        ),
        choice(
            "complexity", "Kind of CCM", {"standard": "CCM (99490, 99439)", "complex": "Complex CCM (99487, 99489)"}
        ),
        Input(
            "minutes_per_month",
            "Clinical staff minutes in a month",
            WHOLE_MINUTES,
            D(20),
            maximum=D(600),
            whole=True,
            source=_EXAMPLE,
        ),
        Input(
            "own_further_amount",
            "Amount of 99439, if you know it",
            USD,
            D(0),
            maximum=D(500),
            help="0 takes the table's amount. The amount of 2026 could not be verified, so the table has none.",
            source="Your Medicare contractor's fee schedule.",
        ),
        Input("consented_share", "Patients who consent", SHARE, D("0.75"), maximum=D(1), source=_EXAMPLE),
        Input("billed_months", "Months billed in a year", COUNT, D(12), maximum=D(12), whole=True, source=_EXAMPLE),
        Input(
            "pharmacist_share",
            "Pharmacist's share by contract",
            SHARE,
            D("0.5"),
            maximum=D(1),
            help="A contract at fair market value; have it checked by counsel.",
            source=_EXAMPLE,
        ),
        Input("cmr_fee", "Fee for a CMR", USD, D(60), maximum=D(500), source=_EXAMPLE),
        Input("tmr_fee", "Fee for a TMR", USD, D(12), maximum=D(500), source=_EXAMPLE),
        Input(
            "tmrs_per_patient", "TMRs for each patient a year", COUNT, D(3), maximum=D(52), whole=True, source=_EXAMPLE
        ),
    ),
    steps=(
        Step("first_amount", "99490, first 20 minutes", USD, _amount("99490")),
        Step(
            "further_amount",
            "99439, each further 20 minutes",
            USD,
            f"own_further_amount if own_further_amount > 0 else {_amount('99439')}",
            none_text="not verified",
        ),
        Step("complex_first_amount", "99487, first 60 minutes", USD, _amount("99487")),
        Step("complex_further_amount", "99489, each further 30 minutes", USD, _amount("99489")),
        Step(
            "further_units",
            "Further units in a month",
            COUNT,
            "floor((minutes_per_month - 60) / 30) if complexity == 'complex' and minutes_per_month >= 60"
            " else max(0, min(2, floor((minutes_per_month - 20) / 20)))",
            note="99439 at most twice a month. Minutes do not carry over to the next month.",
        ),
        Step(
            "month_amount",
            "Amount for a patient and month",
            USD,
            "complex_first_amount + further_units * complex_further_amount if complexity == 'complex' and "
            "minutes_per_month >= 60"
            " else 0 if minutes_per_month < 20 else first_amount if further_units == 0"
            " else first_amount + further_units * further_amount",
            none_text="not known",
        ),
        Step(
            "ccm_practice",
            "CCM revenue of the practice",
            USD,
            "patients * consented_share * billed_months * month_amount",
            none_text="not known",
        ),
        Step("ccm_payer_part", "Of it, paid by Medicare (80%)", USD, "0.8 * ccm_practice", none_text="not known"),
        Step(
            "ccm_patient_part",
            "Of it, owed by patients (20%)",
            USD,
            "ccm_practice - ccm_payer_part",
            none_text="not known",
        ),
        Step("patient_monthly", "What a patient owes for a month", USD, "0.2 * month_amount", none_text="not known"),
        Step(
            "ccm_pharmacist",
            "CCM, pharmacist's share by contract",
            USD,
            "ccm_practice * pharmacist_share",
            none_text="not known",
        ),
        Step("mtm_pharmacy", "MTM revenue of the pharmacy", USD, "patients * (cmr_fee + tmr_fee * tmrs_per_patient)"),
    ),
    views=(
        View(
            "CCM: to the practice",
            "ccm_practice",
            ("month_amount", "ccm_payer_part", "ccm_patient_part", "patient_monthly", "ccm_pharmacist"),
            "Billed by the practice only; the pharmacist works under general supervision and is paid by contract.",
        ),
        View(
            "MTM: to the pharmacy",
            "mtm_pharmacy",
            (),
            "Paid by Part D plans or their vendors. The contrast is who receives the money, not only how much. "
            "The same minutes "
            "are never billed under both.",
        ),
    ),
    target="ccm_practice",
    drivers=(
        Driver("patients", "Patients", ("patients",)),
        Driver("consented_share", "Patients who consent", ("consented_share",)),
        Driver("billed_months", "Months billed", ("billed_months",)),
    ),
    notices=(
        Notice(
            "minutes_per_month < 20",
            "Below 20 minutes in the calendar month nothing is billed, and the minutes do not carry over.",
        ),
        Notice(
            "complexity == 'complex' and minutes_per_month < 60",
            "Complex CCM needs 60 minutes; below that the month is counted as CCM.",
        ),
        Notice(
            "not known(month_amount)",
            "The amount of 99439 in this year could not be verified. Enter it from your fee schedule to see the "
            "result.",
        ),
        Notice(
            "complexity == 'complex' and minutes_per_month >= 60 and known(further_amount)"
            " and first_amount + 2 * further_amount > complex_first_amount and minutes_per_month < 90",
            "CCM with two further units would pay more for these minutes than one unit of complex CCM.",
            "info",
        ),
    ),
    bars=(
        Bar("CCM", (("Practice", "ccm_practice"),)),
        Bar("CCM by contract", (("Pharmacist", "ccm_pharmacist"),)),
        Bar("MTM", (("Pharmacy", "mtm_pharmacy"),)),
    ),
    bars_title="Revenue in a year",
    key_inputs=("patients", "minutes_per_month", "consented_share"),
    sources=("ccm-rates2026", "ccm-rates2026b", "ccm-rates2025", "ecfr410-26", "cfr423-153"),
    data=("ccm-payment-amounts",),
    limits="National amounts before sequestration and local adjustment. The patient owes the deductible and "
    "20%, which may not be waived "
    "as a routine. Have contracts checked by counsel.",
)
