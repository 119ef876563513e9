"""What goes wrong between two patients: no connection, two windows, a second press, a session that is over."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect
from sqlalchemy import func, select

from lms.assessment.item_types import of as item_type
from lms.assessment.models import Answer, Attempt
from lms.checkout.models import Order
from lms.content.course import Item
from lms.core.db import db
from lms.learning.models import Enrolment
from tests.browser.site import Site, give
from tests.support import journey
from tests.support.browser import OpenBrowser

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("resilience")]

MODULE = "2-the-what"


class Quiz:
    """An open attempt in a browser window."""

    def __init__(self, page: Page, site: Site, address: str) -> None:
        self.page = page
        self.site = site
        self.address = address
        self.id = address.rpartition("/")[2]
        self.items = journey.drawn(site.app, self.id)
        page.goto(address)

    def single(self, number: int = 0) -> Item:
        """A question with one answer."""
        return [item for item in self.items if item.type == "single"][number]

    def option(self, item: Item, number: int) -> Locator:
        return self.page.locator(f'label[for="item-{item.key}-{item.options[number].key}"]')

    def choose(self, item: Item, number: int) -> None:
        self.option(item, number).click()

    def state(self, item: Item) -> Locator:
        return self.page.locator(f'[id="item-{item.key}"] [data-save-state]')

    def chosen(self, item: Item) -> list[str]:
        boxes = self.page.locator(f'[id="item-{item.key}"] input:checked')
        return [str(value) for value in boxes.evaluate_all("all => all.map(one => one.value)")]

    def stored(self, item: Item) -> list[str]:
        """The option keys that the server holds."""
        with self.site.app.app_context():
            found = db.session.scalar(
                select(Answer).join(Attempt).where(Attempt.public_id == self.id, Answer.item == item.key)
            )
            chosen = [] if found is None else sorted(item_type(item).fields(found.response)[""])
            db.session.remove()
            return chosen


@pytest.fixture
def learner(site: Site, request: pytest.FixtureRequest) -> str:
    """Someone enrolled, of this test alone."""
    name = re.sub(r"\W+", ".", request.node.name.removeprefix("test_")).strip(".")
    site.people.make(name, enrolled=True)
    return name


@pytest.fixture
def open_quiz(site: Site, learner: str) -> Callable[[BrowserContext], Quiz]:
    attempt = journey.start_quiz(site.people.client(learner), MODULE)

    def open_window(context: BrowserContext) -> Quiz:
        if not context.cookies():
            site.sign_in(context, learner)
        return Quiz(context.new_page(), site, f"{site.url}{journey.quiz_address(MODULE)}/{attempt}")

    return open_window


OpenQuiz = Callable[[BrowserContext], Quiz]


def test_a_lost_connection_loses_no_answer(browser_at: OpenBrowser, open_quiz: OpenQuiz) -> None:
    """The answer waits on the device, says so, and is saved by itself when the connection is back."""
    context = browser_at("phone")
    quiz = open_quiz(context)
    first, second = quiz.single(0), quiz.single(1)
    quiz.choose(first, 0)
    expect(quiz.state(first)).to_have_text("Saved")
    expect(quiz.state(first)).to_have_attribute("role", "status")

    context.set_offline(True)
    quiz.choose(second, 1)
    expect(quiz.state(second)).to_have_attribute("data-state", "waiting")
    expect(quiz.state(second)).to_contain_text("kept on this device")
    quiz.page.get_by_role("button", name="Submit answers").click()
    assert quiz.page.url == quiz.address, "the form was sent without a connection"
    assert quiz.stored(second) == []
    # Submitting tries once more to save and then gives up; a connection that came back meanwhile would submit.
    quiz.page.wait_for_timeout(1500)

    context.set_offline(False)
    expect(quiz.state(second)).to_have_text("Saved")
    assert quiz.stored(second) == [second.options[1].key]
    assert quiz.stored(first) == [first.options[0].key]


def test_reloading_while_an_answer_waits_keeps_it(browser_at: OpenBrowser, open_quiz: OpenQuiz) -> None:
    context = browser_at("phone")
    quiz = open_quiz(context)
    item = quiz.single()
    context.route("**/answers/**", lambda route: route.abort())
    quiz.choose(item, 1)
    expect(quiz.state(item)).to_have_attribute("data-state", "waiting")
    quiz.page.once("dialog", lambda dialog: dialog.accept())  # "Leave the page?"
    quiz.page.reload()
    assert quiz.chosen(item) == [item.options[1].key]
    expect(quiz.state(item)).to_have_attribute("data-state", "waiting")
    assert quiz.stored(item) == []
    context.unroute("**/answers/**")
    expect(quiz.state(item)).to_have_text("Saved", timeout=10_000)
    assert quiz.stored(item) == [item.options[1].key]


def test_of_two_windows_the_last_answer_holds(browser_at: OpenBrowser, open_quiz: OpenQuiz) -> None:
    """Abuse case 20: two tabs answer differently; the last acknowledged write wins and the learner sees it."""
    context = browser_at()
    one, other = open_quiz(context), open_quiz(context)
    item = one.single()
    for window, number in ((one, 0), (other, 1), (one, 2)):
        window.choose(item, number)
        expect(window.state(item)).to_have_text("Saved")
        assert window.stored(item) == [item.options[number].key]
    other.page.reload()
    assert other.chosen(item) == [item.options[2].key]


def test_an_answer_after_submitting_elsewhere_says_so(browser_at: OpenBrowser, open_quiz: OpenQuiz) -> None:
    """Abuse case 20: the other window learns that the attempt is over, and where its result is."""
    context = browser_at()
    one, other = open_quiz(context), open_quiz(context)
    item = one.single()
    one.choose(item, 0)
    expect(one.state(item)).to_have_text("Saved")
    submit_incomplete(one.page)
    other.choose(item, 1)
    expect(other.state(item)).to_have_attribute("data-state", "closed")
    other.state(item).get_by_role("link").click()
    other.page.wait_for_url("**/result")
    assert one.stored(item) == [item.options[0].key]


@pytest.mark.parametrize("scripts", [True, False])
def test_back_after_submitting(scripts: bool, browser_at: OpenBrowser, open_quiz: OpenQuiz) -> None:
    """The back button shows no open form of a graded attempt, and going forth again grades nothing twice."""
    quiz = open_quiz(browser_at(scripts=scripts))
    quiz.choose(quiz.single(), 0)
    submit_incomplete(quiz.page)
    for _ in range(2):
        quiz.page.go_back()
        expect(quiz.page.get_by_role("button", name="Submit answers")).to_have_count(0)
    assert count(quiz.site, select(func.count()).select_from(Attempt).where(Attempt.public_id == quiz.id)) == 1


def submit_incomplete(page: Page) -> None:
    page.get_by_role("button", name="Submit answers").click()
    page.get_by_label("Submit although").check()
    page.get_by_role("button", name="Submit answers").click()
    page.wait_for_url("**/result")


@pytest.mark.parametrize("scripts", [True, False])
def test_pressing_twice_does_it_once(scripts: bool, site: Site, browser_at: OpenBrowser) -> None:
    """Abuse case 17: Start, Continue, Start the quiz and Submit pressed twice: one order, enrolment, attempt, score."""
    name = f"hasty.{scripts}".lower()
    person_id = site.people.make(name)
    context = browser_at("phone", scripts=scripts)
    site.sign_in(context, name)
    page = context.new_page()
    page.goto(f"{site.url}/courses/mtm")
    twice(page, "Start", "**/checkout/*")
    twice(page, "Continue", "**/training")
    page.goto(f"{site.url}{journey.quiz_address(MODULE)}")
    twice(page, "Start the quiz", re.compile(r"/quiz/\w+"))
    for item in journey.drawn(site.app, page.url.rpartition("/")[2]):
        give(page, item, f"item-{item.key}", journey.right(item))
    twice(page, "Submit answers", "**/result")
    for model in (Order, Enrolment, Attempt):
        owned = select(func.count()).select_from(model).where(model.person_id == person_id)
        assert count(site, owned) == 1, model.__name__
    page.goto(f"{site.url}{journey.quiz_address(MODULE)}")
    expect(page.get_by_text(re.compile("^1 of 3 used|^1 of"))).to_be_visible()


def twice(page: Page, name: str, leads_to: str | re.Pattern[str]) -> None:
    page.get_by_role("main").get_by_role("button", name=name, exact=True).dblclick()
    page.wait_for_url(leads_to)


def count(site: Site, statement: object) -> int:
    with site.app.app_context():
        found = int(db.session.scalar(statement) or 0)  # type: ignore[call-overload]
        db.session.remove()
        return found


def test_a_new_sign_in_elsewhere_does_not_cost_the_answer(
    site: Site, learner: str, browser_at: OpenBrowser, open_quiz: OpenQuiz
) -> None:
    """The page's form token is of an older session: the answer is sent once more with a new one, by itself."""
    context = browser_at()
    quiz = open_quiz(context)
    item = quiz.single()
    site.sign_in(context, learner)
    quiz.choose(item, 1)
    expect(quiz.state(item)).to_have_text("Saved")
    assert quiz.stored(item) == [item.options[1].key]


