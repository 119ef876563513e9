"""Waivers: what an editor wrote beside a text to say that a rule is wrong there.

A waiver works for the thing it stands in: an item, a lesson, an objective, or (in course.yaml) the rules that look
at a whole bank or the whole course. One that waives nothing is reported, so that none outlives its cause.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from lms.content.lint.registry import IDS, waivable
from lms.content.lint.rule import Place, Rule
from lms.content.report import Report, Severity
from lms.content.schema import WaiverFile
from lms.content.yamlfile import YamlFile


@dataclass(slots=True)
class Waivers:
    """The waivers of one place. `at` leads to their list in the file."""

    entries: Sequence[WaiverFile]
    file: str
    yaml: YamlFile
    at: Place = ()
    used: set[int] = field(default_factory=set)

    def cover(self, rule: Rule, severity: Severity) -> bool:
        """Whether a waiver lets the hit pass; it counts as used then."""
        if not rule.may_waive(severity):
            return False
        matching = {index for index, entry in enumerate(self.entries) if entry.rule == rule.id}
        self.used |= matching
        return bool(matching)

    def report(self, report: Report, *, idle: bool) -> None:
        """Reports waivers of no rule, of rules that cannot be waived and, with `idle`, those that waived nothing."""
        for index, code, message in self._faults():
            if code == "waiver-unused" and not idle:
                continue
            line = self.yaml.line(*self.at, "waivers", index)
            kind = report.warning if code == "waiver-unused" else report.error
            kind(code, message, self.file, line)

    def _faults(self) -> Iterator[tuple[int, str, str]]:
        for index, entry in enumerate(self.entries):
            if entry.rule not in IDS:
                yield index, "waiver-unknown", f"there is no rule {entry.rule}"
            elif not waivable(entry.rule):
                yield index, "waiver-refused", f"{entry.rule} is an error that cannot be waived; mend the text"
            elif index not in self.used:
                yield index, "waiver-unused", f"the waiver of {entry.rule} waives nothing here; remove it"
