"""A case as a learner goes through it: scenes, decisions, the way back, two windows, the debrief, evidence."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.assessment.models import CaseRun, Evidence
from lms.content.cases.values import Case
from tests.support import cases, journey
from tests.support.people import People


@pytest.fixture
def case(app: Flask) -> Case:
    return cases.publish_case(app)


@pytest.fixture
def run(case: Case, alice: FlaskClient) -> str:
    """The address of a run that Alice has just started."""
    return cases.start(alice)


def test_the_best_way_earns_everything(alice: FlaskClient, case: Case, run: str, session: Session) -> None:
    cases.go_through(alice, case, run)
    stored = session.scalars(select(CaseRun)).one()
    assert (stored.points, stored.max_points) == (case.points, case.points)
    page = alice.get(f"{run}/debrief").text
    assert "14" in page
    assert "Ask what she would like" in page
