"""Reads for regrading: which items differ, who answered them, and what was regraded before."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from lms.accounts.models import Person
from lms.assessment.models import Answer, Attempt, Evidence, Regrade, RegradedAttempt
from lms.assessment.regrading import domain as regrading
from lms.assessment.regrading.domain import Change, Correction, Preview, Served
from lms.content.course import Course, Item
from lms.releases.models import ContentRelease
from lms.releases.queries import course_of

#: Attempts read, or changed, by one statement.
BATCH = 500


@dataclass(frozen=True)
class Differing:
    """An item whose grading is now another than that which some attempts got."""

    key: str
    #: As it was served last.
    item: Item
    differences: tuple[str, ...]
    #: Submitted attempts that were graded otherwise.
    attempts: int
    #: When it was regraded, if nothing was submitted or published since that a regrade would have to see.
    regraded_at: datetime | None


@dataclass(frozen=True)
class Version:
    """An item as one or more releases served it, with what differs in the corrected one."""

    course: Course
    item: Item
    #: Numbers of the releases.
    releases: tuple[int, ...]
    attempts: int
    differences: tuple[str, ...]
    same_wording: bool


@dataclass(frozen=True)
class _Count:
    attempts: int
    last: datetime


def item_in(course: Course, key: str) -> Item | None:
    """The item in a release; None where that has no such item."""
    try:
        return course.item(key)
    except KeyError:
        return None


def differing(session: Session, course: Course, release_id: int) -> list[Differing]:
    """Items that earlier releases grade otherwise than this one. Three statements, however many learners there are."""
    releases = session.scalars(
        select(Attempt.release_id)
        .where(Attempt.course == course.slug, Attempt.submitted_at.is_not(None), Attempt.release_id != release_id)
        .distinct()
    ).all()
    served: dict[str, dict[int, Item]] = {}
    for each in sorted(releases):
        for item in _bank(course_of(session, each)):
            if regrading.differences(item, item_in(course, item.key)):
                served.setdefault(item.key, {})[each] = item
    counts = _counts(session, course.slug, list(served), releases)
    last = {row.item: row for row in regrades(session, course.slug)}
    return [
        _differing(session, course, items, {each: counts[key, each] for each in items if (key, each) in counts}, last)
        for key, items in sorted(served.items())
        if any((key, each) in counts for each in items)
    ]


def _differing(
    session: Session,
    course: Course,
    items: Mapping[int, Item],
    counts: Mapping[int, _Count],
    last: Mapping[str, Regrade],
) -> Differing:
    item = items[max(counts)]
    corrected = item_in(course, item.key)
    words = [word for each in counts for word in regrading.differences(items[each], corrected)]
    done = last.get(item.key)
    settled = (
        done is not None
        and done.at >= max(count.last for count in counts.values())
        and regrading.grade_alike(item_in(course_of(session, done.release_id), item.key), corrected)
    )
    return Differing(
        key=item.key,
        item=item,
        differences=tuple(dict.fromkeys(words)),
        attempts=sum(count.attempts for count in counts.values()),
        regraded_at=done.at if done and settled else None,
    )


def _bank(course: Course) -> Iterator[Item]:
    return (item for module in course.modules for item in module.quiz.items)


def _counts(
    session: Session, course: str, items: Sequence[str], releases: Sequence[int]
) -> dict[tuple[str, int], _Count]:
    """How many submitted attempts were served an item by a release, and when the last was submitted."""
    rows = session.execute(
        select(Evidence.item, Attempt.release_id, func.count(), func.max(Attempt.submitted_at))
        .join(Attempt, Attempt.public_id == Evidence.reference)
        .where(
            Evidence.course == course,
            Evidence.source == "quiz",
            Evidence.item.in_(items),
            Attempt.release_id.in_(releases),
        )
        .group_by(Evidence.item, Attempt.release_id)
    )
    return {(item, release): _Count(count, last) for item, release, count, last in rows if last is not None}


def versions(session: Session, course: Course, release_id: int, key: str) -> list[Version]:
    """The item as submitted attempts were asked it by other releases, oldest first; alike ones are one version."""
    numbers = dict(
        session.execute(
            select(ContentRelease.id, ContentRelease.number)
            .where(ContentRelease.course == course.slug)
            .order_by(ContentRelease.id)
        ).all()
    )
    numbers.pop(release_id, None)
    counts = _counts(session, course.slug, [key], list(numbers))
    corrected = item_in(course, key)
    found: list[Version] = []
    for each in numbers:
        if (key, each) not in counts:
            continue
        served = course_of(session, each)
        item, count = served.item(key), counts[key, each].attempts
        known = next((old for old in found if _but_dates(old.item) == _but_dates(item)), None)
        if known is not None:
            found.remove(known)
        found.append(
            Version(
                course=served,
                item=item,
                releases=(*(known.releases if known else ()), numbers[each]),
                attempts=count + (known.attempts if known else 0),
                differences=regrading.differences(item, corrected),
                same_wording=corrected is None or regrading.same_wording(item, corrected),
            )
        )
    return found


def _but_dates(item: Item) -> Item:
    return item.model_copy(update={"reviewed_on": None})


def preview(
    session: Session, course: Course, release_id: int, key: str, *, may_lower: bool, lock: bool = False
) -> Preview:
    """What regrading the item by this release would change. With `lock` the attempts are held for changing them."""
    corrected = item_in(course, key)
    changes: list[Change] = []
    examined = kept = unreadable = 0
    for each in _served(session, course.slug, release_id, key, lock=lock):
        asked = course_of(session, each.release_id)
        found = regrading.outcome(
            asked.item(key), corrected, each.response, seed=each.seed, points=each.item_points, may_lower=may_lower
        )
        # Only the item is corrected: what it takes to pass stays what the learner was told.
        change = regrading.changed(each, found, pass_mark=asked.module(each.quiz).quiz.settings.pass_mark)
        examined += 1
        kept += found.kept
        unreadable += found.unreadable
        if change is not None:
            changes.append(change)
    return Preview(course.slug, key, release_id, may_lower, examined, kept, unreadable, tuple(changes))


def _served(session: Session, course: str, release_id: int, key: str, *, lock: bool) -> Iterator[Served]:
    """Submitted attempts that another release served the item to, in an order that does not change."""
    statement = (
        select(
            Attempt.id.label("attempt_id"),
            Attempt.public_id,
            Attempt.person_id,
            Person.name,
            Attempt.quiz,
            Attempt.number,
            Attempt.release_id,
            Attempt.seed,
            Evidence.id.label("evidence_id"),
            Evidence.points.label("item_points"),
            Attempt.points,
            Attempt.max_points,
            Attempt.passed,
            Answer.response,
        )
        .join(Attempt, Attempt.public_id == Evidence.reference)
        .join(Person, Person.id == Attempt.person_id)
        .outerjoin(Answer, and_(Answer.attempt_id == Attempt.id, Answer.item == Evidence.item))
        .where(
            Evidence.course == course,
            Evidence.item == key,
            Evidence.source == "quiz",
            Attempt.release_id != release_id,
        )
        .order_by(Evidence.id)
        .limit(BATCH)
    )
    if lock:
        statement = statement.with_for_update(of=Attempt)
    last = 0
    while True:
        rows = session.execute(statement.where(Evidence.id > last)).all()
        for row in rows:
            yield Served(**row._mapping)
        if len(rows) < BATCH:
            return
        last = rows[-1].evidence_id


def is_known(session: Session, course: Course, key: str) -> bool:
    """True for an item that the course has, or that was served by an earlier release."""
    return item_in(course, key) is not None or bool(
        session.scalar(
            select(Evidence.id)
            .where(Evidence.course == course.slug, Evidence.item == key, Evidence.source == "quiz")
            .limit(1)
        )
    )


def regrades(session: Session, course: str, item: str | None = None) -> list[Regrade]:
    """What was regraded, oldest first."""
    statement = select(Regrade).where(Regrade.course == course).order_by(Regrade.id)
    if item is not None:
        statement = statement.where(Regrade.item == item)
    return list(session.scalars(statement))


def corrections(session: Session, attempt: Attempt) -> dict[str, Correction]:
    """What regrades since its submission mean for the questions of an attempt, by item key, in one statement."""
    rows = session.execute(
        select(Regrade, RegradedAttempt.points_before, RegradedAttempt.points_after)
        .outerjoin(
            RegradedAttempt,
            and_(RegradedAttempt.regrade_id == Regrade.id, RegradedAttempt.attempt_id == attempt.id),
        )
        .where(
            Regrade.course == attempt.course,
            Regrade.item.in_(attempt.items),
            Regrade.release_id != attempt.release_id,
            Regrade.at >= attempt.submitted_at,
        )
        .order_by(Regrade.id)
    )
    found: dict[str, Correction] = {}
    for regrade, before, after in rows:
        earlier = found.get(regrade.item)
        course = course_of(session, regrade.release_id)
        found[regrade.item] = Correction(
            at=regrade.at,
            reason=regrade.reason,
            course=course,
            item=item_in(course, regrade.item),
            # None where the regrade left this attempt alone; it then keeps the points of an earlier one.
            points=earned if None not in (earned := (before, after)) else earlier.points if earlier else None,
        )
    return found
