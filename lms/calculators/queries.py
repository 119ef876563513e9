"""Reads of scenarios."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms.calculators.models import Scenario
from lms.core.errors import NotFound


def scenarios(session: Session, person_id: int, *, calculator: str | None = None) -> Sequence[Scenario]:
    """A person's scenarios, of one calculator or of all, the newest first."""
    statement = select(Scenario).where(Scenario.person_id == person_id).order_by(Scenario.saved_at.desc(), Scenario.id)
    if calculator is not None:
        statement = statement.where(Scenario.calculator == calculator)
    return session.scalars(statement).all()


def access_scenario(session: Session, *, person_id: int, public_id: str) -> Scenario:
    """The person's own scenario. Raises NotFound for another's as for none."""
    found = session.scalar(select(Scenario).where(Scenario.public_id == public_id, Scenario.person_id == person_id))
    if found is None:
        raise NotFound
    return found


def count(session: Session, person_id: int) -> int:
    """How many scenarios a person keeps."""
    return session.scalar(select(func.count()).where(Scenario.person_id == person_id)) or 0
