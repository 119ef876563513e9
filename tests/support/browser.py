"""A real browser for tests, as a first-time visitor has it: phone or desktop, scripts on or off.

    def test_sign_in(browser_at: OpenBrowser, address: str) -> None:
        page = browser_at("phone", scripts=False).new_page()

Pages may ask nothing of any other machine: such a request is refused and fails the test, as does an
error in a script or anything the content security policy had to stop.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Literal, Protocol
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    FloatRect,
    Page,
    Route,
    WebSocketRoute,
    sync_playwright,
)

from tests.browser.provision import MISSING, find_browser
from tests.support.network import is_local
from tests.support.server import ROOT

FLAGS = [
    "--no-sandbox",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    # Even a hint such as <link rel="dns-prefetch"> finds nobody out there.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1",
]
SCREENSHOTS = ROOT / "build" / "screenshots"
#: Height of a picture in pixels; drawing all of a very long page takes the machine half a minute.
TALLEST = 5000
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]

Device = Literal["phone", "desktop"]


class OpenBrowser(Protocol):
    """What the fixture `browser_at` gives: each call is another visitor."""

    def __call__(self, device: Device = "desktop", *, scripts: bool = True, dark: bool = False) -> BrowserContext: ...


class Watch:
    """What must not happen in any page of a test."""

    def __init__(self) -> None:
        self.faults: list[str] = []

    def over(self, context: BrowserContext) -> None:
        context.route(lambda url: not stays_local(url), self._refuse)
        context.route_web_socket(lambda url: not stays_local(url), self._refuse_socket)
        context.on("weberror", lambda error: self._fault("script error", str(error.error)))
        context.on("console", self._read_console)

    def take(self) -> list[str]:
        """The faults since the last call, so that a test of the watch can account for its own."""
        faults = self.faults[:]
        self.faults.clear()
        return faults

    def _refuse(self, route: Route) -> None:
        self._fault("asked", route.request.url)
        route.abort()

    def _refuse_socket(self, socket: WebSocketRoute) -> None:
        self._fault("asked", socket.url)
        socket.close()

    def _read_console(self, message: ConsoleMessage) -> None:
        if message.type == "error" and "Content Security Policy" in message.text:
            self._fault("content security policy", message.text)

    def _fault(self, kind: str, what: str) -> None:
        self.faults.append(f"{kind}: {what}")


def stays_local(url: str) -> bool:
    """Whether a request for this address stays on this machine (data: and blob: ask nobody)."""
    parts = urlsplit(url)
    return parts.scheme not in ("http", "https", "ws", "wss") or is_local(parts.hostname)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One browser a worker; what a test sees of it are contexts, each with a fresh profile."""
    path = find_browser()
    if path is None:
        pytest.fail(MISSING)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def watch() -> Iterator[Watch]:
    watch = Watch()
    yield watch
    if faults := watch.take():
        pytest.fail("in the browser:\n  " + "\n  ".join(faults))


@pytest.fixture
def browser_at(browser: Browser, watch: Watch) -> Iterator[OpenBrowser]:
    """Opens as many separate visitors as a test needs."""
    contexts: list[BrowserContext] = []

    def open_browser(device: Device = "desktop", *, scripts: bool = True, dark: bool = False) -> BrowserContext:
        phone = device == "phone"
        context = browser.new_context(
            viewport={"width": 360, "height": 740} if phone else {"width": 1280, "height": 900},
            has_touch=phone,
            is_mobile=phone,
            java_script_enabled=scripts,
            color_scheme="dark" if dark else "light",
            reduced_motion="reduce",
            locale="en-US",
            service_workers="block",
        )
        context.set_default_timeout(15_000)
        watch.over(context)
        contexts.append(context)
        return context

    yield open_browser
    for context in contexts:
        context.close()


@pytest.fixture
def page(browser_at: OpenBrowser) -> Page:
    """A desktop visitor's page, with scripts."""
    return browser_at().new_page()


def assert_accessible(page: Page, *, only_colours: bool = False) -> None:
    """No violation of WCAG 2.2 A and AA, nor of axe's good practice; the message names each and where it is.

    `only_colours` is for a second look in the other colour scheme, where nothing else can have changed.

    The page's scripts must be on: axe runs in the page (its content security policy does not stop the test).
    """
    rules = {"type": "rule", "values": ["color-contrast"]} if only_colours else {"type": "tag", "values": WCAG}
    options = {"runOnly": rules, "resultTypes": ["violations"]}
    page.wait_for_load_state("load")  # without its styles a page is another one, with targets as small as its text
    violations = Axe().run(page, options=options).response["violations"]
    lines = [f"{page.url} has {len(violations)} accessibility violations:"]
    for violation in violations:
        lines.append(f"{violation['id']} ({violation['impact']}): {violation['help']}")
        lines += [f"    {node['target']}\n      {node['html']}" for node in violation["nodes"]]
    assert not violations, "\n".join(lines)


def assert_no_sideways_scroll(page: Page) -> None:
    """The page fits its window's width (WCAG 1.4.10); wide tables scroll inside a box of their own."""
    page.wait_for_load_state("load")
    width = page.evaluate("document.documentElement.scrollWidth")
    # Not window.innerWidth: on a phone the browser zooms out to show a page that is too wide, and that grows.
    window = page.viewport_size["width"] if page.viewport_size else width
    assert width <= window, f"{page.url} is {width} px wide in a window of {window} px"


def screenshot(page: Page, name: str) -> Path:
    """The page as build/screenshots/<name>.png; of a very long one, as much as a person looks at."""
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    path = SCREENSHOTS / f"{re.sub(r'[^a-z0-9]+', '-', name.lower()).strip('-')}.png"
    width, height = page.evaluate("[document.documentElement.clientWidth, document.documentElement.scrollHeight]")
    clip: FloatRect = {"x": 0, "y": 0, "width": width, "height": min(height, TALLEST)}
    page.screenshot(path=path, full_page=True, clip=clip)
    return path
