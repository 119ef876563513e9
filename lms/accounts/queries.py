"""Reads about people and their sign-ins."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import ColumnElement, and_, bindparam, select
from sqlalchemy.orm import Session, joinedload

from lms.accounts.models import Person, Role, SignIn
from lms.core.clock import now
from lms.core.errors import NotFound

#: How long a sign-in lasts when nobody ends it.
SIGN_IN_LASTS = timedelta(days=14)

#: Domain of the placeholder addresses of people whom a host application signs in without an address of their own.
NO_MAILBOX = "host.invalid"

#: Asked by every page of a signed-in person, so it is built once.
_SIGNED_IN = (
    select(Person)
    .join(SignIn, SignIn.person_id == Person.id)
    .where(
        SignIn.key == bindparam("key"),
        SignIn.ended_at.is_(None),
        SignIn.started_at > bindparam("oldest"),
        Person.active,
    )
    .options(joinedload(Person.roles))
)


def access_person(session: Session, person_id: int) -> Person:
    """The person with this id. Raises NotFound."""
    person = session.get(Person, person_id)
    if person is None:
        raise NotFound
    return person


def hold_person(session: Session, person_id: int) -> None:
    """Let requests of one person take turns: nobody else gets past here until the transaction ends."""
    session.execute(select(Person.id).where(Person.id == person_id).with_for_update())


def person_by_email(session: Session, email: str) -> Person | None:
    """The account with this (lower-case) address, if there is one."""
    return session.scalar(select(Person).where(Person.email == email))


def email_is_confirmed(person: Person) -> bool:
    """Whether the person has shown that mail to their address reaches them. A certificate needs it."""
    return person.confirmed_at is not None and has_mailbox(person)


def has_mailbox(person: Person) -> bool:
    """False for people of a host application who have only a placeholder address here."""
    return not person.email.endswith("@" + NO_MAILBOX)


def may_be_mailed() -> ColumnElement[bool]:
    """For statements about people: an account in use whose address is confirmed."""
    return and_(Person.active, Person.confirmed_at.is_not(None), ~Person.email.endswith("@" + NO_MAILBOX))


def signed_in_person(session: Session, key: str) -> Person | None:
    """Who is signed in with this key: one statement, roles included; nobody if sign-in or account has ended."""
    given = {"key": key, "oldest": now() - SIGN_IN_LASTS}
    return session.execute(_SIGNED_IN, given).unique().scalar_one_or_none()


def open_sign_ins(session: Session, person_id: int) -> Sequence[SignIn]:
    """The browsers in which a person is signed in, newest first."""
    statement = (
        select(SignIn)
        .where(
            SignIn.person_id == person_id,
            SignIn.ended_at.is_(None),
            SignIn.started_at > now() - SIGN_IN_LASTS,
        )
        .order_by(SignIn.started_at.desc())
    )
    return session.scalars(statement).all()


def people_with_role(session: Session, role: str) -> Sequence[Person]:
    """Everyone who has a role, by email."""
    return session.scalars(select(Person).join(Person.roles).where(Role.name == role).order_by(Person.email)).all()
