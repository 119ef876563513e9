"""`lms demo`: sample people come, stay single, and go without a trace."""

from __future__ import annotations

import pytest
from click.testing import CliRunner
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms.accounts.models import Person
from lms.assessment.models import Attempt
from lms.certificates.models import Certificate
from lms.cli.demo import add_people, demo, remove_people
from lms.cli.demo_people import MARK, PEOPLE
from lms.core.db import db
from lms.core.outbox import OutboxMessage
from lms.learning.models import Enrolment, EvaluationResponse, LessonNote
from tests.support.people import People

#: What stays for good: the log, by design, and the roles that exist once.
KEPT = {"audit_event", "role", "alembic_version"}


def rows() -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table but those that stay."""
    found = {}
    for table in db.metadata.sorted_tables:
        if table.name not in KEPT:
            found[table.name] = sorted(map(tuple, db.session.execute(select(table))), key=repr)
    db.session.rollback()
    return found


def count(session: Session, table: type) -> int:
    return session.scalar(select(func.count()).select_from(table)) or 0


def test_they_are_at_every_stage_and_go_without_a_trace(app: Flask, people: People) -> None:
    """Everything before is as it was after `--remove`: real people's rows above all."""
    people.make("alice", enrolled=True)
    with app.app_context():
        before = rows()
        assert sorted(add_people("a password for all")) == sorted(person.email for person in PEOPLE)
        session = db.session()
        scores = session.execute(select(Attempt.submitted_at, Attempt.passed)).all()
        assert {row.passed for row in scores} == {None, False, True}
        assert count(session, Certificate) == 1
        assert count(session, EvaluationResponse) == 1
        assert count(session, Enrolment) == 1 + sum(person.order == "paid" for person in PEOPLE)
        assert all(MARK in note.text for note in session.scalars(select(LessonNote)))
        assert count(session, OutboxMessage) == 0
        session.rollback()
        assert remove_people() == len(PEOPLE)
        assert rows() == before


def test_a_second_time_only_the_password_is_new(app: Flask) -> None:
    with app.app_context():
        add_people("first password of all")
        person = db.session.scalars(select(Person).where(Person.email == PEOPLE[0].email)).one()
        before = rows()
        assert add_people("second password of all") == []
        after = rows()
        db.session.refresh(person)
        assert person.verify_and_update_password("second password of all")
        assert {name for name in after if after[name] != before[name]} == {"person"}
        assert len(after["person"]) == len(PEOPLE)


@pytest.mark.parametrize("arguments", [[], ["--remove"]])
def test_a_public_site_is_refused(
    app: Flask, monkeypatch: pytest.MonkeyPatch, tmp_path: object, arguments: list[str]
) -> None:
    monkeypatch.setenv("LMS_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("LMS_BASE_URL", "https://training.example.org")
    result = CliRunner().invoke(demo, arguments)
    assert result.exit_code == 1
    assert "--yes-i-mean-it" in str(result.exception)
    with app.app_context():
        assert count(db.session(), Person) == 0
    assert CliRunner().invoke(demo, ["--remove", "--yes-i-mean-it"]).exit_code == 0


def test_the_command_says_how_to_sign_in(app: Flask, monkeypatch: pytest.MonkeyPatch, tmp_path: object) -> None:
    monkeypatch.setenv("LMS_DATA_DIR", str(tmp_path))
    monkeypatch.delenv("LMS_BASE_URL", raising=False)
    result = CliRunner().invoke(demo)
    assert result.exit_code == 0, result.exception
    password = result.stdout.partition("with the password  ")[2].split()[0]
    with app.app_context():
        person = db.session.scalars(select(Person).where(Person.email == PEOPLE[-1].email)).one()
        assert person.verify_and_update_password(password)
    assert all(person.email in result.stdout for person in PEOPLE)


def test_they_belong_to_nobody() -> None:
    assert all(person.email.endswith("@example.org") and "sample" in person.email for person in PEOPLE)
    assert all("Sample" in person.name for person in PEOPLE)
