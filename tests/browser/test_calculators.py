"""A calculator under someone's fingers: results while typing, on a phone, with the keyboard, and without scripts."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.site import Site
from tests.support.browser import OpenBrowser

pytestmark = pytest.mark.browser
PAGE = "/calculators/delegation-savings"
HEADLINE = "[data-headline]"


def typed(page: Page, label: str, value: str) -> None:
    page.get_by_label(label, exact=True).fill(value)


def test_results_follow_while_someone_types(site: Site, browser_at: OpenBrowser) -> None:
    """No reload: the focus stays, the address follows, and the headline is said once to those who listen."""
    page = browser_at("phone").new_page()
    page.goto(site.url + PAGE)
    page.evaluate("window.untouched = true")
    typed(page, "Encounters a year", "300")
    expect(page.locator(HEADLINE)).to_have_text("$6,438.39")
    expect(page.locator("[data-headline-said]")).to_have_text("Net saving in year one: $6,438.39")
    expect(page).to_have_url(re.compile(r"\?.*encounters=300"))
    assert page.evaluate("window.untouched && document.activeElement.name") == "encounters"

    typed(page, "Encounters a year", "many")
    expect(page.locator("[data-results]")).to_contain_text("Enter a number.")
    assert page.evaluate("document.activeElement.name") == "encounters"
    expect(page).to_have_url(re.compile("encounters=300")), "an address always opens a result"

    typed(page, "Encounters a year", "200")
    expect(page.locator(HEADLINE)).to_have_text("$3,979.91")
    page.reload()
    expect(page.locator(HEADLINE)).to_have_text("$3,979.91")


def test_what_is_saved_is_what_was_typed(site: Site, browser_at: OpenBrowser) -> None:
    site.people.make("saver")
    context = browser_at()
    site.sign_in(context, "saver")
    page = context.new_page()
    page.goto(site.url + PAGE)
    typed(page, "Encounters a year", "300")
    expect(page.locator(HEADLINE)).to_have_text("$6,438.39")
    typed(page, "Name of this scenario", "As typed")
    page.get_by_role("button", name="Save scenario").click()
    expect(page.get_by_text("The scenario is saved.")).to_be_visible()
    page.goto(f"{site.url}/calculators/saved")
    expect(page.locator("main")).to_contain_text("$6,438.39")


@pytest.mark.parametrize("scripts", [True, False])
def test_by_keyboard_alone(scripts: bool, site: Site, browser_at: OpenBrowser) -> None:
    """Enter in a field calculates, also without scripts; a row can be added and removed."""
    page = browser_at(scripts=scripts).new_page()
    page.goto(site.url + PAGE)
    page.get_by_label("Encounters a year", exact=True).focus()
    page.keyboard.press("Control+A")
    page.keyboard.type("300")
    page.keyboard.press("Enter")
    expect(page.locator(HEADLINE)).to_have_text("$6,438.39")
    page.get_by_role("button", name="Add an activity").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".calc-row")).to_have_count(7)
    page.get_by_role("button", name="Remove Another activity").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".calc-row")).to_have_count(6)
    expect(page.locator(HEADLINE)).to_have_text("$6,438.39")
