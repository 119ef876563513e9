"""What the lesson page needs beyond the lesson itself: neighbours, knowledge checks, sources."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from markupsafe import Markup

from lms.assessment import questions
from lms.assessment.domain import Response
from lms.calculators.domain import Formula, formulas
from lms.calculators.forms import Field, fields
from lms.content.course import CaseBlock, Course, Item, Lesson, Source, Term
from lms.content.resources.values import Resource
from lms.learning.domain import Step, lesson_step, quiz_minutes
from lms.web import parts
from lms.web.charts import render_figure


@dataclass(frozen=True)
class CheckState:
    """A knowledge check that was just answered: the response, or why it could not be taken."""

    response: Response | None = None
    error: str | None = None
    #: Draws the numbers of the question, where it has any; a further try draws others.
    seed: int = 0


def step_after(course: Course, lesson: str) -> Step:
    """The next lesson of the module, or the module's quiz after its last one."""
    module = course.module(course.lesson(lesson).module_key)
    index = [value.key for value in module.lessons].index(lesson)
    if index + 1 < len(module.lessons):
        return lesson_step(module.lessons[index + 1])
    return Step("quiz", module.key, module.key, f"Module {module.number} quiz", quiz_minutes(module))


def step_before(course: Course, lesson: str) -> Step | None:
    """The lesson before this one in the course, or None at the start."""
    keys = [value.key for value in course.lessons]
    index = keys.index(lesson)
    return lesson_step(course.lessons[index - 1]) if index else None


def figure(course: Course, key: str) -> Markup:
    """A figure of the course as accessible SVG with its table."""
    return _drawn(_Release(course), key)


class _Release:
    """A course as a key: a release never changes, so the object itself tells it from others, at no cost."""

    def __init__(self, course: Course) -> None:
        self.course = course

    def __hash__(self) -> int:
        return id(self.course)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Release) and other.course is self.course


#: How many finished parts of lessons an application remembers; a course has some hundred.
_MOST_PARTS = 2000


def remembered(course: Course, *name: str, caller: Callable[[], Markup]) -> Markup:
    """What a `{% call %}` block gives, written once per release: for parts that are the same for every learner.

    `name` tells the part from all others of the course.
    """
    return parts.remembered("lessons", (_Release(course), name), most=_MOST_PARTS, caller=caller)


@lru_cache(maxsize=256)
def _drawn(release: _Release, key: str) -> Markup:
    value = release.course.figure(key)
    return render_figure(value, release.course.data[value.data], release.course.sources)


def calculator(name: str) -> Formula:
    """A calculator that the lesson embeds: the course was checked to name only known ones."""
    return formulas()[name]


def key_fields(formula: Formula) -> list[Field]:
    """The few inputs that its short form asks for; the rest keep their defaults."""
    found = fields(formula, {}, {})
    return [found[key] for key in formula.key_inputs]


def cases(lesson: Lesson) -> list[str]:
    """The keys of the cases that stand in the lesson."""
    return [block.case for block in lesson.blocks if isinstance(block, CaseBlock)]


def sources(course: Course, lesson: Lesson) -> list[Source]:
    """The sources that the lesson cites, in the order of their numbers."""
    return [course.sources[key] for key in lesson.citations]


def terms(course: Course, lesson: Lesson) -> list[Term]:
    """The glossary terms that the lesson uses."""
    return [course.glossary[key] for key in lesson.terms]


def aids(course: Course, lesson: Lesson) -> list[Resource]:
    """The job aids that serve the lesson."""
    return [aid for aid in course.resources.values() if lesson.key in aid.lessons]


def question(item: Item, draw: int) -> questions.Question:
    """A knowledge check as it is asked: its options stand in an order that says nothing, the same for everyone."""
    return questions.asked(item, seed=draw, graded=False)


def explained(item: Item, state: CheckState) -> questions.Explained:
    """A knowledge check that was answered, with its verdict: practice is explained at once."""
    return questions.explained(item, state.response, seed=state.seed)


def verdict(explained: questions.Explained) -> str:
    """`Correct.`, `Partly correct.` or `Not correct.`"""
    if explained.is_right:
        return "Correct."
    return "Partly correct." if explained.points else "Not correct."


def heading_text(course: Course, lesson: str, heading: str) -> str:
    """The words of a heading in a lesson; empty when a newer release no longer has it."""
    return next((known.text for known in course.lesson(lesson).headings if known.id == heading), "")
