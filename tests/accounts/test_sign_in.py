"""Signing in and out: sign-ins live on the server, and their cookies die with them."""

from __future__ import annotations

import re
import statistics
import time
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, select, update
from werkzeug.test import TestResponse

from lms.accounts import services
from lms.accounts.models import Person, SignIn
from lms.core.db import db
from tests.support.people import People

from .conftest import PASSWORD, Mailbox, Stored, is_signed_in, register, send, sign_in

NewClient = Callable[[], FlaskClient]


@pytest.fixture
def ada(new_client: NewClient) -> FlaskClient:
    """A person with a password, signed in."""
    client = new_client()
    register(client)
    return client


def test_signing_in_and_out(ada: FlaskClient, client: FlaskClient, stored: Stored) -> None:
    answer = sign_in(client, "ADA@example.org")
    assert (answer.status_code, answer.location) == (302, "/training")
    assert is_signed_in(client)
    answer = send(client, "/sign-out", page="/account")
    assert (answer.status_code, answer.location) == (302, "/")
    assert not is_signed_in(client)
    assert is_signed_in(ada), "another browser stays signed in"
    assert [row.ended_at is not None for row in stored.all(select(SignIn).order_by(SignIn.started_at))] == [
        False,
        True,
    ]


def test_wrong_password_unknown_address_and_suspended_answer_alike(
    ada: FlaskClient, client: FlaskClient, people: People
) -> None:
    """Abuse case 41: the page for a failed sign-in is the same, whatever the reason."""
    people.make("mallory", active=False)
    answers = [
        sign_in(client, "ada@example.org", "not the right one"),
        sign_in(client, "nobody@example.org", "not the right one"),
        sign_in(client, "mallory@example.org", "not the right one"),
    ]
    pages = {answer.text.replace(name, "x") for answer, name in zip(answers, ("ada", "nobody", "mallory"), strict=True)}
    assert {answer.status_code for answer in answers} == {200}
    assert len({re.sub(r'value="[^"]{40,}"', "", page) for page in pages}) == 1
    assert "The email address or the password is not right." in answers[0].text


