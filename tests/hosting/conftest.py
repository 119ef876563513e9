"""The example host of the guide, with the training mounted on a test's own database."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from lms.accounts.models import Person
from lms.core.db import db
from lms.core.settings import Settings
from lms.hosting import LMS, HostPerson, Identity
from tests.support.hygiene import assert_clean
from tests.support.server import ROOT

PREFIX = "/learn"


class VisitingClient(FlaskClient):
    """A browser at the host. Pages of the mounted site are checked like those of a site of its own."""

    def open(self, *args: object, **kwargs: object) -> TestResponse:
        response = super().open(*args, **kwargs)  # type: ignore[arg-type]
        path = response.request.path
        if path.startswith(PREFIX + "/"):
            assert_clean(response, Everywhere(self.application, training_of(self.application)))  # type: ignore[arg-type]
        return response


class Everywhere:
    """The routes of the host and, below the prefix, those of the mounted site."""

    def __init__(self, host: Flask, training: LMS) -> None:
        self.host = host.url_map.bind("localhost")
        self.training = training.app.url_map.bind("localhost")
        self.server_name = "localhost"

    def match(self, path: str, method: str) -> object:
        if path == PREFIX or path.startswith(PREFIX + "/"):
            return self.training.match(path.removeprefix(PREFIX), method=method)
        return self.host.match(path, method=method)


@pytest.fixture(scope="session")
def example() -> ModuleType:
    """docs/examples/host_app/app.py, as Flask's command line imports it."""
    place = ROOT / "docs" / "examples" / "host_app" / "app.py"
    spec = importlib.util.spec_from_file_location("example_host", place)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # where SQLAlchemy looks annotations up
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def host(example: ModuleType, settings: Settings, tmp_path: Path) -> Iterator[Flask]:
    """The example host. Its people are Ada and Grace."""
    app: Flask = example.create_host(f"sqlite:///{tmp_path / 'host.sqlite3'}", settings)
    app.test_client_class = VisitingClient
    yield app
    with app.app_context():
        example.db.engine.dispose()
    _dispose(training_of(app))


@pytest.fixture
def visitor(host: Flask) -> FlaskClient:
    return host.test_client()


@pytest.fixture
def mount(settings: Settings) -> Iterator[Callable[..., LMS]]:
    """Mounts the training in a host of a few lines, which names whom the test says."""
    made: list[LMS] = []

    def build(identity: Identity, *, host: Flask | None = None, **options: object) -> LMS:
        options.setdefault("settings", settings)
        app = host or Flask("bare_host")
        made.append(LMS(app, PREFIX, identity=identity, **options))  # type: ignore[arg-type]
        return made[-1]

    yield build
    for lms in made:
        _dispose(lms)


def training_of(host: Flask) -> LMS:
    lms: LMS = host.extensions["training"]
    return lms


def sign_in(visitor: FlaskClient, username: str) -> None:
    reply = visitor.post("/sign-in", data={"username": username, "password": "example"})
    assert reply.status_code == 303


def people_in(lms: LMS) -> list[Person]:
    """Everybody who has an account in the mounted site."""
    with lms.app.app_context():
        found = list(db.session.scalars(select(Person).order_by(Person.id)))
        db.session.remove()
        return found


def named(identity: str, *, email: str | None = None) -> HostPerson:
    """Somebody at the host."""
    return HostPerson(id=identity, email=email or f"{identity}@host.example", name=identity.title())


def _dispose(lms: LMS) -> None:
    with lms.app.app_context():
        db.session.remove()
        db.engine.dispose()
