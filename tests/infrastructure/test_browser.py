"""The browser of the tests: fresh for each visitor, watched, and unable to leave this machine."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask, Response, request
from playwright.sync_api import Page

from tests.support import browser as support
from tests.support.browser import OpenBrowser, Watch, assert_accessible, assert_no_sideways_scroll, screenshot
from tests.support.server import serving

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

OUTSIDE = "http://192.0.2.1"  # RFC 5737: an address for documentation, routed nowhere
PAGE = """<!doctype html><html lang="en"><head><title>Sample</title>
<meta name="viewport" content="width=device-width"></head>
<body><main><h1>Sample</h1>{}</main></body></html>"""
PAGES = {
    "clean": "<p>Nothing wrong here.</p>",
    "scripted": '<p id="p">before</p><script>document.getElementById("p").textContent = "after"</script>',
    "asking": f'<img src="{OUTSIDE}/x.png" alt="">',
    "calling": f'<script>new WebSocket("ws{OUTSIDE[4:]}/live")</script>',
    "failing": '<script>throw new Error("broken")</script>',
    "stopped": '<script src="/clean"></script>',
    "wide": "<pre>" + "0123456789" * 100 + "</pre>",
    "unlabelled": '<input name="phone"><img src="data:image/gif;base64,R0lGODlhAQABAAAAACwAAAAAAQABAAA=">',
}


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    app = Flask(__name__)

    def page(name: str) -> Response:
        response = Response(PAGE.format(PAGES[name]), mimetype="text/html")
        response.set_cookie("seen", name)
        if name == "stopped":
            response.headers["Content-Security-Policy"] = "script-src 'none'"
        return response

    app.add_url_rule("/<name>", view_func=page)
    app.add_url_rule("/cookies", "cookies", lambda: Response(str(len(request.cookies)), mimetype="text/plain"))
    app.add_url_rule("/favicon.ico", "icon", lambda: ("", 204))
    with serving(app) as url:
        yield url


def test_scripts_are_on_unless_turned_off(browser_at: OpenBrowser, address: str) -> None:
    for scripts, text in ((True, "after"), (False, "before")):
        page = browser_at(scripts=scripts).new_page()
        page.goto(f"{address}/scripted")
        assert page.inner_text("#p") == text


def test_each_visitor_is_a_stranger_to_the_others(browser_at: OpenBrowser, address: str) -> None:
    first, second = browser_at(), browser_at("phone")
    first.new_page().goto(f"{address}/clean")
    pages = [visitor.new_page() for visitor in (first, second)]
    for page in pages:
        page.goto(f"{address}/cookies")
    assert [page.inner_text("body") for page in pages] == ["1", "0"]


def test_a_phone_is_narrow(browser_at: OpenBrowser, address: str) -> None:
    page = browser_at("phone").new_page()
    page.goto(f"{address}/clean")
    assert page.evaluate("[window.innerWidth, matchMedia('(pointer: coarse)').matches]") == [360, True]
    assert_no_sideways_scroll(page)
    page.goto(f"{address}/wide")
    with pytest.raises(AssertionError, match="in a window of 360 px"):
        assert_no_sideways_scroll(page)


@pytest.mark.parametrize(
    ("name", "fault"),
    [
        ("asking", f"asked: {OUTSIDE}/x.png"),
        ("calling", "asked: ws://192.0.2.1/live"),
        ("failing", "script error: broken"),
        ("stopped", "content security policy: "),
    ],
)
def test_what_must_not_happen_is_seen(page: Page, watch: Watch, address: str, name: str, fault: str) -> None:
    page.goto(f"{address}/{name}")
    page.wait_for_timeout(100)
    faults = watch.take()
    assert faults, "the watch saw nothing"
    assert any(fault in seen for seen in faults)


def test_leaving_for_another_site_is_refused(page: Page, watch: Watch) -> None:
    with pytest.raises(Exception, match="ERR_FAILED"):
        page.goto(f"{OUTSIDE}/")
    assert watch.take() == [f"asked: {OUTSIDE}/"]


def test_accessibility_violations_are_named(page: Page, address: str) -> None:
    page.goto(f"{address}/clean")
    assert_accessible(page)
    page.goto(f"{address}/unlabelled")
    with pytest.raises(AssertionError) as caught:
        assert_accessible(page)
    assert "label (critical)" in str(caught.value)
    assert "image-alt (critical)" in str(caught.value)
    assert '<input name="phone">' in str(caught.value)


def test_a_screenshot_is_a_picture(page: Page, address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(support, "SCREENSHOTS", tmp_path / "pictures")
    page.goto(f"{address}/clean")
    picture = screenshot(page, "A clean page / desktop")
    assert picture == tmp_path / "pictures" / "a-clean-page-desktop.png"
    assert picture.read_bytes().startswith(b"\x89PNG")