def test_an_old_form_is_offered_again_without_scripts(
    site: Site, learner: str, browser_at: OpenBrowser, open_quiz: OpenQuiz
) -> None:
    """The same without scripts: what was answered comes back with one button that sends it."""
    context = browser_at(scripts=False)
    quiz = open_quiz(context)
    item = quiz.single()
    quiz.choose(item, 1)
    site.sign_in(context, learner)
    quiz.page.get_by_role("button", name="Save and stay").click()
    quiz.page.get_by_role("button", name="Send again").click()
    expect(quiz.page.get_by_text("Your answers are saved")).to_be_visible()
    assert quiz.stored(item) == [item.options[1].key]


def test_signed_out_while_answering(site: Site, learner: str, browser_at: OpenBrowser, open_quiz: OpenQuiz) -> None:
    """The page says so, keeps the answer, and saves it once the person is signed in again in another window."""
    context = browser_at()
    quiz = open_quiz(context)
    item = quiz.single()
    context.clear_cookies()
    quiz.choose(item, 1)
    expect(quiz.state(item)).to_have_attribute("data-state", re.compile("signedOut|waiting"))
    assert quiz.stored(item) == []
    site.sign_in(context, learner)
    expect(quiz.state(item)).to_have_text("Saved", timeout=15_000)
    assert quiz.stored(item) == [item.options[1].key]


