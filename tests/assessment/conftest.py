"""A learner in front of a quiz."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.support import journey
from tests.support.people import People

MODULE = "2-the-what"


@pytest.fixture
def alice(people: People) -> FlaskClient:
    return people.client("alice", enrolled=True)


@pytest.fixture
def attempt(app: Flask, alice: FlaskClient) -> str:
    """An attempt that Alice has just started."""
    return journey.start_quiz(alice, MODULE)


@pytest.fixture
def address(attempt: str) -> str:
    return f"{journey.quiz_address(MODULE)}/{attempt}"
