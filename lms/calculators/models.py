"""Table of scenarios: inputs of a calculator that a person keeps under a name."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from lms.core.db import Identified, Model


class Scenario(Identified, Model):
    """Inputs only: results are calculated anew by the present formula whenever they are shown."""

    __tablename__ = "scenario"

    #: Appears in addresses; unguessable.
    public_id: Mapped[str] = mapped_column(String(26), unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    calculator: Mapped[str] = mapped_column(String(60))
    #: Version of the formula when it was saved.
    version: Mapped[str] = mapped_column(String(20))
    name: Mapped[str] = mapped_column(String(100))
    inputs: Mapped[dict[str, Any]]
    saved_at: Mapped[datetime]
