"""A theme: a folder whose templates and static files stand in for ours, and may build upon them."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from lms.app import create_app
from lms.core.db import db
from lms.core.settings import Settings
from tests.support.hygiene import PageCheckingClient

LAYOUT = """{% extends "original/lms/web/layout.html" %}
{% block brand %}<img src="{{ static_url('logo.svg') }}" alt="Our pharmacy school" width="120">{% endblock %}
{% block styles %}
{{ super() }}
<link rel="stylesheet" href="{{ static_url('css/theme.css') }}">
{% endblock %}
"""
PRIVACY = """{% extends "original/lms/public/privacy.html" %}
{% block title %}How we keep your data{% endblock %}
"""
FILES = {
    "templates/lms/web/layout.html": LAYOUT,
    "templates/lms/public/privacy.html": PRIVACY,
    "static/css/theme.css": ":root { --brand: #5a1a6b; }",
    "static/logo.svg": '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 120 32"></svg>',
    "static/favicon.svg": '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><title>ours</title></svg>',
}


@pytest.fixture
def app(settings: Settings, tmp_path: Path) -> object:
    for name, content in FILES.items():
        path = tmp_path / "theme" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)
    application = create_app(settings.model_copy(update={"theme": tmp_path / "theme"}))
    application.test_client_class = PageCheckingClient
    yield application
    with application.app_context():
        db.session.remove()
        db.engine.dispose()


def test_the_brand_is_the_themes_on_every_page(client: FlaskClient) -> None:
    for address in ("/", "/sign-in", "/courses/mtm", "/no-such-page"):
        page = client.get(address).text
        assert 'alt="Our pharmacy school"' in page, address
        assert page.count("<header") == 1, address


def test_a_token_is_changed_after_our_styles(client: FlaskClient) -> None:
    """Ours lie in cascade layers, which give way to a plain rule; and the file comes after ours."""
    page = client.get("/").text
    assert page.index("css/site.css?v=") < page.index("css/theme.css?v=")
    assert "--brand: #5a1a6b" in client.get("/static/css/theme.css", buffered=True).text
    assert "@layer tokens" in client.get("/static/css/site.css", buffered=True).text


def test_a_static_file_of_the_same_name_stands_in_for_ours(client: FlaskClient) -> None:
    assert "<title>ours</title>" in client.get("/static/favicon.svg", buffered=True).text


def test_one_page_can_be_changed_and_the_others_stay(client: FlaskClient) -> None:
    assert "<title>How we keep your data – " in client.get("/privacy").text
    assert "How we keep your data" not in client.get("/terms").text


def test_the_theme_opens_no_way_out_of_its_folder(client: FlaskClient, app: Flask, tmp_path: Path) -> None:
    (tmp_path / "theme" / "secret.txt").write_text("not to be shown")
    for address in ("/static/../secret.txt", "/static/%2e%2e/secret.txt", "/static/..%2fsecret.txt"):
        reply = client.get(address)
        assert reply.status_code == 404
        assert "not to be shown" not in reply.text
