"""Mails about accounts: plain words and links, written into the outbox with the change that they tell about.

Names are left out on purpose: a stranger who registers someone else's address could otherwise write to them through us.
"""

from __future__ import annotations

import re
from typing import Any

from flask import current_app, render_template
from flask_security import MailUtil
from flask_security.mail_util import EmailValidateException
from markupsafe import Markup, escape
from sqlalchemy.orm import Session

from lms.accounts import domain
from lms.accounts.models import Person
from lms.accounts.queries import NO_MAILBOX
from lms.accounts.sign_ins import commit_after_request
from lms.core import mail, outbox
from lms.core.db import db
from lms.core.settings import Settings

#: Kind of outbox message that goes nowhere, see `OutboxMail.write_to_nobody`.
NOBODY = "mail_to_nobody"


class OutboxMail(MailUtil):
    """Hands the sign-in library's mails to the outbox, and checks addresses by their form only."""

    def send_mail(
        self,
        template: str,
        subject: str,
        recipient: Any,
        sender: Any,
        body: str | None,
        html: str | None,
        **_context: Any,
    ) -> None:
        send(db.session(), to=str(recipient), subject=str(subject), text=body or "", in_unit=False)
        commit_after_request()

    def write_to_nobody(self, template: str, subject: str, **context: Any) -> None:
        """Do for an unknown address what is done for a known one: compose, store, commit. Nothing is sent.

        So the time that an answer takes does not tell whether there is an account.
        """
        text = render_template(template, site_url=site_url, **context)
        payload = {"to": "", "subject": _with_site(subject), "text": text, "html": as_html(text)}
        outbox.put(db.session(), NOBODY, payload, in_unit=False)
        commit_after_request()

    def normalize(self, email: str) -> str:
        try:
            return domain.tidy_email(email)
        except ValueError as error:
            raise EmailValidateException(str(error)) from None

    def validate(self, email: str) -> str:
        return self.normalize(email)


def site_url(endpoint: str, **values: Any) -> str:
    """A page's public address, from `LMS_BASE_URL` alone: what a request claims about its host plays no part."""
    settings: Settings = current_app.extensions["lms.settings"]
    path: str = current_app.url_map.bind("site", script_name="/").build(endpoint, values)
    return settings.base_url + path


def send(
    session: Session,
    *,
    to: str,
    subject: str,
    text: str,
    unsubscribe: str | None = None,
    dedup_key: str | None = None,
    in_unit: bool = True,
) -> None:
    """Queue a mail whose HTML says exactly what its text says. Placeholder addresses get none."""
    if not to.endswith("@" + NO_MAILBOX):
        mail.queue(
            session,
            to=to,
            subject=_with_site(subject),
            text=text,
            html=as_html(text),
            unsubscribe=unsubscribe,
            dedup_key=dedup_key,
            in_unit=in_unit,
        )


def notify(session: Session, *, to: str, subject: str, what: str, in_unit: bool = True) -> None:
    """Tell a person that something about their account changed, and what to do if it was not them."""
    text = render_template("security/email/notice.txt", what=what, site_url=site_url)
    send(session, to=to, subject=subject, text=text, in_unit=in_unit)


def notify_about(person: Person, subject: str, what: str) -> None:
    """`notify` from within one of the sign-in library's views."""
    notify(db.session(), to=person.email, subject=subject, what=what, in_unit=False)
    commit_after_request()


def as_html(text: str) -> str:
    """Simple HTML of a text mail: paragraphs, and links where an address stands on a line of its own."""
    paragraphs = [_paragraph(block) for block in re.split(r"\n\s*\n", text.strip())]
    return Markup('<!doctype html><html lang="en"><body>{}</body></html>').format(Markup("\n").join(paragraphs))


def _paragraph(block: str) -> Markup:
    if re.fullmatch(r"https?://\S+", block):
        return Markup('<p><a href="{0}">{0}</a></p>').format(block)
    return Markup("<p>{}</p>").format(Markup("<br>").join(escape(line) for line in block.splitlines()))


def _with_site(subject: str) -> str:
    settings: Settings = current_app.extensions["lms.settings"]
    return f"{subject} – {settings.site_name}"
