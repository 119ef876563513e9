"""Publishing a course."""

from __future__ import annotations

import zlib

from sqlalchemy.orm import Session

from lms.content import release as document_form
from lms.content.course import Course
from lms.core import audit
from lms.core.clock import now
from lms.releases import queries
from lms.releases.models import ContentRelease
from lms.releases.signals import release_published


def publish(session: Session, course: Course, *, actor_id: int | None) -> tuple[ContentRelease, bool]:
    """Store the course as its next release. Returns it, and False when the newest release is the same already."""
    document = document_form.document(course)
    digest = document_form.digest(document)
    newest = queries.newest(session, course.slug)
    if newest is not None and newest.digest == digest:
        return newest, False
    release = ContentRelease(
        course=course.slug,
        number=newest.number + 1 if newest else 1,
        digest=digest,
        document=zlib.compress(document, 9),
        published_at=now(),
        published_by=actor_id,
    )
    session.add(release)
    session.flush()
    audit.record(
        session,
        "release.published",
        subject=("release", release.id),
        actor_id=actor_id,
        course=course.slug,
        number=release.number,
        digest=digest,
    )
    release_published.send(course, session=session, release=release)
    return release, True
