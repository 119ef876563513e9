"""Every rule of page hygiene, kept by one page and broken once by another."""

from __future__ import annotations

import pytest
from flask import Flask, Response, redirect

from tests.support.hygiene import PageCheckingClient

PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Sample</title></head>
<body><main><h1>Sample</h1>{body}</main></body></html>"""
POLICY = "default-src 'none'; script-src 'self'"

CLEAN = """
<p id="hint">In millilitres</p><h2>Volumes <img src="/static/x.svg" alt=""></h2>
<form method="post" action="/save"><input type="hidden" name="csrf_token" value="t">
<label for="volume">Volume</label><input id="volume" name="volume" aria-describedby="hint">
<label><input type="checkbox" name="agree"> Agree</label>
<select aria-label="Unit"><option>mL</option></select>
<button>Save</button></form>
<form action="/"><input type="search" name="q" aria-label="Search"><input type="submit" value="Find"></form>
<a href="/save/">moved</a> <a href="#hint">hint</a> <a href="https://example.org/">elsewhere</a>
<a href="mailto:office@example.org">write</a> <a href="?page=2">next</a>
<a href="/"><img src="/x.png" alt="Home"></a>
<script type="application/json">{"a": 1}</script><script type="module" src="/x.js"></script>
"""

BROKEN = [
    ("<p>a</div>", "not valid HTML"),
    ("<table><p>a</p></table>", "not valid HTML"),
    ("<h1>Second</h1>", "has 2 <h1>"),
    ("<h3>Too deep</h3>", "heading goes from h1 to h3: 'Too deep'"),
    ("<h2> </h2>", "empty h2"),
    ('<i id="a"></i><b id="a"></b>', "id 'a' is used 2 times"),
    ('<i id="a b"></i>', "id 'a b' is empty or has a space"),
    ('<input name="phone">', '<input name="phone"> has no label'),
    ('<label for="p"> </label><input id="p">', "has no label"),
    ("<label> </label>Phone <select></select>", "<select> has no label"),
    ('<label for="gone">Phone</label>', "for names 'gone', which is not there"),
    ('<p aria-describedby="gone">a</p>', "aria-describedby names 'gone'"),
    ("<button></button>after", "<button> has no text"),
    ('<a href="/"><img src="/x.png" alt=""></a>', '<a href="/"> has no text'),
    ('<img src="/x.png">', '<img src="/x.png"> has no alt'),
    ('<iframe src="/x"></iframe>', "has no title"),
    ('<form method="post" action="/nowhere"></form>', "form POST /nowhere leads nowhere"),
    ('<form method="post" action="/"></form>', "form POST / leads nowhere"),
    ('<form method="post" action="/save"></form>', "form POST /save carries no csrf_token"),
    ('<form method="post" action="/save"><input type="hidden" name="csrf_token"></form>', "no csrf_token"),
    ('<form><input type="hidden" name="csrf_token" value="t"></form>', "csrf_token into the address"),
    ('<button formaction="/nowhere">a</button>', "leads nowhere"),
    ('<a href="/" target="_blank">a</a>', "opens a new window"),
    ('<a href="#gone">a</a>', "link to #gone, which is not there"),
    ('<a href="/nowhere">a</a>', "link to /nowhere leads nowhere"),
    ('<a href="http://localhost/nowhere">a</a>', "link to http://localhost/nowhere leads nowhere"),
    ('<img src="https://cdn.example.org/x.png" alt="">', "asks another site"),
    ('<script src="//cdn.example.org/x.js"></script>', "asks another site"),
    ("<style>p {}</style>", "has inline style"),
    ('<p style="color: red">a</p>', "<p> has inline style"),
    ("<script>alert(1)</script>", "inline script"),
    ('<p onclick="alert(1)">a</p>', "inline handler: onclick"),
    ('<a href=" javascript:alert(1)">a</a>', "runs a script from href"),
]


def client_for(html: str, policy: str = POLICY, status: int = 200) -> PageCheckingClient:
    app = Flask(__name__)
    app.test_client_class = PageCheckingClient
    headers = {"Content-Security-Policy": policy} if policy else {}
    app.add_url_rule("/", "page", lambda: Response(html, status, headers, mimetype="text/html"))
    app.add_url_rule("/save", "save", lambda: "", methods=["POST"])
    app.add_url_rule("/save/", "saved", lambda: redirect("/"))
    app.add_url_rule("/data", "data", lambda: Response("<p>", mimetype="text/plain"))
    client = app.test_client()
    assert isinstance(client, PageCheckingClient)
    return client


def page(body: str) -> str:
    return PAGE.replace("{body}", body)


def test_a_clean_page_passes() -> None:
    assert client_for(page(CLEAN)).get("/").status_code == 200


@pytest.mark.parametrize(("body", "problem"), BROKEN)
def test_a_broken_rule_is_named(body: str, problem: str) -> None:
    with pytest.raises(AssertionError) as caught:
        client_for(page(body)).get("/")
    assert problem in str(caught.value)


@pytest.mark.parametrize(
    ("kept", "broken", "problem"),
    [
        ("<title>Sample</title>", "<title> </title>", "needs one <title>"),
        ("<title>Sample</title>", "", "needs one <title>"),
        (' lang="en"', "", "<html> names no language"),
        ("<h1>Sample</h1>", "", "has 0 <h1>"),
        ("<!doctype html>", "", "not valid HTML"),
        ("main>", "div>", "has 0 <main>"),
    ],
)
def test_a_document_without_its_frame_is_named(kept: str, broken: str, problem: str) -> None:
    with pytest.raises(AssertionError) as caught:
        client_for(page("").replace(kept, broken)).get("/")
    assert problem in str(caught.value)


@pytest.mark.parametrize("policy", ["", "script-src 'self' 'unsafe-inline'"])
def test_a_missing_or_hollow_security_policy_is_named(policy: str) -> None:
    with pytest.raises(AssertionError, match=r"(?i)content.security.policy"):
        client_for(page(""), policy).get("/")


def test_error_pages_are_checked_and_redirects_and_other_types_are_not() -> None:
    with pytest.raises(AssertionError, match="has 0 <h1>"):
        client_for(page("").replace("h1", "p"), status=404).get("/")
    client = client_for(page(""))
    assert client.get("/save/").status_code == 302
    assert client.get("/data").text == "<p>"


def test_one_client_can_be_excused() -> None:
    client = client_for("<p>")
    client.checks_pages = False
    assert client.get("/").status_code == 200
