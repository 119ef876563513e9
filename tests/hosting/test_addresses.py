"""Under a prefix: links, redirects, mails, proxies, and what cannot be a prefix."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.test import Client

from lms.certificates.models import Certificate
from lms.core.db import db
from lms.core.errors import ConfigurationError
from lms.core.outbox import OutboxMessage
from lms.core.settings import Settings, from_environment
from lms.core.unit_of_work import unit_of_work
from lms.hosting import LMS
from lms.learning import services as learning
from tests.hosting.conftest import named, people_in
from tests.hosting.test_example import form_token
from tests.support import journey
from tests.support.together import all_at_once

Mount = Callable[..., LMS]


def test_the_prefix_alone_leads_to_the_home_page(mount: Mount) -> None:
    client = Client(mount(lambda: None).host_app)
    assert client.get("/learn").location.endswith("/learn/")
    assert client.get("/learn/").status_code == 200


def test_a_neighbour_of_the_prefix_is_the_hosts(mount: Mount) -> None:
    host = Flask("bare_host")
    host.add_url_rule("/learning", view_func=lambda: "the host's")
    client = Client(mount(lambda: None, host=host).host_app)
    assert client.get("/learning").text == "the host's"


@pytest.mark.parametrize("prefix", ["", "/", "learn", "/learn/", "//learn", "/le arn", "/learn?x", "/<name>"])
def test_what_cannot_be_a_prefix(prefix: str, settings: Settings) -> None:
    with pytest.raises(ConfigurationError, match="url_prefix"):
        LMS(Flask("bare_host"), prefix, identity=lambda: None, settings=settings)


@pytest.mark.parametrize("route", ["/learn", "/learn/<page>"])
def test_a_route_of_the_host_is_not_covered_unnoticed(route: str, settings: Settings) -> None:
    host = Flask("bare_host")
    host.add_url_rule(route, view_func=lambda page="": page)
    with pytest.raises(ConfigurationError, match="routes under /learn"):
        LMS(host, "/learn", identity=lambda: None, settings=settings)


@pytest.mark.parametrize("address", ["https://login.example.org", "//login.example.org", "sign-in"])
def test_the_sign_in_address_is_a_path_of_the_host(address: str, settings: Settings) -> None:
    with pytest.raises(ConfigurationError, match="sign_in_url"):
        LMS(Flask("bare_host"), "/learn", identity=lambda: None, settings=settings, sign_in_url=address)


@pytest.mark.parametrize(
    ("given", "server_name", "expected"),
    [
        ({}, None, "http://127.0.0.1:5000/learn"),
        ({}, "host.example", "https://host.example/learn"),
        ({"base_url": "https://www.example.org"}, None, "https://www.example.org/learn"),
        ({"base_url": "https://www.example.org/learn"}, "host.example", "https://www.example.org/learn"),
        ({"base_url": "https://www.example.org/site"}, None, "https://www.example.org/site/learn"),
        ({"base_url": "https://www.example.org/relearn"}, None, "https://www.example.org/relearn/learn"),
    ],
)
def test_the_public_address(
    given: dict[str, str], server_name: str | None, expected: str, mount: Mount, tmp_path: Path
) -> None:
    host = Flask("bare_host")
    host.config.update(SERVER_NAME=server_name, PREFERRED_URL_SCHEME="https")
    lms = mount(lambda: None, host=host, settings=Settings(data_dir=tmp_path, **given))
    assert lms.settings.base_url == expected
    assert lms.app.config["SESSION_COOKIE_SECURE"] is expected.startswith("https:")


def test_without_settings_the_environment_counts(mount: Mount, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("LMS_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("LMS_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("LMS_BASE_URL", "https://www.example.org/learn")
    assert mount(lambda: None, settings=None).settings.base_url == from_environment().base_url


@pytest.mark.settings(base_url="https://www.example.org/learn")
def test_mails_and_certificates_name_the_public_address(mount: Mount) -> None:
    """Abuse case 43: a forged Host header does not reach a link in a mail."""
    lms = mount(lambda: named("ada"))
    client = Client(lms.host_app)
    forged = {"base_url": "https://evil.example"}
    token = form_token(client.get("/learn/account", **forged).text)
    headers = {"Referer": "https://evil.example/learn/account"}
    client.post("/learn/account/confirmation", data={"csrf_token": token}, headers=headers, **forged)
    person_id = people_in(lms)[0].id
    with lms.app.app_context(), unit_of_work() as rows:
        mail = rows.scalars(select(OutboxMessage)).one().payload["text"]
        learning.grant_access(rows, person_id=person_id, course="mtm", source="staff", reference="test", actor_id=None)
    link = re.search(r"https://www\.example\.org(/learn/confirm-email/\S+)", mail)
    assert link
    assert "evil.example" not in mail
    assert client.get(link[1]).location == "/learn/account"
    assert people_in(lms)[0].confirmed_at is not None

    journey.finish(lms.app, person_id)
    token = form_token(client.get("/learn/training").text)
    headers = {"Referer": "https://localhost/learn/training"}
    secure = {"base_url": "https://localhost", "headers": headers}
    issued = client.post("/learn/training/mtm/certificate", data={"csrf_token": token}, **secure)
    assert issued.location is not None, issued.text
    with lms.app.app_context():
        certificate = db.session.scalars(select(Certificate)).one()
        assert certificate.snapshot["verify_url"] == f"https://www.example.org/learn/verify/{certificate.code}"
        db.session.remove()


def test_a_form_that_was_open_too_long_is_sent_again_to_the_right_place(mount: Mount) -> None:
    client = Client(mount(lambda: None).host_app)
    again = client.post("/learn/assistance", data={"message": "Hello"}, headers={"Sec-Fetch-Site": "same-origin"})
    assert again.status_code == 400
    assert 'action="/learn/assistance"' in again.text


FORWARDED = {"X-Forwarded-Prefix": "/site", "X-Forwarded-Host": "www.example.org", "X-Forwarded-Proto": "https"}


def test_headers_of_unknown_proxies_are_ignored(mount: Mount) -> None:
    page = Client(mount(lambda: None).host_app).get("/learn/", headers=FORWARDED)
    assert 'href="/learn/mtm"' in page.text
    assert "/site/" not in page.text


@pytest.mark.parametrize("by", ["setting", "host"])
def test_a_trusted_proxys_prefix_comes_before_ours(mount: Mount, settings: Settings, by: str) -> None:
    hops = 1 if by == "setting" else 0
    trusting = settings.model_copy(update={"trusted_proxies": hops})
    lms = mount(lambda: named("ada"), settings=trusting, sign_in_url="/enter")
    if by == "host":
        lms.host_app.wsgi_app = ProxyFix(lms.host_app.wsgi_app, x_prefix=1, x_host=1, x_proto=1)  # type: ignore[method-assign]
    page = Client(lms.host_app).get("/learn/account", headers=FORWARDED)
    assert 'href="/site/learn/mtm"' in page.text
    assert not re.search(r'(?:href|src|action)="/(?!site/learn/)', page.text)
    assert "Path=/site/learn" in page.headers["Set-Cookie"]


def test_the_hosts_sign_in_page_keeps_the_proxys_prefix(mount: Mount, settings: Settings) -> None:
    trusting = settings.model_copy(update={"trusted_proxies": 1})
    lms = mount(lambda: None, settings=trusting, sign_in_url="/enter")
    away = Client(lms.host_app).get("/learn/sign-in", headers=FORWARDED)
    assert away.location == "/site/enter?next=%2Fsite%2Flearn%2Ftraining"


def test_preparing_the_database_once_and_at_the_same_time(mount: Mount, tmp_path: Path) -> None:
    """Workers of a web server start together, each imports the host, and the database is still empty."""
    lms = mount(lambda: None, settings=Settings(data_dir=tmp_path / "new"))
    assert Client(lms.host_app).get("/learn/readyz").status_code == 200
    all_at_once(lambda _number: lms.prepare(), 4)
    assert Client(lms.host_app).get("/learn/courses/mtm").status_code == 200


def test_two_mounts_in_one_host_keep_apart(mount: Mount, settings: Settings, tmp_path: Path) -> None:
    lms = mount(lambda: named("ada"))
    other = LMS(lms.host_app, "/other", identity=lambda: named("bob"), settings=Settings(data_dir=tmp_path / "other"))
    other.prepare()
    client = Client(lms.host_app)
    for _ in range(2):
        assert "Ada" in client.get("/learn/account").text
        assert "Bob" in client.get("/other/account").text
    assert [person.name for person in people_in(other)] == ["Bob"]
    with other.app.app_context():
        db.engine.dispose()
