"""The gate in front of every page of a course: asked by the access policy `enrolled`."""

from __future__ import annotations

from flask import g, request
from flask_login import current_user

from lms.core.db import db
from lms.core.errors import NotFound
from lms.learning import queries
from lms.learning.queries import Learner


def may_learn(course: str) -> bool:
    """True when the signed-in person has a live grant. Keeps what it read, so that the view need not ask again."""
    if request.blueprint == "assessment":  # asks with every answer, and needs no more than to know
        return queries.is_enrolled(db.session(), current_user.id, course)
    lesson = (request.view_args or {}).get("lesson")
    found = queries.learners(db.session(), current_user.id, course=course, lesson=lesson)
    if not found:
        return False
    g.lms_learner = found[0]
    return True


def learner() -> Learner:
    """The learner whom the gate let through in this request."""
    found: Learner | None = g.get("lms_learner")
    if found is None:
        raise NotFound
    return found
