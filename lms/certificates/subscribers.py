"""What certificates do when features below them announce something."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.accounts.signals import person_exported
from lms.certificates.models import Certificate


@person_exported.connect
def _add_to_download(person: Any, *, session: Session, parts: dict[str, Any]) -> None:
    rows = session.scalars(select(Certificate).where(Certificate.person_id == person.id).order_by(Certificate.id))
    parts["certificates"] = [
        {"code": row.code, "status": row.status, "issued_at": row.issued_at, "states": row.snapshot} for row in rows
    ]
