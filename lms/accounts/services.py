"""Use cases: host sign-in, sign-ins on the server, profile, roles, suspension, export and erasure."""

from __future__ import annotations

import hashlib
import secrets
import uuid
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from lms.accounts import domain, signals
from lms.accounts.models import Person, Role, SignIn
from lms.accounts.queries import NO_MAILBOX, has_mailbox, open_sign_ins, person_by_email
from lms.core import audit
from lms.core.clock import now
from lms.core.errors import DomainError, Refused

#: Roles that there are, with what they permit.
ROLES = {
    "admin": "Runs the site: people, orders, requests for assistance.",
    "instructor": "Writes and publishes courses.",
}

#: What people may say about their work; all of it optional.
OPTIONAL_DETAILS = ("credentials", "license_state", "employer", "practice_setting", "city", "parish")


def new_person(*, name: str, email: str, phone: str = "", password_hash: str | None = None) -> Person:
    """A person who is not yet stored, with the marks that every account needs."""
    return Person(
        name=name,
        email=email,
        phone=phone,
        password=password_hash,
        active=True,
        fs_uniquifier=uuid.uuid4().hex,
        fs_webauthn_user_handle=uuid.uuid4().hex,
        created_at=now(),
    )


def open_sign_in(session: Session, *, person: Person, browser: str) -> str:
    """Record that a person signed in with a browser. Returns the key that its cookie is to carry."""
    if not person.active:
        raise Refused("This account is suspended. If you think that it should not be, ask for assistance.")
    session.flush()  # a person who registered a moment ago has no id yet
    key = secrets.token_urlsafe(32)
    session.add(SignIn(key=key, person_id=person.id, started_at=now(), browser=browser[:200]))
    return key


def end_sign_in(session: Session, *, key: str) -> None:
    """End one sign-in. Its cookie is dead from the next request on."""
    session.execute(update(SignIn).where(SignIn.key == key, SignIn.ended_at.is_(None)).values(ended_at=now()))


def end_sign_ins(session: Session, *, person_id: int, but: str | None = None) -> None:
    """End all sign-ins of a person, except the one with the key `but`."""
    statement = update(SignIn).where(SignIn.person_id == person_id, SignIn.ended_at.is_(None))
    if but is not None:
        statement = statement.where(SignIn.key != but)
    session.execute(statement.values(ended_at=now()))


def void_links(person: Person) -> None:
    """Make every link that was mailed to a person (reset, confirmation, change of address) worthless."""
    person.fs_uniquifier = uuid.uuid4().hex


def suspend(session: Session, *, person: Person, actor_id: int | None) -> None:
    """Refuse a person at once everywhere: sign-ins end, mailed links die, signing in fails like a wrong password."""
    person.active = False
    void_links(person)
    end_sign_ins(session, person_id=person.id)
    audit.record(session, "person.suspended", subject=("person", person.id), actor_id=actor_id)


def reinstate(session: Session, *, person: Person, actor_id: int | None) -> None:
    """Let a suspended person sign in again."""
    person.active = True
    audit.record(session, "person.reinstated", subject=("person", person.id), actor_id=actor_id)


def claim_mailbox(person: Person) -> None:
    """Take note that someone reached the account through its mailbox (a reset link).

    If the address was unconfirmed until now, whoever registered it may have been a stranger: the other
    ways into the account that they could have left (passkeys, codes, a host's identity) are removed.
    """
    if person.confirmed_at is None:
        person.webauthn.clear()
        person.tf_primary_method = person.tf_totp_secret = None
        person.mf_recovery_codes = None
        person.host_identity = None
        person.confirmed_at = now()


def change_details(person: Person, *, name: str, phone: str, details: dict[str, str | None]) -> None:
    """Change what a person says about themselves. Raises ValueError for a name or number that cannot be one."""
    person.name = domain.tidy_name(name)
    person.phone = domain.tidy_phone(phone)
    for field in OPTIONAL_DETAILS:
        setattr(person, field, details.get(field) or None)


