"""Checks that need more than one file: references, unique keys, coverage of objectives, dates, files nobody
lists."""

from __future__ import annotations

import re
from collections import Counter
from datetime import date
from decimal import Decimal

from lms.content import schema
from lms.content.course import DataTable
from lms.content.files import CourseFiles
from lms.content.parts import FigurePart, Parts, QuizPart
from lms.content.report import Report

SLUG = re.compile(r"[a-z0-9][a-z0-9-]{0,79}")


def run(parts: Parts, files: CourseFiles, report: Report, today: date) -> None:
    _check_course(parts, report)
    _check_library(parts, report, today)
    for figure in parts.figures.values():
        _check_figure(parts, figure, report)
    _check_modules(parts, report)
    _check_lessons(parts, report, today)
    _check_items(parts, report, today)
    _check_coverage(parts, report)
    _check_former_keys(parts, report)
    _check_unlisted(parts, files, report)


def _check_course(parts: Parts, report: Report) -> None:
    if not parts.course:
        return
    file = "modules/course.yaml"
    codes = [code.code for code in parts.course.discount_codes]
    for index, code in enumerate(codes):
        if code in codes[:index]:
            line = parts.course_yaml.line("discount_codes", index)
            report.error("key-repeated", f"the discount code {code} is listed twice", file, line)
    questions = [question.key for question in parts.course.evaluation.questions]
    for index, key in enumerate(questions):
        if key in questions[:index]:
            line = parts.course_yaml.line("evaluation", "questions", index, "key")
            report.error("key-repeated", f"the question {key} appears twice", file, line)


def _check_library(parts: Parts, report: Report, today: date) -> None:
    for key, source in parts.sources.items():
        if source and source.checked_on > today:
            line = parts.sources_yaml.line(key, "checked_on")
            report.warning("date-future", f"{key} was checked in the future", "modules/sources.yaml", line)
    for key, term in parts.glossary.items():
        if term and term.source and parts.lacks_source(term.source):
            line = parts.glossary_yaml.line(key, "source")
            report.error("unknown-source", f"there is no source “{term.source}”", "modules/glossary.yaml", line)
    for part in parts.data.values():
        for index, name in enumerate(part.value.source if part.value else ()):
            if parts.lacks_source(name):
                line = part.yaml.line("source", index)
                report.error("unknown-source", f"there is no source “{name}”", part.file, line)
        if part.value and part.value.as_of > today:
            report.warning("date-future", "the table is dated in the future", part.file, part.yaml.line("as_of"))


def _check_figure(parts: Parts, figure: FigurePart, report: Report) -> None:
    value = figure.value
    if value is None:
        return
    if value.data not in parts.data:
        line = figure.yaml.line("data")
        report.error("unknown-data", f"there is no data table “{value.data}”", figure.file, line)
        return
    table = parts.data[value.data].table
    if table is None:
        return
    known = {column.key for column in table.columns}
    for path, column, numeric in _columns_of(value):
        line = figure.yaml.line(*path)
        if column not in known:
            report.error("unknown-column", f"“{table.key}” has no column “{column}”", figure.file, line)
        elif numeric and (row := _first_text(table, column)):
            message = f"“{column}” is drawn as numbers, but its row “{row}” is text"
            report.error("figure-number", message, figure.file, line)
    for field, message in _impossible(value, table) if known.issuperset(_number_columns(value)) else ():
        report.error("figure-range", message, figure.file, figure.yaml.line(field))
    if isinstance(value, schema.LineFigureFile) and value.shade and value.x in known:
        _check_shade(figure, value.shade, {str(row.values[value.x]) for row in table.rows}, report)


def _check_shade(figure: FigurePart, shade: schema.ShadeFile, axis: set[str], report: Report) -> None:
    for name, end in (("from", shade.start), ("to", shade.end)):
        if str(end) not in axis:
            message = f"“{end}” is not a value of the axis"
            report.error("figure-shade", message, figure.file, figure.yaml.line("shade", name))


def _columns_of(value: schema.FigureFile) -> list[tuple[tuple[str | int, ...], str, bool]]:
    """Each column a figure names: where, which, and whether it must hold numbers."""
    if isinstance(value, schema.TableFigureFile):
        return [(("columns", index), column, False) for index, column in enumerate(value.columns)]
    if isinstance(value, schema.IntervalsFigureFile):
        numbers = (("value", value.value), ("low", value.low), ("high", value.high))
        return [(("label",), value.label, False), *(((name,), column, True) for name, column in numbers)]
    if isinstance(value, schema.TimelineFigureFile):
        ends = (("start", value.start), ("end", value.end))
        words = [(("lane",), value.lane, False), (("label",), value.label, False)]
        return [*words, *(((name,), column, True) for name, column in ends)]
    axis = ("x", value.x) if isinstance(value, schema.LineFigureFile) else ("label", value.label)
    series = [(("series", index, "column"), each.column, True) for index, each in enumerate(value.series)]
    return [((axis[0],), axis[1], False), *series]


