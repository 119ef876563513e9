"""PDF documents: drawn by Typst from a template and plain data, accessible, the same bytes every time.

Only the fonts inside the Typst package are used, so the result does not depend on the machine. They draw Latin, Greek,
Cyrillic, Hebrew, Arabic, Armenian, Georgian, Devanagari and a few more scripts. A letter that they lack (Chinese,
Japanese, Korean, Thai, ...) becomes an empty box; symbols that they lack, emoji among them, are left out.
"""

from __future__ import annotations

import json
import threading
import unicodedata
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any, cast

import typst

#: PDF/UA-1 for people who listen to it, PDF/A-2a so that it opens in decades.
_STANDARDS: list[typst.PDFStandard] = ["ua-1", "a-2a"]
_FONTS = typst.Fonts(include_system_fonts=False)
#: Stands for a letter that no embedded font draws.
BOX = "□"
#: Below this code point everything printable is in the embedded fonts: Latin with all its accents.
_ALWAYS_DRAWN = 0x0250

Drawable = Callable[[str], str]


class Document:
    """A kind of document: its template, kept warm with fonts and all."""

    def __init__(self, template: Path) -> None:
        # One compiler keeps fonts and parsed template; it is not made for two threads at once.
        self._compiler = typst.Compiler(
            input=template, root=template.parent, font_paths=_FONTS, ignore_system_fonts=True
        )
        self._lock = threading.Lock()

    def pdf(self, data: Callable[[Drawable], dict[str, Any]], *, timestamp: int) -> bytes:
        """The document as tagged PDF (PDF/UA-1 and PDF/A-2a). Pure in its input.

        `data` gives what the template prints; it gets the function that makes people's words drawable.
        """
        try:
            return self._compile(data(drawable), timestamp)
        except typst.TypstError:
            # A letter and its mark may each be drawable, but in different fonts. Then only plain Latin is safe.
            return self._compile(data(only_latin), timestamp)

    def _compile(self, data: dict[str, Any], timestamp: int) -> bytes:
        with self._lock:
            result = self._compiler.compile(
                format="pdf",
                sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
                pdf_standards=_STANDARDS,
                timestamp=timestamp,
            )
        return cast(bytes, result)  # a PDF is one value, unlike a list of page images


def drawable(text: str) -> str:
    """The text with boxes for letters, and nothing for symbols, that the embedded fonts lack."""
    return _replaced(text, _is_drawable)


def only_latin(text: str) -> str:
    return _replaced(text, lambda character: ord(character) < _ALWAYS_DRAWN)


def _replaced(text: str, is_drawable: Callable[[str], bool]) -> str:
    kept: list[str] = []
    box_open = False  # marks that follow a box belong to the letter that it stands for
    for character in text:
        kind = unicodedata.category(character)[0]
        if is_drawable(character) and not (box_open and kind == "M"):
            kept.append(character)
            box_open = False
        elif kind in "LN":
            kept.append(BOX)
            box_open = True
    return "".join(kept).strip()


@lru_cache(maxsize=8192)
def _is_drawable(character: str) -> bool:
    """Whether the embedded fonts have the character: PDF/UA forbids missing glyphs, so Typst tells."""
    if ord(character) < _ALWAYS_DRAWN:
        return True
    probe = '#set document(title: "probe")\n#set text(font: "Libertinus Serif")\n#sys.inputs.character'
    try:
        typst.compile(
            probe.encode(),
            font_paths=_FONTS,
            ignore_system_fonts=True,
            sys_inputs={"character": character},
            pdf_standards=_STANDARDS,
        )
    except typst.TypstError:
        return False
    return True
