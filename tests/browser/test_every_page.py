"""Every page as people see it: on a phone and at a desk, in light and dark, on paper.

The list is checked against the routes: a page that is added without a sample here fails. What is looked at by
machine (axe, width, console, requests) is kept as a picture in build/screenshots/ to be looked at by people.
"""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import pytest
from flask import url_for
from playwright.sync_api import BrowserContext, ConsoleMessage, Page, Response

from tests.browser.furnished import Names, furnish
from tests.browser.site import PASSWORD, Site
from tests.support.browser import OpenBrowser, assert_accessible, assert_no_sideways_scroll, screenshot

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("every page")]


@dataclass(frozen=True)
class Open:
    """A page as one person opens it. `state` tells it from other openings, `values` name other things of theirs."""

    who: str = "visitor"
    state: str = ""
    values: dict[str, str] = field(default_factory=dict)
    query: str = ""
    press: str = ""
    """A button to press once the page is open: the page that follows is the one looked at."""
    status: int = 200


VISITOR = (Open(),)
LEARNER = (Open("learner"),)
PAGES: dict[str, tuple[Open, ...]] = {
    "public.home": VISITOR,
    "public.mtm": VISITOR,
    "public.cdtm": VISITOR,
    "public.resources": VISITOR,
    "public.resource": (
        Open(),
        Open(state="star measure", values={"aid": "star-measure"}),
        Open(state="planner", values={"aid": "program-planner"}),
    ),
    "public.privacy": VISITOR,
    "public.accessibility": VISITOR,
    "public.terms": VISITOR,
    "assistance.contact": (Open(), Open(state="with errors", press="Send", status=422)),
    "assistance.inbox": (Open("admin"),),
    "calculators.calculators": VISITOR,
    "calculators.calculator": (
        Open(),
        Open("learner", "with a scenario", query="?do=add-activities&activities=1&spread=yes"),
        Open("learner", "with errors", query="?fee=x&activities=1&activities.0.rework=2", status=422),
        Open(state="stars", values={"name": "cmr-stars"}),
        Open(state="revenue", values={"name": "mtm-revenue"}),
        Open(state="ccm", values={"name": "ccm-comparison"}),
    ),
    "calculators.compare": (Open(query="?encounters=300"),),
    "calculators.scenarios": (Open("learner"), Open("graduate", "none yet")),
    "catalog.course": (Open(), Open("learner", "enrolled")),
    "catalog.sources": VISITOR,
    "catalog.glossary": VISITOR,
    "catalog.changes": VISITOR,
    "checkout.order": (
        Open("newcomer"),
        Open("newcomer", "with an error", press="Apply code", status=422),
    ),
    "learning.dashboard": (
        Open("newcomer", "not enrolled"),
        Open("learner", "half way"),
        Open("graduate", "complete"),
        Open("former", "reviews offered"),
        Open("guarded", "at the start"),
    ),
    "learning.objectives": (Open("learner"), Open("graduate", "complete"), Open("guarded", "nothing yet")),
    "learning.lesson": (
        Open("learner"),
        Open("learner", "with a case", {"lesson": "case_lesson"}),
        Open("graduate", "complete"),
    ),
    "learning.evaluation": (Open("learner", "not open yet"), Open("graduate", "answered")),
    "learning.evaluation_report": (Open("instructor"),),
    "assessment.quiz": (Open("learner"), Open("graduate", "passed")),
    "assessment.attempt": (
        Open("learner", values={"attempt": "open"}),
        Open("learner", "with errors", {"attempt": "open"}, press="Submit answers", status=422),
        Open("learner", "one question", {"attempt": "open"}, query="?question=2"),
        Open("learner", "before submitting", {"attempt": "open"}, query="?question=review"),
    ),
    "assessment.allowances": (Open("admin"), Open("admin", "with errors", press="Allow extra time", status=422)),
    "assessment.pre_assessment": (
        Open("guarded"),
        Open("guarded", "with an error", press="Save answers", status=422),
        Open("learner", "begun"),
        Open("graduate", "answered"),
    ),
    "assessment.confidence": (
        Open("finisher"),
        Open("finisher", "with an error", press="Save and see the change", status=422),
        Open("learner", "not open yet"),
        Open("graduate", "answered"),
    ),
    "assessment.change": (
        Open("graduate"),
        Open("finisher", "without the first questions"),
        Open("learner", "not open yet"),
    ),
    "assessment.result": (
        Open("learner", "failed", {"attempt": "failed"}),
        Open("graduate", "passed"),
        Open("corrected", "regraded"),
    ),
    "assessment.cohort": (Open("admin"),),
    "assessment.regrades": (Open("admin"),),
    "assessment.regrade": (
        Open("admin"),
        Open("admin", "with errors", press="Regrade 1 result", status=422),
        Open("admin", "may fall", query="?lowering=yes"),
    ),
    "assessment.teaching": (Open("instructor"),),
    "assessment.items": (Open("instructor"), Open("instructor", "none yet", query="?module=3-the-how&attempts=all")),
    "assessment.item": (
        Open("instructor"),
        Open("instructor", "fields", {"item": "cloze"}),
        Open("instructor", "too few", {"item": "cmr-tmr-features-multi-01"}, query="?attempts=last"),
    ),
    "assessment.case": (Open("learner"), Open("graduate", "not started")),
    "assessment.scene": (
        Open("learner", values={"run": "door"}),
        Open("learner", "interview", {"run": "talk"}),
        Open("learner", "selection", {"run": "needs"}),
        Open("learner", "ranking", {"run": "order"}),
        Open("learner", "ranking with errors", {"run": "order"}, press="Decide", status=422),
        Open("learner", "note", {"run": "note"}),
        Open("learner", "note with errors", {"run": "note"}, press="Write the note", status=422),
        Open("learner", "end", {"run": "served"}),
    ),
    "assessment.debrief": (
        Open("learner", values={"run": "finished"}),
        Open("learner", "cut short", {"run": "cut short"}),
    ),
    "certificates.show": (Open("graduate"),),
    "reviews.review": (
        Open("graduate"),
        Open("graduate", "with errors", press="Submit answers", status=422),
        Open("graduate", "answered", {"review": "answered"}),
    ),
    "reviews.ask_to_stop": (Open(), Open(state="stopped", values={"stop": "stopped"})),
    "certificates.verify_form": VISITOR,
    "certificates.verify": (Open(), Open(state="unknown", values={"code": "no-such-code"}, status=404)),
    "accounts.account": (Open("newcomer", "not confirmed"), Open("guarded")),
    "accounts.profile": LEARNER,
    "accounts.delete": LEARNER,
    "accounts.ask_sign_out": LEARNER,
    "security.login": (Open(), Open(state="with errors", press="Sign in")),
    "security.register": (Open(), Open(state="with errors", press="Register and go on")),
    "security.forgot_password": VISITOR,
    "security.reset_password": VISITOR,
    "security.send_confirmation": VISITOR,
    "security.change_password": LEARNER,
    "security.change_email": LEARNER,
    "security.verify": LEARNER,
    "security.two_factor_setup": (
        Open("learner"),
        Open("learner", "scan", press="Set up an app"),
        Open("guarded", "on"),
    ),
    "security.two_factor_token_validation": (Open("guarded at the door"),),
    "security.mf_recovery": (Open("guarded at the door"),),
    "security.mf_recovery_codes": (Open("guarded"),),
    "security.wan_register": LEARNER,
    "security.wan_signin": VISITOR,
}

