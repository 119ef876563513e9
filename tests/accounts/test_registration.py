"""Registering: four details, signed in at once, and nothing that tells who has an account already."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from lms.accounts import setup
from lms.accounts.models import Person, Role, SignIn

from .conftest import PASSWORD, Mailbox, Stored, is_signed_in, register, send

NewClient = Callable[[], FlaskClient]


def test_a_newcomer_is_signed_in_and_goes_on_to_the_course(client: FlaskClient, stored: Stored) -> None:
    answer = register(client, "Ada@Example.ORG")

    assert (answer.status_code, answer.location) == (302, "/courses/mtm")
    assert is_signed_in(client)
    person = stored.person()
    assert (person.name, person.email, person.phone) == ("Ada Byron", "ada@example.org", "+12255550123")
    assert person.confirmed_at is None
    assert person.password is not None
    assert person.password.startswith("$argon2id$")


def test_a_newcomer_goes_on_to_the_page_that_was_wanted(client: FlaskClient) -> None:
    assert register(client, next="/resources").location == "/resources"


def test_the_optional_details_are_kept_when_given(client: FlaskClient, stored: Stored) -> None:
    register(client, credentials="PharmD", license_state="LA", city=" Baton  Rouge ")
    person = stored.person()
    assert (person.credentials, person.license_state, person.employer) == ("PharmD", "LA", None)


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("name", "", "Enter your name."),
        ("name", "Ada\u202enoryB", "marks that change the writing direction"),
        ("email", "ada at example", "Enter an email address like"),
        ("password", "short", "at least 10 characters"),
        ("password", "password1234", "among the first that others would guess"),
        ("password", "ada-byron-ada", "mostly your name or email address"),
        ("phone", "12", "Enter a telephone number like"),
        ("phone", "", "Enter your telephone number."),
        ("license_state", "XX", "Not a valid choice"),
    ],
)
def test_what_is_missing_or_wrong_is_said_and_the_rest_is_kept(
    client: FlaskClient, stored: Stored, field: str, value: str, message: str
) -> None:
    answer = register(client, **{field: value})
    assert answer.status_code == 200
    assert message in answer.text
    assert "<title>Error: " in answer.text
    assert PASSWORD not in answer.text
    assert stored.one(select(func.count(Person.id))) == 0


def test_a_taken_address_answers_like_a_new_one_and_its_owner_is_told(
    client: FlaskClient, new_client: NewClient, mailbox: Mailbox, stored: Stored
) -> None:
    """Abuse case 41: signing up tells nobody whether an address has an account."""
    stranger = new_client()
    first = register(client)
    second = register(stranger, name="Someone Else", password="quite another set of words")

    assert (second.status_code, second.location, second.data) == (
        first.status_code,
        first.location,
        first.data,
    )
    assert not is_signed_in(stranger)
    assert stored.one(select(func.count(Person.id))) == 1
    assert stored.one(select(Person.name)) == "Ada Byron"
    text = mailbox.text("ada@example.org")
    assert "There is an account for it already" in text
    assert "Someone Else" not in text


def test_a_taken_address_with_another_fault_is_told_the_fault_only(client: FlaskClient, new_client: NewClient) -> None:
    """Abuse case 41: nor does a form that has to be corrected."""
    register(client)
    answer = register(new_client(), phone="")
    assert "Enter your telephone number." in answer.text
    assert "account" not in answer.text.partition("<main")[2].partition("Registered before?")[0].lower()


def test_fields_that_the_form_does_not_have_change_nothing(client: FlaskClient, stored: Stored) -> None:
    """Abuse case 6: roles, ids and states cannot be sent along."""
    stored.change(lambda session: session.add(Role(name="admin")))
    names = [column.key for column in Person.__table__.columns]
    extra = {name: "1" for name in names if name not in {"name", "email", "password", "phone", "license_state"}}
    extra.pop("practice_setting")
    register(client, **extra, roles="admin", is_admin="1", role="admin")

    person = stored.person()
    assert person.roles == []
    assert person.confirmed_at is None
    assert person.host_identity is None
    assert person.tf_primary_method is None
    assert len(person.fs_uniquifier) > 20

    send(
        client,
        "/account/profile",
        name="Ada B",
        phone="225 555 0123",
        email="x@example.org",
        **(extra | {"active": ""}),
    )
    person = stored.person()
    assert (person.name, person.email, person.active, person.roles) == ("Ada B", "ada@example.org", True, [])


def test_a_form_without_its_token_is_refused(client: FlaskClient, stored: Stored) -> None:
    """Abuse case 48: no token, another session's token, and JSON in disguise."""
    fields = {"name": "Ada", "email": "ada@example.org", "password": PASSWORD, "phone": "2255550123"}
    assert client.post("/register", data=fields).status_code == 400
    assert client.post("/register", data={**fields, "csrf_token": "made up"}).status_code == 400
    assert client.post("/register", json=fields).status_code in {400, 415}
    assert client.post("/register", data="{}", content_type="text/plain").status_code == 400
    assert stored.one(select(func.count(Person.id))) == 0


def test_json_is_refused_even_with_a_token(client: FlaskClient) -> None:
    """Abuse case 48: the forms are the only way in."""
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', client.get("/sign-in").text)
    assert token
    answer = client.post("/sign-in", json={"email": "a@b.example"}, headers={"X-CSRFToken": token[1]})
    assert answer.status_code == 415


def test_two_requests_that_register_one_address_make_one_account(
    client: FlaskClient, new_client: NewClient, stored: Stored, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second passes the form's check before the first is stored, and is then answered like any taken address."""
    register(client)
    real, blind = setup.People.find_user, [True]

    def sees_nobody_once(self: setup.People, **query: object) -> Person | None:
        if blind and "email" in query:
            blind.clear()
            return None
        found: Person | None = real(self, **query)
        return found

    monkeypatch.setattr(setup.People, "find_user", sees_nobody_once)
    late = new_client()
    answer = register(late)
    assert (answer.status_code, answer.location) == (302, "/courses/mtm")
    assert not is_signed_in(late)
    assert stored.one(select(func.count(Person.id))) == 1
    assert stored.one(select(func.count(SignIn.key))) == 1
