"""What learning does when features below it announce something."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.accounts.signals import person_exported
from lms.assessment.models import Attempt
from lms.assessment.signals import attempt_graded, attempt_regraded
from lms.content.course import Course
from lms.learning import services
from lms.learning.models import AccessGrant, Enrolment, LessonNote, LessonProgress
from lms.releases.signals import release_published


@attempt_graded.connect
def _a_passed_quiz_may_complete_the_course(attempt: Attempt, *, session: Session) -> None:
    if attempt.passed:
        services.refresh_completion(session, person_id=attempt.person_id, course=attempt.course)


@attempt_regraded.connect
def _a_regrade_may_complete_the_course(attempt: Attempt, *, session: Session, was_passed: bool) -> None:
    if attempt.passed and not was_passed:
        services.refresh_completion(session, person_id=attempt.person_id, course=attempt.course)


@release_published.connect
def _notes_follow_renamed_lessons(course: Course, *, session: Session, **_more: Any) -> None:
    services.rename_notes(session, course=course)


@person_exported.connect
def _add_to_download(person: Any, *, session: Session, parts: dict[str, Any]) -> None:
    enrolments = session.scalars(select(Enrolment).where(Enrolment.person_id == person.id)).all()
    grants = session.scalars(select(AccessGrant).where(AccessGrant.person_id == person.id)).all()
    parts["access"] = [
        {
            "course": grant.course,
            "source": grant.source,
            "reference": grant.reference,
            "granted_at": grant.granted_at,
            "expires_at": grant.expires_at,
            "revoked_at": grant.revoked_at,
        }
        for grant in grants
    ]
    parts["courses"] = [
        {
            "course": enrolment.course,
            "enrolled_at": enrolment.enrolled_at,
            "completed_at": enrolment.completed_at,
            "last_lesson": enrolment.last_lesson,
            "lessons": [
                {"lesson": row.lesson, "completed_at": row.completed_at}
                for row in session.scalars(select(LessonProgress).where(LessonProgress.enrolment_id == enrolment.id))
            ],
            "notes": [
                {"lesson": row.lesson, "text": row.text, "saved_at": row.saved_at}
                for row in session.scalars(select(LessonNote).where(LessonNote.enrolment_id == enrolment.id))
            ],
        }
        for enrolment in enrolments
    ]
