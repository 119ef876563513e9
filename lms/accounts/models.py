"""Tables of people, their roles, passkeys and sign-ins."""

from __future__ import annotations

from datetime import datetime

from flask_security import RoleMixin, UserMixin, WebAuthnMixin
from sqlalchemy import Column, ForeignKey, LargeBinary, String, Table
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.core.clock import now
from lms.core.db import Base, Identified, Model

person_role = Table(
    "person_role",
    Base.metadata,
    Column("person_id", ForeignKey("person.id", ondelete="CASCADE"), primary_key=True),
    Column("role_id", ForeignKey("role.id", ondelete="CASCADE"), primary_key=True),
)


class Role(Identified, RoleMixin, Model):
    """What a person may do beyond learning: `admin` or `instructor`."""

    __tablename__ = "role"

    name: Mapped[str] = mapped_column(String(40), unique=True)
    description: Mapped[str | None] = mapped_column(String(255))


class Person(Identified, UserMixin, Model):
    """Someone with an account. Required: name, email, password, phone. All else is optional and says so."""

    __tablename__ = "person"

    name: Mapped[str] = mapped_column(String(200))
    #: Lower case throughout; sign-in and uniqueness do not depend on how it was typed.
    email: Mapped[str] = mapped_column(String(254), unique=True)
    #: E.164, `+12255550123`.
    phone: Mapped[str] = mapped_column(String(20), default="")
    password: Mapped[str | None] = mapped_column(String(255))
    active: Mapped[bool] = mapped_column(default=True)
    #: Names the person in links sent by mail and in an unfinished sign-in; a new value makes all of those worthless.
    fs_uniquifier: Mapped[str] = mapped_column(String(64), unique=True)
    confirmed_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    #: Stable id given by a host application that signs people in for us, else None.
    host_identity: Mapped[str | None] = mapped_column(String(190), unique=True)

    credentials: Mapped[str | None] = mapped_column(String(80))
    license_state: Mapped[str | None] = mapped_column(String(2))
    employer: Mapped[str | None] = mapped_column(String(120))
    practice_setting: Mapped[str | None] = mapped_column(String(60))
    city: Mapped[str | None] = mapped_column(String(80))
    parish: Mapped[str | None] = mapped_column(String(80))

    tf_primary_method: Mapped[str | None] = mapped_column(String(64))
    tf_totp_secret: Mapped[str | None] = mapped_column(String(255))
    #: The 30-second step of the last accepted code, so that none is accepted twice.
    totp_last_counter: Mapped[int | None]
    #: Keyed digests of unused recovery codes; the codes themselves are shown once and never stored.
    mf_recovery_codes: Mapped[list[str] | None]
    fs_webauthn_user_handle: Mapped[str | None] = mapped_column(String(64), unique=True)  # type: ignore[assignment]

    #: Loaded with the signed-in person (one statement) or when asked for.
    roles: Mapped[list[Role]] = relationship(secondary=person_role)  # type: ignore[assignment]
    webauthn: Mapped[list[Passkey]] = relationship(back_populates="person", cascade="all, delete-orphan")  # type: ignore[assignment]


class Passkey(Identified, WebAuthnMixin, Model):
    """A passkey or security key of a person, as WebAuthn describes it."""

    __tablename__ = "passkey"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    credential_id: Mapped[bytes] = mapped_column(LargeBinary(1024), unique=True)
    public_key: Mapped[bytes] = mapped_column(LargeBinary(1024))
    sign_count: Mapped[int] = mapped_column(default=0)
    transports: Mapped[list[str] | None]
    backup_state: Mapped[bool]
    device_type: Mapped[str] = mapped_column(String(64))
    extensions: Mapped[str | None] = mapped_column(String(255))
    create_datetime: Mapped[datetime] = mapped_column(default=now)
    lastuse_datetime: Mapped[datetime]
    name: Mapped[str] = mapped_column(String(64))
    usage: Mapped[str] = mapped_column(String(64))

    person: Mapped[Person] = relationship(back_populates="webauthn")

    def get_user_mapping(self) -> dict[str, object]:
        """How Flask-Security finds the owner of a passkey."""
        return {"id": self.person_id}


class SignIn(Model):
    """One signed-in browser. The cookie names the row; signing out ends it on the server, too."""

    __tablename__ = "sign_in"

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    browser: Mapped[str] = mapped_column(String(200), default="")
