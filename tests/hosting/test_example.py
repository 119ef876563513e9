"""The guide's example host, walked through as a visitor does."""

from __future__ import annotations

import re
from http.cookies import SimpleCookie
from types import ModuleType

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import inspect, select

from lms.core.db import db
from tests.hosting.conftest import people_in, sign_in, training_of
from tests.support.server import ROOT


def form_token(page: str) -> str:
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
    assert found, "no form token on the page"
    return found[1]


def enrol(visitor: FlaskClient) -> str:
    """Start and Continue. Returns the address that Continue leads to."""
    course = visitor.get("/learn/courses/mtm")
    order = visitor.post("/learn/courses/mtm/start", data={"csrf_token": form_token(course.text)})
    assert order.status_code == 303
    assert order.location.startswith("/learn/checkout/")
    checkout = visitor.get(order.location)
    total = re.search(r'name="total"[^>]*value="(\d+)"', checkout.text)
    assert total
    fields = {"csrf_token": form_token(checkout.text), "total": total[1]}
    return visitor.post(f"{order.location}/continue", data=fields).location


def test_the_example_is_as_short_as_the_guide_says() -> None:
    lines = (ROOT / "docs" / "examples" / "host_app" / "app.py").read_text().splitlines()
    assert len(lines) <= 120


def test_a_member_of_the_host_learns_without_a_second_password(visitor: FlaskClient) -> None:
    sign_in(visitor, "ada")
    course = visitor.get("/learn/courses/mtm")
    assert "Ada Adams" in course.text
    assert 'href="/learn/training"' in course.text
    assert enrol(visitor) == "/learn/training"
    dashboard = visitor.get("/learn/training")
    assert dashboard.status_code == 200
    lesson = re.search(r'href="(/learn/training/mtm/[^"/]+/[^"/#]+)', dashboard.text)
    assert lesson
    page = visitor.get(lesson[1])
    assert page.status_code == 200
    assert "Ada Adams" in page.text
    assert not re.search(r'(?:href|src|action)="/(?!learn/)', page.text), "an address without the prefix"


def test_signing_out_at_the_host_ends_the_sign_in_here(visitor: FlaskClient) -> None:
    sign_in(visitor, "ada")
    enrol(visitor)
    assert visitor.get("/learn/training").status_code == 200
    visitor.post("/sign-out")
    refused = visitor.get("/learn/training")
    assert refused.location == "/learn/sign-in?next=/learn/training"
    assert visitor.get(refused.location).location == "/sign-in?next=%2Flearn%2Ftraining"
    assert "Ada Adams" not in visitor.get("/learn/").text
    back = visitor.post("/sign-in?next=/learn/training", data={"username": "ada", "password": "example"})
    assert back.location == "/learn/training"
    assert visitor.get(back.location).status_code == 200


def test_another_member_in_the_same_browser_sees_nothing_of_the_first(visitor: FlaskClient) -> None:
    sign_in(visitor, "ada")
    course = visitor.get("/learn/courses/mtm")
    token = form_token(course.text)
    order = visitor.post("/learn/courses/mtm/start", data={"csrf_token": token}).location
    enrol(visitor)
    visitor.post("/sign-out")
    sign_in(visitor, "grace")
    account = visitor.get("/learn/account")
    assert "Grace Green" in account.text
    assert "Ada Adams" not in account.text
    assert visitor.get(order).status_code == 404
    assert "You are not enrolled in a course yet" in visitor.get("/learn/training").text


def test_a_form_filled_in_by_the_former_person_is_not_taken_from_the_next(host: Flask, visitor: FlaskClient) -> None:
    sign_in(visitor, "ada")
    enrol(visitor)
    account = visitor.get("/learn/account/profile")
    stale = {"csrf_token": form_token(account.text), "name": "Written By Ada", "phone": "+12255550123"}
    sign_in(visitor, "grace")
    refused = visitor.post("/learn/account/profile", data=stale)
    assert refused.status_code == 409
    assert "signed in as someone else" in refused.text
    assert {person.name for person in people_in(training_of(host))} == {"Ada Adams", "Grace Green"}


def test_host_and_training_keep_to_themselves(example: ModuleType, host: Flask, visitor: FlaskClient) -> None:
    """Tables, templates, static files, error pages and cookies: each has its own under the same names."""
    sign_in(visitor, "ada")
    enrol(visitor)
    members = visitor.get("/members")
    assert "The Host" in members.text
    assert visitor.get("/static/host.css", buffered=True).data.startswith(b"body")
    assert visitor.get("/static/css/site.css").status_code == 404
    assert visitor.get("/learn/static/host.css").status_code == 404
    assert visitor.get("/learn/static/css/site.css", buffered=True).status_code == 200
    assert "If you write to us about this" in visitor.get("/learn/no-such-page").text
    assert "If you write to us about this" not in visitor.get("/no-such-page").text
    with host.app_context():
        assert inspect(example.db.engine).get_table_names() == ["person"]
        assert [row.username for row in example.db.session.scalars(select(example.Person))] == ["ada", "grace"]
    lms = training_of(host)
    with lms.app.app_context():
        assert "sign_in" in inspect(db.engine).get_table_names()
        assert "username" not in {column["name"] for column in inspect(db.engine).get_columns("person")}
    assert [person.email for person in people_in(lms)] == ["ada@host.example"]
    assert visitor.get("/").headers.get("Content-Security-Policy") is None
    assert not host.before_request_funcs


def test_cookies_keep_to_the_prefix(visitor: FlaskClient) -> None:
    sign_in(visitor, "ada")
    reply = visitor.get("/learn/account")
    cookies = [SimpleCookie(line) for line in reply.headers.getlist("Set-Cookie")]
    assert [list(cookie) for cookie in cookies] == [["lms_session"]]
    assert cookies[0]["lms_session"]["path"] == "/learn"
    assert cookies[0]["lms_session"]["httponly"]
    assert visitor.get_cookie("session") is not None
    assert visitor.get_cookie("lms_session") is None, "the host's own pages must not get it"


def test_ending_a_sign_in_here_leaves_the_hosts_remember_cookie_alone(visitor: FlaskClient) -> None:
    """Both applications use the same sign-in library, whose cookie has the same name by default."""
    sign_in(visitor, "ada")
    page = visitor.get("/learn/account/profile")
    assert visitor.get_cookie("remember_token") is not None
    visitor.post("/learn/account/sign-out-everywhere", data={"csrf_token": form_token(page.text)})
    assert visitor.get_cookie("remember_token") is not None
    assert visitor.get("/members").status_code == 200
