"""The mail that tells a learner of a regraded result."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.accounts.emails import send, site_url
from lms.accounts.models import Person
from lms.accounts.queries import email_is_confirmed
from lms.assessment.models import Regrade
from lms.assessment.regrading.domain import Change, by_person
from lms.content.course import Course

#: People looked up by one statement.
_BATCH = 500


def send_regraded(session: Session, *, regrade: Regrade, changes: tuple[Change, ...], course: Course) -> int:
    """Queue one mail for each learner whose results changed, once ever for each regrade. Returns how many.

    Results go to confirmed addresses only; everyone else finds them on the page of the result.
    """
    found = by_person(changes)
    ids = list(found)
    sent = 0
    for start in range(0, len(ids), _BATCH):
        people = session.scalars(
            select(Person).where(Person.id.in_(ids[start : start + _BATCH])).order_by(Person.id)
        ).all()
        with session.no_autoflush:  # the mails of a batch are stored together
            for person in people:
                if not person.active or not email_is_confirmed(person):
                    continue
                send(
                    session,
                    to=person.email,
                    subject="A quiz result of yours was regraded",
                    text=_text(regrade, found[person.id], course),
                    dedup_key=f"regrade:{regrade.id}:{person.id}",
                )
                sent += 1
    return sent


def _text(regrade: Regrade, changes: list[Change], course: Course) -> str:
    parts = [
        f"A question in “{course.title}” was corrected, and the answers that were given to it were graded again. "
        "This changed a result of yours.",
        f"The reason: {regrade.reason}",
    ]
    for each in changes:
        key = course.module_key(each.served.quiz)
        title = course.module(key).quiz.title if key else each.served.quiz
        before, after = each.percents
        parts.append(f"{title}, attempt {each.served.number}: {before} % before, {after} % now. {_passing(each)}")
        parts.append(
            site_url(
                "assessment.result",
                course=course.slug,
                module=each.served.quiz,
                attempt=each.served.public_id,
            )
        )
    if any(each.points < each.served.points for each in changes):
        parts.append("A certificate that you have stays valid.")
    return "\n\n".join(parts) + "\n"


def _passing(change: Change) -> str:
    if change.passed == change.served.passed:
        return "You have passed." if change.passed else "It is not passed yet."
    return "With this you have passed." if change.passed else "With this it is not passed any more."
