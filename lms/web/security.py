"""Response headers, the form token, and the marks that each request carries through the logs."""

from __future__ import annotations

import re
import time

import structlog
from flask import Flask, Response, abort, g, request
from flask_wtf.csrf import CSRFProtect, generate_csrf
from werkzeug.middleware.proxy_fix import ProxyFix

from lms.core.ids import public_id
from lms.core.settings import Settings
from lms.web import compression

log = structlog.get_logger("lms.request")
csrf = CSRFProtect()

_TOKEN_FIELD = "csrf_token"  # noqa: S105 -- a name: where Flask-WTF keeps the token of a request in `g`
_REQUEST_ID = re.compile(r"[A-Za-z0-9-]{8,40}\Z")


def init_app(app: Flask, settings: Settings) -> None:
    """Set cookies, token checks, proxies and headers of an application."""
    app.config.update(
        SESSION_COOKIE_NAME="lms_session",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.is_https,
        WTF_CSRF_FIELD_NAME=_TOKEN_FIELD,
        WTF_CSRF_TIME_LIMIT=None,  # a token lives as long as its session: a lesson may stay open over lunch
        MAX_CONTENT_LENGTH=2 * 1024 * 1024,
        MAX_FORM_MEMORY_SIZE=1024 * 1024,
        MAX_FORM_PARTS=2000,
    )
    if settings.trusted_proxies:
        hops = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops, x_prefix=hops)  # type: ignore[method-assign]
    csrf.init_app(app)
    app.jinja_env.globals["csrf_token"] = form_token
    policy = "; ".join(
        (
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            "img-src 'self' data:",
            "font-src 'self'",
            "connect-src 'self'",
            "manifest-src 'self'",
            "form-action 'self'",
            "base-uri 'none'",
            f"frame-ancestors {settings.frame_ancestors}",
        )
    )

    def add_headers(response: Response) -> Response:
        headers = response.headers
        headers.setdefault("Content-Security-Policy", policy)
        headers.setdefault("X-Content-Type-Options", "nosniff")
        headers.setdefault("Referrer-Policy", "same-origin")
        headers.setdefault("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=()")
        headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
        headers["X-Request-Id"] = g.get("request_id", "")
        if settings.is_https:
            headers.setdefault("Strict-Transport-Security", "max-age=31536000")
        if request.endpoint != "web.static":
            # Pages differ between people; the back button shows them again from the server.
            headers.setdefault("Cache-Control", "private, no-cache")
        return response

    app.before_request(_open_request)
    app.after_request(add_headers)
    app.after_request(_log_request)
    app.after_request(compression.compress)


def form_token() -> str:
    """The token that the forms of this reply carry: a page has many, so it is signed once."""
    token: str = g.get(_TOKEN_FIELD) or generate_csrf()
    return token


def _open_request() -> None:
    given = request.headers.get("X-Request-Id", "")
    g.request_id = given if _REQUEST_ID.match(given) else public_id()
    g.started = time.perf_counter()
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(request_id=g.request_id)
    if "\0" in request.path:
        abort(404)  # nothing is named so, and PostgreSQL would refuse to be asked


def _log_request(response: Response) -> Response:
    if request.endpoint != "web.static":
        log.info(
            "request",
            method=request.method,
            # The route, not the address: addresses hold links to reset passwords and certificates' codes.
            route=request.url_rule.rule if request.url_rule else "(none)",
            status=response.status_code,
            milliseconds=round(1000 * (time.perf_counter() - g.started), 1) if "started" in g else None,
        )
    return response
