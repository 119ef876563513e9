"""Mails about reviews: one for each that came due, to those who want it and can use it, and a way out in each."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from lms.accounts import services as accounts
from lms.accounts.models import Person
from lms.core import jobs as job_queue
from lms.core.clock import local_date, long_date, now
from lms.core.db import db
from lms.core.outbox import OutboxMessage
from lms.core.unit_of_work import unit_of_work
from lms.learning.models import AccessGrant
from lms.reviews import jobs, services
from lms.reviews.models import ReviewPlan
from tests.reviews.conftest import REVIEWS, Later, address, mails, right, rows, start, stop_address, text_of, work
from tests.support import journey
from tests.support.people import People
from tests.support.statements import statements
from tests.support.together import all_at_once


def test_one_mail_on_each_day(app: Flask, alice: FlaskClient, later: Later, tmp_path: Path) -> None:
    start(alice)
    assert work(app) == 0
    for number, day in enumerate((3, 10, 30, 60)):
        with later(day - 0.1):
            assert work(app) == 0
        with later(day):
            assert work(app) == 1
            assert work(app) == 0
        with later(day + 0.5):
            assert work(app) == 0
        message = mails(tmp_path)[number]
        assert message["To"] == "alice@example.org"
        assert f"http://127.0.0.1:8000{address(app, number)}\n" in text_of(message)
    found = mails(tmp_path)
    assert len(found) == 4
    assert f"takes its place on {long_date(local_date(rows(app)[1].due_at))}" in text_of(found[0])
    assert "It is the last one." in text_of(found[3])


def test_the_link_asks_to_sign_in_and_leads_on(
    app: Flask, alice: FlaskClient, later: Later, new_client: Callable[[], FlaskClient], tmp_path: Path
) -> None:
    start(alice)
    with later(3):
        work(app)
        link = re.search(r"http://127\.0\.0\.1:8000(/training/\S+)", text_of(mails(tmp_path)[0]))
        assert link is not None
        assert new_client().get(link[1]).location == f"/sign-in?next={link[1]}"
        assert alice.get(link[1]).status_code == 200


def test_two_workers_send_one_mail(any_database: str, app: Flask, people: People, later: Later) -> None:
    """As many workers as there may be look at the same moment."""
    assert any_database
    for name in ("alice", "bob", "cai"):
        if name not in people.ids:
            people.make(name, enrolled=True)
            journey.finish(app, people.ids[name])
        with app.app_context(), unit_of_work() as session:
            services.start_reviews(session, person_id=people.ids[name], course="mtm")
    with later(3):

        def look(_number: int) -> int:
            with app.app_context():
                try:
                    return jobs.mail_due()
                finally:
                    db.session.remove()

        assert sum(all_at_once(look, 6)) == 3
    assert reviews_in_outbox(app) == 3


def reviews_in_outbox(app: Flask) -> int:
    with app.app_context():
        found = [row.payload["subject"] for row in db.session.scalars(select(OutboxMessage))]
        db.session.remove()
    return sum(subject.startswith("Five questions") for subject in found)


def change_person(app: Flask, **columns: object) -> None:
    with app.app_context(), unit_of_work() as session:
        session.execute(update(Person).where(Person.email == "alice@example.org").values(**columns))


def suspend(app: Flask) -> None:
    with app.app_context(), unit_of_work() as session:
        person = session.scalars(select(Person).where(Person.email == "alice@example.org")).one()
        accounts.suspend(session, person=person, actor_id=None)


def end_access(app: Flask) -> None:
    with app.app_context(), unit_of_work() as session:
        session.execute(update(AccessGrant).values(revoked_at=now()))


def stop(app: Flask) -> None:
    with app.app_context(), unit_of_work() as session:
        session.execute(update(ReviewPlan).values(ended_at=now()))


NOBODY = {
    "suspended": suspend,
    "not confirmed": lambda app: change_person(app, confirmed_at=None),
    "no mailbox": lambda app: change_person(app, email="someone@host.invalid"),
    "no access": end_access,
    "stopped": stop,
}


@pytest.mark.parametrize("change", NOBODY.values(), ids=NOBODY.keys())
def test_nothing_goes_to_who_cannot_or_will_not_have_it(
    app: Flask, alice: FlaskClient, later: Later, change: Callable[[Flask], None]
) -> None:
    start(alice)
    with later(3):
        change(app)
        assert work(app) == 0
    assert reviews_in_outbox(app) == 0


@pytest.mark.parametrize("change", NOBODY.values(), ids=NOBODY.keys())
def test_a_change_between_looking_and_sending_counts(
    app: Flask, alice: FlaskClient, later: Later, change: Callable[[Flask], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The worker looks first and claims each mail later: by then it may be unwanted."""
    start(alice)
    looked = jobs.queries.to_mail

    def look_then_change(*args: object, **given: object) -> object:
        found = looked(*args, **given)  # type: ignore[arg-type]
        if not given:  # the first look, over all
            db.session.rollback()
            change(app)
        return found

    with later(3):
        monkeypatch.setattr(jobs.queries, "to_mail", look_then_change)
        assert work(app) == 0
    assert reviews_in_outbox(app) == 0


