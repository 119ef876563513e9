"""The fixtures that other tests stand on: people stay apart, and the tables are those of the migrations."""

from __future__ import annotations

import flask
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms.accounts.models import Person
from lms.core.db import Base, db
from tests.support.people import People


def test_two_clients_of_two_people_never_share_a_signed_in_user(client: FlaskClient, people: People) -> None:
    alice, bob = people.client("alice"), people.client("bob")
    for _round in range(2):
        assert "alice@example.org" in alice.get("/account").text
        assert "bob@example.org" in bob.get("/account").text
        assert client.get("/account").status_code == 303, "a visitor was taken for the last signed-in person"
        assert "alice@example.org" not in bob.get("/account").text


def test_the_session_that_a_test_holds_shares_nobody_either(people: People, session: Session) -> None:
    """The fixture keeps the application's context open; requests must not use it."""
    alice, bob = people.client("alice"), people.client("bob")
    assert session.scalar(select(func.count()).select_from(Person)) == 2
    assert "alice@example.org" in alice.get("/account").text
    assert "bob@example.org" in bob.get("/account").text


def test_no_request_is_open_while_a_test_runs(app: Flask) -> None:
    """The plugin's own fixture would keep one open, and with it whoever signed in there."""
    assert app.name == "lms"
    assert not flask.has_request_context()


def test_the_migrations_make_the_tables_that_the_models_describe(any_database: str, app: Flask) -> None:
    assert any_database
    with app.app_context(), db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        differences = [
            change
            for change in compare_metadata(context, Base.metadata)
            if not (change[0] == "remove_table" and change[1].name == "alembic_version")
        ]
    assert differences == []
