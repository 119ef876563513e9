"""The guard in front of every route, and what it does when a route has none."""

from __future__ import annotations

import pytest
from flask import Blueprint, Flask
from flask.testing import FlaskClient

from lms import app as builder
from lms.core.settings import Settings
from lms.web import policy


def test_a_route_without_a_policy_stops_the_start(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """Abuse case 1: nobody can forget to say who may use a route."""
    blueprint = Blueprint("forgotten", __name__)
    blueprint.get("/forgotten")(lambda: "open to all")

    class Feature:
        pass

    feature = Feature()
    feature.blueprint = blueprint  # type: ignore[attr-defined]
    monkeypatch.setattr(builder, "FEATURES", {**builder.FEATURES, "forgotten": feature})
    with pytest.raises(RuntimeError, match=r"'forgotten\.<lambda>' declares no access policy"):
        builder.create_app(settings)


def test_a_policy_for_a_route_that_is_not_there_stops_the_start(app: Flask) -> None:
    with pytest.raises(RuntimeError, match="do not exist: nowhere"):
        policy.close(
            app, foreign={**policy.declared(app), "nowhere": policy.Policy.PUBLIC}, enrolment_gate=lambda _: True
        )


def test_a_visitor_comes_back_to_the_page_that_was_asked_for(client: FlaskClient) -> None:
    assert client.get("/account/profile?x=1&y=2").location == "/sign-in?next=/account/profile?x%3D1%26y%3D2"


def test_a_script_is_told_to_sign_in_by_status(client: FlaskClient) -> None:
    reply = client.get("/training", headers={"Accept": "application/json"})
    assert (reply.status_code, reply.mimetype) == (401, "application/problem+json")


@pytest.mark.parametrize(
    "environ", [{"REMOTE_ADDR": "203.0.113.5"}, {"HTTP_X_FORWARDED_FOR": "127.0.0.1"}, {"REMOTE_ADDR": "10.0.0.1"}]
)
def test_figures_are_for_this_machine_only(client: FlaskClient, environ: dict[str, str]) -> None:
    assert client.get("/metrics").status_code == 200
    assert client.get("/metrics", environ_overrides=environ).status_code == 404
