"""Runs every rule over the course, and reports what no waiver covers."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from lms.content.lint.reading import aims, bank, lines_of, programme, reading
from lms.content.lint.registry import RULES
from lms.content.lint.rule import Hit, Rule, Scope
from lms.content.lint.waivers import Waivers
from lms.content.parts import Parts
from lms.content.report import Report
from lms.content.yamlfile import YamlFile

_BY_SCOPE = {
    scope: [rule for rule in RULES if rule.scope == scope]
    for scope in ("item", "bank", "lesson", "case", "objective", "course")
}
_COURSE = "modules/course.yaml"


def run(parts: Parts, report: Report, today: date) -> None:
    """Faulty files and entries are passed over: the format's own findings come first.

    What is missing from a bank, an objective or the course, and which waivers are idle, can be told only when all files
    were read without error.
    """
    complete = report.ok
    banks = {key: bank(quiz, parts, today) for key, quiz in parts.quizzes.items()}
    whole = Waivers(parts.course.waivers if parts.course else (), _COURSE, parts.course_yaml)
    for key, quiz in parts.quizzes.items():
        if complete:
            _judge("bank", banks[key], whole, quiz.file, quiz.yaml.text_line, report)
        for index, item in banks[key].questions:
            at = ("items", index)
            own = Waivers(item.waivers, quiz.file, quiz.yaml, at)
            _judge("item", item, own, quiz.file, _below(quiz.yaml, *at), report)
            own.report(report, idle=complete)
    for lesson in parts.lessons.values():
        if read := reading(lesson, parts, banks):
            own = Waivers(read.waivers, lesson.file, lesson.yaml)
            _judge("lesson", read, own, lesson.file, lesson.yaml.line, report)
            own.report(report, idle=complete)
    _judge_cases(parts, report)
    for module in parts.modules.values():
        for index, aim in aims(module, parts, banks):
            at = ("objectives", index)
            own = Waivers(aim.waivers, module.file, module.yaml, at)
            if complete:
                _judge("objective", aim, own, module.file, _below(module.yaml, *at), report)
            own.report(report, idle=complete)
    if complete:
        _judge("course", programme(parts), whole, _COURSE, parts.course_yaml.line, report)
    whole.report(report, idle=complete)


def _judge_cases(parts: Parts, report: Report) -> None:
    """Nothing is waived in cases: their rules find what is wrong wherever it stands."""
    for case in parts.cases.values():
        none = Waivers((), case.file, case.yaml)
        _judge("case", tuple(lines_of(case.yaml)), none, case.file, case.yaml.line, report)


def _below(yaml: YamlFile, *path: str | int) -> Callable[..., int]:
    return lambda *rest: yaml.text_line(*path, *rest)


def _judge(
    scope: Scope, subject: Any, waivers: Waivers, file: str, line_of: Callable[..., int], report: Report
) -> None:
    for rule in _BY_SCOPE[scope]:
        for hit in rule.check(subject) if rule.check else ():
            severity = hit.severity or rule.severity
            if waivers.cover(rule, severity):
                report.waived += 1
                continue
            line = hit.at if isinstance(hit.at, int) else line_of(*hit.at)
            report.add(severity, rule.code, _sentence(rule, hit), file, line, rule=rule.id)


def _sentence(rule: Rule, hit: Hit) -> str:
    return f"{hit.message} ({rule.why})"
