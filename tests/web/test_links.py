"""Addresses that people bring along lead nowhere but on this site."""

from __future__ import annotations

from urllib.parse import urljoin, urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given, settings
from hypothesis import strategies as st

from lms.web.links import local_target

ELSEWHERE = [
    "https://evil.example",
    "http://evil.example/",
    "//evil.example",
    "///evil.example",
    "////evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "/\\/evil.example",
    "/\t/evil.example",
    "/\n/evil.example",
    "/\r\n/evil.example",
    "/\0/evil.example",
    "\t//evil.example",
    " //evil.example",
    "/%09/evil.example\t",
    "javascript:alert(1)",
    "java\nscript:alert(1)",
    "data:text/html,x",
    "vbscript:x",
    "https:evil.example",
    "https:/evil.example",
    "http://localhost@evil.example",
    "http://localhost.evil.example",
    "evil.example",
    "?next=/",
    "#x",
    "",
    "/ok\\@evil.example",
    "\u2028//evil.example",
    "／／evil.example",
]
HERE = ["/", "/training", "/training/mtm/a/b?x=1#note", "/x?next=https://evil.example", "/%2f%2fevil.example", "/a//b"]


@pytest.fixture(scope="module")
def bare() -> Flask:
    """An application with nothing in it: the rule looks only at the request."""
    return Flask("bare")


@pytest.mark.parametrize("target", ELSEWHERE)
def test_an_address_elsewhere_is_not_followed(bare: Flask, target: str) -> None:
    """Abuse case 44."""
    with bare.test_request_context():
        assert local_target(target) is None


@pytest.mark.parametrize("target", HERE)
def test_an_address_of_this_site_is(bare: Flask, target: str) -> None:
    with bare.test_request_context():
        assert local_target(target) == target
    with bare.test_request_context(base_url="http://localhost/under/"):
        assert local_target(target) is None, "outside the prefix under which the site is mounted"
        assert local_target("/under/training") == "/under/training"


@given(st.text(alphabet="/\\:@?#%.\t\r\n\0 ehtpsx", max_size=14))
@settings(deadline=None, max_examples=300)
def test_whatever_is_accepted_stays_on_this_origin(bare: Flask, target: str) -> None:
    """Abuse case 44: as a browser reads it, which drops line breaks and takes a backslash for a slash."""
    with bare.test_request_context():
        accepted = local_target(target)
    if accepted is not None:
        read = "".join(character for character in accepted if character not in "\t\r\n").replace("\\", "/")
        assert urlsplit(urljoin("http://localhost/sign-in", read)).netloc == "localhost"


def test_signing_in_leads_nowhere_else(client: FlaskClient) -> None:
    """Abuse case 44, at the door where it matters: whatever stands in the address."""
    client.checks_pages = False  # type: ignore[attr-defined]
    for target in ELSEWHERE:
        reply = client.get("/sign-in", query_string={"next": target})
        assert reply.status_code in {200, 302, 303}, target
        assert urlsplit(reply.location or "").netloc in {"", "localhost"}, target


def test_links_in_html_of_the_course_follow_the_prefix(app: Flask) -> None:
    """Lessons, questions and cases all write their HTML through this filter."""
    html = '<a class="page" href="/courses/mtm/glossary">terms</a> <a href="https://example.org/">elsewhere</a>'
    write = app.jinja_env.filters["content"]
    with app.test_request_context("/", base_url="http://localhost/learn"):
        assert write(html) == html.replace("/courses", "/learn/courses")
    with app.test_request_context("/"):
        assert write(html) == html
