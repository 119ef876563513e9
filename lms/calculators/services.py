"""Keeping, renaming and removing scenarios."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.accounts.queries import hold_person
from lms.calculators import queries
from lms.calculators.domain import Formula, Inputs
from lms.calculators.models import Scenario
from lms.core.clock import now
from lms.core.errors import DomainError
from lms.core.ids import public_id

MOST = 100
_LONGEST = 100


def save_scenario(session: Session, *, person_id: int, formula: Formula, inputs: Inputs, name: str) -> Scenario:
    """Keep inputs under a name. The same name for the same calculator is replaced.

    Raises DomainError for a name that cannot be used, and when the person keeps as many as there is room for.
    """
    name = checked_name(name)
    hold_person(session, person_id)
    found = session.scalar(
        select(Scenario).where(
            Scenario.person_id == person_id, Scenario.calculator == formula.name, Scenario.name == name
        )
    )
    if found is None:
        if queries.count(session, person_id) >= MOST:
            raise DomainError(f"You keep {MOST} scenarios, and that is the most. Delete one first.", field="name")
        found = Scenario(public_id=public_id(), person_id=person_id, calculator=formula.name, name=name)
        session.add(found)
    found.version = formula.version
    found.inputs = inputs.as_data()
    found.saved_at = now()
    return found


def rename_scenario(session: Session, *, scenario: Scenario, name: str) -> None:
    """Give a scenario another name. Raises DomainError for one that cannot be used."""
    scenario.name = checked_name(name)


def delete_scenario(session: Session, *, scenario: Scenario) -> None:
    """Remove a scenario."""
    session.delete(scenario)


def checked_name(name: str) -> str:
    """The name without needless spaces. Raises DomainError."""
    name = " ".join(name.split())
    if not name:
        raise DomainError("Enter a name for the scenario.", field="name")
    if len(name) > _LONGEST or not name.isprintable():
        raise DomainError(f"Use at most {_LONGEST} letters, digits and signs for the name.", field="name")
    return name
