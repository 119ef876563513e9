"""Mail: composed in the transaction, sent from the outbox by the sender that `LMS_MAIL_URL` names."""

from __future__ import annotations

import base64
import smtplib
import ssl
import sys
from collections.abc import Callable, Mapping
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from sqlalchemy.orm import Session

from lms.core import outbox
from lms.core.clock import now
from lms.core.settings import Settings

_THIS_MACHINE = {"localhost", "127.0.0.1", "::1"}
Sender = Callable[[EmailMessage], None]
#: Lines up to the longest that RFC 5322 permits: a header's long address would otherwise be encoded, which no program
#: that reads it expects. Text beyond ASCII is encoded, since not every server on the way takes it as it is.
_WHOLE_LINES = SMTP.clone(max_line_length=998, cte_type="7bit")


def queue(
    session: Session,
    *,
    to: str,
    subject: str,
    text: str,
    html: str | None = None,
    reply_to: str | None = None,
    attachments: Mapping[str, bytes] | None = None,
    unsubscribe: str | None = None,
    dedup_key: str | None = None,
    in_unit: bool = True,
) -> None:
    """Put a mail into the outbox, in the caller's transaction. Attachments are PDF files by name.

    `unsubscribe` is the address of a page that ends such mails, and ends them at once when a mail program posts to it.
    """
    payload: dict[str, Any] = {"to": to, "subject": " ".join(subject.split()), "text": text}
    if html:
        payload["html"] = html
    if reply_to:
        payload["reply_to"] = reply_to
    if unsubscribe:
        payload["unsubscribe"] = unsubscribe
    if attachments:
        payload["attachments"] = {name: base64.b64encode(data).decode() for name, data in attachments.items()}
    outbox.put(session, "mail", payload, dedup_key=dedup_key, in_unit=in_unit)


def handler(settings: Settings) -> outbox.Handler:
    """The outbox handler for mails of this installation."""
    send = _sender(settings)
    domain = urlsplit(settings.base_url).hostname or "localhost"

    def deliver(message_id: int, payload: Mapping[str, Any]) -> None:
        message = EmailMessage(policy=_WHOLE_LINES)
        message["From"] = settings.mail_from
        message["To"] = payload["to"]
        message["Subject"] = payload["subject"]
        message["Date"] = format_datetime(now())
        # The same row always has the same id: a repeated delivery is recognised by the reader's mail program.
        message["Message-ID"] = f"<lms-{message_id}@{domain}>"
        message["Auto-Submitted"] = "auto-generated"
        if "reply_to" in payload:
            message["Reply-To"] = payload["reply_to"]
        if "unsubscribe" in payload:
            _offer_to_unsubscribe(message, payload["unsubscribe"])
        message.set_content(payload["text"])
        if "html" in payload:
            message.add_alternative(payload["html"], subtype="html")
        for name, data in payload.get("attachments", {}).items():
            message.add_attachment(base64.b64decode(data), maintype="application", subtype="pdf", filename=name)
        send(message)

    return deliver


def _offer_to_unsubscribe(message: EmailMessage, address: str) -> None:
    """Give mail programs a button of their own (RFC 2369); with https it works without a page (RFC 8058)."""
    message["List-Unsubscribe"] = f"<{address}>"
    if address.startswith("https:"):
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"


def _sender(settings: Settings) -> Sender:
    url = urlsplit(settings.mail_url)
    if url.scheme == "console":
        return _to_console
    if url.scheme == "folder":
        return _to_folder(Path(settings.mail_url.removeprefix("folder:")))
    return _to_server(settings.mail_url)


def _to_console(message: EmailMessage) -> None:
    body = message.get_body(("plain",))
    text = body.get_content() if body else ""
    sys.stderr.write(f"--- mail to {message['To']}: {message['Subject']}\n{text}---\n")
    sys.stderr.flush()


def _to_folder(folder: Path) -> Sender:
    def send(message: EmailMessage) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        name = message["Message-ID"].strip("<>").partition("@")[0]
        (folder / f"{name}.eml").write_bytes(message.as_bytes())

    return send


def _to_server(address: str) -> Sender:
    url = urlsplit(address)
    host = url.hostname or "localhost"

    def send(message: EmailMessage) -> None:
        context = ssl.create_default_context()
        if url.scheme == "smtps":
            server: smtplib.SMTP = smtplib.SMTP_SSL(host, url.port or 465, timeout=20, context=context)
        else:
            server = smtplib.SMTP(host, url.port or 25, timeout=20)
        with server:
            if url.scheme == "smtp":
                server.ehlo()
                if server.has_extn("starttls"):
                    server.starttls(context=context)
                elif url.password and host not in _THIS_MACHINE:
                    raise smtplib.SMTPNotSupportedError(
                        "the mail server offers no encryption, so the password was not sent; use smtps://"
                    )
            if url.username:
                server.login(unquote(url.username), unquote(url.password or ""))
            server.send_message(message)

    return send
