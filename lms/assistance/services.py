"""Use cases of assistance. Each takes the session of a unit of work and never commits."""

from __future__ import annotations

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from lms.assistance.models import AssistanceRequest
from lms.core import audit, mail
from lms.core.clock import now
from lms.core.errors import NotFound
from lms.core.ids import public_id


def ask(
    session: Session,
    *,
    name: str,
    email: str | None,
    phone: str | None,
    organization: str | None,
    topic: str,
    topic_label: str,
    message: str,
    person_id: int | None,
    inbox: str,
) -> AssistanceRequest:
    """Store a request, and mail it to the inbox if the site has one. Returns it with its reference."""
    request = AssistanceRequest(
        reference=public_id()[:8].upper(),
        person_id=person_id,
        name=name,
        email=email or None,
        phone=phone or None,
        organization=organization or None,
        topic=topic,
        message=message,
        received_at=now(),
    )
    session.add(request)
    session.flush()
    if inbox:
        mail.queue(
            session,
            to=inbox,
            subject=f"Assistance request {request.reference}: {topic_label}",
            text=(
                f"Name: {name}\nEmail: {email or '–'}\nPhone: {phone or '–'}\nOrganization: {organization or '–'}\n"
                f"Topic: {topic_label}\n\n{message or '(no message)'}\n"
            ),
            reply_to=email or None,
            dedup_key=f"assistance:{request.reference}",
        )
    return request


def mark_handled(session: Session, *, reference: str, actor_id: int) -> None:
    """Take a request off the open list; a second time changes nothing."""
    changed = session.execute(
        update(AssistanceRequest)
        .where(AssistanceRequest.reference == reference, AssistanceRequest.handled_at.is_(None))
        .values(handled_at=now(), handled_by=actor_id)
    )
    if changed.rowcount:  # type: ignore[attr-defined]
        audit.record(session, "assistance.handled", subject=("assistance", reference), actor_id=actor_id)
    elif _find(session, reference) is None:
        raise NotFound


def remove(session: Session, *, reference: str, actor_id: int) -> None:
    """Delete a request for good, for instance because it holds patient information."""
    found = _find(session, reference)
    if found is None:
        raise NotFound
    session.delete(found)
    audit.record(session, "assistance.removed", subject=("assistance", reference), actor_id=actor_id)


def _find(session: Session, reference: str) -> AssistanceRequest | None:
    return session.scalar(select(AssistanceRequest).where(AssistanceRequest.reference == reference))
