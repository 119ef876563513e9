"""Rules of progress and completion, on plain data."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from hashlib import blake2b

from lms.content.course import Course, Lesson, Module
from lms.content.evaluation import Question


@dataclass(frozen=True)
class Step:
    """One thing to do in the course, in its order: a lesson, a module quiz, the evaluation or the certificate."""

    kind: str
    #: Lesson key or module key; the course's slug for the evaluation and the certificate.
    key: str
    module: str | None
    title: str
    minutes: int


@dataclass(frozen=True)
class ModuleState:
    """How far a learner is in one module."""

    module: Module
    lessons_done: int
    quiz_passed: bool
    minutes_left: int

    @property
    def steps(self) -> int:
        return len(self.module.lessons) + 1

    @property
    def steps_done(self) -> int:
        return self.lessons_done + (1 if self.quiz_passed else 0)

    @property
    def state(self) -> str:
        """`done`, `current` (begun) or `todo`."""
        if self.steps_done == self.steps:
            return "done"
        return "current" if self.steps_done else "todo"


@dataclass(frozen=True)
class CourseState:
    """How far a learner is in a course, and what comes next."""

    modules: tuple[ModuleState, ...]
    lessons_done: int
    lessons: int
    quizzes_passed: int
    evaluation_done: bool
    evaluation_required: bool
    next: Step
    #: Minutes of reading and quizzes that are left, as the course files estimate them.
    minutes_left: int

    @property
    def ready_for_evaluation(self) -> bool:
        """Lessons read and quizzes passed: what the completion rule asks before the evaluation."""
        return self.lessons_done == self.lessons and self.quizzes_passed == len(self.modules)

    @property
    def complete(self) -> bool:
        return self.ready_for_evaluation and (self.evaluation_done or not self.evaluation_required)

    @property
    def fraction(self) -> Fraction:
        """Share of lessons, quizzes and the evaluation that is done, from 0 to 1."""
        steps = self.lessons + len(self.modules) + 1
        return Fraction(self.lessons_done + self.quizzes_passed + (1 if self.evaluation_done else 0), steps)


#: Minutes that one drawn item takes, for estimates (reading, choosing, reading the explanation).
MINUTES_PER_ITEM = 1.5


def quiz_minutes(module: Module) -> int:
    """Estimated minutes for one attempt at a module's quiz."""
    drawn = module.quiz.settings.draw_per_objective * len(module.objectives)
    return max(1, round(drawn * MINUTES_PER_ITEM))


def before_minutes(course: Course) -> int:
    """Estimated minutes for the questions before the course and its two minutes of confidence."""
    return round(len(course.pre_items) * MINUTES_PER_ITEM) + 2


def duration(minutes: int) -> str:
    """Minutes in the words of an estimate: `15 minutes`, `about 4½ hours`."""
    if minutes < 60:
        return f"{minutes} minute" if minutes == 1 else f"{minutes} minutes"
    hours, half = divmod(round(minutes / 30), 2)
    if hours == 1 and not half:
        return "about 1 hour"
    return f"about {hours}{'½' if half else ''} hours"


def minutes_from(lesson: Lesson, heading: str | None) -> int:
    """Estimated minutes that are left of a lesson at one of its headings, which are taken as equally long.

    The whole lesson when the heading is None or unknown; never less than a minute.
    """
    ids = [known.id for known in lesson.headings]
    passed = ids.index(heading) if heading in ids else 0
    return max(1, round(lesson.minutes * (1 - passed / len(ids)))) if ids else lesson.minutes


def course_state(
    course: Course, *, done: Set[str], passed: Set[str], evaluation_done: bool, last_lesson: str | None
) -> CourseState:
    """Combine what is done with the course as it is now.

    `done` holds keys of completed lessons, `passed` those of modules whose quiz was passed; keys that a
    newer release no longer has do not count. Lessons that it added are open.
    """
    modules = tuple(_module_state(module, done, passed) for module in course.modules)
    lessons_done = sum(state.lessons_done for state in modules)
    quizzes_passed = sum(state.quiz_passed for state in modules)
    return CourseState(
        modules=modules,
        lessons_done=lessons_done,
        lessons=len(course.lessons),
        quizzes_passed=quizzes_passed,
        evaluation_done=evaluation_done,
        evaluation_required=course.completion.evaluation == "required",
        next=next_step(course, done=done, passed=passed, evaluation_done=evaluation_done, last_lesson=last_lesson),
        minutes_left=sum(state.minutes_left for state in modules),
    )


def _module_state(module: Module, done: Set[str], passed: Set[str]) -> ModuleState:
    open_lessons = [lesson for lesson in module.lessons if lesson.key not in done]
    quiz_passed = module.key in passed
    minutes = sum(lesson.minutes for lesson in open_lessons) + (0 if quiz_passed else quiz_minutes(module))
    return ModuleState(module, len(module.lessons) - len(open_lessons), quiz_passed, minutes)