@pytest.mark.parametrize("address", ["/sign-in", "/reset-password", "/confirm-email"])
def test_the_time_of_an_answer_does_not_tell_who_has_an_account(
    ada: FlaskClient, new_client: NewClient, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Abuse case 41: known and unknown addresses take the same work. The bound is wide, for a busy machine."""
    monkeypatch.setattr("lms.accounts.throttle.LIMITS", {})
    client = new_client()
    times: dict[str, list[float]] = {"ada@example.org": [], "eve@example.org": []}
    for _ in range(6):
        for email, taken in times.items():
            fields = {"email": email} | ({"password": "not the right one"} if address == "/sign-in" else {})
            started = time.perf_counter()
            send(client, address, **fields)
            taken.append(time.perf_counter() - started)
    known, unknown = (statistics.median(taken[1:]) for taken in times.values())
    assert abs(known - unknown) < 0.5 * max(known, unknown)


def test_a_new_session_and_a_new_form_token_at_every_sign_in(ada: FlaskClient, client: FlaskClient) -> None:
    """Abuse case 39: what the browser carried before signing in is worth nothing afterwards."""
    client.get("/sign-in")
    with client.session_transaction() as before:
        before["planted"] = "by a stranger"
        token = before["csrf_token"]
    sign_in(client)
    with client.session_transaction() as first:
        assert "planted" not in first
        assert first.get("csrf_token") != token
        key = first["_user_id"]
        assert first.permanent
    send(client, "/sign-out", page="/account")
    sign_in(client)
    with client.session_transaction() as second:
        assert second["_user_id"] != key


def _cookie(client: FlaskClient) -> str:
    cookie = client.get_cookie("lms_session")
    assert cookie
    return str(cookie.value)


def _with_cookie(new_client: NewClient, value: str) -> FlaskClient:
    client = new_client()
    client.set_cookie("lms_session", value)
    return client


def test_a_copied_cookie_dies_with_the_sign_out(ada: FlaskClient, new_client: NewClient) -> None:
    """Abuse case 40: signing out ends the sign-in on the server, too."""
    thief = _with_cookie(new_client, _cookie(ada))
    assert is_signed_in(thief)
    send(ada, "/sign-out", page="/account")
    assert not is_signed_in(thief)


def test_sign_out_everywhere(ada: FlaskClient, new_client: NewClient) -> None:
    """Abuse case 40: every browser is out at its next request, this one included."""
    other = new_client()
    sign_in(other)
    answer = send(ada, "/account/sign-out-everywhere", page="/account")
    assert answer.location == "/sign-in"
    assert not is_signed_in(ada)
    assert not is_signed_in(other)


def test_a_password_change_keeps_this_browser_only(ada: FlaskClient, new_client: NewClient, mailbox: Mailbox) -> None:
    """Abuse case 40: a new password ends all other sign-ins, and the old cookie of this browser."""
    other, before = new_client(), _cookie(ada)
    sign_in(other)
    answer = send(ada, "/account/password", password=PASSWORD, new_password="an entirely new sentence")
    assert answer.location == "/account"
    assert is_signed_in(ada)
    assert not is_signed_in(other)
    assert not is_signed_in(_with_cookie(new_client, before))
    assert "The password of your account was changed" in mailbox.text("ada@example.org")
    assert sign_in(new_client(), password=PASSWORD).status_code == 200
    assert sign_in(new_client(), password="an entirely new sentence").status_code == 302


def test_the_present_password_is_needed_for_a_new_one(ada: FlaskClient) -> None:
    answer = send(ada, "/account/password", password="a guess", new_password="an entirely new sentence")
    assert "This is not your present password." in answer.text


def test_a_suspended_person_is_refused_at_once(
    ada: FlaskClient, stored: Stored, client: FlaskClient, mailbox: Mailbox
) -> None:
    """Abuse case 8: open sign-ins, the password and links sent by mail are all refused."""
    send(client, "/reset-password", email="ada@example.org")
    link = mailbox.link("ada@example.org", "reset-password")
    stored.change(
        lambda session: services.suspend(session, person=session.scalars(select(Person)).one(), actor_id=None)
    )
    assert not is_signed_in(ada)
    assert sign_in(client).status_code == 200
    assert client.get(link).location == "/reset-password"
    sent = len(mailbox.to("ada@example.org"))
    send(client, "/reset-password", email="ada@example.org")
    assert len(mailbox.to("ada@example.org")) == sent


def test_clearing_the_active_mark_alone_is_enough(ada: FlaskClient, stored: Stored) -> None:
    """Abuse case 8: whoever sets the mark, the next request is refused."""
    stored.change(lambda session: session.execute(update(Person).values(active=False)))
    assert not is_signed_in(ada)


def test_ten_tries_for_an_account(ada: FlaskClient, new_client: NewClient) -> None:
    """Abuse case 42: guessing stops, from whatever address it claims to come."""
    for number in range(10):
        answer = sign_in_from(new_client(), f"198.51.100.{number}")
        assert answer.status_code == 200
    answer = sign_in_from(new_client(), "203.0.113.9")
    assert answer.status_code == 429
    assert "Too many tries" in answer.text
    assert sign_in(new_client()).status_code == 429, "the right password does not help while guessing goes on"
    assert sign_in(new_client(), "other@example.org").status_code == 200


def sign_in_from(client: FlaskClient, claimed: str) -> TestResponse:
    client.environ_base["HTTP_X_FORWARDED_FOR"] = claimed
    return sign_in(client, password="a guess")


def test_sixty_tries_from_an_address(new_client: NewClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """Abuse case 42: nor can many accounts be tried from one place, with a new X-Forwarded-For for each try."""
    monkeypatch.setattr("flask_security.forms.hash_password", lambda _password: "")  # time, not the subject here
    client = new_client()
    answers = []
    for number in range(61):
        client.environ_base["HTTP_X_FORWARDED_FOR"] = f"198.51.100.{number}"
        answers.append(sign_in(client, f"person{number}@example.org", "a guess").status_code)
    assert answers == [200] * 60 + [429]


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example/",
        "//evil.example",
        "///evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "/\t/evil.example",
        "javascript:alert(1)",
        "http:evil.example",
        "https:///evil.example",
        "http://localhost@evil.example/",
        "/\r\nSet-Cookie: a=b",
        "%2F%2Fevil.example",
        "evil.example",
    ],
)
def test_next_stays_on_this_site(ada: FlaskClient, new_client: NewClient, target: str) -> None:
    """Abuse case 44: in the form, in the address, at sign-in and at registration."""
    client = new_client()
    in_form = send(client, "/sign-in", email="ada@example.org", password=PASSWORD, next=target)
    assert in_form.location == "/training"
    signed_in_already = client.get("/sign-in", query_string={"next": target})
    assert signed_in_already.location == "/training"
    assert register(new_client(), "grace@example.org", next=target).location == "/courses/mtm"


def test_one_statement_says_who_is_signed_in(app: Flask, people: People) -> None:
    """The sign-in, the person and their roles come in one statement."""
    client = people.client("alice", roles=("admin", "instructor"))
    statements: list[str] = []
    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", lambda *call: statements.append(call[2]))
    client.get("/account/confirm-it-is-you")
    reads = [text for text in statements if text.startswith("SELECT") and "FROM passkey" not in text]
    assert len(reads) == 1, statements
    assert "role" in reads[0]
