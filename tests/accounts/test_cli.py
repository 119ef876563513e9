"""`lms admin`: giving, listing and taking roles."""

from __future__ import annotations

import pytest
from click.testing import CliRunner, Result
from flask import Flask
from flask.cli import ScriptInfo

from lms.accounts.cli import admin

from .conftest import PASSWORD, Stored, is_signed_in, register, sign_in


@pytest.fixture
def run(app: Flask) -> object:
    def command(*arguments: str, typed: str | None = None) -> Result:
        return CliRunner().invoke(admin, arguments, input=typed, obj=ScriptInfo(create_app=lambda: app))

    return command


def test_a_registered_person_becomes_administrator(app: Flask, run, stored: Stored) -> None:  # type: ignore[no-untyped-def]
    client = app.test_client()
    register(client)
    assert run("create", "ADA@example.org").output == "ada@example.org is now admin.\n"
    assert run("create", "ada@example.org").output == "ada@example.org is admin already.\n"
    assert [role.name for role in stored.person().roles] == ["admin"]
    assert run("list").output == "ada@example.org  Ada Byron\n"
    assert run("revoke", "ada@example.org").output == "ada@example.org is no longer admin.\n"
    assert stored.person().roles == []
    assert not is_signed_in(client), "signed out, so that nothing of the role lingers"


def test_a_new_administrator_from_a_script(app: Flask, run, stored: Stored) -> None:  # type: ignore[no-untyped-def]
    made = run("create", "root@example.org", "--name", "Root", "--password-stdin", typed=PASSWORD + "\n")
    assert made.exit_code == 0, made.output
    assert stored.person("root@example.org").confirmed_at is not None
    assert sign_in(app.test_client(), "root@example.org").status_code == 302


def test_a_new_administrator_by_asking(run, stored: Stored) -> None:  # type: ignore[no-untyped-def]
    made = run("create", "root@example.org", "--role", "instructor", typed=f"Root\n{PASSWORD}\n{PASSWORD}\n")
    assert made.exit_code == 0, made.output
    assert PASSWORD not in made.output
    assert [role.name for role in stored.person("root@example.org").roles] == ["instructor"]


@pytest.mark.parametrize(
    ("arguments", "typed", "message"),
    [
        (("create", "not-an-address"), None, "Enter an email address"),
        (
            ("create", "root@example.org", "--name", "Root", "--password-stdin"),
            "short\n",
            "at least 10 characters",
        ),
        (("revoke", "nobody@example.org"), None, "There is no account"),
    ],
)
def test_mistakes_are_said(run, arguments: tuple[str, ...], typed: str | None, message: str) -> None:  # type: ignore[no-untyped-def]
    result = run(*arguments, typed=typed)
    assert result.exit_code != 0
    assert message in str(result.exception)