def _number_columns(value: schema.FigureFile) -> list[str]:
    return [column for _, column, numeric in _columns_of(value) if numeric]


def _impossible(value: schema.FigureFile, table: DataTable) -> list[tuple[str, str]]:
    """Rows that cannot be drawn, each with the field that is at fault: parts of a whole below zero, an end before its
    start."""
    found = []
    for row in table.rows:
        cells = [row.values[column] for column in _number_columns(value)]
        given = [cell for cell in cells if isinstance(cell, int | Decimal)]
        if isinstance(value, schema.StackedFigureFile) and any(cell < 0 for cell in given):
            found.append(("series", f"parts of a whole are not below zero, as in the row “{row.key}”"))
        if isinstance(value, schema.TimelineFigureFile) and len(given) == len(cells) and given[0] > given[1]:
            found.append(("end", f"the row “{row.key}” ends before it starts"))
    return found


def _first_text(table: DataTable, column: str) -> str | None:
    wrong = (row.key for row in table.rows if not isinstance(row.values[column], int | Decimal | None))
    return next(wrong, None)


def _check_modules(parts: Parts, report: Report) -> None:
    seen: set[str] = set()
    for module in parts.modules.values():
        for index, objective in enumerate(module.value.objectives if module.value else ()):
            line = module.yaml.line("objectives", index, "key")
            if objective.key in seen:
                report.error("key-repeated", f"there are two objectives {objective.key}", module.file, line)
            seen.add(objective.key)
            if not objective.text.startswith(objective.verb):
                line = module.yaml.line("objectives", index, "verb")
                report.warning("objective-verb", f"the text does not begin with “{objective.verb}”", module.file, line)


def homes(parts: Parts) -> dict[str, str]:
    """Objective key to its module's key; read from the raw files, so that faulty modules count."""
    found: dict[str, str] = {}
    for module in parts.modules.values():
        raw = module.yaml.data.get("objectives") if isinstance(module.yaml.data, dict) else None
        for entry in raw if isinstance(raw, list) else ():
            if isinstance(entry, dict):
                found.setdefault(str(entry.get("key")), module.key)
    return found


def _check_lessons(parts: Parts, report: Report, today: date) -> None:
    objectives = homes(parts)
    for lesson in parts.lessons.values():
        front = lesson.front
        if front is None:
            continue
        line = lesson.yaml.line
        if front.key != lesson.key:
            message = f"the key “{front.key}” is not the file's name"
            report.error("key-is-not-file", message, lesson.file, line("key"))
        for index, key in enumerate(front.objectives):
            if key not in objectives and "objective" not in parts.unread:
                message = f"there is no objective {key}"
                report.error("unknown-objective", message, lesson.file, line("objectives", index))
        if front.reviewed_on > today:
            report.warning("date-future", "reviewed_on lies in the future", lesson.file, line("reviewed_on"))
        if front.review_by < today:
            report.warning("review-due", "the lesson is due for review", lesson.file, line("review_by"))
        if front.review_by < front.reviewed_on:
            report.error("date-order", "review_by comes before reviewed_on", lesson.file, line("review_by"))
        if not lesson.text.blocks and not lesson.text.faults:
            report.error("lesson-empty", "the lesson has no text", lesson.file, lesson.body_line)


def _check_items(parts: Parts, report: Report, today: date) -> None:
    seen: set[str] = set()
    placed = {key for lesson in parts.lessons.values() for key in lesson.text.checks}
    objectives = homes(parts)
    for quiz in parts.quizzes.values():
        for part in quiz.items:
            key, line = str(part.raw.get("key")), quiz.yaml.line("items", part.index, "key")
            if key in seen and "key" in part.raw:
                report.error("key-repeated", f"there are two items {key}", quiz.file, line)
            seen.add(key)
            if part.value:
                _check_item(parts, quiz, part.index, part.value, objectives, report)
                if part.value.use == "check" and key not in placed:
                    report.warning("check-unused", f"the check {key} stands in no lesson", quiz.file, line)
                if part.value.reviewed_on > today:
                    where = quiz.yaml.line("items", part.index, "reviewed_on")
                    report.warning("date-future", "reviewed_on lies in the future", quiz.file, where)


