"""What a course's learners can do, objective by objective, and what changed since before the course."""

from __future__ import annotations

from collections.abc import Iterator

from flask import Response, render_template
from flask.typing import ResponseReturnValue

from lms.assessment.cohort.domain import BANDS, FEWER, Change, Interval
from lms.assessment.cohort.queries import SOURCES, Line, Matrix, matrix
from lms.assessment.views.routes import TEACHING, blueprint
from lms.core import csvlines
from lms.core.db import db
from lms.releases.queries import current
from lms.web import policy

_CHANGE = ("before", "after", "change", "change low", "change high", "gain", "gain low", "gain high")


@blueprint.get(f"{TEACHING}/objectives")
@policy.instructor
def cohort(course: str) -> ResponseReturnValue:
    """Objectives by what learners can do, what that rests on, and how it changed."""
    session = db.session()
    _release, value = current(session, course)
    found = matrix(session, value)
    seen = {source for line in found.lines for source in line.answers}
    return render_template(
        "lms/assessment/cohort.html",
        course=value,
        matrix=found,
        bands=BANDS,
        sources=[(key, title) for key, title in SOURCES.items() if key in seen or key in ("quiz", "check")],
        unseen=[title for key, title in SOURCES.items() if key not in seen and key not in ("quiz", "check")],
        fewer=FEWER,
    )


@blueprint.get(f"{TEACHING}/objectives.csv")
@policy.instructor
def cohort_table(course: str) -> ResponseReturnValue:
    """The same numbers as a table."""
    session = db.session()
    _release, value = current(session, course)
    response = Response("".join(_table(matrix(session, value))), mimetype="text/csv")
    response.headers["Content-Disposition"] = f'attachment; filename="{value.slug}-objectives.csv"'
    return response


def _table(found: Matrix) -> Iterator[str]:
    yield csvlines.BYTE_ORDER_MARK
    yield csvlines.line(
        "objective", "text", "learners", "share right", "share low", "share high",
        *BANDS, *(f"answers in {source}" for source in SOURCES), "learners before and after", *_CHANGE,
    )  # fmt: skip
    for each in found.lines:
        yield csvlines.line(each.objective.key, each.objective.text, *_standing(each), *_change(each.change))
    blanks = [""] * (4 + len(BANDS) + len(SOURCES))
    yield csvlines.line("course", "All objectives that were asked about before", *blanks, *_change(found.change))


def _standing(line: Line) -> Iterator[csvlines.Cell]:
    found = line.standing
    if found.share is None or found.interval is None:
        yield from [FEWER] * (4 + len(BANDS))
    else:
        yield found.learners
        yield from _rounded(found.share, found.interval)
        yield from (found.bands.get(band, FEWER) for band in BANDS)
    yield from (line.answers.get(source, FEWER) for source in SOURCES)


def _change(found: Change | None) -> Iterator[csvlines.Cell]:
    if found is None:
        yield from [FEWER] * (1 + len(_CHANGE))
        return
    yield found.n
    yield from (round(found.before, 4), round(found.after, 4))
    yield from _rounded(found.mean, found.interval)
    yield from _rounded(found.gain, found.gain_interval)


def _rounded(value: float | None, interval: Interval | None) -> list[csvlines.Cell]:
    """Four places: more would be noise."""
    if value is None or interval is None:
        return ["", "", ""]
    return [round(each, 4) for each in (value, *interval)]
