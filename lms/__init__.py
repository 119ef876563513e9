"""A self-hosted training platform for pharmacists.

Two doors: `create_app()` builds a site of its own, `LMS(host_app, ...)` mounts the same site inside
another Flask application.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lms.app import create_app
    from lms.hosting import LMS

__all__ = ["LMS", "create_app"]


def __getattr__(name: str) -> Any:
    # Looked up at first use: `import lms` stays cheap for commands that need neither.
    if name == "create_app":
        from lms.app import create_app

        return create_app
    if name == "LMS":
        from lms.hosting import LMS

        return LMS
    raise AttributeError(name)
