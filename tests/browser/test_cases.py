"""A case in a browser: from the lesson to the debrief, with and without scripts, and by keyboard alone."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from lms.assessment.cases.domain import FIELD
from lms.content.cases.values import Case
from tests.browser.site import Site
from tests.support import cases, journey
from tests.support.browser import OpenBrowser

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("cases")]


@pytest.fixture(scope="module")
def case(site: Site) -> Case:
    return cases.publish_case(site.app)


def give(page: Page, case: Case, scene: str) -> None:
    """Fill in the best decision of a scene."""
    for name, values in cases.fields(case.scene(scene)).items():
        for value in [values] if isinstance(values, str) else values:
            control = page.locator(f'select[name="{name}"]')
            if control.count():
                control.select_option(value)
            else:
                page.locator(f'input[name="{name}"][value="{value}"]').check()


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_from_the_lesson_to_the_debrief(site: Site, case: Case, browser_at: OpenBrowser, scripts: bool) -> None:
    name = f"walker-{scripts}"
    site.people.make(name, enrolled=True)
    context = browser_at("phone", scripts=scripts)
    site.sign_in(context, name)
    page = context.new_page()
    lesson = journey.course(site.app).lesson_with_case(case.key)
    assert lesson is not None
    page.goto(f"{site.url}/training/mtm/{lesson.module_key}/{lesson.key}")
    page.get_by_role("link", name="Open the case").click()
    page.get_by_role("button", name="Start the case").click()
    page.get_by_role("button", name="Decide").click()
    expect(page.get_by_role("alert")).to_contain_text("Choose one of the options.")
    give(page, case, "door")
    page.get_by_role("button", name="Decide").click()
    page.get_by_role("button", name="Back to “At the door”").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("At the door")
    give(page, case, "door")
    page.get_by_role("button", name="Decide").click()
    give(page, case, "talk")
    page.get_by_role("button", name="Ask").click()
    expect(page.get_by_text("Strong, with milk")).to_be_visible()
    for scene, press in (("needs", "Decide"), ("order", "Decide"), ("note", "Write the note")):
        give(page, case, scene)
        page.get_by_role("button", name=press).click()
    expect(page.get_by_text("She thanks you")).to_be_visible()
    page.get_by_role("button", name="Finish and see the debrief").click()
    expect(page.get_by_text("of the 14 points that the best way earns")).to_be_visible()
    page.get_by_role("link", name="Back to the lesson").click()
    expect(page.get_by_text("Finished: 14 of 14 points")).to_be_visible()


def test_a_case_is_decided_by_keyboard_alone(site: Site, case: Case, browser_at: OpenBrowser) -> None:
    site.people.make("typist", enrolled=True)
    run = cases.start(site.people.client("typist"))
    context = browser_at("desktop")
    site.sign_in(context, "typist")
    page = context.new_page()
    page.goto(site.url + run)
    reach(page, f'input[name="{FIELD}"]')
    page.keyboard.press("Space")
    chosen = page.locator(f'input[name="{FIELD}"]:checked')
    expect(chosen).to_have_count(1)
    reach(page, "button.btn")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).not_to_have_text("At the door")


def reach(page: Page, selector: str) -> None:
    """Press Tab until the focus is on something in the main part of the page that the selector describes."""
    for _press in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("selector => document.activeElement.matches('main ' + selector)", selector):
            return
    pytest.fail(f"no Tab leads to {selector}")
