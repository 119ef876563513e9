"""Abuse case 49: text that would like to be a script, typed wherever one can type, and then read by everyone."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient
from playwright.sync_api import Dialog, Page
from sqlalchemy import select

from lms.accounts.models import Person
from lms.content.course import Course
from lms.core.db import db
from lms.learning.domain import evaluation_fields
from lms.learning.models import EvaluationResponse
from tests.browser.furnished import certificate, order
from tests.browser.site import Site
from tests.support import journey
from tests.support.browser import OpenBrowser

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("resilience")]

#: Each leaves another kind of place: text, attribute, comment, text area, title, script, address, template.
HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '"><svg onload=alert(1)>',
    "' autofocus onfocus='alert(1)",
    "--><body onload=alert(1)>",
    "</textarea></title></style><script>alert(1)</script>",
    '<a href="javascript:alert(1)">x</a>',
    "<iframe srcdoc='<script>alert(1)</script>'>",
    "<details open ontoggle=alert(1)>",
    "<math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
    "javascript:alert(1)//",
    "{{ ''.__class__ }}{% raw %}",
    '\\"-alert(1)}//',
    "＜script＞alert(1)＜/script＞",
    "\u202e<b onclick=alert(1)>\u2066",
]
EVERYTHING = " ".join(HOSTILE)


@pytest.fixture(scope="module")
def course(site: Site) -> Course:
    return journey.course(site.app)


@pytest.fixture(scope="module")
def authors(site: Site, course: Course) -> list[str]:
    """Those whose hostile names were taken; each has filled in every other form in that manner, too."""
    site.people.make("reader", roles=("admin",))
    names = []
    for number, text in enumerate(HOSTILE):
        name = f"author.{number}"
        site.people.make(name, enrolled=True)
        client = site.people.client(name)
        client.environ_base["REMOTE_ADDR"] = f"127.0.1.{number}"  # or else there were too many messages from here
        if type_everywhere(client, course, text):
            names.append(name)
    return names


def type_everywhere(client: FlaskClient, course: Course, name: str) -> bool:
    """Fill in the forms. Returns whether the name was taken (some of its letters may be refused)."""
    details = dict.fromkeys(("credentials", "employer", "city", "parish"), name)
    profile = {"name": name, "phone": "(225) 555-0123", **details}
    taken = journey.post(client, "/account/profile", profile).status_code == 303
    lesson = course.lessons[0]
    page = f"/training/{course.slug}/{lesson.module_key}/{lesson.key}"
    assert journey.post(client, f"{page}/note", {"text": EVERYTHING}).status_code == 303
    message = {"name": name, "organization": name, "topic": "other", "message": EVERYTHING, "phone": name[:40]}
    assert journey.post(client, "/assistance", message).status_code == 303
    return taken


def test_enough_of_the_names_are_taken(authors: list[str]) -> None:
    """Otherwise the tests below would look at nothing."""
    assert len(authors) >= len(HOSTILE) // 2


@pytest.fixture
def reader(site: Site, browser_at: OpenBrowser) -> Iterator[Page]:
    """A page that notes each dialog. That the content security policy had nothing to stop, the browser's watch sees."""
    page = browser_at().new_page()
    opened: list[str] = []

    def close(dialog: Dialog) -> None:
        opened.append(f"{page.url}: {dialog.message}")
        dialog.dismiss()

    page.on("dialog", close)
    yield page
    assert not opened


def read(page: Page, address: str, shows: str = "alert(1)") -> None:
    """Open a page, and make sure that it shows the text rather than leaving it out."""
    page.goto(address)
    assert shows in page.locator("body").inner_text() or shows in str(
        page.evaluate("[...document.querySelectorAll('input, textarea')].map(one => one.value).join(' ')")
    ), f"{address} does not show it"


def test_on_the_own_pages(site: Site, course: Course, authors: list[str], reader: Page) -> None:
    """Abuse case 49: name, work and note, on the account, its form, the dashboard's header and the lesson."""
    lesson = course.lessons[0]
    for number, name in enumerate(authors):
        site.sign_in(reader.context, name)
        read(reader, site.url + ("/account", "/account/profile")[number % 2], stored_name(site, name))
    read(reader, f"{site.url}/training/{course.slug}/{lesson.module_key}/{lesson.key}")


def stored_name(site: Site, name: str) -> str:
    with site.app.app_context():
        return db.session.get_one(Person, site.people.ids[name]).name


def test_in_the_inbox_of_requests(site: Site, authors: list[str], reader: Page) -> None:
    """Abuse case 49: what anyone may send is read by an administrator."""
    site.sign_in(reader.context, "reader")
    read(reader, f"{site.url}/admin/assistance")


def test_on_certificates(site: Site, authors: list[str], reader: Page) -> None:
    """Abuse cases 27 and 49: the name on the certificate, on its public page, and as a PDF that is made at all."""
    for name in authors[:4]:
        code = certificate(site, name)
        site.sign_in(reader.context, name)
        shown = stored_name(site, name)
        for path in (f"/certificates/{code}", f"/verify/{code}"):
            read(reader, site.url + path, shown)
        assert reader.context.request.get(f"{site.url}/certificates/{code}.pdf").body().startswith(b"%PDF-")


def test_in_forms_that_give_it_back(site: Site, authors: list[str], reader: Page) -> None:
    """Abuse case 49: refused codes, certificate codes and messages come back on the page that refuses them."""
    site.people.make("buyer")
    site.sign_in(reader.context, "buyer")
    checkout = f"{site.url}/checkout/{order(site, 'buyer')}"
    for text in HOSTILE[::4]:
        reader.goto(checkout)
        folded = reader.locator("details:not([open]):has([name=code]) > summary")
        if folded.count():
            folded.click()
        reader.locator("[name=code]").fill(text)
        reader.get_by_role("button", name="Apply code").click()
        reader.get_by_text("There is a problem").wait_for()
    reader.goto(f"{site.url}/assistance")
    reader.get_by_label("Name").fill("")
    reader.get_by_label("Message").fill(EVERYTHING)
    reader.get_by_role("button", name="Send").click()
    reader.get_by_text("There is a problem").wait_for()
    assert reader.get_by_label("Message").input_value() == EVERYTHING
    reader.goto(f"{site.url}/verify")
    reader.get_by_role("textbox").fill(HOSTILE[2])
    reader.get_by_role("main").get_by_role("button").click()
    reader.get_by_role("heading", level=1).wait_for()


def test_in_the_evaluation(site: Site, course: Course, reader: Page) -> None:
    """Abuse case 49: a free answer comes back when the form is refused, and is stored as it was typed."""
    site.people.make("critic", enrolled=True)
    journey.finish(site.app, site.people.ids["critic"], evaluation=False)
    site.sign_in(reader.context, "critic")
    free = next(field.name for field in evaluation_fields(course) if not field.options)
    reader.goto(f"{site.url}/training/{course.slug}/evaluation")
    reader.locator(f'[id="{free}"]').fill(EVERYTHING)
    reader.get_by_role("button", name="Send evaluation").click()
    reader.get_by_text("There is a problem").wait_for()
    assert reader.locator(f'[id="{free}"]').input_value() == EVERYTHING
    for field in evaluation_fields(course):
        if field.options:
            reader.locator(f'label[for="{field.name}-1"]').click()
    reader.get_by_role("button", name="Send evaluation").click()
    reader.wait_for_url("**/training*")
    with site.app.app_context():
        assert any(EVERYTHING in row.answers.values() for row in db.session.scalars(select(EvaluationResponse)))
        db.session.remove()
