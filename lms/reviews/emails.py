"""The mail that says that a review is ready."""

from __future__ import annotations

from sqlalchemy.orm import Session

from lms.accounts.emails import send, site_url
from lms.core.clock import local_date, long_date
from lms.reviews.queries import ToMail


def send_ready(session: Session, *, found: ToMail, title: str) -> None:
    """Queue the mail about a review that came due, with the way to it and the way out."""
    stop = site_url("reviews.stop_by_link", stop=found.stop_key)
    later = (
        f"If now is not a good moment, leave it: the next one takes its place on "
        f"{long_date(local_date(found.following_on))}."
        if found.following_on
        else "It is the last one. It stays open until you have time for it."
    )
    send(
        session,
        to=found.email,
        subject=f"Five questions on {title}",
        text=(
            f"Your review of “{title}” is ready: five questions, chosen from what your answers so far leave most in "
            "doubt. It takes less than ten minutes, and nothing depends on it.\n\n"
            f"{site_url('reviews.review', course=found.course, review=found.public_id)}\n\n"
            f"You sign in to open it. {later}\n\n"
            "You asked for reviews after you completed the course. To get no more of them, open this address and "
            "confirm:\n\n"
            f"{stop}\n"
        ),
        unsubscribe=stop,
    )
