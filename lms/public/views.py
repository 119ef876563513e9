"""The open pages, the texts about the site, and the three files that machines look for."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, Response, current_app, render_template, request, url_for
from flask.typing import ResponseReturnValue

from lms.calculators.domain import formulas
from lms.content.course import Course
from lms.content.resources.values import Resource, TableBlock
from lms.core.clock import now
from lms.core.db import db
from lms.core.errors import NotFound
from lms.core.settings import Settings
from lms.public import pdf, queries
from lms.releases import queries as releases
from lms.web import policy

blueprint = Blueprint("public", __name__)

HOME_COURSE = "mtm"
#: Pages that search engines should know, by endpoint and values; the job aids of the course come on top.
LISTED: tuple[tuple[str, dict[str, str]], ...] = (
    ("public.home", {}),
    ("catalog.course", {"course": HOME_COURSE}),
    ("catalog.glossary", {"course": HOME_COURSE}),
    ("catalog.sources", {"course": HOME_COURSE}),
    ("catalog.changes", {"course": HOME_COURSE}),
    ("public.mtm", {}),
    ("public.cdtm", {}),
    ("public.resources", {}),
    ("calculators.calculators", {}),
    *(("calculators.calculator", {"name": name}) for name in formulas()),
    ("assistance.contact", {}),
    ("public.privacy", {}),
    ("public.accessibility", {}),
    ("public.terms", {}),
)
#: Areas that belong to a person or to one attempt or order: nothing in them is for a search engine.
UNLISTED = (
    "account",
    "admin",
    "api",
    "authoring",
    "certificates",
    "checkout",
    "organizations",
    "training",
    "verify",
)


@blueprint.get("/")
@policy.public
def home() -> str:
    """What the site is for, and where to start."""
    return render_template("lms/public/home.html", course=_home_course(), slug=HOME_COURSE)


@blueprint.get("/mtm")
@policy.public
def mtm() -> str:
    """Medication Therapy Management."""
    return render_template("lms/public/statements.html", page=queries.page("mtm"))


@blueprint.get("/cdtm")
@policy.public
def cdtm() -> str:
    """Collaborative Drug Therapy Management."""
    return render_template("lms/public/statements.html", page=queries.page("cdtm"))


@blueprint.get("/resources")
@policy.public
def resources() -> str:
    """Links to everything that helps to plan, run and measure a service, and the checklists for paper."""
    return render_template(
        "lms/public/resources.html",
        course=_home_course(),
        slug=HOME_COURSE,
        mtm=queries.page("mtm"),
        cdtm=queries.page("cdtm"),
    )


@blueprint.get("/resources/<aid>")
@policy.public
def resource(aid: str) -> str:
    """A job aid, to read or to print."""
    course, value = _aid(aid)
    return render_template(
        "lms/public/resource.html",
        course=course,
        aid=value,
        lessons=[course.lesson(lesson) for lesson in value.lessons],
        numbers={source: number for number, source in enumerate(value.citations, start=1)},
        columns=_columns,
    )


@blueprint.get("/resources/<aid>.pdf")
@policy.public
def resource_pdf(aid: str) -> ResponseReturnValue:
    """The job aid on one sheet of paper."""
    course, value = _aid(aid)
    document = pdf.render(course, value, site=_settings().site_name, address=_address(".resource", aid=aid))
    kind = {"Content-Type": "application/pdf", "Content-Disposition": f'inline; filename="{aid}.pdf"'}
    return document, 200, kind


@blueprint.get("/privacy")
@policy.public
def privacy() -> str:
    """What is stored about a person, and how to get or delete it."""
    return render_template("lms/public/privacy.html")


@blueprint.get("/accessibility")
@policy.public
def accessibility() -> str:
    """The aim, how it is tested, what is known not to work, how to report a barrier."""
    return render_template("lms/public/accessibility.html")


@blueprint.get("/terms")
@policy.public
def terms() -> str:
    """Terms of use."""
    return render_template("lms/public/terms.html")


@blueprint.get("/robots.txt")
@policy.public
def robots() -> Response:
    """Keeps search engines to the open pages."""
    lines = ["User-agent: *", *(f"Disallow: {request.script_root}/{area}" for area in UNLISTED)]
    return _text([*lines, "", f"Sitemap: {_address('public.sitemap')}"])


@blueprint.get("/sitemap.xml")
@policy.public
def sitemap() -> Response:
    """The open pages for search engines."""
    course = _home_course()
    aids = [("public.resource", {"aid": key}) for key in course.resources] if course else []
    addresses = [_address(endpoint, **values) for endpoint, values in (*LISTED, *aids)]
    document = render_template("lms/public/sitemap.xml", addresses=addresses)
    return Response(document, content_type="application/xml; charset=utf-8")


@blueprint.get("/.well-known/security.txt")
@policy.public
def security_txt() -> Response:
    """Where to report a weakness (RFC 9116). 404 where the site has neither a mail address nor HTTPS."""
    settings = _settings()
    contacts = [f"mailto:{settings.provider_email}"] if settings.provider_email else []
    if settings.is_https:
        contacts.append(_address("assistance.contact"))
    if not contacts:
        raise NotFound
    # The RFC recommends less than a year. To the day, so that the file is the same from request to request.
    expires = (now() + timedelta(days=180)).strftime("%Y-%m-%dT00:00:00Z")
    return _text([*(f"Contact: {contact}" for contact in contacts), f"Expires: {expires}", "Preferred-Languages: en"])


def _home_course() -> Course | None:
    """The published course, or None on a site that has published none yet."""
    try:
        return releases.current(db.session(), HOME_COURSE)[1]
    except NotFound:
        return None


def _columns(block: TableBlock) -> list[dict[str, Any]]:
    """The columns as a data table takes them: a row is read by the column's place, and the first heads it."""
    return [{"key": place, "title": title, "head": place == 0} for place, title in enumerate(block.columns)]


def _aid(key: str) -> tuple[Course, Resource]:
    """The job aid with the course that it belongs to. Raises NotFound."""
    _release, course = releases.current(db.session(), HOME_COURSE)
    aid = course.resources.get(key)
    if aid is None:
        raise NotFound
    return course, aid


def _address(endpoint: str, **values: Any) -> str:
    """A full address. The host comes from the settings, since anyone can send any Host header."""
    base = urlsplit(_settings().base_url)
    return f"{base.scheme}://{base.netloc}{url_for(endpoint, **values)}"


def _settings() -> Settings:
    settings: Settings = current_app.extensions["lms.settings"]
    return settings


def _text(lines: list[str]) -> Response:
    return Response("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")
