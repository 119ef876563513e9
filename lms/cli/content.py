"""`lms content check|publish|show|minutes`: course files from the command line."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click
from flask.cli import with_appcontext

from lms.calculators.domain import formulas
from lms.content import inventory, loader, locate, study_time
from lms.content.course import Course
from lms.core.db import db
from lms.core.errors import ConfigurationError, DomainError
from lms.core.unit_of_work import unit_of_work
from lms.releases import queries, services

_ROOT = click.option(
    "--root",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    default=None,
    help="Folder that holds modules/ and quizzes/. Default: the course that came with the software.",
)


@click.group()
def content() -> None:
    """Check and publish course files."""


@content.command()
@_ROOT
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
def check(root: Path | None, as_json: bool) -> None:
    """Read the course files and list every error and warning. Exits with 1 when there is an error."""
    result = load_course_files(root)
    if as_json:
        click.echo(json.dumps(inventory.inventory(result), indent=2, ensure_ascii=False))
    else:
        click.echo(result.report.text())
    sys.exit(1 if result.report.errors else 0)


@content.command()
@_ROOT
@with_appcontext
def publish(root: Path | None) -> None:
    """Publish the course files as the next release. Nothing happens when they have an error or no change."""
    number, is_new = publish_course(_load(root))
    click.echo(f"Published release {number}." if is_new else f"Nothing has changed since release {number}.")


@content.command()
@click.argument("course", default="mtm")
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
@with_appcontext
def show(course: str, as_json: bool) -> None:
    """Show the published release of a course."""
    release = queries.newest(db.session(), course)
    if release is None:
        raise ConfigurationError(f"No release of {course!r} is published. Publish it with:  lms content publish")
    value = queries.course_of(db.session(), release.id)
    facts = {
        "course": course,
        "title": value.title,
        "release": release.number,
        "digest": release.digest,
        "published_at": release.published_at.isoformat(),
        "modules": len(value.modules),
        "lessons": len(value.lessons),
        "minutes": value.minutes,
    }
    click.echo(json.dumps(facts, indent=2) if as_json else "\n".join(f"{name}: {fact}" for name, fact in facts.items()))


@content.command()
@_ROOT
def minutes(root: Path | None) -> None:
    """The minutes of lessons, modules and course as Markdown, with a published formula beside them."""
    click.echo(study_time.minutes_page(_load(root)), nl=False)


def publish_shipped_course(*, only_if_none: bool) -> None:
    """Publish the course that came with the software, in the current application."""
    if only_if_none and queries.newest(db.session(), "mtm") is not None:
        return
    publish_course(_load(None))


def publish_course(course: Course) -> tuple[int, bool]:
    """Publish in a unit of work. Returns the release's number, and whether it is new."""
    with unit_of_work() as session:
        release, is_new = services.publish(session, course, actor_id=None)
        return release.number, is_new


def load_course_files(root: Path | None = None) -> loader.LoadResult:
    """The course files below `root`, or those that came with the software, checked with all that lessons may embed."""
    return loader.load(root or locate.shipped_root(), calculators=formulas())


def _load(root: Path | None) -> Course:
    result = load_course_files(root)
    if result.course is None or result.report.errors:
        raise DomainError(f"The course files have errors, so nothing was done with them.\n{result.report.text()}")
    return result.course