def test_who_confirms_in_time_gets_the_mail(app: Flask, alice: FlaskClient, later: Later) -> None:
    start(alice)
    change_person(app, confirmed_at=None)
    with later(3):
        assert work(app) == 0
        change_person(app, confirmed_at=now())
        assert work(app) == 1


def test_what_was_answered_is_not_announced(app: Flask, alice: FlaskClient, later: Later) -> None:
    start(alice)
    with later(3):
        alice.get(address(app, 0))
        journey.post(alice, address(app, 0), right(app, 0))
        assert work(app) == 0


def test_a_worker_that_was_away_announces_only_the_newest(
    app: Flask, alice: FlaskClient, later: Later, tmp_path: Path
) -> None:
    start(alice)
    with later(31):
        assert work(app) == 1
    assert address(app, 2) in text_of(mails(tmp_path)[0])


@pytest.mark.parametrize("days", [1, 3, 90, -1, -90], ids=lambda days: f"{days:+} days")
def test_a_clock_that_is_set_repeats_nothing_and_loses_nothing(
    app: Flask, alice: FlaskClient, later: Later, days: int
) -> None:
    """Abuse case 62: after a step there and back every review that comes due is announced once at most."""
    start(alice)
    with later(3):
        assert work(app) == 1
    with later(3 + days):
        work(app)
    announced = [row.mailed_at is not None for row in rows(app)]
    with later(3.1):
        assert work(app) == 0
        latest = max(number for number, told in enumerate(announced) if told)
        page = alice.get("/training").text
        assert f'href="{address(app, latest)}"' in page, "what was announced can be opened"
        assert alice.get(address(app, latest)).status_code == 200
    with later(60):
        assert work(app) == (0 if announced[3] else 1)


def test_a_review_that_was_overtaken_by_a_fast_clock_is_not_mailed_after_it(
    app: Flask, alice: FlaskClient, later: Later
) -> None:
    """The second was announced while the clock was wrong; the first, when its day really comes, has been replaced."""
    start(alice)
    with later(11):
        assert work(app) == 1
    with later(3):
        assert work(app) == 0
        assert f'href="{address(app, 1)}"' in alice.get("/training").text
    with later(30):
        assert work(app) == 1


def test_the_stop_link_works_without_signing_in(
    app: Flask, alice: FlaskClient, later: Later, new_client: Callable[[], FlaskClient], tmp_path: Path
) -> None:
    start(alice)
    with later(3):
        work(app)
        link = stop_address(mails(tmp_path)[0])
        visitor = new_client()
        page = visitor.get(link)
        assert page.status_code == 200
        assert "Stop the reviews?" in page.text
        assert "Alice" not in page.text
        assert "Review ready" in alice.get("/training").text, "opening the link changes nothing"
        reply = journey.post(visitor, link)
        assert reply.status_code == 200
        assert "The reviews are stopped" in reply.text
        assert "Start reviews" in alice.get("/training").text
        assert "The reviews are stopped" in visitor.get(link).text
    with later(10):
        assert work(app) == 0


