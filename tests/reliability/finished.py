"""Someone who has finished the course, made by the services that the pages use."""

from __future__ import annotations

from flask import Flask

from lms.certificates import services as certificates
from lms.core.clock import now
from lms.core.db import db
from lms.core.settings import Settings
from lms.core.unit_of_work import unit_of_work
from lms.learning.models import Enrolment


def certificate_of(app: Flask, person_id: int) -> str:
    """Mark the person's enrolment complete and issue the certificate. Returns its code."""
    settings: Settings = app.extensions["lms.settings"]
    with app.app_context(), unit_of_work() as session:
        session.query(Enrolment).filter_by(person_id=person_id).one().completed_at = now()
        session.flush()
        code = certificates.issue_certificate(session, person_id=person_id, course="mtm", settings=settings).code
    with app.app_context():
        db.session.remove()
    return code