NOT_PAGES = {
    "web.static": "files of pages",
    "web.healthz": "for machines",
    "web.readyz": "for machines",
    "web.metrics": "for machines",
    "web.style_guide": "in development only, see test_style_guide.py",
    "calculators.as_brief": "a document; see tests/calculators/test_exports.py",
    "calculators.as_workbook": "a file",
    "calculators.as_table": "a file",
    "calculators.results": "a part of the calculator's page, for its script",
    "interop.description": "for machines",
    "interop.calculators": "for machines",
    "public.resource_pdf": "a document; see tests/public/test_job_aids.py",
    "public.robots": "for machines",
    "public.sitemap": "for machines",
    "public.security_txt": "plain text",
    "certificates.pdf": "a document; opened and read in test_newcomer.py",
    "accounts.download": "a file",
    "assessment.items_table": "a file",
    "learning.evaluation_table": "a file",
    "assessment.cohort_table": "a file",
    "assistance.received": "opened after a message was sent, see test_the_thanks_for_a_message",
    "checkout.start": "leads on to the course page",
    "security.confirm_email": "leads on to the account",
    "security.change_email_confirm": "leads on to the account",
    "security.two_factor_rescue": "leads on to the recovery codes",
    "security.tf_select": "there is one kind of second step, so nothing to choose",
    "security.wan_delete": "leads back to the passkeys",
    "security.wan_verify": "for people with a passkey, which is a device's to make",
}
ON_PAPER = {"learning.lesson", "public.resource", "certificates.show", "calculators.calculator"}


@pytest.fixture(scope="module")
def names(site: Site) -> dict[str, Names]:
    return furnish(site)


def test_every_page_is_listed(site: Site) -> None:
    """A new page needs a sample above (or a reason why it is none)."""
    opened = {rule.endpoint for rule in site.app.url_map.iter_rules() if "GET" in (rule.methods or ())}
    assert opened == PAGES.keys() | NOT_PAGES.keys()
    assert not PAGES.keys() & NOT_PAGES.keys()


class Seen:
    """What a page asked for and complained about while it was open."""

    def __init__(self, page: Page, origin: str) -> None:
        self.page = page
        self.origin = origin
        self.complaints: list[str] = []
        self.responses: list[Response] = []
        page.on("console", self._read)
        page.on("response", lambda answer: self.responses.append(answer))

    def _read(self, message: ConsoleMessage) -> None:
        # The browser reports the status of the page itself as an error, too: an error page is meant to have one.
        if message.type == "error" and message.location.get("url") != self.page.url:
            self.complaints.append(message.text)

    def assert_quiet(self) -> None:
        assert not self.complaints, f"{self.page.url}: {self.complaints}"
        failed = [answer.url for answer in self.responses[1:] if answer.status >= 400 and answer.url != self.page.url]
        assert not failed, f"{self.page.url} misses {failed}"
        foreign = [answer.url for answer in self.responses if not answer.url.startswith((self.origin + "/", "data:"))]
        assert not foreign, f"{self.page.url} asks {foreign}"


