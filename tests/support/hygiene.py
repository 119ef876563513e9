"""What every page owes its reader, checked on each HTML response a test client gets.

    app.test_client_class = PageCheckingClient

A page that breaks a rule fails the test that merely visited it.
"""

from __future__ import annotations

import io
import re
from collections import Counter
from collections.abc import Iterator
from typing import Any
from urllib.parse import urljoin, urlsplit
from xml.etree.ElementTree import Element

import html5lib
from flask.testing import FlaskClient
from werkzeug.exceptions import HTTPException
from werkzeug.routing import MapAdapter, RequestRedirect
from werkzeug.test import TestResponse

HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
UNLABELLED_INPUTS = ("hidden", "submit", "button", "reset", "image")
DATA_SCRIPTS = ("application/json", "application/ld+json")
REFERENCES = (
    "aria-controls",
    "aria-describedby",
    "aria-errormessage",
    "aria-labelledby",
    "aria-owns",
    "for",
    "headers",
)


class PageCheckingClient(FlaskClient):
    """Flask's test client that fails on an unclean page (`checks_pages = False` turns that off for one)."""

    checks_pages = True

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        # A context of its own: Flask would else use one that the test holds open, and with it whoever signed in there.
        with self.application.app_context():
            response = super().open(*args, **kwargs)
        if self.checks_pages:
            assert_clean(response, self.application.url_map.bind(response.request.host))
        return response


def assert_clean(response: TestResponse, routes: MapAdapter) -> None:
    """AssertionError naming every broken rule, for HTML that a person would be shown (redirects are not)."""
    bodiless = response.status_code == 204 or response.request.method == "HEAD"
    if response.mimetype != "text/html" or 300 <= response.status_code < 400 or bodiless:
        return
    policy = response.headers.get("Content-Security-Policy", "")
    found = [*policy_problems(policy), *Page(response.text, response.request.path, routes).problems()]
    assert not found, f"{response.request.method} {response.request.path}:\n  " + "\n  ".join(found)


def policy_problems(policy: str) -> Iterator[str]:
    if not policy:
        yield "no Content-Security-Policy header"
    elif "unsafe-" in policy:
        yield f"the content security policy allows what it should forbid: {policy}"


