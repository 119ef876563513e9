"""Use cases of certificates. Each takes the session of a unit of work and never commits."""

from __future__ import annotations

import json

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms.accounts.models import Person
from lms.accounts.queries import email_is_confirmed
from lms.certificates import queries
from lms.certificates.domain import (
    ModuleObjectives,
    Provider,
    Reason,
    Snapshot,
    Status,
    check_change,
    display_name,
    new_code,
)
from lms.certificates.models import Certificate
from lms.content.course import Course
from lms.core import audit
from lms.core.clock import local_date, now
from lms.core.errors import Conflict, DomainError
from lms.core.settings import Settings
from lms.learning.domain import quiz_minutes
from lms.learning.models import Enrolment
from lms.releases.models import ContentRelease
from lms.releases.queries import current


def issue_certificate(session: Session, *, person_id: int, course: str, settings: Settings) -> Certificate:
    """Issue the certificate of a completed course, or return the valid one.

    Of many calls at the same moment one issues, because each holds the person's row first. Raises Conflict
    while the course is not complete, the email is not confirmed, or the last certificate was revoked.
    """
    person = session.scalars(select(Person).where(Person.id == person_id).with_for_update()).one()
    present = queries.valid_certificate(session, person_id=person_id, course=course)
    if present is not None:
        return present
    completed_at = session.scalar(
        select(Enrolment.completed_at).where(Enrolment.person_id == person_id, Enrolment.course == course)
    )
    if completed_at is None:
        raise Conflict("The certificate is issued when the course is complete. The dashboard shows what is left.")
    if not email_is_confirmed(person):
        raise Conflict("Confirm your email address first: the link is in the mail that we sent you.")
    if session.scalar(
        select(func.count()).where(
            Certificate.person_id == person_id,
            Certificate.course == course,
            Certificate.status == Status.REVOKED,
        )
    ):
        raise Conflict("Your certificate was revoked. Ask for assistance if you think that this is a mistake.")
    return _issue(session, person, course, settings, actor_id=person_id)


def correct_certificate(
    session: Session, *, certificate: Certificate, reason: Reason, settings: Settings, actor_id: int | None
) -> Certificate:
    """Issue a new certificate with the person's present name, and mark this one superseded by it."""
    if certificate.person_id is None:
        raise Conflict("The account of this certificate was deleted, so it can no longer be corrected.")
    person = session.scalars(select(Person).where(Person.id == certificate.person_id).with_for_update()).one()
    session.refresh(certificate)  # it may have changed while another window held the person's row
    check_change(Status(certificate.status), Status.SUPERSEDED, reason)
    if reason is Reason.NAME_CORRECTION and display_name(person.name) == snapshot_of(certificate).learner_name:
        raise Conflict("The certificate shows your present name already. Change the name in your account first.")
    _set_status(session, certificate, Status.SUPERSEDED, reason, actor_id)
    session.flush()
    successor = _issue(session, person, certificate.course, settings, actor_id=actor_id)
    certificate.superseded_by = successor.code
    return successor


def revoke_certificate(session: Session, *, certificate: Certificate, reason: Reason, actor_id: int | None) -> None:
    """Revoke a certificate. Its page and its PDF's address say so from then on."""
    check_change(Status(certificate.status), Status.REVOKED, reason)
    _set_status(session, certificate, Status.REVOKED, reason, actor_id)


def snapshot_of(certificate: Certificate) -> Snapshot:
    """What the certificate states."""
    return Snapshot.from_json(json.dumps(certificate.snapshot))


def _set_status(
    session: Session, certificate: Certificate, status: Status, reason: Reason, actor_id: int | None
) -> None:
    certificate.status, certificate.status_reason, certificate.status_at = status.value, reason.value, now()
    audit.record(
        session,
        f"certificate.{status}",
        subject=("certificate", certificate.code),
        actor_id=actor_id,
        reason=reason.value,
    )


def _issue(session: Session, person: Person, course: str, settings: Settings, *, actor_id: int | None) -> Certificate:
    completed_at = session.scalars(
        select(Enrolment.completed_at).where(Enrolment.person_id == person.id, Enrolment.course == course)
    ).one()
    if completed_at is None:
        raise Conflict("The course of this certificate is not complete.")
    release_id, value = current(session, course)
    release = session.get_one(ContentRelease, release_id)
    name = display_name(person.name)
    if not name:
        raise DomainError("Your name has no printable letters. Change it in your account, then try again.")
    code = new_code()
    moment = now()
    snapshot = Snapshot(
        code=code,
        learner_name=name,
        course_slug=course,
        course_title=value.title,
        release_number=release.number,
        release_digest=release.digest,
        modules=tuple(
            ModuleObjectives(title=module.title, objectives=tuple(objective.text for objective in module.objectives))
            for module in value.modules
        ),
        instructional_minutes=instructional_minutes(value),
        completed_on=local_date(completed_at),
        issued_at=moment,
        provider=Provider(
            name=settings.provider_name or settings.site_name,
            address=settings.provider_address,
            phone=settings.provider_phone,
            website=settings.provider_website,
        ),
        verify_url=f"{settings.base_url}/verify/{code}",
    )
    certificate = Certificate(
        code=code,
        person_id=person.id,
        course=course,
        release_id=release_id,
        snapshot=json.loads(snapshot.to_json()),
        issued_at=moment,
        status=Status.VALID.value,
    )
    session.add(certificate)
    session.flush()
    audit.record(session, "certificate.issued", subject=("certificate", code), actor_id=actor_id, course=course)
    return certificate


def instructional_minutes(course: Course) -> int:
    """Minutes of study that the certificate states: all lessons and one attempt at each quiz."""
    return course.minutes + sum(quiz_minutes(module) for module in course.modules)
