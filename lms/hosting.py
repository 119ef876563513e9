"""The second door: the complete site, mounted under a prefix of another Flask application.

    lms = LMS(host_app, url_prefix="/learn", identity=current_person, sign_in_url="/sign-in")
    lms.prepare()

The site stays an application of its own, with its own configuration, database, templates, cookies and error pages;
the host only passes on the requests below the prefix, and says who is signed in. See docs/hosting.md.
"""

from __future__ import annotations

import io
import sqlite3
from collections.abc import Callable, Iterable, Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode, urlsplit

import structlog
from flask import Flask, Response, current_app, g, redirect, request, session, url_for
from flask.sessions import SecureCookieSessionInterface
from flask.typing import ResponseReturnValue
from flask_login import current_user
from sqlalchemy.exc import IntegrityError
from werkzeug.middleware.proxy_fix import ProxyFix

from lms.accounts import services, sign_ins
from lms.accounts.models import Person, SignIn
from lms.app import create_app
from lms.cli import serve
from lms.core.db import db
from lms.core.errors import ConfigurationError, Conflict, Refused
from lms.core.settings import Settings, from_environment
from lms.core.unit_of_work import unit_of_work
from lms.web import policy
from lms.web.links import local_target

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

log = structlog.get_logger()

#: Host and port of `flask run`, for links in mails as long as nobody has said where the site is.
DEVELOPMENT_URL = "http://127.0.0.1:5000"

_HOST_ENVIRON = "lms.host_environ"
#: Mark in the cookie of someone who deleted their account here and is still signed in to the host.
_LEFT = "left_while_hosted"
#: Answered without asking the host who is there.
_WITHOUT_PERSON = frozenset({"web.static", "web.healthz", "web.readyz", "web.metrics"})
#: The sign-in library's pages that make sense without a password: confirming an address, and changing it.
_OPEN_SECURITY_PAGES = frozenset(
    {"security.confirm_email", "security.send_confirmation", "security.change_email", "security.change_email_confirm"}
)
_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
#: Two first requests of one person may both try to store them; the one that loses finds the row at its next try.
_TRIES = 3


@dataclass(frozen=True)
class HostPerson:
    """Who the host says is there. `id` must never be given to anyone else, even after the person is gone."""

    id: str
    email: str
    name: str


#: Called in the host's request context. Returns a HostPerson, or any object or mapping with `id`, `email` and `name`;
#: None (or an anonymous user of Flask-Login) when nobody is signed in.
Identity = Callable[[], object]


class IdentityError(RuntimeError):
    """The host could not say who is there. Nobody is signed in by this request."""


