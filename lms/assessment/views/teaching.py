"""What instructors see of a course: the way to each page, and the statistics of its questions."""

from __future__ import annotations

from dataclasses import dataclass

from flask import render_template, request
from flask.typing import ResponseReturnValue

from lms.assessment import item_tables, questions, statistics_queries
from lms.assessment.statistics import FEWEST, FEWEST_IN_CELL
from lms.assessment.statistics_queries import QuizResult, ServedRelease, Which
from lms.assessment.views.routes import TEACHING, blueprint
from lms.content.course import Course, Item, Module
from lms.core.db import db
from lms.core.errors import NotFound
from lms.releases.queries import course_of, current
from lms.web import policy


@dataclass(frozen=True)
class Offer:
    """A page that the landing page leads to."""

    endpoint: str
    title: str
    text: str


#: In the order of the landing page.
OFFERS = (
    Offer(
        "assessment.items",
        "Questions",
        "How hard each quiz question is, whether it tells strong from weak learners, what its wrong options draw, and "
        "which questions should be read again.",
    ),
    Offer(
        "learning.evaluation_report",
        "Evaluation",
        "What learners say about the course at its end, in numbers and in their own words, without their names.",
    ),
    Offer(
        "assessment.cohort",
        "Objectives",
        "What all learners together can do, objective by objective, and how that changed since before the course.",
    ),
    Offer(
        "assessment.regrades",
        "Corrected questions",
        "Questions that were corrected after learners had answered them, and regrading those answers.",
    ),
    Offer(
        "assessment.allowances",
        "Further attempts and extra time",
        "Exceptions for one person, each kept with its reason.",
    ),
)


@dataclass(frozen=True)
class Selection:
    """Which attempts a page counts, as its address says. `release` is None for all, pooled."""

    which: Which
    release: ServedRelease | None
    releases: list[ServedRelease]
    course: Course

    @property
    def query(self) -> dict[str, str | int]:
        """What the address of another page with the same selection carries; defaults are left out."""
        chosen: dict[str, str | int] = {} if self.which is Which.FIRST else {"attempts": self.which.value}
        return {**chosen, **({"release": self.release.number} if self.release else {})}

    def result(self, module: Module) -> QuizResult:
        release_id = self.release.id if self.release else None
        return statistics_queries.quiz_result(
            db.session(), self.course, module, which=self.which, release_id=release_id
        )


@blueprint.get(TEACHING)
@policy.instructor
def teaching(course: str) -> str:
    """What there is for instructors of a course."""
    session = db.session()
    _release, value = current(session, course)
    return render_template(
        "lms/assessment/teaching.html",
        course=value,
        offers=OFFERS,
        activity=statistics_queries.activity(session, value),
    )


@blueprint.get(f"{TEACHING}/items")
@policy.instructor
def items(course: str) -> str:
    """The questions of one quiz with their statistics."""
    selection = _selection(course)
    module = _module(selection.course, request.args.get("module"))
    return render_template(
        "lms/assessment/items.html",
        course=selection.course,
        selection=selection,
        module=module,
        result=selection.result(module),
        words=item_tables,
        fewest=FEWEST,
    )


@blueprint.get(f"{TEACHING}/items.csv")
@policy.instructor
def items_table(course: str) -> ResponseReturnValue:
    """The questions of all quizzes with their statistics, as a table."""
    selection = _selection(course)
    results = (selection.result(module) for module in selection.course.modules)
    headers = {
        "Content-Type": "text/csv; charset=utf-8",
        "Content-Disposition": f'attachment; filename="{selection.course.slug}-questions.csv"',
    }
    return "".join(item_tables.table(results)), 200, headers


@blueprint.get(f"{TEACHING}/items/<item>")
@policy.instructor
def item(course: str, item: str) -> str:
    """One question: what it asks, what was chosen, what that says."""
    selection = _selection(course)
    module = _module_of(selection.course, item)
    result = selection.result(module)
    found = next(each for each in result.items if each.item.key == item)
    return render_template(
        "lms/assessment/item.html",
        course=selection.course,
        selection=selection,
        module=module,
        found=found,
        stem=_stem(found.item),
        choices=item_tables.choices(found),
        words=item_tables,
        fewest=FEWEST,
        fewest_in_cell=FEWEST_IN_CELL,
    )


def _selection(course: str) -> Selection:
    """Raises NotFound for a course that there is not, and for a release that served none of its attempts."""
    session = db.session()
    _current, present = current(session, course)
    releases = statistics_queries.served_releases(session, course)
    asked, number = request.args.get("attempts", ""), request.args.get("release", "")
    which = Which(asked) if asked in set(Which) else Which.FIRST
    if not number:
        return Selection(which, None, releases, present)
    release = next((each for each in releases if str(each.number) == number), None)
    if release is None:
        raise NotFound
    return Selection(which, release, releases, course_of(session, release.id))


def _module(course: Course, name: str | None) -> Module:
    """The module of that name; the first one when none is named. Raises NotFound."""
    key = course.module_key(name) if name else course.modules[0].key
    if key is None:
        raise NotFound
    return course.module(key)


def _module_of(course: Course, item: str) -> Module:
    for module in course.modules:
        if any(each.key == item for each in module.quiz.items):
            return module
    raise NotFound


def _stem(item: Item) -> str:
    """The question; one whose numbers are drawn with those of some draw."""
    return questions.asked(item, seed=0).stem_html
