"""Routes that belong to no feature: static files, health, the style guide."""

from __future__ import annotations

from pathlib import Path

from flask import Blueprint, Response, abort, current_app, render_template, request, send_from_directory
from flask.typing import ResponseReturnValue
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Gauge, generate_latest
from sqlalchemy import text

from lms.core import outbox
from lms.core.db import db
from lms.core.errors import NotFound
from lms.core.settings import Settings
from lms.web import policy, styleguide

blueprint = Blueprint("web", __name__)
_STATIC = Path(__file__).parent / "static"


@blueprint.get("/static/<path:filename>")
@policy.public
def static(filename: str) -> Response:
    """A file of the design system, from the theme where that has one of the same name.

    Addresses carry the file's digest (`?v=`), so browsers may keep them for good.
    """
    settings: Settings = current_app.extensions["lms.settings"]
    folder = _STATIC
    if settings.theme and (settings.theme / "static" / filename).is_file():
        folder = (settings.theme / "static").resolve()
    response = send_from_directory(folder, filename, conditional=True)
    response.cache_control.public = True
    response.cache_control.no_cache = None
    response.cache_control.max_age = 31_536_000 if "v" in request.args else 300
    # Read whole and closed here: some servers leave the file open when a visitor goes away in the middle of it.
    file = response.response
    if response.status_code != 304:
        response.direct_passthrough = False
        response.set_data(b"".join(response.iter_encoded()))
    if hasattr(file, "close"):
        file.close()
    return response


@blueprint.get("/healthz")
@policy.public
def healthz() -> ResponseReturnValue:
    """The process answers."""
    return {"status": "ok"}


@blueprint.get("/readyz")
@policy.public
def readyz() -> ResponseReturnValue:
    """The process answers and reaches its database."""
    db.session.execute(text("SELECT 1"))
    return {"status": "ready"}


@blueprint.get("/metrics")
@policy.public
def metrics() -> Response:
    """Figures for Prometheus, for callers on this machine only."""
    if request.remote_addr not in {"127.0.0.1", "::1"} or request.headers.get("X-Forwarded-For"):
        raise NotFound
    registry = CollectorRegistry()
    waiting, given_up = outbox.backlog(db.session())
    Gauge("lms_outbox_waiting", "Messages that wait for their delivery.", registry=registry).set(waiting)
    Gauge("lms_outbox_given_up", "Messages that could not be delivered in two days.", registry=registry).set(given_up)
    # The site's figures come from the database, so any web process answers the same; the process's own follow.
    return Response(generate_latest(registry) + generate_latest(), content_type=CONTENT_TYPE_LATEST)


@blueprint.get("/styleguide")
@policy.public
def style_guide() -> str:
    """Every component in every state; in development only."""
    settings: Settings = current_app.extensions["lms.settings"]
    if not settings.development:
        abort(404)
    return render_template("lms/web/styleguide.html", **styleguide.context())
