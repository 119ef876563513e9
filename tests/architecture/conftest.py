"""One site with everything in it that an address can name, and one browser for each kind of person."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from lms.accounts.models import Person
from lms.app import create_app
from lms.assessment.models import Attempt
from lms.assistance import services as assistance
from lms.calculators import services as calculators
from lms.calculators.domain import defaults, formulas
from lms.certificates import services as certificates
from lms.checkout import services as checkout
from lms.core.db import db
from lms.core.settings import Settings
from lms.core.unit_of_work import unit_of_work
from lms.releases.queries import current
from lms.reviews import services as reviews
from lms.reviews.models import Review, ReviewPlan
from tests.support import cases, journey
from tests.support.hygiene import PageCheckingClient
from tests.support.people import People

#: Alice owns what the addresses name. Bob learns the same course; Carol has an account and no course.
KINDS = ("visitor", "suspended", "alice", "bob", "carol", "instructor", "admin")
FINISHED = "1-the-why"


@dataclass(frozen=True)
class Browser:
    """What a person's browser keeps: the cookie, and the token that the site's forms carry."""

    cookie: str
    token: str


@dataclass(frozen=True)
class Site:
    """The running site, its people's browsers, and Alice's things by the names that routes use."""

    app: Flask
    database: Path
    browsers: dict[str, Browser]
    names: dict[str, str]

    def ask(
        self,
        kind: str,
        method: str,
        address: str,
        *,
        fields: dict[str, str] | None = None,
        headers: dict[str, str] | None = None,
        environ: dict[str, str] | None = None,
    ) -> TestResponse:
        """One request as that kind of person makes it, with a valid form token where it can change something."""
        browser = self.browsers[kind]
        client = FlaskClient(self.app, self.app.response_class)
        client.set_cookie("lms_session", browser.cookie)
        data = {"csrf_token": browser.token, **(fields or {})} if method not in {"GET", "HEAD", "OPTIONS"} else None
        return client.open(address, method=method, data=data, headers=headers, environ_overrides=environ or {})

    def restore(self) -> None:
        """Undo whatever requests have changed since the site was made."""
        with self.app.app_context():
            db.session.remove()
            db.engine.dispose()
        for leftover in self.database.parent.glob(f"{self.database.name}-*"):
            leftover.unlink()
        shutil.copy(self.database.with_suffix(".kept"), self.database)


@pytest.fixture(scope="module")
def furnished(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Site:
    folder = tmp_path_factory.mktemp("site")
    database = folder / "lms.sqlite3"
    shutil.copy(sqlite_template, database)
    app = create_app(
        Settings(data_dir=folder, database_url=f"sqlite:///{database}", mail_url=f"folder:{folder / 'mail'}")
    )
    app.config["TESTING"] = True
    app.test_client_class = PageCheckingClient
    people = People(app)
    clients = {"visitor": app.test_client()}
    for kind in KINDS[1:]:
        roles = (kind,) if kind in {"admin", "instructor"} else ()
        clients[kind] = people.client(kind, roles=roles, enrolled=kind in {"alice", "bob", "suspended"})
    names = alices_things(app, people, clients["alice"])
    browsers = {}
    for kind, client in clients.items():
        found = journey.token(client)
        cookie = client.get_cookie("lms_session")
        assert cookie is not None
        browsers[kind] = Browser(cookie.value, found)
    suspend(app, people.ids["suspended"])
    with app.app_context():
        db.session.remove()
        db.engine.dispose()
    shutil.copy(database, database.with_suffix(".kept"))
    return Site(app, database, browsers, names)


@pytest.fixture
def site(furnished: Site) -> Site:
    """The furnished site, as it was made, whatever the test before did to it."""
    furnished.restore()
    return furnished


def alices_things(app: Flask, people: People, alice: FlaskClient) -> dict[str, str]:
    """An order, a graded attempt, a finished case, a certificate, a review that is ready, and a request for assistance,
    all Alice's."""
    person_id = people.ids["alice"]
    case = cases.publish_case(app)
    run = cases.start(alice)
    cases.go_through(alice, case, run)
    journey.finish(app, person_id)
    settings = app.extensions["lms.settings"]
    with app.app_context(), unit_of_work() as session:
        _release, course = current(session, journey.COURSE)
        order = checkout.start_order(session, person_id=person_id, course=course).public_id
        code = certificates.issue_certificate(session, person_id=person_id, course=course.slug, settings=settings).code
        request = assistance.ask(
            session, name="Alice", email=None, phone=None, organization=None, topic="mtm", topic_label="MTM",
            message="Hello", person_id=person_id, inbox="",
        )  # fmt: skip
        reference = request.reference
        formula = formulas()["delegation-savings"]
        scenario = calculators.save_scenario(
            session, person_id=person_id, formula=formula, inputs=defaults(formula), name="Alice's"
        ).public_id
        reviews.start_reviews(session, person_id=person_id, course=course.slug)
        plan = session.scalars(select(ReviewPlan)).one()
        first = session.scalars(select(Review).order_by(Review.due_at).limit(1)).one()
        first.due_at = plan.started_at
        review, stop_key = first.public_id, plan.stop_key
    with app.app_context():
        attempt = db.session.scalars(
            select(Attempt).where(Attempt.person_id == person_id, Attempt.quiz == FINISHED)
        ).one()
        lesson = course.module(FINISHED).lessons[0]
        return {
            "course": course.slug,
            "module": FINISHED,
            "lesson": lesson.key,
            "attempt": attempt.public_id,
            "item": attempt.items[0],
            "check": lesson.checks[0],
            "order": order,
            "review": review,
            "stop": stop_key,
            "code": code,
            "reference": reference,
            "name": formula.name,
            "scenario": scenario,
            "case": case.key,
            "run": run.rpartition("/")[2],
            "aid": "mtm-codes",
            "token": "made-up-token",
            "filename": "favicon.svg",
        }


def suspend(app: Flask, person_id: int) -> None:
    with app.app_context(), unit_of_work() as session:
        session.get_one(Person, person_id).active = False
