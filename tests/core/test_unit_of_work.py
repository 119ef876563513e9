"""Changes are whole or not at all, none is lost, and what follows a change follows only that."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select, update

from lms.checkout.models import DiscountCode
from lms.core.db import db
from lms.core.unit_of_work import after_commit, unit_of_work
from tests.support import journey
from tests.support.together import all_at_once


def uses(app: Flask) -> int:
    with app.app_context():
        return db.session.scalars(select(DiscountCode.uses).where(DiscountCode.code == "COUNT")).one()


def test_no_update_is_lost(app: Flask) -> None:
    """1,200 increments, read in Python and written back, by twelve threads: with the defaults hundreds vanish."""
    journey.make_code(app, "COUNT")

    def count_on(_number: int) -> None:
        with app.app_context():
            for _round in range(100):
                with unit_of_work() as session:
                    row = session.scalars(select(DiscountCode).where(DiscountCode.code == "COUNT")).one()
                    row.uses = row.uses + 1

    all_at_once(count_on, 12)
    assert uses(app) == 1200


def test_an_error_undoes_everything(app: Flask) -> None:
    journey.make_code(app, "COUNT")
    heard: list[str] = []

    def change_and_fail() -> None:
        with app.app_context(), unit_of_work() as session:
            session.execute(update(DiscountCode).values(uses=5))
            after_commit(session, lambda: heard.append("committed"))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        change_and_fail()
    assert uses(app) == 0
    assert heard == []


def test_what_follows_waits_for_the_commit_and_not_for_a_savepoint(app: Flask) -> None:
    journey.make_code(app, "COUNT")
    seen: list[int] = []
    hook = lambda: seen.append(uses(app))  # noqa: E731 -- the same function twice is called once
    with app.app_context(), unit_of_work() as session:
        after_commit(session, hook)
        after_commit(session, hook)
        with session.begin_nested():
            session.execute(update(DiscountCode).where(DiscountCode.code == "COUNT").values(uses=7))
        assert seen == []
    assert seen == [7]


def test_a_failure_of_what_follows_does_not_undo_the_change(app: Flask) -> None:
    journey.make_code(app, "COUNT")

    def fail() -> None:
        raise OSError("the queue is away")

    with app.app_context(), unit_of_work() as session:
        session.execute(update(DiscountCode).values(uses=3))
        after_commit(session, fail)
    assert uses(app) == 3


def test_units_do_not_nest(app: Flask) -> None:
    with app.app_context(), unit_of_work(), pytest.raises(RuntimeError, match="open already"), unit_of_work():
        pass


def test_rows_changed_outside_a_unit_are_noticed(app: Flask) -> None:
    journey.make_code(app, "COUNT")
    with app.app_context():
        row = db.session.scalars(select(DiscountCode).where(DiscountCode.code == "COUNT")).one()
        row.uses = 9
        with pytest.raises(RuntimeError, match="outside a unit of work"), unit_of_work():
            pass
        db.session.rollback()
    assert uses(app) == 0
