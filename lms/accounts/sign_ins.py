"""The signed-in browser: its cookie, the row on the server that the cookie names, and their beginning and end.

Flask-Security and Flask-Login announce every sign-in and sign-out by signal, whichever way it came about (password,
code, passkey, host). We listen here, so that no path can forget the row, the new key or the new form token.
"""

from __future__ import annotations

import structlog
from flask import Flask, Response, after_this_request, current_app, g, request, session
from flask_login import user_logged_in, user_logged_out
from flask_security import login_user, password_changed, password_reset
from sqlalchemy.exc import DBAPIError

from lms.accounts import services
from lms.accounts.domain import browser_name
from lms.accounts.models import Person
from lms.accounts.queries import SIGN_IN_LASTS, signed_in_person
from lms.core import jobs
from lms.core.db import db, take_write_lock

log = structlog.get_logger()
_COOKIE_KEY = "_user_id"  # Flask-Login's name in the session for what identifies the signed-in person


def init_app(app: Flask) -> None:
    """Have the application find its people through the sign-in table."""
    app.config["PERMANENT_SESSION_LIFETIME"] = SIGN_IN_LASTS
    app.config["SESSION_REFRESH_EACH_REQUEST"] = False
    manager = app.login_manager  # type: ignore[attr-defined]
    manager.user_loader(_load_person)
    manager.request_loader(lambda _request: None)  # no tokens in headers or addresses: the API has its own keys
    manager.session_protection = None  # the row on the server protects better than a digest of the address
    user_logged_in.connect(_begin, app)
    user_logged_out.connect(_end, app)
    password_changed.connect(_end_elsewhere, app)
    password_reset.connect(_end_all, app)


def start_sign_in(person: Person) -> None:
    """Sign a person in with the browser of the current request. The caller's transaction stores it."""
    login_user(person, authn_via=["host"])


def current_key() -> str | None:
    """The key of this browser's sign-in."""
    key: str | None = session.get(_COOKIE_KEY)
    return key


def store() -> None:
    """Commit what a library view did, after it. Once it has failed, the page that says so is left in peace."""
    if g.get("storing_failed"):
        return
    try:
        db.session.commit()
    except DBAPIError:
        g.storing_failed = True
        raise


def commit_after_request() -> None:
    """Store what a library view left in the session, then see to the outbox. For use outside units of work."""
    if g.get("commits_after_request"):
        return
    g.commits_after_request = True

    @after_this_request
    def commit(response: Response) -> Response:
        store()
        try:
            jobs.nudge()
        except Exception:
            log.exception("nudge_failed")  # the minute's tick delivers
        return response


def _load_person(key: str) -> Person | None:
    person = signed_in_person(db.session(), key)
    if person is not None:
        # Flask-Security reads these two: how the person came in, and when they last proved who they are.
        g.fs_authn_via = "session"
        g.fs_paa = session.get("fs_paa", 0)
        g.sign_in_key = key
    return person


def _begin(_app: Flask, *, user: Person, **_more: object) -> None:
    # Nothing that the browser carried before counts afterwards: a planted session or form token is worthless.
    flashes = session.get("_flashes")
    session.clear()
    g.pop(current_app.config["WTF_CSRF_FIELD_NAME"], None)
    if flashes:
        session["_flashes"] = flashes
    if earlier := g.pop("sign_in_key", None):
        services.end_sign_in(db.session(), key=earlier)
    session[_COOKIE_KEY] = services.open_sign_in(
        db.session(), person=user, browser=browser_name(request.user_agent.string)
    )
    session.permanent = True


def _end(_app: Flask, **_more: object) -> None:
    flashes = session.get("_flashes")
    session.clear()
    if flashes:
        session["_flashes"] = flashes
    if key := g.pop("sign_in_key", None):
        take_write_lock(db.session())  # see second_factor: no flush comes before this statement
        services.end_sign_in(db.session(), key=key)
        commit_after_request()


def _end_elsewhere(_app: Flask, *, user: Person, **_more: object) -> None:
    services.end_sign_ins(db.session(), person_id=user.id, but=current_key())


def _end_all(_app: Flask, *, user: Person, **_more: object) -> None:
    services.claim_mailbox(user)
    services.end_sign_ins(db.session(), person_id=user.id)
