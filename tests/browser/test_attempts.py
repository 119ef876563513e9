"""An attempt in a browser: questions to look at again, one at a time, and the clock."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import update

from lms.assessment.models import Attempt
from lms.core.clock import now
from lms.core.unit_of_work import unit_of_work
from tests.assessment.conftest import MODULE, with_quiz
from tests.browser.site import Site, give, running_site
from tests.support import journey
from tests.support.browser import OpenBrowser

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("attempts")]


@pytest.fixture(scope="module")
def timed(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A site whose quiz takes thirty minutes at most, and opens one question at a time."""
    with running_site(sqlite_template, tmp_path_factory.mktemp("timed")) as site:
        changed = with_quiz(journey.course(site.app), time_limit_minutes=30, navigation="one-at-a-time")
        journey.publish(site.app, changed)
        yield site


def opened(site: Site, browser_at: OpenBrowser, name: str, *, scripts: bool = True, clock: bool = False) -> Page:
    """The page of an attempt that the person has just started."""
    site.people.make(name, enrolled=True)
    attempt = journey.start_quiz(site.people.client(name), MODULE)
    context = browser_at("phone", scripts=scripts)
    site.sign_in(context, name)
    page = context.new_page()
    if clock:
        page.clock.install()
    page.goto(f"{site.url}{journey.quiz_address(MODULE)}/{attempt}")
    return page


def attempt_of(page: Page) -> str:
    return page.url.partition("?")[0].rpartition("/")[2]


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_question_by_question_to_the_end(timed: Site, browser_at: OpenBrowser, scripts: bool) -> None:
    """Each button saves; a marked question is named before submitting; the marks survive leaving."""
    page = opened(timed, browser_at, f"walker-{scripts}", scripts=scripts)
    attempt = attempt_of(page)
    items, seed = journey.drawn(timed.app, attempt), journey.seed_of(timed.app, attempt)
    for number, item in enumerate(items, start=1):
        expect(page.get_by_role("heading", name=f"Question {number} of {len(items)}")).to_be_visible()
        give(page, item, f"item-{item.key}", journey.right(item, seed))
        if number == 2:
            page.get_by_role("button", name="Review later").click()
            expect(page.get_by_role("button", name="Review later")).to_have_attribute("aria-pressed", "true")
            expect(page.get_by_role("link", name=re.compile("Question 2 ?, to review ?, answered"))).to_be_visible()
        page.get_by_role("button", name="Next question" if number < len(items) else "Go to the end").click()
    expect(page.get_by_role("heading", name="Before you submit")).to_be_visible()
    expect(page.get_by_text(f"{len(items)} of {len(items)} answered")).to_be_visible()
    page.get_by_role("main").get_by_role("link", name="question 2", exact=True).click()
    expect(page.get_by_role("button", name="Review later")).to_have_attribute("aria-pressed", "true")
    page.get_by_role("link", name="Show all questions").click()
    page.get_by_role("button", name="Submit answers").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Passed")


def test_the_time_is_called_at_thresholds_only(timed: Site, browser_at: OpenBrowser) -> None:
    page = opened(timed, browser_at, "listener", clock=True)
    call = page.locator("[data-time-call]")
    expect(call).to_have_attribute("role", "status")
    said = []
    for _minute in range(29):
        page.clock.run_for(60_000)
        if (text := call.text_content()) and text not in said:
            said.append(text)
    assert said == ["10 minutes left", "5 minutes left", "1 minute left"]
    expect(page.locator("[data-left]")).to_have_text("1 minute left")


def test_when_the_time_is_over_the_answers_are_submitted(timed: Site, browser_at: OpenBrowser) -> None:
    page = opened(timed, browser_at, "latecomer")
    attempt = attempt_of(page)
    with timed.app.app_context(), unit_of_work() as session:
        session.execute(
            update(Attempt).where(Attempt.public_id == attempt).values(deadline=now() + timedelta(seconds=4))
        )
    page.reload()
    item = journey.drawn(timed.app, attempt)[0]
    give(page, item, f"item-{item.key}", journey.right(item, journey.seed_of(timed.app, attempt)))
    page.wait_for_url("**/result")
    expect(page.get_by_text("The time was over")).to_be_visible()
    expect(page.get_by_text("1 of ", exact=False).first).to_be_visible()
