"""Links sent by mail: confirming, resetting, changing the address."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.accounts.models import Passkey, Person
from lms.core.clock import now
from lms.core.outbox import OutboxMessage

from .conftest import Mailbox, Stored, is_signed_in, register, send, sign_in

NewClient = Callable[[], FlaskClient]
ADA = "ada@example.org"
NEW = "an entirely new sentence"


def test_confirming_the_address(client: FlaskClient, stored: Stored, mailbox: Mailbox) -> None:
    register(client)
    assert "not confirmed yet" in client.get("/account").text
    assert client.get(mailbox.link(ADA, "confirm-email")).location == "/account"
    assert stored.person().confirmed_at is not None
    assert "not confirmed yet" not in client.get("/account").text


def test_a_confirmation_link_works_in_another_browser_without_signing_it_in(
    client: FlaskClient, new_client: NewClient, stored: Stored, mailbox: Mailbox
) -> None:
    register(client)
    other = new_client()
    other.get(mailbox.link(ADA, "confirm-email"))
    assert stored.person().confirmed_at is not None
    assert not is_signed_in(other)


def test_a_new_confirmation_link_from_the_account_page(client: FlaskClient, mailbox: Mailbox) -> None:
    register(client)
    send(client, "/account/confirmation", page="/account")
    assert len(mailbox.to(ADA)) == 2
    assert "open this link within 7 days" in mailbox.text(ADA)


def test_a_made_up_confirmation_link_says_what_to_do(client: FlaskClient) -> None:
    answer = client.get("/confirm-email/made-up", follow_redirects=True)
    assert "This link is no longer valid" in answer.text


@pytest.mark.parametrize("address", ["/reset-password", "/confirm-email"])
def test_asking_for_a_link_tells_nobody_whether_there_is_an_account(
    client: FlaskClient, new_client: NewClient, mailbox: Mailbox, stored: Stored, address: str
) -> None:
    """Abuse case 41: same status and page; an unknown address costs a message that is never sent."""
    register(new_client())
    known = send(client, address, email=ADA)
    unknown = send(client, address, email="eve@example.org")
    assert known.status_code == unknown.status_code == 200
    assert _bare(known.text).replace("ada@", "eve@") == _bare(unknown.text)
    kinds = [message.kind for message in stored.all(select(OutboxMessage).order_by(OutboxMessage.id))]
    assert kinds == ["mail", "mail", "mail_to_nobody"]
    assert mailbox.to("eve@example.org") == []


def _bare(html: str) -> str:
    return "\n".join(line for line in html.splitlines() if "csrf_token" not in line)


def test_a_reset_link_works_once_and_ends_every_sign_in(
    client: FlaskClient, new_client: NewClient, mailbox: Mailbox
) -> None:
    """Abuse case 43: single use."""
    register(client)
    visitor = new_client()
    send(visitor, "/reset-password", email=ADA)
    link = mailbox.link(ADA, "reset-password")
    assert send(visitor, link, password="short").status_code == 200
    assert send(visitor, link, password=NEW).location == "/sign-in"
    assert visitor.get(link).location == "/reset-password"
    assert not is_signed_in(client)
    assert sign_in(visitor, password=NEW).status_code == 302
    assert "A new password was set" in mailbox.text(ADA)


def test_an_older_reset_link_dies_with_the_use_of_a_newer_one(client: FlaskClient, mailbox: Mailbox) -> None:
    """Abuse case 43: all pending links die."""
    register(client)
    send(client, "/sign-out", page="/account")
    send(client, "/reset-password", email=ADA)
    older = mailbox.link(ADA, "reset-password")
    send(client, "/reset-password", email=ADA)
    send(client, mailbox.link(ADA, "reset-password"), password=NEW)
    assert client.get(older).location == "/reset-password"


def test_links_are_never_built_from_the_host_header(client: FlaskClient, mailbox: Mailbox) -> None:
    """Abuse case 43: a forged Host or X-Forwarded-Host changes no link."""
    register(client)
    client.post("/reset-password", headers={"Host": "evil.example"})
    page = client.get("/reset-password").text
    token = page.partition('name="csrf_token"')[2].partition('value="')[2].partition('"')[0]
    client.post(
        "/reset-password",
        data={"csrf_token": token, "email": ADA},
        headers={"Host": "localhost", "X-Forwarded-Host": "evil.example"},
    )
    for mail in mailbox.to(ADA):
        assert "evil.example" not in mail.as_string()
        assert "http://127.0.0.1:8000/" in str(mail.get_body(("plain",)))


def test_mails_say_the_same_as_text_and_as_html(client: FlaskClient, mailbox: Mailbox) -> None:
    register(client, name="Ada http://evil.example <b>")
    (mail,) = mailbox.to(ADA)
    html = mail.get_body(("html",))
    assert html is not None
    assert f'href="http://127.0.0.1:8000{mailbox.link(ADA, "confirm-email")}"' in html.get_content().replace(
        "\r\n", "\n"
    )
    assert "evil.example" not in mail.as_string(), "a stranger's words do not travel in our mails"
    assert mail["Subject"] == "Your registration – MTM Training"


def test_changing_the_address(client: FlaskClient, new_client: NewClient, stored: Stored, mailbox: Mailbox) -> None:
    """Abuse case 43: reset links to the old address die; the old address is told; the new one must be confirmed."""
    register(client)
    send(new_client(), "/reset-password", email=ADA)
    reset = mailbox.link(ADA, "reset-password")
    send(client, "/account/email", email="New@Example.org")
    assert stored.one(select(Person.email)) == ADA, "nothing changes before the link is opened"
    assert client.get(mailbox.link("new@example.org", "account/email")).location == "/account"
    assert stored.person("new@example.org").confirmed_at is not None
    assert is_signed_in(client)
    assert "was changed to new@example.org" in mailbox.text(ADA)
    assert new_client().get(reset).location == "/reset-password"


def test_a_taken_new_address_looks_like_a_free_one(
    client: FlaskClient, new_client: NewClient, mailbox: Mailbox
) -> None:
    """Abuse case 41: nor does changing the address tell who has an account."""
    register(client)
    register(new_client(), "grace@example.org")
    taken = send(client, "/account/email", email="grace@example.org")
    free = send(client, "/account/email", email="other@example.org")
    assert "We sent a link to grace@example.org" in taken.text
    assert _bare(taken.text).replace("grace@", "other@") == _bare(free.text)
    assert len(mailbox.to("grace@example.org")) == 1


def test_an_old_sign_in_is_asked_for_the_password_again(client: FlaskClient) -> None:
    register(client)
    with client.session_transaction() as cookie:
        cookie["fs_paa"] -= 16 * 60
    for address in (
        "/account/email",
        "/account/authenticator",
        "/account/passkeys",
        "/account/recovery-codes",
    ):
        answer = client.get(address)
        assert answer.status_code == 302
        assert answer.location.startswith("/account/confirm-it-is-you?next=/account/")
    wrong = send(client, "/account/confirm-it-is-you", password="a guess")
    assert wrong.status_code == 200
    right = send(
        client,
        "/account/confirm-it-is-you",
        page="/account/confirm-it-is-you?next=/account/email",
        password="four unrelated harbour words",
        next="/account/email",
    )
    assert right.location == "/account/email"
    assert client.get("/account/email").status_code == 200


def test_who_resets_an_unconfirmed_account_removes_what_a_stranger_left(
    client: FlaskClient, stored: Stored, mailbox: Mailbox
) -> None:
    """Someone registers another's address and adds a passkey; the owner's reset must lock them out."""
    register(client)

    def add_passkey(session: Session) -> None:
        person = session.scalars(select(Person)).one()
        person.host_identity = "stranger"
        person.webauthn.append(
            Passkey(
                credential_id=b"1", public_key=b"2", backup_state=False, device_type="single_device", name="theirs",
                usage="first", create_datetime=now(), lastuse_datetime=now(),
            )
        )  # fmt: skip

    stored.change(add_passkey)
    send(client, "/sign-out", page="/account")
    send(client, "/reset-password", email=ADA)
    send(client, mailbox.link(ADA, "reset-password"), password=NEW)
    person = stored.person()
    assert (person.webauthn, person.host_identity) == ([], None)
    assert person.confirmed_at is not None


def test_five_links_an_hour_for_one_mailbox(new_client: NewClient, mailbox: Mailbox) -> None:
    """Abuse case 42: nobody's mailbox can be filled through us."""
    register(new_client())
    answers = [send(new_client(), "/reset-password", email=ADA).status_code for _ in range(6)]
    assert answers == [200] * 5 + [429]
    assert len(mailbox.to(ADA)) == 1 + 5


def test_a_failing_nudge_fails_no_request(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch, mailbox: Mailbox
) -> None:
    def broken() -> None:
        raise OSError("the queue is away")

    monkeypatch.setattr("lms.accounts.sign_ins.jobs.nudge", broken)
    assert register(client).status_code == 302
    assert len(mailbox.to(ADA)) == 1
