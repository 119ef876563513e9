"""The mail server of the tests takes real mail, refuses when told, and comes back on its port."""

from __future__ import annotations

import smtplib
from email.message import EmailMessage

import pytest

from tests.support.smtp import MailServer


def send(server: MailServer, subject: str) -> None:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "office@example.org", "ana@example.org", subject
    message.set_content("Grüße")
    with smtplib.SMTP("127.0.0.1", server.port, timeout=5) as client:
        client.send_message(message, to_addrs=["ana@example.org", "hidden@example.org"])


def test_it_keeps_what_it_is_sent(mail_server: MailServer) -> None:
    send(mail_server, "First")
    send(mail_server, "Second")
    first, second = mail_server.wait_for(2)
    assert (first["Subject"], second["Subject"]) == ("First", "Second")
    assert first.get_content().strip() == "Grüße"
    assert mail_server.recipients[0] == ["ana@example.org", "hidden@example.org"]


def test_it_refuses_with_the_answer_it_was_given(mail_server: MailServer) -> None:
    mail_server.refuse = "451 Try again later"
    with pytest.raises(smtplib.SMTPDataError, match="Try again later"):
        send(mail_server, "Early")
    mail_server.refuse = None
    send(mail_server, "Late")
    assert [message["Subject"] for message in mail_server.messages] == ["Late"]


def test_it_goes_away_and_comes_back(mail_server: MailServer) -> None:
    mail_server.stop()
    with pytest.raises(ConnectionRefusedError):
        send(mail_server, "Lost")
    mail_server.start()
    send(mail_server, "After the restart")
    assert [message["Subject"] for message in mail_server.messages] == ["After the restart"]


def test_waiting_for_mail_that_does_not_come_fails(mail_server: MailServer) -> None:
    with pytest.raises(AssertionError, match="0 of 1 messages"):
        mail_server.wait_for(1, seconds=0.1)
