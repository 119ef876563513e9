"""The learner's way as a browser without scripts goes it, page after page; each page is checked by the client.

The same way in a real browser: tests/browser/test_newcomer.py.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pypdf
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms.assessment.models import Attempt
from lms.checkout.models import CodeUse, Order
from lms.core import outbox
from lms.core.db import db
from lms.learning.models import AccessGrant, Enrolment
from tests.support import journey
from tests.support.people import People

NewClient = Callable[[], FlaskClient]
EMAIL = "odile@example.org"
NEWCOMER = {
    "name": "Odile Fontenot",
    "email": EMAIL,
    "password": "four unrelated harbour words",
    "phone": "(225) 555-0123",
}


@pytest.fixture
def mailed_link(app: Flask, tmp_path: Path) -> Callable[[str], str]:
    """Finds the newest link to a path in the mails sent so far."""

    def link(path: str) -> str:
        with app.app_context():
            outbox.drain()
            db.session.remove()
        links: list[str] = []
        for file in sorted((tmp_path / "mail").glob("*.eml"), key=lambda file: file.stat().st_mtime_ns):
            body = message_from_bytes(file.read_bytes(), policy=default).get_body(("plain",))
            assert body is not None
            links += re.findall(rf"http://[^/\s]+({path}\S+)", str(body.get_content()))
        return links[-1]

    return link


def register_from_start(client: FlaskClient) -> str:
    """Press Start as a visitor, and follow the links that are offered. Returns the address of the order."""
    asked = journey.post(client, "/courses/mtm/start")
    sign_in = client.get(asked.location)
    offered = re.search(r'href="(/register\?[^"]+)"', sign_in.text)
    assert offered, "the sign-in page does not lead a newcomer on to registration"
    registration = offered[1].replace("&amp;", "&")
    client.get(registration)
    registered = journey.post(client, registration, NEWCOMER)
    order = client.get(registered.location, follow_redirects=True).request.path
    assert order.startswith("/checkout/")
    return order


def test_a_newcomer_from_start_to_a_checked_certificate(
    app: Flask, client: FlaskClient, new_client: NewClient, mailed_link: Callable[[str], str]
) -> None:
    course = journey.course(app)
    order = register_from_start(client)
    checkout = client.get(order).text
    for text in ("$95.00", "LAMTM", "$0.00"):
        assert text in checkout
    assert journey.post(client, f"{order}/continue", {"total": "0"}).location == "/training"
    dashboard = client.get("/training").text
    assert course.lessons[0].title in dashboard
    assert all(objective.short in dashboard for objective in course.objectives)

    for lesson in course.lessons:
        page = f"/training/mtm/{lesson.module_key}/{lesson.key}"
        assert client.get(page).status_code == 200
        assert journey.post(client, f"{page}/complete").status_code == 303
    for module in course.modules:
        attempt = journey.start_quiz(client, module.key)
        page = f"{journey.quiz_address(module.key)}/{attempt}"
        assert client.get(page).status_code == 200
        graded = journey.post(
            client, f"{page}/submit", journey.all_right(journey.drawn(app, attempt), journey.seed_of(app, attempt))
        )
        assert "Passed" in client.get(graded.location).text

    assert client.get("/training/mtm/evaluation").status_code == 200
    answered = journey.post(client, "/training/mtm/evaluation", journey.evaluation_answers(course))
    assert answered.status_code == 303
    refused = journey.post(client, "/training/mtm/certificate")
    assert refused.status_code >= 400, "the address is not confirmed yet"
    assert client.get(mailed_link("/confirm-email"), follow_redirects=True).status_code == 200
    issued = journey.post(client, "/training/mtm/certificate").location
    assert NEWCOMER["name"] in client.get(issued).text

    words = " ".join(
        page.extract_text() for page in pypdf.PdfReader(io.BytesIO(client.get(f"{issued}.pdf").data)).pages
    )
    assert NEWCOMER["name"] in " ".join(words.split())
    verified = new_client().get(issued.replace("/certificates/", "/verify/")).text
    assert "This certificate is valid" in verified
    assert EMAIL not in verified


def test_two_minutes_from_start_to_the_first_lesson(client: FlaskClient, session: Session, app: Flask) -> None:
    """No step is asked for twice: Start, four fields, Start, Continue, first lesson; and each left one row."""
    order = register_from_start(client)
    journey.post(client, f"{order}/continue", {"total": "0"})
    dashboard = client.get("/training").text
    first = journey.course(app).lessons[0]
    assert f'href="/training/mtm/{first.module_key}/{first.key}"' in dashboard
    for model in (Order, CodeUse, AccessGrant, Enrolment):
        assert session.scalar(select(func.count()).select_from(model)) == 1, model.__name__


@pytest.mark.parametrize("path", ["/training", "/account/profile", "/training/mtm/evaluation", "/courses/mtm/start"])
def test_signing_in_leads_back(path: str, client: FlaskClient) -> None:
    """A page asked for by a visitor is where signing in leads to; so is a page whose form they sent."""
    for reply in (client.get(path), journey.post(client, path)):
        if reply.status_code == 405:
            continue
        assert reply.location.startswith("/sign-in?next=")
        assert path in reply.location.replace("%2F", "/")


def test_an_address_that_is_no_page_is_not_led_back_to(client: FlaskClient) -> None:
    """Abuse case 11: what can only be posted to would answer 405 after signing in."""
    assert journey.post(client, "/training/mtm/certificate").location == "/sign-in"


def test_who_has_an_account_skips_registering(client: FlaskClient, people: People) -> None:
    person = people.client("paul")
    order = journey.post(person, "/courses/mtm/start").location
    assert order.startswith("/checkout/")
    assert journey.post(person, "/courses/mtm/start").location == order, "an order that was begun is gone on with"


def test_who_is_enrolled_skips_checkout(people: People, session: Session) -> None:
    learner = people.client("lena", enrolled=True)
    assert journey.post(learner, "/courses/mtm/start").location == "/training"
    assert "Continue" in learner.get("/courses/mtm").text
    assert session.scalar(select(func.count()).select_from(Order)) == 0


def test_three_failed_attempts_end_the_quiz_and_say_whom_to_ask(app: Flask, people: People, session: Session) -> None:
    """Abuse case 16: a fourth attempt is refused; passing is then a matter for the course team."""
    learner = people.client("lena", enrolled=True)
    module = journey.course(app).modules[0]
    for _ in range(module.quiz.settings.attempts):
        attempt = journey.start_quiz(learner, module.key)
        answers = journey.all_wrong(journey.drawn(app, attempt), journey.seed_of(app, attempt))
        graded = journey.post(learner, f"{journey.quiz_address(module.key)}/{attempt}/submit", answers)
        assert "Not passed" in learner.get(graded.location).text
    assert journey.post(learner, f"{journey.quiz_address(module.key)}/start").status_code == 409
    assert "/assistance" in learner.get(journey.quiz_address(module.key)).text
    assert session.scalar(select(func.count()).select_from(Attempt)) == module.quiz.settings.attempts