def test_an_old_stop_link_still_stops(
    app: Flask, alice: FlaskClient, later: Later, new_client: Callable[[], FlaskClient], tmp_path: Path
) -> None:
    """A person who presses it in an old mail means the mails, not the round that the mail belonged to."""
    start(alice)
    with later(3):
        work(app)
        journey.post(alice, f"{REVIEWS}/stop")
        start(alice)
        reply = journey.post(new_client(), stop_address(mails(tmp_path)[0]))
        assert "The reviews are stopped" in reply.text
    with later(7):
        assert work(app) == 0


def test_a_mail_programs_button_stops_at_once(
    app: Flask, alice: FlaskClient, later: Later, new_client: Callable[[], FlaskClient], tmp_path: Path
) -> None:
    """RFC 8058: a POST with this body, without cookie or form token, answered without a redirect."""
    start(alice)
    with later(3):
        work(app)
        reply = new_client().post(stop_address(mails(tmp_path)[0]), data={"List-Unsubscribe": "One-Click"})
        assert reply.status_code == 200
        assert "Start reviews" in alice.get("/training").text


def test_another_persons_cookie_makes_no_difference(
    app: Flask, alice: FlaskClient, people: People, later: Later, tmp_path: Path
) -> None:
    """Abuse case 48: what needs no form token must not act in the name of whoever is signed in."""
    bob = people.client("bob", enrolled=True)
    journey.finish(app, people.ids["bob"])
    start(alice)
    start(bob)
    with later(3):
        work(app)
        link = next(stop_address(message) for message in mails(tmp_path) if message["To"] == "alice@example.org")
        people.sign_in(bob, people.ids["bob"])
        assert bob.post(link, data={"List-Unsubscribe": "One-Click"}).status_code == 200
        assert "Review ready" in bob.get("/training").text
        assert "Start reviews" in alice.get("/training").text


def test_stopping_on_the_dashboard_needs_the_form_token(app: Flask, alice: FlaskClient) -> None:
    """Abuse case 48."""
    start(alice)
    assert alice.post(f"{REVIEWS}/stop").status_code == 400
    assert alice.post(REVIEWS).status_code == 400
    assert "Stop reviews" in alice.get("/training").text


def test_wrong_stop_links_are_nothing_and_are_counted(client: FlaskClient) -> None:
    """Abuse case 23, for these: no guessing."""
    statuses = [client.get(f"/reviews/stop/{number:026}").status_code for number in range(31)]
    assert statuses == [404] * 30 + [429]


@pytest.mark.settings(base_url="https://training.example.org/a/rather/long/prefix/under/which/the/site/is/mounted")
def test_mail_programs_can_offer_a_button(app: Flask, alice: FlaskClient, later: Later, tmp_path: Path) -> None:
    start(alice)
    with later(3):
        work(app)
    [file] = [path for path in (tmp_path / "mail").glob("*.eml") if b"Five questions" in path.read_bytes()]
    with app.app_context():
        key = db.session.scalars(select(ReviewPlan.stop_key)).one()
    lines = file.read_bytes().split(b"\r\n")
    base = app.extensions["lms.settings"].base_url
    assert f"List-Unsubscribe: <{base}/reviews/stop/{key}>".encode() in lines, "whole, on one line"
    assert b"List-Unsubscribe-Post: List-Unsubscribe=One-Click" in lines
    assert max(map(len, lines)) <= 998
    assert b"".join(lines).isascii()


def test_without_https_the_button_leads_to_the_page(
    app: Flask, alice: FlaskClient, later: Later, tmp_path: Path
) -> None:
    start(alice)
    with later(3):
        work(app)
    [message] = mails(tmp_path)
    assert message["List-Unsubscribe"] is not None
    assert message["List-Unsubscribe-Post"] is None


def test_the_worker_looks_for_reviews(app: Flask) -> None:
    """The timer is there; what it does is tested above."""
    due = [
        task.name for task in job_queue.of(app).huey.read_periodic(now() + timedelta(minutes=10 - now().minute % 10))
    ]
    assert "mail_reviews" in due


def test_looking_costs_one_statement_while_nothing_is_due(app: Flask, alice: FlaskClient) -> None:
    start(alice)
    with statements(app) as sent, app.app_context():
        jobs.mail_due()
    assert len(sent) == 1
