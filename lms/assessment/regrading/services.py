"""The use case of regrading. It takes the session of a unit of work and never commits."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from lms.assessment.models import Answer, Attempt, Evidence, Regrade, RegradedAttempt
from lms.assessment.regrading import queries
from lms.assessment.regrading.domain import Change
from lms.assessment.signals import attempt_regraded
from lms.core import audit
from lms.core.clock import now
from lms.core.errors import Conflict, DomainError
from lms.releases.models import ContentRelease
from lms.releases.queries import current


@dataclass(frozen=True)
class Regraded:
    """A regrade and what it changed just now: nothing when the same one was confirmed before."""

    regrade: Regrade
    changes: tuple[Change, ...]


def regrade_item(
    session: Session, *, course: str, item: str, may_lower: bool, fingerprint: str, reason: str, actor_id: int | None
) -> Regraded:
    """Give submitted attempts that an earlier release served the item to the points of the current release.

    `fingerprint` is that of the preview which was confirmed. Confirmed twice, it is done once. Raises Conflict when the
    regrade would do something else by now, and DomainError when nothing would change.
    """
    release_id, value = current(session, course)
    # Two workers that regrade the same release take turns: the second one sees what the first one did.
    session.execute(select(ContentRelease.id).where(ContentRelease.id == release_id).with_for_update())
    done = session.scalar(select(Regrade).where(Regrade.fingerprint == fingerprint))
    if done is not None and (done.course, done.item) == (course, item):
        return Regraded(done, ())
    preview = queries.preview(session, value, release_id, item, may_lower=may_lower, lock=True)
    if preview.fingerprint != fingerprint:
        raise Conflict("Answers, results or the course have changed since you looked. Nothing is regraded yet.")
    if not preview.changes:
        raise DomainError("No result would change, so there is nothing to regrade.")
    regrade = Regrade(
        course=course,
        item=item,
        release_id=release_id,
        may_lower=may_lower,
        reason=reason,
        fingerprint=fingerprint,
        examined=preview.examined,
        raised=preview.raised,
        lowered=preview.lowered,
        newly_passed=preview.newly_passed,
        no_longer_passed=preview.no_longer_passed,
        at=now(),
        regraded_by=actor_id,
    )
    session.add(regrade)
    session.flush()
    for batch in _batches(preview.changes):
        _apply(session, regrade, batch)
    audit.record(
        session,
        "item.regraded",
        subject=("item", item),
        actor_id=actor_id,
        course=course,
        release=release_id,
        regrade=regrade.id,
        reason=reason,
        may_lower=may_lower,
        examined=preview.examined,
        raised=preview.raised,
        lowered=preview.lowered,
        newly_passed=preview.newly_passed,
        no_longer_passed=preview.no_longer_passed,
    )
    return Regraded(regrade, preview.changes)


def _apply(session: Session, regrade: Regrade, changes: Sequence[Change]) -> None:
    """Write the points of some attempts, their answers and their evidence, then announce each attempt."""
    session.execute(update(Evidence), [{"id": each.served.evidence_id, "points": each.item_points} for each in changes])
    session.execute(
        update(Attempt),
        [{"id": each.served.attempt_id, "points": each.points, "passed": each.passed} for each in changes],
    )
    answered = [each for each in changes if each.served.response is not None]
    if answered:
        answer = Answer.__table__
        session.connection().execute(
            update(answer)  # type: ignore[arg-type]
            .where(answer.c.attempt_id == bindparam("attempt"), answer.c.item == bindparam("of_item"))
            .values(points=bindparam("earned")),
            [
                {"attempt": each.served.attempt_id, "of_item": regrade.item, "earned": each.item_points}
                for each in answered
            ],
        )
    session.add_all(
        RegradedAttempt(
            regrade_id=regrade.id,
            attempt_id=each.served.attempt_id,
            points_before=each.served.item_points,
            points_after=each.item_points,
            passed_before=each.served.passed,
        )
        for each in changes
    )
    session.flush()
    was_passed = {each.served.attempt_id: each.served.passed for each in changes}
    attempts = select(Attempt).where(Attempt.id.in_(was_passed)).order_by(Attempt.id)
    for attempt in session.scalars(attempts.execution_options(populate_existing=True)).all():
        attempt_regraded.send(attempt, session=session, was_passed=was_passed[attempt.id])


def _batches(changes: Sequence[Change]) -> Iterator[Sequence[Change]]:
    return (changes[start : start + queries.BATCH] for start in range(0, len(changes), queries.BATCH))
