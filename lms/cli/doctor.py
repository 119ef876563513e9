"""`lms doctor`: looks a site over and says, for each thing, whether it is well and what to do if it is not."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import click

from lms.cli.findings import Finding, Status, fail, ok
from lms.core.errors import ConfigurationError
from lms.core.settings import Settings, from_environment

if TYPE_CHECKING:
    from flask import Flask

_MARKS = {Status.OK: "ok  ", Status.WARN: "warn", Status.FAIL: "FAIL"}


@click.command()
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
def doctor(as_json: bool) -> None:
    """Look the site over: settings, database, folders, mail, jobs, course. Exits with 1 when something fails."""
    findings = list(examine())
    worst = max((finding.status for finding in findings), key=list(Status).index)
    if as_json:
        click.echo(json.dumps({"status": worst, "checks": [vars(finding) for finding in findings]}, indent=2))
    else:
        for finding in findings:
            click.echo(f"{_MARKS[finding.status]}  {finding.check}: {finding.message}")
            if finding.remedy:
                click.echo(f"      {finding.remedy}")
    sys.exit(1 if worst is Status.FAIL else 0)


def examine() -> Iterator[Finding]:
    """Every finding, in the order in which a site is set up. Changes nothing."""
    try:
        settings = from_environment()
    except ConfigurationError as error:
        for line in str(error).splitlines():
            yield fail("settings", line, "Correct the variable; `lms settings` lists them all.")
        return
    yield ok("settings", "All LMS_ variables are understood.")

    from lms.cli import checks

    for look in checks.OUTSIDE:
        yield from _safely(look.__name__, lambda look=look: look(settings))  # type: ignore[misc]
    if checks.is_unusable(settings):
        return
    app = _app(settings)
    if isinstance(app, Finding):
        yield app
        return
    with app.app_context():
        structure = list(_safely("database", lambda: checks.database(settings)))
        yield from structure
        if any(finding.status is Status.FAIL for finding in structure):
            return
        for inner in checks.INSIDE:
            yield from _safely(inner.__name__, lambda inner=inner: inner(settings))  # type: ignore[misc]


def _app(settings: Settings) -> Flask | Finding:
    from lms.app import create_app

    try:
        return create_app(settings)
    except Exception as error:
        return fail("application", f"It does not start: {_words(error)}.", "Mend what the message names.")


def _safely(name: str, look: Callable[[], Iterator[Finding]]) -> Iterator[Finding]:
    """A check's findings; a check that breaks is a finding, too."""
    try:
        yield from look()
    except Exception as error:
        yield fail(
            name.replace("_", " "), f"This could not be checked: {_words(error)}.", "Mend what the message names."
        )


def _words(error: Exception) -> str:
    original = getattr(error, "orig", None) or error
    return f"{type(original).__name__}: {' '.join(str(original).split())}".rstrip(".: ")
