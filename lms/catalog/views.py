"""The course page, its sources, its glossary, and what changed in it."""

from __future__ import annotations

from collections import Counter

from flask import Blueprint, render_template
from flask_login import current_user

from lms.catalog import domain
from lms.checkout.queries import public_quote
from lms.content.course import Module, Term
from lms.core.clock import long_date
from lms.core.db import db
from lms.learning.domain import duration, quiz_minutes
from lms.learning.queries import is_enrolled
from lms.releases.queries import current
from lms.web import policy

blueprint = Blueprint("catalog", __name__)


@blueprint.get("/courses/<course>")
@policy.public
def course(course: str) -> str:
    """What the course teaches, what it costs with the automatic code, and Start."""
    session = db.session()
    _release, value = current(session, course)
    enrolled = current_user.is_authenticated and is_enrolled(session, current_user.id, course)
    return render_template(
        "lms/catalog/course.html",
        course=value,
        quote=public_quote(session, value),
        enrolled=enrolled,
        quiz_minutes=quiz_minutes,
        course_steps=_steps,
        hours=duration(value.minutes + sum(quiz_minutes(module) for module in value.modules)),
    )


def _steps(module: Module) -> list[dict[str, str]]:
    lessons = [{"label": lesson.title, "note": f"{lesson.minutes} min"} for lesson in module.lessons]
    return [*lessons, {"label": "Module quiz", "note": f"{quiz_minutes(module)} min"}]


@blueprint.get("/courses/<course>/sources")
@policy.public
def sources(course: str) -> str:
    """Every work that the course cites, how it was checked, and what cites it."""
    _release, value = current(db.session(), course)
    tags = Counter(source.tag for source in value.sources.values())
    return render_template("lms/catalog/sources.html", course=value, uses=domain.uses(value), counts=tags)


@blueprint.get("/courses/<course>/changes")
@policy.public
def changes(course: str) -> str:
    """What was reviewed and when, and what is reviewed next."""
    _release, value = current(db.session(), course)
    days = domain.changes(value)
    return render_template(
        "lms/catalog/changes.html",
        course=value,
        days=days,
        contents=[{"id": f"day-{day}", "text": long_date(day), "level": 2} for day, _found in days],
        upcoming=domain.next_reviews(value),
        figures=domain.figures(value),
    )


@blueprint.get("/courses/<course>/glossary")
@policy.public
def glossary(course: str) -> str:
    """Every term of the course with its meaning, and the lessons that use it."""
    _release, value = current(db.session(), course)
    by_letter: dict[str, list[Term]] = {}
    for term in sorted(value.glossary.values(), key=lambda each: each.term.casefold()):
        by_letter.setdefault(term.term[0].upper(), []).append(term)
    return render_template(
        "lms/catalog/glossary.html",
        course=value,
        letters=by_letter,
        lessons_with=lambda term: [lesson for lesson in value.lessons if term.key in lesson.terms],
    )
