"""Abuse case 62: the machine's clock is a day off, and comes right again."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from flask_security import hash_password

from lms.core.clock import now
from lms.core.unit_of_work import unit_of_work
from tests.support.people import People

PASSWORD = "the words that open it"


def sign_in(client: FlaskClient, email: str) -> int:
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', client.get("/sign-in").text)
    assert found is not None
    form = {"csrf_token": found[1], "email": email, "password": PASSWORD}
    return client.post("/sign-in", data=form).status_code


@pytest.mark.parametrize("step", [timedelta(days=1), timedelta(days=-1)], ids=["a day ahead", "a day behind"])
def test_people_can_sign_in_before_during_and_after(app: Flask, people: People, step: timedelta) -> None:
    with app.app_context(), unit_of_work():
        digest = hash_password(PASSWORD)
    people.make("carla", enrolled=True, password=digest)
    client = app.test_client()
    with time_machine.travel(now() + step):
        assert sign_in(client, "carla@example.org") == 302
        assert client.get("/training").status_code == 200
    # The clock is right again. A cookie from tomorrow may be refused; signing in anew always works.
    page = client.get("/training")
    if page.status_code != 200:
        assert page.headers["Location"].startswith("/sign-in")
        assert sign_in(client, "carla@example.org") == 302
    assert client.get("/training").status_code == 200


def test_a_step_forward_keeps_people_signed_in(app: Flask, people: People) -> None:
    client = people.client("dora", enrolled=True)
    with time_machine.travel(now() + timedelta(days=1)):
        assert client.get("/training").status_code == 200
