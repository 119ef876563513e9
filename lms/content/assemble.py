"""Builds the `Course` from parts that passed every check."""

from __future__ import annotations

from decimal import Decimal
from typing import TypeVar

from lms.content import schema
from lms.content.cases.assemble import case_of
from lms.content.course import (
    Completion,
    Course,
    DiscountCode,
    Figure,
    Item,
    Lesson,
    Module,
    Objective,
    Option,
    Quiz,
    QuizSettings,
    Source,
    Term,
)
from lms.content.evaluation import Evaluation, Question
from lms.content.gaps.assemble import gaps_of
from lms.content.keys import opaque_key
from lms.content.numeric.files import NumericFile
from lms.content.numeric.values import CalculatorAnswer, Mistake, Numeric, Parameter
from lms.content.parts import ItemPart, LessonPart, ModulePart, Parts, QuizPart
from lms.content.resources.assemble import resource_of

Given = TypeVar("Given")


def _given(value: Given | None) -> Given:
    """The value of a part: it has one, or the report has an error and nothing is assembled."""
    if value is None:
        raise ValueError("a course is assembled only from parts without errors")
    return value


def assemble(parts: Parts) -> Course:
    """The course. Call it only when the report of the parts has no errors."""
    file = _given(parts.course)
    apart = {"list_price", "modules", "discount_codes", "completion", "evaluation", "audience", "waivers"}
    plain = file.model_dump(exclude=apart)
    return Course(
        **plain,
        audience=tuple(file.audience),
        list_price_cents=int(Decimal(file.list_price) * 100),
        discount_codes=tuple(DiscountCode(**code.model_dump()) for code in file.discount_codes),
        completion=Completion(**file.completion.model_dump()),
        evaluation=Evaluation(
            intro=file.evaluation.intro,
            questions=tuple(
                Question(**question.model_dump(exclude={"options"}), options=tuple(question.options))
                for question in file.evaluation.questions
            ),
        ),
        modules=tuple(_module(parts, parts.modules[key], n) for n, key in enumerate(file.modules, start=1)),
        sources={key: Source(key=key, **entry.model_dump()) for key, entry in parts.sources.items() if entry},
        glossary={key: Term(key=key, **entry.model_dump()) for key, entry in parts.glossary.items() if entry},
        data={key: part.table for key, part in parts.data.items() if part.table},
        figures={key: _figure(key, part.value) for key, part in parts.figures.items() if part.value},
        cases={key: case_of(part) for key, part in parts.cases.items()},
        resources={key: resource_of(part, parts) for key, part in parts.resources.items()},
    )


def _figure(key: str, value: schema.FigureFile) -> Figure:
    plain = value.model_dump()
    shade = plain.get("shade")
    if shade:
        plain["shade"] = {"start": str(shade["start"]), "end": str(shade["end"]), "label": shade["label"]}
    return Figure.model_validate({"key": key, **plain})


def _module(parts: Parts, module: ModulePart, number: int) -> Module:
    value = _given(module.value)
    return Module(
        key=module.key,
        number=number,
        title=value.title,
        short_title=value.short_title,
        summary=value.summary,
        objectives=tuple(
            Objective(module_key=module.key, **each.model_dump(exclude={"waivers"})) for each in value.objectives
        ),
        lessons=tuple(_lesson(parts.lessons[stem], n) for n, stem in enumerate(value.lessons, start=1)),
        quiz=_quiz(parts.quizzes[module.key]),
        was=tuple(value.was),
    )


def _lesson(lesson: LessonPart, number: int) -> Lesson:
    front, text = _given(lesson.front), lesson.text
    return Lesson(
        key=lesson.key,
        module_key=lesson.module_key,
        number=number,
        title=front.title,
        summary=front.summary,
        objectives=tuple(front.objectives),
        minutes=front.minutes,
        reviewed_on=front.reviewed_on,
        review_by=front.review_by,
        words=text.words,
        headings=tuple(text.headings),
        blocks=tuple(text.blocks),
        citations=tuple(dict.fromkeys([*text.citations, *text.background])),
        terms=tuple(text.terms),
        checks=tuple(text.checks),
        was=tuple(front.was),
    )


def _quiz(quiz: QuizPart) -> Quiz:
    value = _given(quiz.value)
    items = [_item(part) for part in quiz.items]
    return Quiz(
        key=quiz.key,
        title=value.title,
        settings=QuizSettings(**value.settings.model_dump()),
        items=tuple(item for item in items if item.use == "quiz"),
        checks=tuple(item for item in items if item.use == "check"),
        pre=tuple(item for item in items if item.use == "pre"),
    )


def _item(part: ItemPart) -> Item:
    value = _given(part.value)
    plain = value.model_dump(include={"key", "type", "use", "objective", "level", "credit", "ordered", "reviewed_on"})
    options = tuple(
        Option(
            key=option.key or opaque_key(value.key, option.text),
            html=part.html["options", index, "text"],
            correct=option.correct,
            feedback_html=part.html["options", index, "feedback"],
        )
        for index, option in enumerate(value.options)
    )
    return Item(
        **plain,
        numeric=numeric_of(value.numeric, part) if value.numeric else None,
        gaps=gaps_of(value.key, value.fields, part.html) if value.fields else None,
        stem_html=part.html["stem",],
        options=options,
        rationale_html=part.html["rationale",],
        sources=tuple(value.sources),
    )


def numeric_of(value: NumericFile, part: ItemPart) -> Numeric:
    """What a numeric item asks for, from its file."""
    places = Decimal(1).scaleb(-value.places)
    answer = value.answer
    return Numeric(
        parameters=tuple(
            Parameter(name=name, start=Decimal(each.start), stop=Decimal(each.stop), step=Decimal(each.step))
            for name, each in value.parameters.items()
        ),
        constraints=tuple(value.constraints),
        answer=answer if isinstance(answer, str) else CalculatorAnswer(**answer.model_dump()),
        places=value.places,
        # A whole number is right or wrong; with decimals, rounding on the way may move the last one.
        tolerance=Decimal(value.tolerance) if value.tolerance is not None else places if value.places else Decimal(0),
        unit=value.unit or "",
        units=tuple(value.units),
        mistakes=tuple(
            Mistake(expression=each.expression, feedback_html=part.html["numeric", "mistakes", index, "feedback"])
            for index, each in enumerate(value.mistakes)
        ),
    )
