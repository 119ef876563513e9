"""Makes people in a test's database and signs them in without the cost of hashing a password."""

from __future__ import annotations

import time
from typing import Any

from flask import Flask
from flask.testing import FlaskClient

from lms.accounts import services as accounts
from lms.accounts.models import Person
from lms.core.clock import now
from lms.core.unit_of_work import unit_of_work
from lms.learning import services as learning


class People:
    """`people.client("alice", enrolled=True)` is the browser of a signed-in, enrolled Alice."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.ids: dict[str, int] = {}

    def make(
        self,
        name: str,
        *,
        confirmed: bool = True,
        enrolled: bool = False,
        roles: tuple[str, ...] = (),
        **columns: Any,
    ) -> int:
        """Store a person called `name`, with the address `name@example.org`. Returns the id."""
        with self.app.app_context(), unit_of_work() as session:
            person = accounts.new_person(name=name.title(), email=f"{name}@example.org", phone="+12255550123")
            person.confirmed_at = now() if confirmed else None
            for column, value in columns.items():
                setattr(person, column, value)
            session.add(person)
            session.flush()
            for role in roles:
                accounts.grant_role(session, person=person, role=role, actor_id=None)
            if enrolled:
                learning.grant_access(
                    session,
                    person_id=person.id,
                    course="mtm",
                    source="staff",
                    reference="test",
                    actor_id=None,
                )
            self.ids[name] = person.id
            return person.id

    def sign_in(self, client: FlaskClient, person_id: int) -> None:
        """Give the client the cookie of a new sign-in."""
        with self.app.app_context(), unit_of_work() as session:
            person = session.get_one(Person, person_id)
            key = accounts.open_sign_in(session, person=person, browser="Test")
        with client.session_transaction() as cookie:
            cookie["_user_id"] = key
            cookie["_fresh"] = True
            cookie["fs_paa"] = time.time()
            cookie["fs_cc"] = "set"

    def client(self, name: str, **made: Any) -> FlaskClient:
        """A client signed in as `name`, who is stored first if need be."""
        person_id = self.ids.get(name) or self.make(name, **made)
        client = self.app.test_client()
        self.sign_in(client, person_id)
        return client
