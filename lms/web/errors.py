"""Error pages: what happened, what to do, and nothing of what the person typed is lost."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

import structlog
from flask import Flask, current_app, g, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError, generate_csrf
from sqlalchemy.exc import DBAPIError
from werkzeug.exceptions import HTTPException

from lms.core.db import db
from lms.core.errors import DomainError
from lms.web.links import local_target

log = structlog.get_logger()

#: Fields that are never sent back to the browser.
_SECRET_WORDS = ("password", "token", "secret", "code")

_WORDS = {
    400: ("This request could not be read", "Go back and try again."),
    403: ("You may not open this page", "If you think that you should, ask for assistance."),
    404: ("Page not found", "Check the address, or start from the home page."),
    405: ("This page cannot be used that way", "Go back and use the button or link on the page."),
    409: ("This has changed meanwhile", "Look at its present state and go on from there."),
    413: ("That is too much at once", "Shorten the text or choose a smaller file, then send it again."),
    415: ("This form of data is not accepted", "Go back and use the form on the page."),
    422: ("This could not be done", "Go back, change what the message names, and send it again."),
    429: ("Too many tries", "Wait a little, then try again."),
    503: ("The site is busy", "Nothing was changed. Wait a moment and send it again."),
}


def init_app(app: Flask) -> None:
    """Register the handlers of an application."""
    app.register_error_handler(DomainError, _domain_error)
    app.register_error_handler(CSRFError, _expired_form)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(DBAPIError, _database_error)
    app.register_error_handler(Exception, _unexpected)


def wants_json() -> bool:
    """True for calls by a script or an API client, which get problem+json instead of a page."""
    best = request.accept_mimetypes.best_match(["text/html", "application/json"])
    return best == "application/json" or request.path.startswith("/api/")


def problem(status: int, title: str, **members: Any) -> ResponseReturnValue:
    """A reply in the form of RFC 9457."""
    return {"title": title, "status": status, **members}, status, {"Content-Type": "application/problem+json"}


def page(status: int, message: str | None = None, *, location: str | None = None) -> ResponseReturnValue:
    """The error page of a status, with a message of its own where one is given."""
    title, advice = _WORDS.get(status, (HTTPStatus(status).phrase, "Go back and try again."))
    if wants_json():
        return problem(status, message or title, **({"location": location} if location else {}))
    body = _render(
        "lms/web/error.html",
        status=status,
        title=title,
        message=message or advice,
        location=location,
        request_id=g.get("request_id"),
    )
    return body, status


def _render(template: str, **values: Any) -> str:
    """A page, for a visitor where the database cannot even tell who is signed in."""
    try:
        return render_template(template, **values)
    except DBAPIError:
        db.session.rollback()
        g._login_user = current_app.login_manager.anonymous_user()  # type: ignore[attr-defined]  # Flask-Login's place
        return render_template(template, **values)


def _domain_error(error: DomainError) -> ResponseReturnValue:
    db.session.rollback()
    reply = page(error.status, error.message, location=getattr(error, "location", None))
    wait = getattr(error, "retry_after", None)
    return _with_header(reply, "Retry-After", str(wait)) if wait is not None else reply


def _with_header(reply: ResponseReturnValue, name: str, value: str) -> ResponseReturnValue:
    response = make_response(reply)
    response.headers[name] = value
    return response


def _http_error(error: HTTPException) -> ResponseReturnValue:
    cause = getattr(error, "original_exception", None)
    if isinstance(cause, DBAPIError):  # raised after the view: a library's page is stored when it is made
        return _database_error(cause)
    if error.response is not None or error.code is None or error.code < 400:
        return error
    reply = page(error.code)
    headers = [(name, value) for name, value in error.get_headers() if name in {"Allow", "Retry-After"}]
    return (*reply[:2], headers) if isinstance(reply, tuple) and len(reply) == 2 else reply


def _expired_form(error: CSRFError) -> ResponseReturnValue:
    """The form's token is old or missing: show what was typed again, with a new token, to be sent once more.

    Offered only when the browser says that the form was ours; a form on another site gets a plain refusal.
    """
    if not _same_origin():
        return page(400, "This form did not come from this site, so it was not accepted.")
    if wants_json():
        return problem(400, "The form was open for too long.", error="csrf", csrf=generate_csrf())
    return _offer_again(400, "This form was open for too long", "Nothing is lost. Press the button to send it again.")


def _database_error(error: DBAPIError) -> ResponseReturnValue:
    """The database is locked, full, read-only or restarting: say so, keep what was typed, change nothing."""
    db.session.rollback()
    log.error("database_error", error=str(error.orig), route=_route())
    if not _is_passing(error):
        return _unexpected(error)
    if wants_json() or request.method in {"GET", "HEAD"}:
        return _with_header(page(503), "Retry-After", "5")
    return _offer_again(503, *_WORDS[503])


def _route() -> str | None:
    """The route, not the address: addresses may hold the secret of a link."""
    return request.url_rule.rule if request.url_rule else None


def _is_passing(error: DBAPIError) -> bool:
    text = str(error.orig).lower()
    signs = ("locked", "full", "readonly", "read-only", "disk i/o", "unable to open", "no space")
    return error.connection_invalidated or any(sign in text for sign in signs) or _is_connection_error(error)


def _is_connection_error(error: DBAPIError) -> bool:
    return type(error.orig).__module__.startswith("psycopg") and type(error.orig).__name__ in {
        "OperationalError",
        "AdminShutdown",
        "DiskFull",
        "ReadOnlySqlTransaction",
        "LockNotAvailable",
    }


def _unexpected(error: Exception) -> ResponseReturnValue:
    db.session.rollback()
    log.exception("request_failed", route=_route(), error_type=type(error).__name__)
    return page(500, "Something on our side went wrong. What you saved before is safe. Try again in a moment.")


def _offer_again(status: int, title: str, message: str) -> ResponseReturnValue:
    fields = [
        (name, value)
        for name, value in request.form.items(multi=True)
        if name != "csrf_token" and not any(word in name.lower() for word in _SECRET_WORDS)
    ]
    complete = not any(
        any(word in name.lower() for word in _SECRET_WORDS) for name in request.form if name != "csrf_token"
    )
    body = _render(
        "lms/web/send_again.html",
        title=title,
        message=message,
        fields=fields,
        complete=complete,
        # Without what was typed there is only a way back, and some addresses take forms but show no page.
        action=request.script_root + request.full_path.rstrip("?") if complete else _page_of_the_form(),
    )
    return body, status


def _page_of_the_form() -> str:
    """The page of this site on which the form stood, as the browser names it; else the form's own address."""
    referrer = request.headers.get("Referer", "")
    if referrer.startswith(request.host_url):
        return local_target("/" + referrer.removeprefix(request.host_url)) or url_for("public.home")
    return request.script_root + request.path


def _same_origin() -> bool:
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site == "same-origin"
    origin = request.headers.get("Origin") or request.headers.get("Referer", "")
    return origin == request.host_url.rstrip("/") or origin.startswith(request.host_url)
