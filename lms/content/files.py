"""Reading a course file as text: bounded, UTF-8, and free of characters that hide or change meaning."""

from __future__ import annotations

import re
from pathlib import Path

from lms.content.report import Report

MAX_BYTES = 2_000_000
"""Upper bound of one file. The largest real file, an item bank, is about a twentieth of it."""

_NAMES = {"\t": "a tab (use spaces)", "\r": "a lone carriage return", "\ufeff": "a byte order mark"}

# Controls, lone carriage returns, byte order marks, and the bidirectional overrides that show one text and
# store another ("Trojan Source", CVE-2021-42574).
_UNWANTED = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]")


class CourseFiles:
    """The files below `root`; every problem goes to the report under the path relative to `root`."""

    def __init__(self, root: Path, report: Report) -> None:
        self.root = root
        self.report = report

    def read(self, path: str, *, named_in: tuple[str, int] | None = None) -> str | None:
        """Text of `path`, or None after an error.

        `named_in` is the file and line that asked for this one: a missing file is reported there.
        """
        place = self.root / path
        if not place.is_file():
            file, line = named_in or (path, 1)
            self.report.error("file-missing", f"the file {path} does not exist", file, line)
            return None
        if not place.resolve().is_relative_to(self.root.resolve()):
            self.report.error("file-outside", "the file is a link that leads out of the course folder", path, 1)
            return None
        if place.stat().st_size > MAX_BYTES:
            self.report.error("file-too-large", f"the file is larger than {MAX_BYTES:,} bytes", path, 1)
            return None
        raw = place.read_bytes()
        try:
            text = raw.decode("utf-8")
        except UnicodeDecodeError as problem:
            line = raw.count(b"\n", 0, problem.start) + 1
            self.report.error("encoding", f"the file is not UTF-8 (byte {problem.start + 1})", path, line)
            return None
        return self._without_unwanted(text.replace("\r\n", "\n"), path)

    def _without_unwanted(self, text: str, path: str) -> str:
        """Reports each line with an unwanted character, and puts spaces there so that reading can go on."""
        lines = text.split("\n") if _UNWANTED.search(text) else []
        for number, line in enumerate(lines, start=1):
            if found := _UNWANTED.search(line):
                name = _NAMES.get(found[0], f"the character U+{ord(found[0]):04X}")
                self.report.error("character", f"the line contains {name}", path, number)
        return _UNWANTED.sub(" ", text)

    def names(self, folder: str, suffix: str) -> list[str]:
        """Stems of the files in `folder` that end with `suffix`, sorted; none if there is no such folder."""
        return sorted(place.stem for place in (self.root / folder).glob(f"*{suffix}") if place.is_file())

    def entries(self, folder: str) -> list[str]:
        """Names of everything in `folder` that is not hidden, sorted."""
        place = self.root / folder
        return sorted(each.name for each in place.iterdir() if each.name[0] != ".") if place.is_dir() else []