class LMS:
    """Mounts the site in `host_app`. `app` is the mounted Flask application.

    `identity` tells who is signed in at the host. `sign_in_url` is the path of the host's sign-in page; it gets the
    address to come back to as `next`. `link_by_email=True` says that the host has confirmed its people's addresses: an
    account that has the same address here then becomes theirs. Raises ConfigurationError when the prefix or a setting
    cannot be used.
    """

    def __init__(
        self,
        host_app: Flask,
        url_prefix: str = "/training",
        *,
        identity: Identity,
        settings: Settings | None = None,
        link_by_email: bool = False,
        sign_in_url: str | None = None,
    ) -> None:
        _check_prefix(host_app, url_prefix)
        if sign_in_url is not None and not (sign_in_url.startswith("/") and not sign_in_url.startswith("//")):
            raise ConfigurationError(f"sign_in_url must be a path of the host, like /sign-in, not {sign_in_url!r}")
        self.host_app = host_app
        self.prefix = url_prefix
        self._identity = identity
        self._link_by_email = link_by_email
        self._sign_in_url = sign_in_url
        given = settings or from_environment()
        self.settings = given.model_copy(
            # The mount reads proxies' headers before it adds the prefix, see _behind_proxies.
            update={"base_url": _base_url(given, host_app, url_prefix), "trusted_proxies": 0}
        )
        self.app = create_app(self.settings, arrival=self._arrive)
        self.app.session_interface = _PrefixedCookie()
        self.app.config.update(
            # A host's Flask-Login has a cookie of the default name: it is not ours to read or to remove.
            REMEMBER_COOKIE_NAME="lms_remember",
            SECURITY_FRESHNESS=timedelta(minutes=-1),  # never ask for a password again: there is none
        )
        manager = self.app.login_manager  # type: ignore[attr-defined]
        self._person_of_cookie: Callable[[str], Person | None] = manager._user_callback
        manager.user_loader(self._load_person)
        self.app.after_request(_note_departure)
        self._inner = _behind_proxies(self._enter, given.trusted_proxies)
        self._outer = host_app.wsgi_app
        host_app.wsgi_app = self  # type: ignore[method-assign]

    def prepare(self) -> None:
        """Migrate an empty database and publish the shipped course where none is. Does nothing the second time.

        Processes on one machine that start together wait for each other. Raises ConfigurationError when the
        database is older or newer than the code: then back it up and run `lms migrate`.
        """
        self.settings.data_dir.mkdir(parents=True, exist_ok=True)
        lock_file = self.settings.data_dir / "prepare.lock"
        with closing(sqlite3.connect(lock_file, timeout=120, isolation_level=None)) as lock:
            lock.execute("BEGIN EXCLUSIVE")
            serve.prepare(self.app)
            with self.app.app_context():
                db.engine.dispose()  # a connection opened now must not be shared by processes forked later

    # -- the way in: WSGI --------------------------------------------------------------------------------------

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "")
        if path == self.prefix or path.startswith(self.prefix + "/"):
            return self._inner({**environ}, start_response)
        return self._outer(environ, start_response)

    def _enter(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        environ[_HOST_ENVIRON] = {**environ}
        environ["SCRIPT_NAME"] = environ.get("SCRIPT_NAME", "") + self.prefix
        environ["PATH_INFO"] = environ["PATH_INFO"][len(self.prefix) :]
        return self.app.wsgi_app(environ, start_response)

    # -- who is there ------------------------------------------------------------------------------------------

    def _named(self) -> HostPerson | None:
        """Whom the host names, asked once a request. Raises IdentityError the first time if it fails, then None."""
        if "host_person" not in g:
            g.host_person = None  # after a failure: the error page is shown to nobody in particular
            try:
                with self.host_app.request_context(_without_body(request.environ[_HOST_ENVIRON])):
                    found = _read_person(self._identity())
            except Exception as error:
                raise IdentityError("identity() of the host application failed") from error
            g.host_person = found
        person: HostPerson | None = g.host_person
        return person

    def _load_person(self, key: str) -> Person | None:
        """The person of the cookie, as long as the host names the same one."""
        named = self._named()
        person = self._person_of_cookie(key)
        return person if person is not None and named is not None and person.host_identity == named.id else None

    def _arrive(self) -> ResponseReturnValue | None:
        """Before each view: end the sign-in of whom the host no longer names, sign in whom it names now."""
        if request.endpoint in _WITHOUT_PERSON:
            return None
        named = self._named()
        if not current_user.is_authenticated:
            if named is not None:
                self._sign_in(named)
            elif sign_ins.current_key() is not None:
                _end_sign_in()
        if _is_closed(request.endpoint):
            return self._instead_of_our_pages()
        return None

    def _sign_in(self, named: HostPerson) -> None:
        is_open = _is_open(request.endpoint)
        if is_open and session.get(_LEFT):
            return
        key = sign_ins.current_key()
        try:
            changed = self._store_sign_in(named, key)
        except Refused:
            if is_open:
                return  # someone suspended may read what everyone may read, and ask for assistance
            raise
        if changed and request.method not in _SAFE_METHODS:
            # The form was filled in by somebody else, in this browser, before the host's sign-in changed.
            raise Conflict(
                "You are signed in as someone else now, so this was not saved. Open the page again to go on.",
                location=url_for("public.home"),
            )

    def _store_sign_in(self, named: HostPerson, key: str | None) -> bool:
        """Sign the person in. True if the cookie's `key` belonged to somebody else."""
        for tries_left in reversed(range(_TRIES)):
            try:
                with unit_of_work() as rows:
                    person = services.sign_in_from_host(
                        rows,
                        identity=named.id,
                        email=named.email,
                        name=named.name,
                        link_by_email=self._link_by_email,
                    )
                    former = rows.get(SignIn, key) if key is not None else None
                    sign_ins.start_sign_in(person)
                return key is not None and (former is None or former.person_id != person.id)
            except IntegrityError:
                if not tries_left:
                    raise
        raise AssertionError("unreachable")

    def _instead_of_our_pages(self) -> ResponseReturnValue:
        """Passwords, codes and passkeys are the host's business: lead to its sign-in page, or on, if that is done."""
        target = local_target(request.args.get("next")) or url_for("learning.dashboard")
        if current_user.is_authenticated:
            return redirect(target, 303)
        if self._sign_in_url is None:
            raise Refused("Sign in to the website first, then open this page again.")
        joint = "&" if urlsplit(self._sign_in_url).query else "?"
        root = request.environ[_HOST_ENVIRON].get("SCRIPT_NAME", "")
        return redirect(f"{root}{self._sign_in_url}{joint}{urlencode({'next': target})}", 303)


class _PrefixedCookie(SecureCookieSessionInterface):
    """Keeps our cookie to our pages, under whatever prefix the host and its proxies have put them."""

    def get_cookie_path(self, app: Flask) -> str:
        return request.script_root or "/"


def _check_prefix(host_app: Flask, prefix: str) -> None:
    if not prefix.startswith("/") or prefix.endswith("/") or "//" in prefix or any(c in prefix for c in "?#%<>\\ "):
        raise ConfigurationError(f"url_prefix must look like /learn, not {prefix!r}")
    taken = [rule.rule for rule in host_app.url_map.iter_rules() if f"{rule.rule}/".startswith(f"{prefix}/")]
    if taken:
        raise ConfigurationError(f"The host has routes under {prefix} already: {', '.join(sorted(taken))}")


def _base_url(settings: Settings, host_app: Flask, prefix: str) -> str:
    """Public address of the mounted site: LMS_BASE_URL, else the host's SERVER_NAME, else that of `flask run`.

    Never taken from a request: anyone can send any Host header, and these addresses go into mails.
    """
    if "base_url" in settings.model_fields_set:
        address = settings.base_url
    elif server := host_app.config.get("SERVER_NAME"):
        root = (host_app.config.get("APPLICATION_ROOT") or "/").rstrip("/")
        address = f"{host_app.config['PREFERRED_URL_SCHEME']}://{server}{root}"
    else:
        address = DEVELOPMENT_URL
        log.warning("base_url_assumed", base_url=address + prefix, remedy="set LMS_BASE_URL")
    return address if urlsplit(address).path.endswith(prefix) else address + prefix


def _behind_proxies(application: WSGIApplication, hops: int) -> WSGIApplication:
    """Read `X-Forwarded-*` of as many proxies as are trusted: before the prefix is added, which they would replace."""
    if not hops:
        return application
    return ProxyFix(application, x_for=hops, x_proto=hops, x_host=hops, x_prefix=hops)


def _without_body(environ: WSGIEnvironment) -> WSGIEnvironment:
    """The request as the host would see it, but for its body: that is for our view to read."""
    bodiless = {**environ, "wsgi.input": io.BytesIO(), "CONTENT_LENGTH": "0"}
    for name in ("CONTENT_TYPE", "HTTP_TRANSFER_ENCODING", "wsgi.input_terminated"):
        bodiless.pop(name, None)
    return bodiless


def _read_person(found: object) -> HostPerson | None:
    """Whom `identity()` returned. Raises ValueError for someone without a usable id."""
    if not found or getattr(found, "is_authenticated", True) is False:
        return None

    def value(name: str) -> Any:
        return found[name] if isinstance(found, Mapping) else getattr(found, name)

    identity = "" if value("id") is None else str(value("id"))
    if not 0 < len(identity) <= 190:
        raise ValueError("the id of a person must have 1 to 190 characters")
    return HostPerson(id=identity, email=str(value("email") or ""), name=str(value("name") or ""))


def _end_sign_in() -> None:
    """The host names nobody any more: the row on the server ends, and so does what the cookie held."""
    if key := g.pop("sign_in_key", None):
        with unit_of_work() as rows:
            services.end_sign_in(rows, key=key)
    session.clear()


def _is_closed(endpoint: str | None) -> bool:
    """Pages about passwords, codes and passkeys, and our own signing in and out."""
    return endpoint is not None and endpoint.startswith("security.") and endpoint not in _OPEN_SECURITY_PAGES


def _is_open(endpoint: str | None) -> bool:
    """Pages that anyone may read without being anyone."""
    if endpoint is None:
        return True
    declared = policy.declared(current_app)[endpoint]
    return declared in {policy.Policy.PUBLIC, policy.Policy.ANONYMOUS_OK} and not _is_closed(endpoint)


def _note_departure(response: Response) -> Response:
    """Who has just deleted their account gets no new one by being shown a public page."""
    if request.endpoint == "accounts.delete" and request.method == "POST" and not current_user.is_authenticated:
        session[_LEFT] = True
    return response
