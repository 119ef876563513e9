"""Fixtures that most tests use: an application on a database of its own, clients, people.

Each test gets its own copy of a database that was migrated and filled with the shipped course once.
Tests marked `postgres` run on a real PostgreSQL server; those that use `any_database` run on both.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import hypothesis
import pytest
import structlog
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import URL
from sqlalchemy.orm import Session

from lms.app import create_app
from lms.cli.content import publish_shipped_course
from lms.cli.database import upgrade
from lms.core.db import db
from lms.core.settings import Settings
from tests.support.hygiene import PageCheckingClient
from tests.support.people import People
from tests.support.postgres import PostgresServer

pytest_plugins = [
    "tests.support.browser",
    "tests.support.network",
    "tests.support.postgres",
    "tests.support.smtp",
]


# How long an example takes says more about the machine than about us: benchmarks measure, tests do not.
hypothesis.settings.register_profile("untimed", deadline=None)
hypothesis.settings.load_profile("untimed")

# Plain traces: the default ones print every local variable, a whole course among them, and take seconds to do so.
structlog.configure(
    processors=[
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback),
    ]
)


def build_database(settings: Settings) -> None:
    """Migrate the settings' database and publish the shipped course in it."""
    app = create_app(settings)
    with app.app_context():
        upgrade()
        publish_shipped_course(only_if_none=True)
        db.engine.dispose()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file with the course published, to be copied."""
    folder = tmp_path_factory.mktemp("template")
    build_database(Settings(data_dir=folder))
    return folder / "lms.sqlite3"


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    copy = tmp_path / "lms.sqlite3"
    shutil.copy(sqlite_template, copy)
    return f"sqlite:///{copy}"


@pytest.fixture
def postgresql_url(postgres: PostgresServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A database of its own on the real PostgreSQL server, copied from a filled template."""

    def build(url: URL) -> None:
        text = url.render_as_string(hide_password=False)
        build_database(Settings(data_dir=tmp_path_factory.mktemp("postgres"), database_url=text))

    template = postgres.template("lms_template", build)
    url = postgres.create_database(template=template)
    yield url.render_as_string(hide_password=False)
    postgres.drop_database(url)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def any_database(request: pytest.FixtureRequest) -> str:
    """The test runs twice: on SQLite and on PostgreSQL."""
    name: str = request.param
    url: str = request.getfixturevalue(f"{name}_url")
    return url


@pytest.fixture
def settings(request: pytest.FixtureRequest, tmp_path: Path) -> Settings:
    """Settings of the test's site; mail goes to a folder. A test's `@pytest.mark.settings(...)` changes some."""
    marker = request.node.get_closest_marker("settings")
    changes = dict(marker.kwargs) if marker else {}
    name = "any_database" if "any_database" in request.fixturenames else "sqlite_url"
    url: str = request.getfixturevalue(name)
    values = {"data_dir": tmp_path, "database_url": url, "mail_url": f"folder:{tmp_path / 'mail'}", **changes}
    return Settings(**values)


@pytest.fixture
def app(settings: Settings) -> Iterator[Flask]:
    """The application, on a database of its own."""
    application = create_app(settings)
    application.config["TESTING"] = True
    application.test_client_class = PageCheckingClient
    yield application
    with application.app_context():
        db.session.remove()
        db.engine.dispose()


@pytest.fixture(autouse=True)
def _push_request_context() -> None:
    """Overrides pytest-flask's fixture of this name, which keeps one request context open during the test.

    The signed-in person of that context leaks into every client: see tests/infrastructure/test_fixtures.py.
    """


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A visitor's browser, without scripts. Every page that it opens is checked for the rules of all pages."""
    return app.test_client()


@pytest.fixture
def new_client(app: Flask) -> Callable[[], FlaskClient]:
    """Makes further visitors, each with cookies of their own."""
    return app.test_client


@pytest.fixture
def session(app: Flask) -> Iterator[Session]:
    """The database session, for arranging and looking. Commit what you arrange."""
    with app.app_context():
        yield db.session()
        db.session.remove()


@pytest.fixture
def people(app: Flask) -> People:
    """Makes people and signs them in."""
    return People(app)