def enter(site: Site, context: BrowserContext, who: str) -> None:
    """Be that person in this browser."""
    if who == "visitor":
        return
    name, _, place = who.partition(" at the ")
    if place:  # the password is given, the code is not yet
        page = context.new_page()
        page.goto(f"{site.url}/sign-in")
        page.get_by_label("Email address").fill(f"{name}@example.org")
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Sign in", exact=True).click()
        page.wait_for_url(lambda url: urlsplit(url).path == "/sign-in/code")
        page.close()
    else:
        site.sign_in(context, name)


def address_of(site: Site, endpoint: str, opening: Open, names: Names) -> str:
    values: dict[str, Any] = {**names, **{key: names.get(value, value) for key, value in opening.values.items()}}
    rule = next(site.app.url_map.iter_rules(endpoint))
    with site.app.test_request_context():
        return site.url + url_for(endpoint, **{name: values[name] for name in rule.arguments}) + opening.query


def openings() -> Iterator[object]:
    for endpoint, ways in PAGES.items():
        for way in ways:
            name = " ".join(part for part in (endpoint.partition(".")[2], way.who, way.state) if part != "visitor")
            yield pytest.param(endpoint, way, name, id=name.replace(" ", "-"))


@pytest.mark.parametrize(("endpoint", "opening", "name"), [*openings()])
def test_page(
    endpoint: str, opening: Open, name: str, site: Site, names: dict[str, Names], browser_at: OpenBrowser
) -> None:
    """No accessibility fault in light and dark, no sideways scroll at 320 pixels, a quiet console, no other site."""
    address = address_of(site, endpoint, opening, names[opening.who.partition(" ")[0]])
    context = browser_at("phone")
    enter(site, context, opening.who)
    page = context.new_page()
    seen = Seen(page, site.url)
    status = arrive(page, address, opening.press)
    assert status == opening.status, f"{page.url} answered {status}"
    assert urlsplit(page.url).path == urlsplit(address).path or opening.press, f"led on to {page.url}"

    fit(page, 320)
    fit(page, 390)
    assert_accessible(page)
    screenshot(page, f"{name} phone")

    fit(page, 1280)
    if not opening.press:
        page.reload()  # some scripts look at the width once, when the page is opened
    screenshot(page, f"{name} desktop")
    page.emulate_media(color_scheme="dark")
    assert_accessible(page, only_colours=True)
    screenshot(page, f"{name} dark")
    if endpoint in ON_PAPER:
        page.emulate_media(media="print", color_scheme="light")
        screenshot(page, f"{name} print")
    seen.assert_quiet()


def arrive(page: Page, address: str, press: str) -> int:
    answer = page.goto(address)
    if press:
        folded = page.locator("details:not([open]):has(form) > summary", has_text="discount code")
        for summary in folded.all():
            summary.click()
        with page.expect_navigation() as navigation:
            page.get_by_role("button", name=press, exact=True).click()
        answer = navigation.value
    assert answer is not None
    return answer.status


def fit(page: Page, width: int) -> None:
    """Make the window that wide: the page must not be wider."""
    page.set_viewport_size({"width": width, "height": 740 if width < 600 else 900})
    assert_no_sideways_scroll(page)


def test_the_thanks_for_a_message(site: Site, browser_at: OpenBrowser) -> None:
    """The page after "Send" names the reference; it is there for the sender alone."""
    page = browser_at("phone").new_page()
    page.goto(f"{site.url}/assistance")
    page.get_by_label("Name").fill("Rowan Hebert")
    page.get_by_role("button", name="Send").click()
    page.get_by_role("heading", name="Your message is with us").wait_for()
    fit(page, 320)
    assert_accessible(page)
    screenshot(page, "received phone")


@pytest.mark.parametrize("endpoint", ["public.home", "catalog.course", "learning.lesson"])
def test_a_first_visit_is_light(endpoint: str, site: Site, names: dict[str, Names], browser_at: OpenBrowser) -> None:
    """With an empty cache: at most eight requests and 60 KB, counted compressed as a server in front sends them."""
    context = browser_at("phone")
    site.sign_in(context, "learner")
    page = context.new_page()
    seen = Seen(page, site.url)
    page.goto(address_of(site, endpoint, Open("learner"), names["learner"]), wait_until="networkidle")
    own = [answer for answer in seen.responses if answer.url.startswith(site.url) and answer.request.method == "GET"]
    size = sum(len(gzip.compress(answer.body(), 6)) for answer in own)
    assert len(own) <= 8, [answer.url for answer in own]
    assert size <= 60 * 1024, f"{page.url} weighs {size / 1024:.0f} KB"
