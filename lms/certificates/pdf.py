"""The certificate as a PDF: drawn by Typst from a snapshot, the same bytes every time.

Only the fonts inside the Typst package are used, so the result does not depend on the machine. They draw
Latin, Greek, Cyrillic, Hebrew, Arabic, Armenian, Georgian, Devanagari and a few more scripts. A letter that
they lack (Chinese, Japanese, Korean, Thai, ...) is printed as an empty box, with a line under the name that
says so; the full name stays in the document's title and on the verification page, which browsers draw with
fonts of their own. Symbols that they lack, emoji among them, are left out.
"""

from __future__ import annotations

import io
import json
import threading
import unicodedata
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any, cast

import segno
import typst

from lms.certificates.domain import Snapshot, display_name, grouped_code
from lms.core.clock import long_date

_TEMPLATE = Path(__file__).parent / "typst" / "certificate.typ"
#: PDF/UA-1 for people who listen to it, PDF/A-2a so that it opens in decades.
_STANDARDS: list[typst.PDFStandard] = ["ua-1", "a-2a"]
_FONTS = typst.Fonts(include_system_fonts=False)
#: Stands for a letter that no embedded font draws.
_BOX = "□"
#: Below this code point everything printable is in the embedded fonts: Latin with all its accents.
_ALWAYS_DRAWN = 0x0250

# One compiler keeps fonts and parsed template warm; it is not made for two threads at once.
_compiler = typst.Compiler(input=_TEMPLATE, root=_TEMPLATE.parent, font_paths=_FONTS, ignore_system_fonts=True)
_lock = threading.Lock()


def render(snapshot: Snapshot) -> bytes:
    """The certificate as one tagged PDF page (PDF/UA-1 and PDF/A-2a).

    Pure in its input: equal snapshots give equal bytes, in every process and on every machine.
    """
    try:
        return _compile(_page_data(snapshot, _drawable), snapshot)
    except typst.TypstError:
        # A letter and its mark may each be drawable, but in different fonts. Then only plain Latin is safe.
        return _compile(_page_data(snapshot, _only_latin), snapshot)


def _compile(data: dict[str, Any], snapshot: Snapshot) -> bytes:
    with _lock:
        result = _compiler.compile(
            format="pdf",
            sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
            pdf_standards=_STANDARDS,
            timestamp=int(snapshot.issued_at.timestamp()),
        )
    return cast(bytes, result)  # a PDF is one value, unlike a list of page images


def _page_data(snapshot: Snapshot, drawable: Callable[[str], str]) -> dict[str, Any]:
    """What the template prints: sentences and lines, all of them plain strings."""
    name = display_name(snapshot.learner_name)
    printed_name = drawable(name)
    provider = snapshot.provider
    contact = [
        provider.name,
        provider.address,
        " · ".join(part for part in (provider.phone, provider.website) if part),
        f"Board number {provider.board_number}" if provider.board_number else "",
    ]
    code = grouped_code(snapshot.code)
    return {
        "language": snapshot.language,
        "document_title": f"Certificate of completion: {snapshot.course_title} – {name}",
        "name": printed_name or _BOX,
        "name_note": (
            "Some letters of this name are not in these fonts. The verification page shows it in full."
            if _BOX in printed_name or not printed_name
            else ""
        ),
        "course_title": drawable(snapshot.course_title),
        "completed_on": long_date(snapshot.completed_on),
        "duration": snapshot.duration,
        # Boards ask for hours as a number; "6 hours" said already needs no repetition.
        "hours": f"{snapshot.hours.normalize():f} hours" if snapshot.instructional_minutes % 60 else "",
        "presenters": drawable(", ".join(snapshot.presenters)),
        "modules": [
            {"title": drawable(module.title), "objectives": [drawable(text) for text in module.objectives]}
            for module in snapshot.modules
        ],
        "provider": {"name": drawable(provider.name), "lines": [drawable(line) for line in contact if line]},
        "statements": [drawable(line) for line in snapshot.statements],
        "record": f"Course release {snapshot.release_number}, {snapshot.release_digest[:12]}.",
        "verify_url": snapshot.verify_url,
        "verify_lines": _breakable_address(drawable(snapshot.verify_url)),
        "code_lines": _code_lines(code),
        "qr": _qr_code(snapshot.verify_url),
        "qr_alt": f"QR code of the verification page, {drawable(snapshot.verify_url)}",
    }


def _breakable_address(url: str) -> list[str]:
    """The address without its scheme, in pieces between which a line may break."""
    plain = url.removeprefix("https://").removeprefix("http://")
    pieces = plain.split("/")
    return [piece + "/" for piece in pieces[:-1]] + [
        pieces[-1][start : start + 4] for start in range(0, len(pieces[-1]), 4)
    ]


def _code_lines(code: str) -> list[str]:
    groups = code.split("-")
    middle = (len(groups) + 1) // 2
    return ["-".join(groups[:middle]) + "-", "-".join(groups[middle:])]


def _qr_code(url: str) -> str:
    """An SVG picture of the address, with the four-module quiet zone that scanners want."""
    out = io.BytesIO()
    # Scanners read every mask; trying all eight for the prettiest takes longer than the rest of the page.
    segno.make(url, error="m", micro=False, boost_error=False, mask=3).save(
        out, kind="svg", border=0, dark="#0b5a5e", xmldecl=False, nl=False
    )
    return out.getvalue().decode()


def _drawable(text: str) -> str:
    """The text with boxes for letters, and nothing for symbols, that the embedded fonts lack."""
    return _replaced(text, _is_drawable)


def _only_latin(text: str) -> str:
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
            kept.append(_BOX)
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
