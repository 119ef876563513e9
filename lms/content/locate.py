"""Finds the folders that ship with the package: `modules/`, `quizzes/`, `migrations/`.

In a wheel they lie inside the package (`lms/_shipped/modules`, put there by the build's force-include); in a
checkout they lie beside it. One function answers for both, so that nobody else has to know.
"""

from __future__ import annotations

from pathlib import Path
from typing import Literal

Folder = Literal["modules", "quizzes", "migrations"]

_PACKAGE = Path(__file__).resolve().parent.parent


def shipped_root(folder: Folder = "modules", *, package: Path = _PACKAGE) -> Path:
    """The folder that holds `folder`: the root to give to `lms.content.loader.load`.

    Raises FileNotFoundError, naming both places, when neither has it.
    """
    places = (package / "_shipped", package.parent)
    for place in places:
        if (place / folder).is_dir():
            return place
    tried = " and ".join(str(place / folder) for place in places)
    raise FileNotFoundError(f"The folder “{folder}” was not found; looked for {tried}.")


def shipped(folder: Folder, *, package: Path = _PACKAGE) -> Path:
    """Path of one shipped folder. Raises FileNotFoundError as `shipped_root` does."""
    return shipped_root(folder, package=package) / folder
