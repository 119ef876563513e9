"""What is wrong with the course files: findings with file and line, as text for people and as JSON for
programs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from typing import Literal

Severity = Literal["error", "warning"]

RULES_OF_THE_FORMAT = {
    "objective-few-items": "L19",
    "objective-no-lesson": "L19",
    "option-correct": "L16",
    "option-count": "L15",
    "option-repeated": "L12",
    "rationale-short": "L18",
    "image": "L28",
    "review-due": "L27",
}
"""Findings of the file format that answer one of those rules as well."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One fault. `file` is relative to the course root, `line` starts at 1, `code` is stable and meant for
    tools; `rule` is the id of the rule of good items, objectives and lessons that was broken, if it is one."""

    severity: Severity
    code: str
    message: str
    file: str
    line: int
    rule: str | None = None

    def __str__(self) -> str:
        name = f"{self.rule} {self.code}" if self.rule else self.code
        return f"{self.file}:{self.line}: {self.severity}: {self.message} [{name}]"


@dataclass(slots=True)
class Report:
    """Collects findings while the files are read. Errors forbid publishing; warnings do not. `waived` counts the
    findings that a waiver in the file covers."""

    findings: list[Finding] = field(default_factory=list)
    waived: int = 0

    def error(self, code: str, message: str, file: str, line: int) -> None:
        self.add("error", code, message, file, line)

    def warning(self, code: str, message: str, file: str, line: int) -> None:
        self.add("warning", code, message, file, line)

    def add(
        self, severity: Severity, code: str, message: str, file: str, line: int, *, rule: str | None = None
    ) -> None:
        rule = rule or RULES_OF_THE_FORMAT.get(code)
        finding = Finding(severity, code, message, file, max(line, 1), rule)
        if finding not in self.findings:
            self.findings.append(finding)

    def __iter__(self) -> Iterator[Finding]:
        return iter(sorted(self.findings, key=lambda finding: (finding.file, finding.line, finding.code)))

    @property
    def errors(self) -> tuple[Finding, ...]:
        return tuple(finding for finding in self if finding.severity == "error")

    @property
    def warnings(self) -> tuple[Finding, ...]:
        return tuple(finding for finding in self if finding.severity == "warning")

    @property
    def ok(self) -> bool:
        return not self.errors

    def text(self) -> str:
        """One finding a line in the form editors understand (`file:line: …`), then a count."""
        counts = f"{len(self.errors)} errors, {len(self.warnings)} warnings"
        counts += f", {self.waived} waived" if self.waived else ""
        return "\n".join([*(str(finding) for finding in self), counts])

    def as_json(self) -> dict[str, list[dict[str, str | int]]]:
        """`{"errors": […], "warnings": […]}`; each finding is `{"code", "message", "file", "line"}`, and `"rule"`
        where it broke one."""
        return {
            "errors": [_plain(each) for each in self.errors],
            "warnings": [_plain(each) for each in self.warnings],
        }


def _plain(finding: Finding) -> dict[str, str | int]:
    return {name: value for name, value in asdict(finding).items() if name != "severity" and value is not None}
