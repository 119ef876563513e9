"""The mail that carries a certificate."""

from __future__ import annotations

from sqlalchemy.orm import Session

from lms.certificates import pdf
from lms.certificates.domain import Snapshot
from lms.core import mail
from lms.core.clock import long_date


def send_certificate(session: Session, *, to: str, snapshot: Snapshot) -> None:
    """Queue the certificate's PDF to its owner."""
    mail.queue(
        session,
        to=to,
        subject=f"Your certificate: {snapshot.course_title}",
        text=(
            f"{snapshot.learner_name},\n\n"
            f"your certificate of completion for “{snapshot.course_title}”, "
            f"completed on {long_date(snapshot.completed_on)}, is attached.\n\n"
            f"Anyone can check it here:\n{snapshot.verify_url}\n\n"
            "It is a certificate of completion, not continuing-education credit.\n"
        ),
        attachments={f"certificate-{snapshot.course_slug}.pdf": pdf.render(snapshot)},
    )
