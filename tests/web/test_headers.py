"""Headers that every reply carries."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient


def directives(policy: str) -> dict[str, str]:
    return {name: values for name, _space, values in (part.strip().partition(" ") for part in policy.split(";"))}


@pytest.mark.parametrize("address", ["/", "/nothing", "/sign-in", "/healthz", "/static/favicon.svg"])
def test_every_reply_is_guarded(client: FlaskClient, address: str) -> None:
    """Abuse case 50: no script but ours, no frame but ours, no base, no guessing of types."""
    with client.get(address) as reply:
        policy = directives(reply.headers["Content-Security-Policy"])
        assert policy["default-src"] == "'none'"
        assert policy["script-src"] == "'self'"
        assert policy["base-uri"] == "'none'"
        assert policy["form-action"] == policy["frame-ancestors"] == "'self'"
        assert "unsafe" not in reply.headers["Content-Security-Policy"]
        assert reply.headers["X-Content-Type-Options"] == "nosniff"
        assert reply.headers["Referrer-Policy"] == "same-origin"
        assert len(reply.headers["X-Request-Id"]) >= 8


def test_pages_are_nobody_elses_and_static_files_may_be_kept(client: FlaskClient) -> None:
    assert client.get("/").headers["Cache-Control"] == "private, no-cache"
    with client.get("/static/favicon.svg?v=1") as reply:
        assert "max-age=31536000" in reply.headers["Cache-Control"]


@pytest.mark.parametrize("given", ["short", "x" * 41, "with space in it", "a\tb-------", "<script>-----"])
def test_a_strange_request_id_is_not_repeated(client: FlaskClient, given: str) -> None:
    assert client.get("/healthz", headers={"X-Request-Id": given}).headers["X-Request-Id"] != given


@pytest.mark.settings(base_url="https://training.example.org")
def test_an_https_site_says_so_and_keeps_its_cookie_there(client: FlaskClient) -> None:
    reply = client.get("/assistance", base_url="https://training.example.org")
    assert "max-age=31536000" in reply.headers["Strict-Transport-Security"]
    cookie = reply.headers["Set-Cookie"]
    for part in ("Secure", "HttpOnly", "SameSite=Lax"):
        assert part in cookie


def test_the_cookie_of_a_plain_site(client: FlaskClient) -> None:
    reply = client.get("/assistance")
    assert "HttpOnly" in reply.headers["Set-Cookie"]
    assert "Strict-Transport-Security" not in reply.headers


@pytest.mark.parametrize(
    "filename", ["../security.py", "%2e%2e/security.py", "..%2fsecurity.py", "/etc/passwd", "none.css"]
)
def test_static_files_come_from_their_folder_only(client: FlaskClient, filename: str) -> None:
    """Abuse case 52: no way up."""
    assert client.get(f"/static/{filename}").status_code == 404
