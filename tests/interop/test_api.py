"""The calculators over HTTP: what the page gives, for programs, whatever they send."""

from __future__ import annotations

import json
from typing import Any

import openapi_spec_validator
import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings

from lms.calculators.domain import calculate, document, figures, formulas
from tests.calculators.test_engine import JSON
from tests.support.people import People

ADDRESS = "/api/v1/calculators/delegation-savings"


def test_the_list_tells_inputs_and_results(client: FlaskClient) -> None:
    reply = client.get("/api/v1/calculators")
    listed = {each["name"]: each for each in reply.get_json()["calculators"]}
    assert list(listed) == list(formulas())
    told = listed["delegation-savings"]
    wage = next(each for each in told["inputs"] if each["key"] == "pharmacist_wage")
    assert (wage["default"], wage["unit"]) == ("59.99", "USD/hour")
    assert {each["key"] for each in told["outputs"]} >= {"net_year_one", "break_even_encounters"}
    assert any(kind["rule"] for kind in told["tables"][0]["kinds"])


@pytest.mark.parametrize("name", formulas())
def test_a_calculation_is_that_of_page_and_command_line(client: FlaskClient, name: str) -> None:
    reply = client.post(f"/api/v1/calculators/{name}", json={})
    assert reply.status_code == 200
    assert reply.get_json() == json.loads(json.dumps(document(calculate(formulas()[name], {}), figures)))


def test_numbers_keep_their_cents(client: FlaskClient) -> None:
    given = {"encounters": 300, "fee": "75.10", "benefit_load": "42.34%"}
    outputs = client.post(ADDRESS, json=given).get_json()["outputs"]
    assert outputs["net_year_one"] == "6438.39"


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b"{}", "text/plain", 415),
        (b"encounters=3", "application/x-www-form-urlencoded", 415),
        (b"", "application/json", 422),
        (b"{", "application/json", 422),
        (b"[]", "application/json", 422),
        (b'{"encounters": NaN}', "application/json", 422),
        (b'{"encounters": 1e999}', "application/json", 422),
        (b'{"encounters": -1}', "application/json", 422),
        (b'{"wage": 1}', "application/json", 422),
        (b'{"activities": [' + b"{}," * 9_999 + b"{}]}", "application/json", 422),
        (b'{"activities": ' + b"[" * 100_000 + b"]" * 100_000 + b"}", "application/json", 422),
        (b'"\xff"', "application/json", 422),
        (b" " * 1_000_001, "application/json", 413),
        (b" " * 3_000_000, "application/json", 413),
    ],
)
def test_what_cannot_be_used_is_refused_in_words(client: FlaskClient, body: bytes, kind: str, status: int) -> None:
    reply = client.post(ADDRESS, data=body, content_type=kind)
    assert (reply.status_code, reply.mimetype) == (status, "application/problem+json")
    assert reply.get_json()["title"]
    if status == 422:
        assert all(sentence.endswith(".") for sentence in reply.get_json()["errors"].values())


def test_every_mistake_is_named_at_once(client: FlaskClient) -> None:
    reply = client.post(ADDRESS, json={"encounters": "x", "activities": [{"rework": 2}], "more": 1})
    assert set(reply.get_json()["errors"]) == {"encounters", "activities[0].rework", "more"}


def test_an_unknown_calculator_is_not_there(client: FlaskClient) -> None:
    reply = client.post("/api/v1/calculators/none", json={})
    assert (reply.status_code, reply.mimetype) == (404, "application/problem+json")


def test_cookies_change_nothing(people: People, client: FlaskClient) -> None:
    """Abuse case 48: free of form tokens, and so without a look at who is signed in."""
    alice = people.client("alice")
    signed_in, visitor = (each.post(ADDRESS, json={"fee": 10}) for each in (alice, client))
    assert signed_in.get_json() == visitor.get_json()
    assert "Set-Cookie" not in signed_in.headers


def test_too_many_requests_are_told_to_wait(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lms.interop.views._RATE", "2 per minute")
    statuses = [client.post(ADDRESS, json={}).status_code for _ in range(3)]
    assert statuses == [200, 200, 429]


def test_the_description_is_valid_and_its_examples_work(client: FlaskClient) -> None:
    told = client.get("/api/v1/openapi.json").get_json()
    openapi_spec_validator.validate(told)
    calculations = {path: entry["post"] for path, entry in told["paths"].items() if "post" in entry}
    assert len(calculations) == len(formulas())
    for path, operation in calculations.items():
        for example in operation["requestBody"]["content"]["application/json"]["examples"].values():
            reply = client.post(path, json=example["value"])
            assert reply.status_code == 200, path
            assert set(told["components"]["schemas"]["Calculation"]["required"]) <= set(reply.get_json())


@given(body=JSON)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60)
def test_no_json_breaks_it(app: Flask, monkeypatch: pytest.MonkeyPatch, body: Any) -> None:
    monkeypatch.setattr("lms.interop.views._RATE", "100000 per minute")
    reply = app.test_client().post(ADDRESS, data=json.dumps(body), content_type="application/json")
    assert reply.status_code in {200, 422}