class Page:
    """One HTML document as a browser takes it, with the routes its links and forms may lead to."""

    def __init__(self, html: str, path: str, routes: MapAdapter) -> None:
        self.path = path
        self.routes = routes
        parser = html5lib.HTMLParser(html5lib.getTreeBuilder("etree"), namespaceHTMLElements=False)
        self.root: Element = parser.parse(io.StringIO(html))
        self.parse_errors: list[tuple[tuple[int, int], str, dict[str, Any]]] = parser.errors
        self.elements = [element for element in self.root.iter() if isinstance(element.tag, str)]
        self.ids = Counter(element.attrib["id"] for element in self.elements if "id" in element.attrib)

    def problems(self) -> list[str]:
        """Every broken rule in words, in the order of the rules below."""
        return [
            *self.markup(),
            *self.document(),
            *self.headings(),
            *self.identifiers(),
            *self.labels(),
            *self.names(),
            *self.forms(),
            *self.links(),
            *self.inline_code(),
        ]

    def markup(self) -> Iterator[str]:
        for (line, column), code, detail in self.parse_errors:
            yield f"not valid HTML at {line}:{column}: {code} {detail.get('name', '')}".rstrip()

    def document(self) -> Iterator[str]:
        titles = self.root.findall("head/title")
        if len(titles) != 1 or not text_of(titles[0]):
            yield "needs one <title> that says something"
        if not self.root.get("lang"):
            yield "<html> names no language"
        if len(self.all("main")) != 1:
            yield f"has {len(self.all('main'))} <main>, not one"

    def headings(self) -> Iterator[str]:
        headings = self.all(*HEADINGS)
        first = [heading for heading in headings if heading.tag == "h1"]
        if len(first) != 1:
            yield f"has {len(first)} <h1>, not one"
        before = 0
        for heading in headings:
            level = int(str(heading.tag)[1])
            if before and level > before + 1:
                yield f"heading goes from h{before} to h{level}: {text_of(heading)!r}"
            if not text_of(heading):
                yield f"empty {heading.tag}"
            before = level

    def identifiers(self) -> Iterator[str]:
        for identity, count in self.ids.items():
            if count > 1:
                yield f"id {identity!r} is used {count} times"
            if not identity or re.search(r"\s", identity):
                yield f"id {identity!r} is empty or has a space"
        for element in self.elements:
            for name in REFERENCES:
                for target in element.get(name, "").split():
                    if target not in self.ids:
                        yield f"{describe(element)}: {name} names {target!r}, which is not there"

    def labels(self) -> Iterator[str]:
        """Controls that a screen reader could not name."""
        labels = [label for label in self.all("label") if text_of(label)]
        named = {label.get("for") for label in labels}
        inside = {part for label in labels for part in label.iter()}
        for control in self.all("input", "select", "textarea"):
            if control.tag == "input" and control.get("type", "text") in UNLABELLED_INPUTS:
                continue
            if not (control.get("id") in named or control in inside or has_aria_name(control)):
                yield f"{describe(control)} has no label"

    def names(self) -> Iterator[str]:
        """Buttons, links, frames and images that a screen reader could not name."""
        for element in self.all("button", "a", "summary"):
            if element.tag == "a" and element.get("href") is None:
                continue
            if not (text_of(element) or has_aria_name(element)):
                yield f"{describe(element)} has no text"
        for frame in self.all("iframe"):
            if not frame.get("title"):
                yield f"{describe(frame)} has no title"
        for image in self.all("img"):
            if image.get("alt") is None:
                yield f"{describe(image)} has no alt"

    def forms(self) -> Iterator[str]:
        for form in self.all("form"):
            method = form.get("method", "get").upper()
            action = form.get("action") or self.path
            if not self.resolves(action, method):
                yield f"form {method} {action} leads nowhere"
            tokens = [field for field in form.iter("input") if field.get("name") == "csrf_token"]
            if method == "POST" and not any(token.get("value") for token in tokens):
                yield f"form {method} {action} carries no csrf_token"
            if method == "GET" and tokens:
                yield f"form {method} {action} would put its csrf_token into the address"
        for button in self.all("button", "input"):
            target = button.get("formaction")
            if target is not None and not self.resolves(target, button.get("formmethod", "post").upper()):
                yield f"{describe(button)} leads nowhere"

    def links(self) -> Iterator[str]:
        for link in self.all("a", "area"):
            href = link.get("href") or ""
            if link.get("target") == "_blank":
                yield f"{describe(link)} opens a new window"
            if href.startswith("#"):
                if len(href) > 1 and href[1:] not in self.ids:
                    yield f"link to {href}, which is not there"
            elif not self.resolves(href, "GET"):
                yield f"link to {href} leads nowhere"
        for element in self.all("script", "link", "img", "source", "iframe", "video", "audio"):
            for name in ("src", "srcset", "href"):
                if self.is_elsewhere(element.get(name) or "") and element.get("rel") != "canonical":
                    yield f"{describe(element)} asks another site"

    def inline_code(self) -> Iterator[str]:
        for element in self.elements:
            if element.tag == "style" or element.get("style") is not None:
                yield f"{describe(element)} has inline style"
            if element.tag == "script" and not (element.get("src") or element.get("type") in DATA_SCRIPTS):
                yield "inline script"
            for name, value in element.attrib.items():
                if name.startswith("on"):
                    yield f"{describe(element)} has an inline handler: {name}"
                if value.strip().lower().startswith("javascript:"):
                    yield f"{describe(element)} runs a script from {name}"

    def all(self, *tags: str) -> list[Element]:
        return [element for element in self.elements if element.tag in tags]

    def is_elsewhere(self, address: str) -> bool:
        host = urlsplit(address.strip()).netloc
        return bool(host) and host != self.routes.server_name

    def resolves(self, address: str, method: str) -> bool:
        """Whether a route takes this method at this address; other sites are not ours to answer for."""
        parts = urlsplit(urljoin(self.path, address))
        if self.is_elsewhere(address) or parts.scheme not in ("", "http", "https"):
            return True
        try:
            self.routes.match(parts.path, method=method)
        except RequestRedirect:
            return True
        except HTTPException:
            return False
        return True


def text_of(element: Element) -> str:
    """What is read out: the text, and in place of an image its alternative."""
    words = [*element.itertext()]
    words += [part.get("alt") or part.get("aria-label") or "" for part in element.iter()]
    return " ".join(" ".join(words).split())


def has_aria_name(element: Element) -> bool:
    return bool(element.get("aria-label") or element.get("aria-labelledby") or element.get("title"))


def describe(element: Element) -> str:
    """An element as its opening tag, with what tells it from the others."""
    telling = ("type", "name", "id", "href", "src")
    marks = [f'{name}="{value}"' for name in telling if (value := element.get(name))]
    return f"<{' '.join([str(element.tag), *marks])}>"
