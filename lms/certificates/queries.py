"""Reads of certificates."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.certificates.domain import Status, normalize_code
from lms.certificates.models import Certificate
from lms.core.errors import NotFound


def by_code(session: Session, typed: str) -> Certificate | None:
    """The certificate with that code, as it is stored or as somebody typed it."""
    code = normalize_code(typed)
    return session.scalar(select(Certificate).where(Certificate.code == code)) if code else None


def access_certificate(session: Session, *, person_id: int, code: str) -> Certificate:
    """The person's own certificate. Raises NotFound for another's as for none."""
    certificate = session.scalar(
        select(Certificate).where(Certificate.code == code, Certificate.person_id == person_id)
    )
    if certificate is None:
        raise NotFound
    return certificate


def valid_certificate(session: Session, *, person_id: int, course: str) -> Certificate | None:
    """The person's valid certificate for a course, if there is one."""
    return session.scalar(
        select(Certificate).where(
            Certificate.person_id == person_id,
            Certificate.course == course,
            Certificate.status == Status.VALID,
        )
    )