def test_a_quiz_by_keyboard_alone(browser_at: OpenBrowser, open_quiz: OpenQuiz) -> None:
    """From the top of the page to a passed quiz with Tab, arrows, Space and Enter; the focus can always be seen."""
    quiz = open_quiz(browser_at())
    page = quiz.page
    rights = {f"item-{item.key}-{key}" for item in quiz.items for key in journey.right(item).get("", ())}
    fields = {name: values for item in quiz.items if item.gaps for name, values in journey.all_right([item]).items()}
    singles = {item.key for item in quiz.items if item.type == "single"}
    for _ in range(400):
        page.keyboard.press("Tab")
        focused = page.evaluate(FOCUSED)
        assert focused["seen"], f"the focus cannot be seen on {focused}"
        if focused["name"] in singles:
            choose_by_arrows(page, rights)
        elif focused["id"] in rights:
            page.keyboard.press("Space")
        elif focused["field"] in fields:
            fill_in(page, fields[focused["field"]][0])
        elif focused["text"] == "Submit answers":
            page.keyboard.press("Enter")
            page.wait_for_url("**/result")
            expect(page.get_by_role("heading", level=1)).to_have_text("Passed")
            return
    pytest.fail("Tab never came to the button")


FOCUSED = """() => {
    const one = document.activeElement;
    const outlined = (element) => element && getComputedStyle(element).outlineStyle !== "none";
    const field = one.matches("select, input[type=text]") ? one.name : "";
    return {id: one.id, name: one.type === "radio" ? one.name : "", field, text: one.textContent.trim(),
            seen: outlined(one) || outlined(one.closest("label"))};
}"""


def choose_by_arrows(page: Page, rights: set[str]) -> None:
    """Go through the options of a question with the arrow key up to the right one."""
    page.keyboard.press("Space")
    for _ in range(12):
        if page.evaluate("document.activeElement.id") in rights:
            return
        page.keyboard.press("ArrowDown")
    pytest.fail("the arrow key never came to the right option")


def fill_in(page: Page, wanted: str) -> None:
    """Type into the field in focus, or go through its list with the arrow key."""
    if page.evaluate("document.activeElement.tagName") == "INPUT":
        page.keyboard.type(wanted)
        return
    for _ in range(12):
        if page.evaluate("document.activeElement.value") == wanted:
            return
        page.keyboard.press("ArrowDown")
    pytest.fail("the arrow key never came to the right choice")


def test_continue_leads_to_the_heading_that_was_read(site: Site, learner: str, browser_at: OpenBrowser) -> None:
    """Scroll, leave, come back: the same lesson at the same heading, on this device and on another."""
    lesson = journey.course(site.app).lessons[1]
    heading = [heading for heading in lesson.headings if heading.level == 2][2]
    context = browser_at("phone")
    site.sign_in(context, learner)
    page = context.new_page()
    page.goto(f"{site.url}/training/mtm/{lesson.module_key}/{lesson.key}")
    with page.expect_response("**/place"):
        page.locator(f'[id="{heading.id}"]').evaluate("one => window.scrollTo(0, one.offsetTop - 60)")
    desk = browser_at("desktop")
    site.sign_in(desk, learner)
    for window in (page, desk.new_page()):
        window.goto(f"{site.url}/training")
        expect(window.get_by_role("main")).to_contain_text(f"at “{heading.text}”")
        window.get_by_role("main").get_by_role("link", name="Continue", exact=True).click()
        window.wait_for_url(f"**/{lesson.key}#{heading.id}")
        expect(window.locator(f'[id="{heading.id}"]')).to_be_in_viewport()
