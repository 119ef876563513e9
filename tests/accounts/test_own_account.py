"""One's own account: details, data, deletion, and what a host application may do."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms.accounts import queries, services, sign_ins
from lms.accounts.models import Person, SignIn
from lms.accounts.signals import person_erased, person_exported
from lms.core.audit import AuditEvent
from lms.core.db import db
from lms.core.errors import NotFound, Refused
from lms.core.unit_of_work import unit_of_work
from lms.web.policy import Policy

from .conftest import PASSWORD, Mailbox, Stored, is_signed_in, register, send

NewClient = Callable[[], FlaskClient]


@pytest.fixture
def session(app: Flask) -> Iterator[Session]:
    """A unit of work, for services without a browser."""
    with app.app_context(), unit_of_work() as session:
        yield session


def test_changing_the_details(client: FlaskClient, stored: Stored) -> None:
    register(client)
    answer = send(
        client,
        "/account/profile",
        name="  Ada   Lovelace ",
        phone="+44 20 7946 0000",
        practice_setting="Academia",
    )
    assert answer.location == "/account"
    page = client.get("/account").text
    assert "Ada Lovelace" in page
    assert "+44 20 7946 0000" in page
    assert stored.person().practice_setting == "Academia"


def test_a_name_that_cannot_be_printed_is_refused(client: FlaskClient) -> None:
    register(client)
    answer = send(client, "/account/profile", name="Ada\u2066", phone="2255550123")
    assert answer.status_code == 200
    assert "<title>Error: " in answer.text


def test_download_my_data(client: FlaskClient) -> None:
    register(client)

    def add(person: Person, *, session: Session, parts: dict[str, object]) -> None:
        parts["elsewhere"] = {"of": person.id}

    with person_exported.connected_to(add):
        answer = client.get("/account/data")
    assert "attachment" in answer.headers["Content-Disposition"]
    parts = json.loads(answer.text)
    assert parts["account"]["email"] == "ada@example.org"
    assert parts["elsewhere"] == {"of": parts["account"]["id"]}
    assert len(parts["sign_ins"]) == 1
    assert "argon2" not in answer.text


def test_deleting_the_account(client: FlaskClient, new_client: NewClient, stored: Stored, mailbox: Mailbox) -> None:
    """Abuse case 40: cookies of a deleted person are dead."""
    register(client)
    other = new_client()
    send(other, "/sign-in", email="ada@example.org", password=PASSWORD)
    told: list[int] = []

    def hear(person: Person, *, session: Session) -> None:
        told.append(person.id)

    assert "What stays, without you" in client.get("/account/delete").text
    assert "This is not your password." in send(client, "/account/delete", password="a guess").text
    with person_erased.connected_to(hear):
        assert send(client, "/account/delete", password=PASSWORD).location == "/"
    assert len(told) == 1
    assert not is_signed_in(client)
    assert not is_signed_in(other)
    assert stored.one(select(func.count(Person.id))) == 0
    assert stored.one(select(func.count(SignIn.key))) == 0
    event = stored.one(select(AuditEvent).where(AuditEvent.action == "person.erased"))
    assert "ada" not in json.dumps(event.detail)
    assert "Your account was deleted" in mailbox.text("ada@example.org")


def test_deleting_without_the_token_or_the_password_changes_nothing(client: FlaskClient, stored: Stored) -> None:
    """Abuse case 48."""
    register(client)
    assert client.post("/account/delete", data={"password": PASSWORD}).status_code == 400
    assert client.post("/account/sign-out-everywhere").status_code == 400
    assert client.post("/sign-out").status_code == 400
    send(client, "/account/delete")
    assert stored.one(select(func.count(Person.id))) == 1
    assert is_signed_in(client)


@pytest.mark.parametrize("address", ["/account", "/account/profile", "/account/data", "/account/delete"])
def test_visitors_are_asked_to_sign_in(client: FlaskClient, address: str) -> None:
    answer = client.get(address)
    assert answer.location == f"/sign-in?next={address}"


def test_a_sign_in_ends_after_two_weeks(client: FlaskClient) -> None:
    register(client)
    with time_machine.travel(queries.SIGN_IN_LASTS + timedelta(minutes=1), tick=False):
        assert not is_signed_in(client)


def test_who_a_host_vouches_for_gets_one_account(session: Session) -> None:
    one = services.sign_in_from_host(session, identity="staff-7", email="Ada@Example.org", name="Ada")
    again = services.sign_in_from_host(session, identity="staff-7", email="new@example.org", name="Other")
    assert one is again
    assert (one.email, one.name, one.password) == ("ada@example.org", "Ada", None)
    assert not queries.email_is_confirmed(one), "an untrusted host's word confirms no address"


def test_a_host_takes_over_no_account_unless_it_is_trusted(session: Session) -> None:
    """Abuse case 45: an unverified address does not link to an account that exists."""
    owner = services.new_person(name="Ada", email="ada@example.org")
    session.add(owner)
    stranger = services.sign_in_from_host(session, identity="x", email="ada@example.org", name="Ada")
    assert stranger is not owner
    assert not queries.has_mailbox(stranger)
    assert not queries.email_is_confirmed(stranger)
    linked = services.sign_in_from_host(session, identity="y", email="ada@example.org", name="Ada", link_by_email=True)
    assert linked is owner
    assert queries.email_is_confirmed(owner)
    third = services.sign_in_from_host(session, identity="z", email="ada@example.org", name="A", link_by_email=True)
    assert third is not owner, "an account that belongs to one identity is not given to another"


def test_a_host_signs_in_no_suspended_person(session: Session) -> None:
    """Abuse case 8."""
    person = services.sign_in_from_host(session, identity="x", email="", name="")
    services.suspend(session, person=person, actor_id=None)
    with pytest.raises(Refused):
        services.sign_in_from_host(session, identity="x", email="", name="")


def test_starting_a_sign_in_for_a_host(app: Flask) -> None:
    @app.get("/from-host")
    def from_host() -> str:
        with unit_of_work() as session:
            person = services.sign_in_from_host(session, identity="x", email="ada@example.org", name="Ada")
            sign_ins.start_sign_in(person)
        return ""

    app.extensions["lms.policy"][0]["from_host"] = Policy.PUBLIC
    client = app.test_client()
    client.checks_pages = False  # type: ignore[attr-defined]
    client.get("/from-host")
    page = client.get("/account").text
    assert "Ada" in page
    assert "Not set" in page
    assert send(client, "/account/delete").location == "/", "there is no password to ask for"


def test_the_person_with_an_id(session: Session) -> None:
    person = services.new_person(name="Ada", email="ada@example.org")
    session.add(person)
    session.flush()
    assert queries.access_person(session, person.id) is person
    with pytest.raises(NotFound):
        queries.access_person(session, 999_999)


def test_roles_are_recorded(session: Session) -> None:
    person = services.new_person(name="Ada", email="ada@example.org")
    session.add(person)
    session.flush()
    assert services.grant_role(session, person=person, role="admin", actor_id=None)
    assert not services.grant_role(session, person=person, role="admin", actor_id=None)
    services.revoke_role(session, person=person, role="admin", actor_id=None)
    session.flush()
    actions = [event.action for event in db.session.scalars(select(AuditEvent).order_by(AuditEvent.id))]
    assert actions == ["role.granted", "role.revoked"]