def next_step(
    course: Course, *, done: Set[str], passed: Set[str], evaluation_done: bool, last_lesson: str | None
) -> Step:
    """What Continue opens: the lesson left open, else the first thing not done, in the course's order.

    A lesson that was opened last and is not complete comes first, even when earlier ones are open: that is
    where the learner was.
    """
    if last_lesson is not None and last_lesson not in done:
        try:
            return lesson_step(course.lesson(last_lesson))
        except KeyError:
            pass  # a newer release dropped it
    for module in course.modules:
        for lesson in module.lessons:
            if lesson.key not in done:
                return lesson_step(lesson)
        if module.key not in passed:
            return Step("quiz", module.key, module.key, f"Module {module.number} quiz", quiz_minutes(module))
    if not evaluation_done and course.completion.evaluation == "required":
        return Step("evaluation", course.slug, None, "Course evaluation", 3)
    return Step("certificate", course.slug, None, "Your certificate", 1)


def lesson_step(lesson: Lesson) -> Step:
    return Step("lesson", lesson.key, lesson.module_key, lesson.title, lesson.minutes)


def current_keys(course: Course, stored: Mapping[str, datetime | None]) -> frozenset[str]:
    """Keys of lessons completed, in the names of this release: a renamed lesson stays completed."""
    found = (course.lesson_key(key) for key, completed_at in stored.items() if completed_at is not None)
    return frozenset(key for key in found if key is not None)


@dataclass(frozen=True)
class EvaluationField:
    """One field of the evaluation form: a question, asked once or once for each objective."""

    name: str
    question: Question
    text: str
    #: The objective that is asked about, where the question is asked for each.
    objective: str = ""

    @property
    def options(self) -> tuple[tuple[str, str], ...]:
        """Values and labels of a question with given answers."""
        if self.question.kind == "scale":
            return _SCALE
        return tuple((option, option) for option in self.question.options)


_SCALE = (
    ("1", "not at all"),
    ("2", "a little"),
    ("3", "partly"),
    ("4", "mostly"),
    ("5", "fully"),
)
EVALUATION_TEXT_LIMIT = 4000


def evaluation_fields(course: Course) -> tuple[EvaluationField, ...]:
    """The fields of the course's evaluation form, in order."""
    fields = []
    for question in course.evaluation.questions:
        if question.per_objective:
            fields += [
                EvaluationField(
                    f"{question.key}-{objective.key}", question, f"{question.text} {objective.text}", objective.text
                )
                for objective in course.objectives
            ]
        else:
            fields.append(EvaluationField(question.key, question, question.text))
    return tuple(fields)


def clean_evaluation(course: Course, given: Mapping[str, str]) -> tuple[dict[str, str], dict[str, str]]:
    """Sort the answers of the evaluation form into accepted ones and errors, both by field name."""
    answers: dict[str, str] = {}
    errors: dict[str, str] = {}
    for field in evaluation_fields(course):
        value = given.get(field.name, "").replace("\0", "").strip()  # PostgreSQL refuses NUL characters
        allowed = {option for option, _label in field.options}
        if not value:
            if field.question.required:
                errors[field.name] = "Choose an answer." if allowed else "Write an answer."
        elif field.question.kind != "text" and value not in allowed:
            errors[field.name] = "Choose one of the answers shown."
        elif len(value) > EVALUATION_TEXT_LIMIT:
            errors[field.name] = f"Shorten the text to {EVALUATION_TEXT_LIMIT:,} characters; it has {len(value):,}."
        else:
            answers[field.name] = value
    return answers, errors


#: Evaluations are reported in groups of this size, and none before the first group is full: who reads the report each
#: day could otherwise tell from its change what the person answered who finished in between.
EVALUATIONS_TOGETHER = 10


@dataclass(frozen=True)
class Tally:
    """All answers to one field of the evaluation, without who gave them."""

    field: EvaluationField
    #: Each answer on offer with how many chose it; empty for a free text.
    counts: tuple[tuple[str, int], ...]
    #: What was written, in an order that says nothing of when.
    texts: tuple[str, ...]

    @property
    def answered(self) -> int:
        return len(self.texts) + sum(number for _label, number in self.counts)


def tallies(course: Course, answers: Sequence[Mapping[str, str]]) -> tuple[Tally, ...]:
    """Count the answers to each field of the form as it is now; fields that it no longer has are left out."""
    found = []
    for field in evaluation_fields(course):
        given = [each[field.name] for each in answers if field.name in each]
        if field.question.kind == "text":
            found.append(Tally(field, (), tuple(sorted(given, key=_place_of_a_text))))
        else:
            numbers = Counter(given)
            found.append(Tally(field, tuple((label, numbers[value]) for value, label in field.options), ()))
    return tuple(found)


def _place_of_a_text(text: str) -> bytes:
    """As good as drawn, yet the same on the page and in the file."""
    return blake2b(text.encode()).digest()
