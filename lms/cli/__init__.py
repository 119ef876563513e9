"""The `lms` command: gathers each feature's commands and adds those of the whole site."""

from __future__ import annotations

import sys
from typing import Any

import click
from flask import Flask
from flask.cli import ScriptInfo

from lms.core.errors import ConfigurationError, DomainError


class _Lms(click.Group):
    """Loads a command's module only when that command is used, so that `lms --help` answers at once."""

    COMMANDS: dict[str, tuple[str, str]] = {  # noqa: RUF012 -- a constant
        "serve": ("lms.cli.serve", "serve"),
        "worker": ("lms.cli.serve", "worker"),
        "migrate": ("lms.cli.serve", "migrate"),
        "settings": ("lms.cli.inspect", "settings"),
        "routes": ("lms.cli.inspect", "routes"),
        "doctor": ("lms.cli.doctor", "doctor"),
        "demo": ("lms.cli.demo", "demo"),
        "content": ("lms.cli.content", "content"),
        "calculate": ("lms.calculators.cli", "calculate_command"),
        "admin": ("lms.accounts.cli", "admin"),
    }

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self.COMMANDS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        if name not in self.COMMANDS:
            return None
        module, attribute = self.COMMANDS[name]
        command: click.Command = getattr(__import__(module, fromlist=[attribute]), attribute)
        return command


@click.command(cls=_Lms, context_settings={"help_option_names": ["-h", "--help"]})
@click.pass_context
def lms(context: click.Context) -> None:
    """Training platform for pharmacists: serve it, check its courses, keep it healthy."""
    # Flask's `with_appcontext` asks this object for the application: commands of features need not know who builds it.
    context.obj = ScriptInfo(create_app=_create_app, set_debug_flag=False)


def _create_app() -> Flask:
    from lms.app import create_app

    return create_app()


def main(**extra: Any) -> None:
    """The console script. What a person can mend is said in a line or two, without a trace; exit code 1."""
    try:
        lms(standalone_mode=True, prog_name="lms", **extra)
    except ConfigurationError as error:
        separator = "\n" if "\n" in str(error) else " "
        click.echo(f"The site is not set up correctly:{separator}{error}", err=True)
        sys.exit(1)
    except DomainError as error:
        click.echo(error.message, err=True)
        sys.exit(1)
    except Exception as error:
        remedy = _remedy(error)
        if remedy is None:
            raise
        click.echo(remedy, err=True)
        sys.exit(1)


def _remedy(error: Exception) -> str | None:
    """What to say about a failure of the machine rather than of the code; None for the latter."""
    from sqlalchemy.exc import DBAPIError

    if isinstance(error, DBAPIError):
        reason = " ".join(str(error.orig).split())
        return f"The database cannot be used: {reason}. See LMS_DATABASE_URL and LMS_DATA_DIR."
    if isinstance(error, OSError) and error.filename:
        return f"{error.filename}: {error.strerror}. See LMS_DATA_DIR for the folder of the site's data."
    return None
