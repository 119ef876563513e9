"""Reading releases. A course is parsed once per process and release, then shared; it cannot change."""

from __future__ import annotations

import threading
import zlib

from sqlalchemy import ScalarSelect, SQLColumnExpression, bindparam, func, select
from sqlalchemy.orm import Session

from lms.content.course import Course
from lms.content.release import read
from lms.core.errors import NotFound
from lms.releases.models import ContentRelease

_MOST_CACHED = 24


class _Cache:
    """Courses by release id and digest. Small: a site has few courses, and old releases are asked for rarely."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._courses: dict[tuple[int, str], Course] = {}
        self._digests: dict[tuple[str, int], str] = {}

    def get(self, session: Session, release_id: int) -> Course:
        database = str(session.get_bind().engine.url)  # tests and hosts may serve several databases from one process
        digest = self._digests.get((database, release_id))
        if digest is not None and (release_id, digest) in self._courses:
            return self._courses[release_id, digest]
        row = session.execute(
            select(ContentRelease.digest, ContentRelease.document).where(ContentRelease.id == release_id)
        ).one_or_none()
        if row is None:
            raise NotFound
        course = read(zlib.decompress(row.document))
        with self._lock:
            if len(self._courses) >= _MOST_CACHED:
                self._courses.pop(next(iter(self._courses)))
            self._courses[release_id, row.digest] = course
            self._digests[database, release_id] = row.digest
        return course


_cache = _Cache()


def course_of(session: Session, release_id: int) -> Course:
    """The course as that release published it. No statement once the process knows it."""
    return _cache.get(session, release_id)


def current_release_id(course: str | SQLColumnExpression[str]) -> ScalarSelect[int | None]:
    """The newest release of a course, as a column for use within another statement."""
    return select(func.max(ContentRelease.id)).where(ContentRelease.course == course).scalar_subquery()


#: Asked by every page that shows the course, so it is built once.
_CURRENT = select(func.max(ContentRelease.id)).where(ContentRelease.course == bindparam("wanted_course"))


def current(session: Session, course: str) -> tuple[int, Course]:
    """The newest release's id and course. Raises NotFound when none was published."""
    release_id = session.scalar(_CURRENT, {"wanted_course": course})
    if release_id is None:
        raise NotFound
    return release_id, course_of(session, release_id)


def newest(session: Session, course: str) -> ContentRelease | None:
    """The newest release's row, without its document."""
    return session.scalar(
        select(ContentRelease).where(ContentRelease.course == course).order_by(ContentRelease.number.desc()).limit(1)
    )
