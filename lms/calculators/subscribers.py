"""What calculators do when a feature below announces something."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from lms.accounts.signals import person_exported
from lms.calculators import queries


@person_exported.connect
def _add_to_download(person: Any, *, session: Session, parts: dict[str, Any]) -> None:
    parts["scenarios"] = [
        {
            "calculator": scenario.calculator,
            "name": scenario.name,
            "inputs": scenario.inputs,
            "saved_at": scenario.saved_at,
        }
        for scenario in queries.scenarios(session, person.id)
    ]
