"""Codes from an authenticator app, and recovery codes."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from flask.testing import FlaskClient
from passlib.totp import TOTP

from .conftest import Mailbox, Stored, is_signed_in, register, send, sign_in

NewClient = Callable[[], FlaskClient]
START = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(START, tick=False) as traveller:
        yield traveller


class App:
    """An authenticator app."""

    def __init__(self, page: str) -> None:
        key = re.search(r"<code>([A-Z2-7-]+)</code>", page)
        assert key, page
        self.totp = TOTP(key=key[1].replace("-", ""))

    def code(self) -> str:
        return str(self.totp.generate().token)


def set_up(client: FlaskClient) -> App:
    """Turn codes on for the signed-in person."""
    page = send(client, "/account/authenticator", setup="authenticator").text
    app = App(page)
    action = re.search(r'action="(/account/authenticator/[^"]+)"', page)
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
    assert action
    assert token
    answer = client.post(action[1], data={"csrf_token": token[1], "code": app.code()})
    assert answer.location == "/account"
    return app


def test_a_code_is_asked_for_before_anything_else(
    client: FlaskClient, new_client: NewClient, clock: time_machine.Traveller, mailbox: Mailbox
) -> None:
    """Abuse case 47: between password and code no page opens, whatever its address."""
    register(client)
    app = set_up(client)
    assert "Codes from an authenticator app" in mailbox.text("ada@example.org")

    other = new_client()
    assert sign_in(other).location.startswith("/sign-in/code")
    for address in (
        "/account",
        "/training",
        "/account/data",
        "/account/authenticator",
        "/account/recovery-codes",
        "/account/passkeys",
        "/account/password",
        "/account/confirm-it-is-you",
    ):
        answer = other.get(address)
        assert answer.status_code in {302, 303}, address
        assert answer.location.startswith("/sign-in"), address
    sign_in(other)
    assert send(other, "/sign-in/code", code="000000").status_code == 200
    clock.shift(timedelta(seconds=30))
    answer = send(other, "/sign-in/code", code=f"{app.code()[:3]} {app.code()[3:]}")
    assert answer.location == "/training"
    assert is_signed_in(other)


def test_the_page_that_was_wanted_comes_after_the_code(
    client: FlaskClient, new_client: NewClient, clock: time_machine.Traveller
) -> None:
    register(client)
    app = set_up(client)
    clock.shift(timedelta(seconds=30))
    other = new_client()
    step = send(other, "/sign-in", email="ada@example.org", password="four unrelated harbour words", next="/resources")
    assert send(other, step.location, code=app.code()).location == "/resources"


def test_a_code_is_accepted_once(client: FlaskClient, new_client: NewClient, clock: time_machine.Traveller) -> None:
    """Abuse case 47: a code that someone looked at over the shoulder is worthless."""
    register(client)
    app = set_up(client)
    clock.shift(timedelta(seconds=30))
    first, second = new_client(), new_client()
    sign_in(first)
    sign_in(second)
    assert send(first, "/sign-in/code", code=app.code()).status_code == 302
    assert send(second, "/sign-in/code", code=app.code()).status_code == 200
    assert not is_signed_in(second)


def test_guessing_codes_is_limited_for_the_account(
    client: FlaskClient, new_client: NewClient, clock: time_machine.Traveller
) -> None:
    """Abuse case 42: codes and recovery codes share one limit, in however many browsers."""
    register(client)
    set_up(client)
    for number in range(5):
        other = new_client()
        sign_in(other)
        assert send(other, "/sign-in/code", code=f"00000{number}").status_code == 200
        assert send(other, "/sign-in/recovery-code", code=f"00000{number}").status_code == 200
    other = new_client()
    sign_in(other)
    assert send(other, "/sign-in/recovery-code", code="000000").status_code == 429


def test_recovery_codes_are_shown_once_and_work_once(
    client: FlaskClient, new_client: NewClient, stored: Stored, clock: time_machine.Traveller
) -> None:
    """Abuse case 47: single use, and only digests are kept."""
    register(client)
    set_up(client)
    page = send(client, "/account/recovery-codes", generate_new_codes="1").text
    codes = re.findall(r"<code>([0-9a-f-]+)</code>", page)
    assert len(codes) == len(set(codes)) == 8
    assert codes[0] not in client.get("/account/recovery-codes?show_codes=1").text
    kept = stored.person().mf_recovery_codes
    assert kept is not None
    assert not set(kept) & set(codes)

    first, second = new_client(), new_client()
    sign_in(first)
    assert send(first, "/sign-in/recovery-code", code=codes[0].upper().replace("-", " ")).location == "/training"
    assert is_signed_in(first)
    sign_in(second)
    answer = send(second, "/sign-in/recovery-code", code=codes[0])
    assert "not right, or was used before" in answer.text
    assert not is_signed_in(second)
    assert len(stored.person().mf_recovery_codes or []) == 7


def test_the_help_page_leads_to_recovery_codes(client: FlaskClient) -> None:
    assert client.get("/sign-in/code/help").location == "/sign-in/recovery-code"


def test_turning_codes_off(client: FlaskClient, new_client: NewClient, stored: Stored, mailbox: Mailbox) -> None:
    register(client)
    set_up(client)
    send(client, "/account/recovery-codes", generate_new_codes="1")
    assert send(client, "/account/authenticator", setup="disable").location == "/account"
    person = stored.person()
    assert (person.tf_totp_secret, person.tf_primary_method, person.mf_recovery_codes) == (None, None, None)
    assert "no longer asked for" in mailbox.text("ada@example.org")
    other = new_client()
    assert sign_in(other).location == "/training"


def test_other_kinds_of_code_are_not_offered(client: FlaskClient, stored: Stored) -> None:
    register(client)
    for kind in ("email", "sms", "made up"):
        assert send(client, "/account/authenticator", setup=kind).status_code == 200
    assert stored.person().tf_primary_method is None
