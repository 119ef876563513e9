"""Access policies: every route declares one, and a route without one stops the application from starting.

    @blueprint.get("/training")
    @policy.signed_in
    def dashboard(): ...

The decorators only mark the view. `enforce` runs before each request and reads the mark, so that no
wrapper can be forgotten, applied in the wrong order, or stepped around with another HTTP method.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import Enum
from typing import Any, Protocol, TypeVar

from flask import Flask, current_app, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from lms.core.errors import NotFound, Refused

View = TypeVar("View", bound=Callable[..., Any])
_MARK = "__lms_policy__"
_EXTENSION = "lms.policy"


class Policy(Enum):
    """Who may use a route."""

    PUBLIC = "anyone"
    ANONYMOUS_OK = "anyone; the view itself decides by a secret in the address"
    SIGNED_IN = "a signed-in person"
    ENROLLED = "a person with a live access grant for the course in the address"
    INSTRUCTOR = "an instructor or an administrator"
    ADMIN = "an administrator"


class EnrolmentGate(Protocol):
    """Tells whether a person may use a course; keeps what it loaded for the view. Handed in by `learning`."""

    def __call__(self, course: str) -> bool: ...


def _marker(policy: Policy) -> Callable[[View], View]:
    def mark(view: View) -> View:
        setattr(view, _MARK, policy)
        return view

    return mark


public = _marker(Policy.PUBLIC)
#: The address carries an unguessable secret (a certificate's code), which is what grants access.
by_secret = _marker(Policy.ANONYMOUS_OK)
signed_in = _marker(Policy.SIGNED_IN)
enrolled = _marker(Policy.ENROLLED)
instructor = _marker(Policy.INSTRUCTOR)
admin = _marker(Policy.ADMIN)


def close(app: Flask, *, foreign: Mapping[str, Policy], enrolment_gate: EnrolmentGate) -> None:
    """Collect the policy of each endpoint; called once, after the last route was added.

    `foreign` names the policies of views that a library brought along. Raises RuntimeError when an
    endpoint has none.
    """
    policies: dict[str, Policy] = {}
    for endpoint, view in app.view_functions.items():
        declared = foreign.get(endpoint) or getattr(view, _MARK, None)
        if declared is None:
            raise RuntimeError(f"the route of endpoint {endpoint!r} declares no access policy")
        policies[endpoint] = declared
    unknown = set(foreign) - set(policies)
    if unknown:
        raise RuntimeError(f"policies for endpoints that do not exist: {', '.join(sorted(unknown))}")
    app.extensions[_EXTENSION] = (policies, enrolment_gate)


def declared(app: Flask) -> Mapping[str, Policy]:
    """The policy of every endpoint, for `lms routes` and the permission tests."""
    policies: dict[str, Policy] = app.extensions[_EXTENSION][0]
    return policies


def enforce() -> ResponseReturnValue | None:
    """Refuse the request that its route's policy does not allow. Runs before every view."""
    if request.endpoint is None:
        return None  # no such route: the 404 or 405 page follows
    policies, enrolment_gate = current_app.extensions[_EXTENSION]
    policy: Policy = policies[request.endpoint]
    if policy in {Policy.PUBLIC, Policy.ANONYMOUS_OK}:
        return None
    if not current_user.is_authenticated:
        return ask_to_sign_in()
    if policy is Policy.ADMIN and not current_user.has_role("admin"):
        raise Refused("This page is for administrators.")
    if policy is Policy.INSTRUCTOR and not (current_user.has_role("instructor") or current_user.has_role("admin")):
        raise Refused("This page is for instructors.")
    if policy is Policy.ENROLLED:
        course = (request.view_args or {})["course"]
        if not enrolment_gate(course):
            if request.method in {"GET", "HEAD"}:
                return redirect(url_for("catalog.course", course=course), 303)
            raise NotFound
    return None


def ask_to_sign_in() -> ResponseReturnValue:
    """Send a visitor to the sign-in page, from where they come back to a page that can be shown again."""
    if request.accept_mimetypes.best == "application/json":
        return (
            {"title": "Sign in to go on.", "status": 401},
            401,
            {"Content-Type": "application/problem+json"},
        )
    target = request.script_root + request.full_path.rstrip("?") if _is_also_a_page() else None
    return redirect(url_for("security.login", next=target), 303)


def _is_also_a_page() -> bool:
    """True when the address can be opened, whatever this request did: a pressed Start leads back to Start."""
    return request.url_rule is not None and "GET" in (request.url_rule.methods or ())
