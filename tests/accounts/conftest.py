"""Accounts need tables but no course: a lighter database than the other tests', and the ways into an account."""

from __future__ import annotations

import re
from collections.abc import Callable
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Select, select
from sqlalchemy.orm import Session, joinedload
from werkzeug.test import TestResponse

from lms.accounts.models import Person
from lms.app import create_app
from lms.core import outbox
from lms.core.db import db
from lms.core.settings import Settings
from lms.core.unit_of_work import unit_of_work

PASSWORD = "four unrelated harbour words"


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("accounts")
    app = create_app(Settings(data_dir=folder))
    with app.app_context():
        db.create_all()
        db.session.remove()
        db.engine.dispose()
    return folder / "lms.sqlite3"


class Stored:
    """Looks at and changes rows in a context of its own: one that stays open would be shared by the clients."""

    def __init__(self, app: Flask) -> None:
        self.app = app

    def all(self, statement: Select[Any]) -> list[Any]:
        """The first column of every row."""
        with self.app.app_context():
            return list(db.session.scalars(statement).unique().all())

    def one(self, statement: Select[Any]) -> Any:
        (found,) = self.all(statement)
        return found

    def person(self, email: str = "ada@example.org") -> Person:
        """The person with an address, roles and passkeys included."""
        statement = select(Person).options(joinedload(Person.roles), joinedload(Person.webauthn))
        found: Person = self.one(statement.where(Person.email == email))
        return found

    def change(self, change: Callable[[Session], object]) -> None:
        with self.app.app_context(), unit_of_work() as session:
            change(session)


@pytest.fixture
def stored(app: Flask) -> Stored:
    return Stored(app)


class Mailbox:
    """The mails that the site has sent so far, and the links in them."""

    def __init__(self, app: Flask, folder: Path) -> None:
        self.app = app
        self.folder = folder

    def to(self, address: str) -> list[EmailMessage]:
        """Mails to an address, oldest first."""
        with self.app.app_context():
            outbox.drain()
        paths = sorted(self.folder.glob("*.eml"), key=lambda path: int(path.stem.rpartition("-")[2]))
        mails = [message_from_bytes(path.read_bytes(), policy=default) for path in paths]
        return [mail for mail in mails if isinstance(mail, EmailMessage) and mail["To"] == address]

    def text(self, address: str) -> str:
        """The text of the newest mail to an address."""
        body = self.to(address)[-1].get_body(("plain",))
        assert body is not None
        return str(body.get_content()).replace("\r\n", "\n")

    def link(self, address: str, containing: str) -> str:
        """The newest link to a path that contains some text, as a path."""
        found = re.findall(rf"^http://127\.0\.0\.1:8000(/\S*{containing}\S*)$", self.text(address), re.M)
        assert found, self.text(address)
        return str(found[-1])


@pytest.fixture
def mailbox(app: Flask, tmp_path: Path) -> Mailbox:
    return Mailbox(app, tmp_path / "mail")


def send(client: FlaskClient, address: str, *, page: str | None = None, **fields: str) -> TestResponse:
    """Open a page with a form and send the form, token included."""
    html = client.get(page or address).text
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', html)
    assert token, html
    return client.post(address, data={"csrf_token": token[1], **fields})


def register(client: FlaskClient, email: str = "ada@example.org", **fields: str) -> TestResponse:
    return send(
        client,
        "/register",
        **{"name": "Ada Byron", "email": email, "password": PASSWORD, "phone": "(225) 555-0123", **fields},
    )


def sign_in(client: FlaskClient, email: str = "ada@example.org", password: str = PASSWORD) -> TestResponse:
    return send(client, "/sign-in", email=email, password=password)


def is_signed_in(client: FlaskClient) -> bool:
    return client.get("/account").status_code == 200
