"""The certificate as a PDF: drawn from a snapshot, the same bytes every time.

A name with letters that the fonts lack is printed with boxes, and with a line under it that says so; the full name
stays in the document's title and on the verification page, which browsers draw with fonts of their own.
"""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import segno

from lms.certificates.domain import Snapshot, display_name, grouped_code
from lms.core.clock import long_date
from lms.core.typeset import BOX, Document, Drawable

_document = Document(Path(__file__).parent / "typst" / "certificate.typ")


def render(snapshot: Snapshot) -> bytes:
    """The certificate as one tagged PDF page (PDF/UA-1 and PDF/A-2a).

    Pure in its input: equal snapshots give equal bytes, in every process and on every machine.
    """
    return _document.pdf(lambda drawable: _page_data(snapshot, drawable), timestamp=int(snapshot.issued_at.timestamp()))


def _page_data(snapshot: Snapshot, drawable: Drawable) -> dict[str, Any]:
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
        "name": printed_name or BOX,
        "name_note": (
            "Some letters of this name are not in these fonts. The verification page shows it in full."
            if BOX in printed_name or not printed_name
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
