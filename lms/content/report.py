"""What is wrong with the course files: findings with file and line, as text for people and as JSON for
programs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from typing import Literal

Severity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One fault. `file` is relative to the course root, `line` starts at 1, `code` is stable and meant for
    tools."""

    severity: Severity
    code: str
    message: str
    file: str
    line: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.severity}: {self.message} [{self.code}]"


@dataclass(slots=True)
class Report:
    """Collects findings while the files are read. Errors forbid publishing; warnings do not."""

    findings: list[Finding] = field(default_factory=list)

    def error(self, code: str, message: str, file: str, line: int) -> None:
        self._add(Finding("error", code, message, file, max(line, 1)))

    def warning(self, code: str, message: str, file: str, line: int) -> None:
        self._add(Finding("warning", code, message, file, max(line, 1)))

    def _add(self, finding: Finding) -> None:
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
        return "\n".join([*(str(finding) for finding in self), counts])

    def as_json(self) -> dict[str, list[dict[str, str | int]]]:
        """`{"errors": […], "warnings": […]}`; each finding is `{"code", "message", "file", "line"}`."""
        return {
            "errors": [_plain(each) for each in self.errors],
            "warnings": [_plain(each) for each in self.warnings],
        }


def _plain(finding: Finding) -> dict[str, str | int]:
    return {name: value for name, value in asdict(finding).items() if name != "severity"}
