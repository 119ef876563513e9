"""Which links a course may hold: other sites over http(s), pages of this site, other lessons, places on the
page.

Everything else (`javascript:`, `data:`, protocol-relative, `mailto:` …) is refused with a sentence that says
why.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

PAGES = frozenset(
    {
        "/",
        "/mtm",
        "/cdtm",
        "/resources",
        "/assistance",
        "/privacy",
        "/accessibility",
        "/terms",
        "/calculators",
    }
)
"""The site's own pages that lessons may link to; calculators and job aids are added by name."""

_HOST = re.compile(r"(?=.{4,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Target:
    """Where a link goes: an address that is safe to write into `href`, or the problem with it."""

    href: str = ""
    problem: str = ""
    external: bool = False


@dataclass(frozen=True, slots=True)
class LinkRules:
    """What internal links may point to. `lessons`: lesson key to the path of its page."""

    lessons: Mapping[str, str] = field(default_factory=dict)
    calculators: frozenset[str] = frozenset()
    resources: frozenset[str] = frozenset()

    def target(self, href: str, *, anchors: frozenset[str] = frozenset()) -> Target:
        """Judges one link; `anchors` are the ids of the page that holds it."""
        if href.startswith("#"):
            known = unquote(href[1:]) in anchors
            return Target(href) if known else Target(problem=f"nothing on this page has the id “{href[1:]}”")
        if href.startswith("lesson:"):
            key = href.removeprefix("lesson:")
            path = self.lessons.get(key)
            return Target(path) if path else Target(problem=f"there is no lesson “{key}”")
        if href.startswith("/") and not href.startswith(("//", "/\\")):
            return self._page(href)
        if problem := external_problem(href):
            return Target(problem=problem)
        return Target(href, external=True)

    def _page(self, href: str) -> Target:
        path = href.partition("#")[0]
        area, _, name = path.rpartition("/")
        named = {"/calculators": self.calculators, "/resources": self.resources}.get(area, frozenset())
        if path in PAGES or name in named:
            return Target(href)
        return Target(problem=f"this site has no page “{path}” that lessons link to")


def external_problem(href: str) -> str | None:
    """Why `href` is not a well-formed http(s) address of another site, or None."""
    if re.search(r"[\s\x00-\x1f\x7f\"'<>\\^`{|}]", href):
        return "the address contains a character that addresses do not have"
    try:
        parts = urlsplit(href)
        port = parts.port
    except ValueError:
        return f"the address “{href}” is not well formed"
    if parts.scheme not in ("http", "https"):
        return "a link goes to http(s)://…, lesson:KEY, a page of this site (/mtm) or an id of this page (#…)"
    if parts.username is not None or parts.password is not None or port == 0:
        return "an address has no user name or password"
    if not _HOST.fullmatch(parts.hostname or ""):
        return f"“{parts.hostname or ''}” is not the name of a site"
    return None


def with_prefix(html: str, prefix: str) -> str:
    """Course HTML for an application that is mounted under `prefix` (such as `/training`, or empty).

    Links to pages of this site are written `<a class="page" href="/…">` when a lesson is rendered, and only
    there.
    """
    return html.replace('<a class="page" href="/', f'<a class="page" href="{prefix}/') if prefix else html
