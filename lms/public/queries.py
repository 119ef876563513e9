"""Reads the open pages from `pages/*.yaml`, once in the life of a process."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from lms.public.domain import Correction, Page, Source

PAGES = Path(__file__).parent / "pages"


@cache
def page(name: str) -> Page:
    """The page `mtm` or `cdtm` with its corrections. Raises ValidationError for a mistake in it."""
    document = _read(PAGES / f"{name}.yaml")
    return Page(**document, corrections=_corrections(name))


def _corrections(page_name: str) -> dict[str, Correction]:
    """The corrections of one page. The date at the file's head holds for each that gives none of its own."""
    document = _read(PAGES / "corrections.yaml")
    sources = {key: Source(**source) for key, source in document["sources"].items()}
    return {
        key: Correction(
            key=key,
            title=entry["title"],
            text=entry["text"],
            sources=tuple(sources[source] for source in entry["sources"]),
            checked_on=entry.get("checked_on", document["checked_on"]),
        )
        for key, entry in document[page_name].items()
    }


def _read(path: Path) -> dict[str, Any]:
    content: dict[str, Any] = YAML(typ="safe").load(path.read_text(encoding="utf-8"))
    return content
