"""Item statistics as pages and tables show them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from markupsafe import escape

from lms.assessment.statistics import CellFigures
from lms.assessment.statistics_queries import NO_ANSWER, ItemResult, QuizResult
from lms.core import csvlines


@dataclass(frozen=True)
class Choice:
    """One line of an item's table of options. `field_html` tells its fields apart; empty where it has one."""

    field_html: str
    html: str
    right: bool
    dead: bool
    figures: CellFigures


def choices(result: ItemResult) -> list[Choice]:
    """What was chosen, in the order of the file, and how often nothing was; empty below the fewest attempts."""
    if result.figures is None:
        return []
    figures = {each.cell: each for each in result.figures.cells}
    item = result.item
    texts = [("", "", option.key, option.html, option.correct) for option in item.options]
    for number, gap in enumerate(item.gaps.gaps if item.gaps else (), start=1):
        label = gap.html or f"Gap {number}"
        texts += [
            (gap.key, label, choice.key, str(escape(choice.text)), choice.key in gap.right) for choice in gap.choices
        ]
    return [
        *(
            Choice(label, html, right, (part, key) in result.dead, figures[part, key])
            for part, label, key, html, right in texts
        ),
        Choice("", "<em>No answer</em>", False, False, figures[NO_ANSWER]),
    ]


def percent(share: float) -> str:
    """`83 %`."""
    return f"{100 * share:.0f} %"


def correlation(value: float | None) -> str:
    """`0.34`, `−0.12`; a dash where there is none."""
    return "–" if value is None else f"{value:.2f}".replace("-", "−")


def duration(seconds: float | None) -> str:
    """`45 s`, `1 min 20 s`; a dash where it is not known."""
    if seconds is None:
        return "–"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"


def table(results: Iterable[QuizResult]) -> Iterator[str]:
    """The items of quizzes as CSV, one a line. Shares are numbers from 0 to 1; too few attempts leave cells empty."""
    yield csvlines.BYTE_ORDER_MARK
    yield csvlines.line(
        "quiz", "objective", "item", "type", "level", "reviewed_on", "asked", "facility", "facility_low",
        "facility_high", "item_rest_correlation", "median_seconds", "timed", "flags",
    )  # fmt: skip
    for quiz in results:
        for each in quiz.items:
            item, found = each.item, each.figures
            about = (quiz.module.key, item.objective, item.key, item.type, item.level, item.reviewed_on, each.asked)
            if found is None:
                yield csvlines.line(*about, *[None] * 7)
                continue
            yield csvlines.line(
                *about,
                round(found.facility, 4),
                round(found.low, 4),
                round(found.high, 4),
                None if found.discrimination is None else round(found.discrimination, 4),
                found.median_seconds,
                found.timed,
                "; ".join(flag.value for flag in each.flags),
            )