def grant_role(session: Session, *, person: Person, role: str, actor_id: int | None) -> bool:
    """Give a person a role. False if they have it already."""
    if any(held.name == role for held in person.roles):
        return False
    row = session.scalar(select(Role).where(Role.name == role))
    if row is None:
        row = Role(name=role, description=ROLES[role])
        session.add(row)
    person.roles.append(row)
    session.flush()
    audit.record(session, "role.granted", subject=("person", person.id), actor_id=actor_id, role=role)
    return True


def revoke_role(session: Session, *, person: Person, role: str, actor_id: int | None) -> None:
    """Take a role from a person and end their sign-ins. Raises DomainError if they do not have it."""
    held = next((row for row in person.roles if row.name == role), None)
    if held is None:
        raise DomainError(f"{person.email} does not have the role {role}.")
    person.roles.remove(held)
    end_sign_ins(session, person_id=person.id)
    audit.record(session, "role.revoked", subject=("person", person.id), actor_id=actor_id, role=role)


def sign_in_from_host(session: Session, *, identity: str, email: str, name: str, link_by_email: bool = False) -> Person:
    """The account of a person whom a host application vouches for; made at their first visit.

    `link_by_email` says that the host's addresses can be trusted: then an account that has the same address is theirs,
    and the address counts as confirmed. Otherwise an address that is taken here is left alone, and the newcomer gets a
    placeholder that no mail goes to, until they confirm an address of their own. Raises Refused for suspended people.
    """
    person = session.scalar(select(Person).where(Person.host_identity == identity))
    if person is None:
        person = _host_newcomer(session, identity, email, name, link_by_email)
    if not person.active:
        raise Refused("This account is suspended. If you think that it should not be, ask for assistance.")
    return person


def _host_newcomer(session: Session, identity: str, email: str, name: str, link_by_email: bool) -> Person:
    placeholder = f"{hashlib.sha256(identity.encode()).hexdigest()[:32]}@{NO_MAILBOX}"
    try:
        address = domain.tidy_email(email)
    except ValueError:
        address = placeholder
    known = person_by_email(session, address)
    if known is not None and known.host_identity is None and link_by_email:
        known.host_identity = identity
        if known.confirmed_at is None:
            known.confirmed_at = now()
        audit.record(session, "person.linked_to_host", subject=("person", known.id), actor_id=None)
        return known
    try:
        shown_name = domain.tidy_name(name)
    except ValueError:
        shown_name = "Learner"
    person = new_person(name=shown_name, email=placeholder if known else address)
    person.host_identity = identity
    if link_by_email and has_mailbox(person):
        person.confirmed_at = now()
    session.add(person)
    session.flush()
    return person


def export_person(session: Session, *, person: Person) -> dict[str, Any]:
    """Everything that the site holds about a person, in named parts, as JSON values."""
    own = ("id", "name", "email", "phone", "created_at", "confirmed_at", *OPTIONAL_DETAILS)
    parts: dict[str, Any] = {
        "account": {field: _plain(getattr(person, field)) for field in own}
        | {"roles": [role.name for role in person.roles], "second_factor": person.tf_primary_method},
        "sign_ins": [
            {"started_at": _plain(row.started_at), "browser": row.browser} for row in open_sign_ins(session, person.id)
        ],
        "passkeys": [
            {
                "name": key.name,
                "created_at": _plain(key.create_datetime),
                "last_used_at": _plain(key.lastuse_datetime),
            }
            for key in person.webauthn
        ],
    }
    signals.person_exported.send(person, session=session, parts=parts)
    return parts


def erase_person(session: Session, *, person: Person, actor_id: int | None) -> None:
    """Delete a person and all that is only theirs. What must stay (orders, certificates) stays without them."""
    signals.person_erased.send(person, session=session)
    audit.record(session, "person.erased", subject=("person", person.id), actor_id=actor_id)
    session.delete(person)
    session.flush()


def _plain(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else value