def _check_item(
    parts: Parts,
    quiz: QuizPart,
    number: int,
    item: schema.ItemFile,
    objectives: dict[str, str],
    report: Report,
) -> None:
    line = quiz.yaml.line("items", number, "objective")
    home = objectives.get(item.objective)
    if home is None and "objective" not in parts.unread:
        report.error("unknown-objective", f"there is no objective {item.objective}", quiz.file, line)
    elif home and home != quiz.key:
        message = f"{item.objective} belongs to the module {home}"
        report.error("objective-elsewhere", message, quiz.file, line)
    for index, name in enumerate(item.sources):
        if parts.lacks_source(name):
            line = quiz.yaml.line("items", number, "sources", index)
            report.error("unknown-source", f"there is no source “{name}”", quiz.file, line)
    keys = [option.key for option in item.options if option.key]
    for index, option in enumerate(item.options):
        if option.key and keys.count(option.key) > 1:
            line = quiz.yaml.line("items", number, "options", index)
            report.error("key-repeated", f"two options have the key {option.key}", quiz.file, line)


def _check_coverage(parts: Parts, report: Report) -> None:
    """Every objective has a lesson, and enough quiz items for its draw."""
    taught = {key for lesson in parts.lessons.values() for key in (lesson.front.objectives if lesson.front else ())}
    banks = Counter(
        str(item.raw.get("objective"))
        for quiz in parts.quizzes.values()
        for item in quiz.items
        if item.raw.get("use") == "quiz"
    )
    unread = any(lesson.front is None for lesson in parts.lessons.values())
    for module in parts.modules.values():
        quiz = parts.quizzes[module.key].value
        for index, objective in enumerate(module.value.objectives if module.value else ()):
            line = module.yaml.line("objectives", index)
            if objective.key not in taught and not unread:
                report.error("objective-no-lesson", f"no lesson teaches {objective.key}", module.file, line)
            if quiz and banks[objective.key] < quiz.settings.draw_per_objective:
                message = (
                    f"the quiz draws {quiz.settings.draw_per_objective} items for {objective.key}, "
                    f"its bank has {banks[objective.key]}"
                )
                report.error("objective-few-items", message, module.file, line)


def _check_former_keys(parts: Parts, report: Report) -> None:
    """A key in `was` must lead to one place: it is not in use, and no one else claims it."""
    modules = [
        (module.key, module.file, module.yaml, module.value.was if module.value else [])
        for module in parts.modules.values()
    ]
    lessons = [
        (lesson.key, lesson.file, lesson.yaml, lesson.front.was if lesson.front else [])
        for lesson in parts.lessons.values()
    ]
    for group in (modules, lessons):
        taken = {key for key, _, _, _ in group}
        for _, file, yaml, former in group:
            for index, old in enumerate(former):
                if old in taken:
                    message = f"“{old}” is in use, or was claimed by another file"
                    report.error("was-taken", message, file, yaml.line("was", index))
                taken.add(old)


def _check_unlisted(parts: Parts, files: CourseFiles, report: Report) -> None:
    shared = {"course.yaml", "sources.yaml", "glossary.yaml", "data", "figures", "resources"}
    expected = {"modules": {*shared, *parts.modules}}
    expected["modules/data"] = {f"{name}.yaml" for name in parts.data}
    expected["modules/figures"] = {f"{name}.yaml" for name in parts.figures}
    expected["modules/resources"] = {f"{name}.yaml" for name in parts.resources}
    expected["quizzes"] = {f"{key}.yaml" for key in parts.quizzes}
    for module in parts.modules.values():
        own = {f"{each.key}.md" for each in parts.lessons.values() if each.module_key == module.key}
        cases = {f"{each.key}.yaml" for each in parts.cases.values() if each.module_key == module.key}
        expected[f"modules/{module.key}"] = {"module.yaml", "cases", *own}
        expected[f"modules/{module.key}/cases"] = cases
    for folder, names in expected.items():
        for name in files.entries(folder):
            if name not in names:
                report.warning("file-unlisted", "nothing in the course refers to this file", f"{folder}/{name}", 1)
    drawn = {key for lesson in parts.lessons.values() for key in lesson.text.figures}
    for key, figure in parts.figures.items():
        if key not in drawn:
            report.warning("figure-unused", f"the figure {key} stands in no lesson", figure.file, 1)
