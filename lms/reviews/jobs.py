"""What the worker does for reviews."""

from __future__ import annotations

from lms.core.db import db
from lms.core.unit_of_work import unit_of_work
from lms.releases.queries import current
from lms.reviews import emails, queries, services


def mail_due() -> int:
    """Mail the reviews that came due. Returns how many mails went into the outbox.

    Each is claimed and written down in one transaction, so that it goes out once, however many workers there are.
    """
    mailed = 0
    for due in queries.to_mail(db.session()):
        with unit_of_work() as session:
            found = services.claim_mail(session, review_id=due.review_id)
            if found is None:
                continue
            _release, course = current(session, found.course)
            emails.send_ready(session, found=found, title=course.title)
            mailed += 1
    return mailed
