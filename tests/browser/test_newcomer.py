"""The whole way of a newcomer in a real browser, with scripts and without."""

from __future__ import annotations

import io
import re

import pypdf
import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import Page, expect

from lms.content.course import Course, Item, Module
from lms.learning.domain import evaluation_fields
from tests.browser.site import PASSWORD, Site, give
from tests.support import journey
from tests.support.browser import OpenBrowser, screenshot

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("newcomer")]

NAME = "Odile Fontenot"


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_from_the_home_page_to_a_checked_certificate(scripts: bool, site: Site, browser_at: OpenBrowser) -> None:
    context = browser_at("phone" if scripts else "desktop", scripts=scripts)
    page = context.new_page()
    course = journey.course(site.app)
    email = f"odile.{'with' if scripts else 'without'}@example.org"

    from_home_to_registration(page, site)
    register(page, email)
    from_start_to_first_lesson(page, course)
    read_module(page, course, course.modules[0])
    fail_and_retake(page, site, course.modules[0])
    if not scripts:
        return  # the forms of the other modules are the same; tests/journeys walks the rest without a browser
    for module in course.modules[1:]:
        press(page, "Go on with the course")
        press(page, "Continue")
        read_module(page, course, module)
        take_quiz(page, site, right=True)
        expect(page.get_by_role("heading", level=1)).to_have_text("Passed")
    press(page, "Go on with the course")
    press(page, "Continue")
    evaluate(page, course)

    expect(page.get_by_text("Confirm your email address first")).to_be_visible()
    page.goto(site.link_in_mail(email, "/confirm-email"))
    page.goto(f"{site.url}/training")
    page.get_by_role("button", name="Get your certificate").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your certificate")

    pdf = page.get_by_role("link", name="Download PDF").get_attribute("href")
    words = text_of(context.request.get(site.url + str(pdf)).body())
    code = page.url.rpartition("/")[2]
    assert NAME in words
    assert course.title in words
    assert code[:4] in words

    screen = browser_at()
    screen.add_cookies(context.cookies())  # type: ignore[arg-type]
    verify = scanned(screen.new_page(), site.url + str(pdf))
    assert verify == f"{site.url}/verify/{code}"
    stranger = browser_at(scripts=scripts).new_page()
    stranger.goto(verify)
    expect(stranger.get_by_text("This certificate is valid")).to_be_visible()
    expect(stranger.get_by_text(NAME)).to_be_visible()
    assert email not in stranger.content()


def press(page: Page, name: str) -> None:
    """Press the button or link of that name within the page's own content."""
    main = page.get_by_role("main")
    button = main.get_by_role("button", name=name, exact=True).or_(main.get_by_role("link", name=name, exact=True))
    button.first.click()
    page.wait_for_load_state()


def from_home_to_registration(page: Page, site: Site) -> None:
    page.goto(site.url)
    page.locator("main a[href='/courses/mtm']").first.click()
    expect(page.get_by_role("main")).to_contain_text("$0.00")
    press(page, "Start")
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")
    press(page, "Register")
    required = page.locator("main input[required]")
    assert required.evaluate_all("all => all.map(one => one.name)") == ["name", "email", "password", "phone"]
    assert page.get_by_text("all optional").is_visible()


def register(page: Page, email: str) -> None:
    for label, text in (
        ("Full name", NAME),
        ("Email address", email),
        ("Password", PASSWORD),
        ("Telephone number", "(225) 555-0123"),
    ):
        page.get_by_label(label, exact=True).fill(text)
    press(page, "Register and go on")


def from_start_to_first_lesson(page: Page, course: Course) -> None:
    """Registering leads on to checkout; the code is applied already, and nothing asks for a card."""
    expect(page).to_have_url(re.compile("/checkout/"))
    order = page.get_by_role("region", name="Order")
    for text in ("$95.00", "LAMTM", "−$95.00", "$0.00"):
        expect(order).to_contain_text(re.compile(text.replace("−", "[−-]").replace("$", r"\$")))
    assert page.locator("iframe, [autocomplete^=cc-], input[name*=card]").count() == 0
    press(page, "Continue")
    expect(page).to_have_url(re.compile("/training$"))
    press(page, "Start the first lesson")
    expect(page.get_by_role("heading", level=1)).to_have_text(course.lessons[0].title)


def read_module(page: Page, course: Course, module: Module) -> None:
    """Lesson after lesson, with its knowledge checks, up to the module's quiz."""
    for lesson in module.lessons:
        expect(page.get_by_role("heading", level=1)).to_have_text(lesson.title)
        for key in lesson.checks[:1]:
            check = page.locator(f"#check-{key}")
            give(check, course.item(key), f"choice-{key}", journey.right(course.item(key)))
            check.get_by_role("button", name="Check answer").click()
            expect(page.locator(f"#check-{key} .rationale")).to_contain_text("Correct.")
        press(page, "Mark complete and continue")
    expect(page.get_by_role("heading", level=1)).to_have_text(module.quiz.title)
    press(page, "Start the quiz")


def take_quiz(page: Page, site: Site, *, right: bool) -> list[Item]:
    """Answer every question of the open attempt and submit. Returns what was drawn."""
    attempt = page.url.partition("#")[0].rpartition("/")[2]
    items, seed = journey.drawn(site.app, attempt), journey.seed_of(site.app, attempt)
    expect(page.locator(".choice.correct, .choice.key, .rationale")).to_have_count(0)
    for item in items:
        given = journey.right(item, seed) if right else journey.wrong(item, seed)
        give(page, item, f"item-{item.key}", given)
    press(page, "Submit answers")
    page.wait_for_url("**/result")
    return items


def fail_and_retake(page: Page, site: Site, module: Module) -> None:
    """A failed attempt is explained; the next one draws what has not been seen, as far as the bank goes."""
    first = {item.key for item in take_quiz(page, site, right=False)}
    expect(page.get_by_role("heading", level=1)).to_have_text("Not passed yet")
    expect(page.locator(".rationale")).to_have_count(len(first))
    expect(page.locator(".choice.key")).to_have_count(0)  # the right answers stay withheld while attempts are left
    press(page, "Start another attempt")
    second = take_quiz(page, site, right=True)
    for item in second:
        bank = {other.key for other in module.quiz.items if other.objective == item.objective}
        unseen = bank - first
        if len(unseen) >= module.quiz.settings.draw_per_objective:
            assert item.key not in first
    assert {item.key for item in second} != first
    expect(page.get_by_role("heading", level=1)).to_have_text("Passed")


def evaluate(page: Page, course: Course) -> None:
    for field in evaluation_fields(course):
        if field.options:
            page.locator(f'label[for="{field.name}-1"]').click()
        else:
            page.locator(f'[id="{field.name}"]').fill("Nothing to add.")
    press(page, "Send evaluation")


def text_of(document: bytes) -> str:
    pages = pypdf.PdfReader(io.BytesIO(document)).pages
    return " ".join(" ".join(page.extract_text() for page in pages).replace("\u200b", "").split())


def scanned(page: Page, address: str) -> str:
    """What a scanner reads from the certificate as the browser shows it."""
    page.set_viewport_size({"width": 1800, "height": 2200})
    page.goto(address)
    for _ in range(40):  # the browser's own viewer says nothing when it has drawn
        found = zxingcpp.read_barcodes(Image.open(io.BytesIO(page.screenshot())))
        if found:
            screenshot(page, "certificate pdf")
            return str(found[0].text)
        page.wait_for_timeout(250)
    raise AssertionError(f"no code can be read from {address}")
