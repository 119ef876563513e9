"""From a contract's CMR completion rate to its star level, by the cut points that CMS published for each year.

Definition: CMS 2026 Star Ratings Technical Notes, measure D11: members of the MTM program aged 18 and over, enrolled
for at least 60 days and not in hospice, who had a comprehensive medication review; at least 31 of them; shown without
decimals.
"""

from datetime import date
from decimal import Decimal as D

from lms.calculators.domain.declaration import Check, Formula, Grid, Input, Notice, Step, View, choice
from lms.calculators.domain.units import COUNT, HUNDREDTHS, POINTS, RATE, STARS

_LEVELS = (2, 3, 4, 5)
_NO_CUT_POINTS = "not scored"
_NEEDED = "needed_{}_{}"
#: The years whose cut points have a decimal, so that rates were compared with one.
_ONE_DECIMAL = "(star_year == '2016' or star_year == '2017')"

_INPUTS = (
    choice(
        "contract",
        "Kind of contract",
        {"MA-PD": "Medicare Advantage with drug coverage (MA-PD)", "PDP": "Stand-alone drug plan (PDP)"},
    ),
    choice(
        "star_year",
        "Year of the Star Ratings",
        {str(year): f"{year} (measured over {year - 2})" for year in (2026, *range(2025, 2015, -1), 2027, 2028, 2029)},
        source="Cut points published by CMS for 2016 to 2026.",
    ),
    Input(
        "eligible_members",
        "Members who count",
        COUNT,
        D(400),
        maximum=D(10_000_000),
        whole=True,
        help="In the MTM program, 18 or over, enrolled 60 days or more, not in hospice.",
        source="Example value.",
    ),
    Input(
        "members_with_cmr",
        "Of these, members with a completed CMR",
        COUNT,
        D(340),
        maximum=D(10_000_000),
        whole=True,
        source="Example value.",
    ),
)

_BOUNDS = tuple(
    Step(
        f"bound_{level}",
        f"Cut point for {level} stars",
        POINTS,
        f"lookup('star-cut-points', 'sr', star_year, 'mapd-{level}' if contract == 'MA-PD' else 'pdp-{level}')",
        none_text=_NO_CUT_POINTS,
    )
    for level in _LEVELS
)

_NEEDED_STEPS = tuple(
    step
    for level in _LEVELS
    for step in (
        Step(
            _NEEDED.format(level, "exact"),
            f"Further CMRs to {level} stars, to be sure",
            COUNT,
            f"max(0, ceil(eligible_members * bound_{level} / 100) - members_with_cmr) if eligible_members >= 31 "
            "else none",
            none_text=_NO_CUT_POINTS,
        ),
        Step(
            _NEEDED.format(level, "rounded"),
            f"Further CMRs to {level} stars, counting on rounding",
            COUNT,
            f"max(0, ceil(eligible_members * (bound_{level} - half) / 100) - members_with_cmr)"
            " if eligible_members >= 31 else none",
            none_text=_NO_CUT_POINTS,
        ),
    )
)

FORMULA = Formula(
    name="cmr-stars",
    title="CMR completion and star level",
    question="Which star level does a CMR completion rate earn?",
    summary="Members who count, reviews completed, and the cut points of the year: the level now, and what is "
    "missing to the next.",
    objective="O1.3",
    order=2,
    version="1",
    reviewed_on=date(2026, 11, 27),
    inputs=_INPUTS,
    checks=(
        Check(
            "members_with_cmr",
            "members_with_cmr <= eligible_members",
            "This cannot be more than the members who count.",
        ),
    ),
    steps=(
        Step(
            "rate_exact",
            "Completion rate, exact",
            POINTS,
            "100 * members_with_cmr / eligible_members",
            none_text="no member counts",
        ),
        Step(
            "rate",
            "Completion rate, as it is published",
            RATE,
            f"(round(rate_exact, 1) if {_ONE_DECIMAL} else round(rate_exact)) if eligible_members >= 31 else none",
            none_text="not enough data",
            note="Published without decimals; with one in 2016 and 2017, as the cut points of those years show. That "
            "halves are rounded up is our reading of the technical notes.",
        ),
        Step(
            "half",
            "What rounding can add to a rate",
            HUNDREDTHS,
            f"0.05 if {_ONE_DECIMAL} else 0.5",
            output=False,
        ),
        *_BOUNDS,
        Step(
            "stars",
            "Star level",
            STARS,
            "(1 + (1 if rate >= bound_2 else 0) + (1 if rate >= bound_3 else 0) + (1 if rate >= bound_4 else 0)"
            " + (1 if rate >= bound_5 else 0)) if known(rate) and known(bound_5) else none",
            none_text="no star level",
        ),
        *_NEEDED_STEPS,
        Step(
            "next_star_exact",
            "Further CMRs to the next level, to be sure",
            COUNT,
            "needed_2_exact if stars == 1 else needed_3_exact if stars == 2 else needed_4_exact if stars == 3"
            " else needed_5_exact if stars == 4 else none",
            none_text="there is no next level",
        ),
        Step(
            "next_star_rounded",
            "Further CMRs to the next level, counting on rounding",
            COUNT,
            "needed_2_rounded if stars == 1 else needed_3_rounded if stars == 2 else needed_4_rounded if stars == 3"
            " else needed_5_rounded if stars == 4 else none",
            none_text="there is no next level",
        ),
    ),
    views=(
        View(
            "Level in this year",
            "stars",
            ("rate", "rate_exact", "next_star_exact", "next_star_rounded"),
            "The measure is about a plan's contract, not about a pharmacy. It is a process measure with weight 1.",
        ),
    ),
    grids=(
        Grid(
            "Further CMRs to each level",
            ("Cut point", "To be sure", "Counting on rounding"),
            tuple(
                (f"{level} stars", (f"bound_{level}", _NEEDED.format(level, "exact"), _NEEDED.format(level, "rounded")))
                for level in _LEVELS
            ),
        ),
    ),
    target="rate_exact",
    notices=(
        Notice(
            "star_year == '2027' or star_year == '2028'",
            "In this year the measure stands on the display page only: it has no cut points and does not count "
            "for the stars.",
        ),
        Notice(
            "star_year == '2029'",
            "The measure is to return, as a new measure, in the 2029 Star Ratings (measured over 2027). Its cut "
            "points are not published yet.",
        ),
        Notice("eligible_members < 31", "CMS gives no rate for fewer than 31 members who count."),
        Notice(
            "known(stars) and stars < 5 and next_star_rounded < next_star_exact",
            "Counting on rounding, fewer reviews seem to be enough. Plan with the larger number: a single "
            "member who joins can cost the level.",
            "info",
        ),
    ),
    key_inputs=("contract", "star_year", "eligible_members", "members_with_cmr"),
    sources=("cms2026technotes", "cms2026datatables", "cms2025datatables", "cms-cut-point-trends", "cms2027technotes"),
    figures=("cmr-cut-points",),
    data=("star-cut-points",),
    limits="The same rate earns different levels in different years and kinds of contract. A pharmacy's own "
    "rate matters only through "
    "the plans whose members it serves. Targeted reviews do not count.",
)
