"""Templates: found as `lms/<feature>/<page>.html`, overridden by the theme, fed with what every page needs."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from flask import Flask, request
from jinja2 import ChoiceLoader, FileSystemLoader, PrefixLoader, StrictUndefined
from markupsafe import Markup

from lms.content.links import with_prefix
from lms.core.clock import LOCAL_ZONE, local_date, long_date
from lms.core.money import format_money
from lms.core.settings import Settings
from lms.web import links

_PACKAGE = Path(__file__).parent.parent


@dataclass(frozen=True)
class Provider:
    """The organization that offers the course here; empty strings where it is not configured."""

    name: str
    address: str
    phone: str
    website: str
    email: str


def provider(settings: Settings) -> Provider:
    return Provider(
        name=settings.provider_name,
        address=settings.provider_address,
        phone=settings.provider_phone,
        website=settings.provider_website,
        email=settings.provider_email,
    )


def init_app(app: Flask, settings: Settings, features: Iterable[str]) -> None:
    """Set where an application's templates come from and what they can use."""
    folders = {name: _PACKAGE / name / "templates" for name in features}
    loaders: list[FileSystemLoader | PrefixLoader] = [
        # Jinja splits a name at its first slash only, hence one prefix loader inside the other.
        PrefixLoader({"lms": PrefixLoader({name: FileSystemLoader(path) for name, path in folders.items()})}),
        # Flask-Security asks for its pages as `security/…`.
        PrefixLoader({"security": FileSystemLoader(folders["accounts"] / "security")}),
    ]
    if settings.theme:
        # A theme's template extends the one that it replaces by its name after `original/`.
        loaders.insert(0, PrefixLoader({"original": ChoiceLoader([*loaders])}))
        loaders.insert(0, FileSystemLoader(settings.theme / "templates"))
    app.jinja_loader = ChoiceLoader(loaders)
    links.init_app(app)
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.auto_reload = settings.development
    app.jinja_env.filters.update(money=format_money, long_date=_long_date, local_time=_local_time, content=content)
    app.jinja_env.globals.update(
        site_name=settings.site_name,
        provider=provider(settings),
        url_for=links.url_for,
        static_url=_static_url(settings),
        development=settings.development,
    )


def content(html: str) -> Markup:
    """HTML of a course, with its links to pages of the site led through the prefix at which it is mounted."""
    return Markup(with_prefix(str(html), request.script_root))  # noqa: S704 -- cleaned when the release was made


def _long_date(value: date | datetime) -> str:
    return long_date(local_date(value) if isinstance(value, datetime) else value)


def _local_time(value: datetime) -> str:
    """`3:05 pm`, in the programme's time zone."""
    local = value.astimezone(LOCAL_ZONE)
    return f"{local.hour % 12 or 12}:{local:%M} {'am' if local.hour < 12 else 'pm'}"


def _static_url(settings: Settings) -> Any:
    roots = [Path(__file__).parent / "static"]
    if settings.theme:
        roots.insert(0, settings.theme / "static")

    @lru_cache(maxsize=512)
    def address(_prefix: str, filename: str) -> str:
        path = next((root / filename for root in roots if (root / filename).is_file()), None)
        if path is None:
            raise FileNotFoundError(f"no static file {filename!r}")
        version = hashlib.sha256(path.read_bytes()).hexdigest()[:12]
        return links.url_for("web.static", filename=filename, v=version)

    def static_url(filename: str) -> str:
        """Address of a static file with its digest, so that browsers may keep it for good."""
        if settings.development:
            return links.url_for("web.static", filename=filename)
        return address(request.script_root, filename)

    return static_url
