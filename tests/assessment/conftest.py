"""A learner in front of a quiz."""

from __future__ import annotations

from collections.abc import Sequence
from typing import get_args

import pytest
from flask import Flask
from flask.testing import FlaskClient

from lms.content.course import Course, Item, Module
from tests.support import journey
from tests.support.people import People

MODULE = "2-the-what"


@pytest.fixture
def alice(people: People) -> FlaskClient:
    return people.client("alice", enrolled=True)


@pytest.fixture
def attempt(app: Flask, alice: FlaskClient) -> str:
    """An attempt that Alice has just started."""
    return journey.start_quiz(alice, MODULE)


@pytest.fixture
def address(attempt: str) -> str:
    return f"{journey.quiz_address(MODULE)}/{attempt}"


def with_quiz(course: Course, *, items: Sequence[Item] | None = None, **settings: object) -> Course:
    """The course with other items or settings of the module's quiz."""

    def changed(module: Module) -> Module:
        if module.key != MODULE:
            return module
        quiz = module.quiz
        update: dict[str, object] = {"settings": quiz.settings.model_copy(update=settings)}
        if items is not None:
            update["items"] = tuple(items)
        return module.model_copy(update={"quiz": quiz.model_copy(update=update)})

    return course.model_copy(update={"modules": tuple(map(changed, course.modules))})


@pytest.fixture
def every_type(app: Flask) -> list[Item]:
    """The quiz, published anew, asks one question of each type that there is."""
    course = journey.course(app)
    first = {item.type: item for module in course.modules for item in reversed(module.quiz.items)}
    assert set(first) == set(get_args(Item.model_fields["type"].annotation))
    journey.publish(app, with_quiz(course, items=list(first.values()), draw_per_objective=50))
    return list(first.values())
