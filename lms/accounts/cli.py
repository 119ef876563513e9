"""`lms admin`: who runs the site."""

from __future__ import annotations

import sys

import click
from flask.cli import with_appcontext
from flask_security import hash_password

from lms.accounts import domain, services
from lms.accounts.queries import people_with_role, person_by_email
from lms.core import audit
from lms.core.clock import now
from lms.core.db import db
from lms.core.errors import DomainError
from lms.core.unit_of_work import unit_of_work

_role = click.option(
    "--role",
    type=click.Choice(sorted(services.ROLES)),
    default="admin",
    show_default=True,
    help="Which role.",
)


@click.group()
def admin() -> None:
    """Give, show and take away the roles that run the site."""


@admin.command()
@click.argument("email")
@_role
@click.option("--name", help="Name of a new account. Asked for when it is needed and not given.")
@click.option("--phone", default="", help="Telephone number of a new account.")
@click.option("--password-stdin", is_flag=True, help="Read the password of a new account from standard input.")
@with_appcontext
def create(email: str, role: str, name: str | None, phone: str, password_stdin: bool) -> None:
    """Give a role to the account with this EMAIL; make the account first if there is none."""
    address = _checked(domain.tidy_email, email)
    known = person_by_email(db.session(), address) is not None
    db.session.rollback()
    details = None if known else _new_account(address, name, phone, password_stdin)
    with unit_of_work() as session:
        person = person_by_email(session, address)
        if person is None and details is not None:
            person = services.new_person(email=address, **details)
            person.confirmed_at = now()  # whoever runs this command vouches for the address
            session.add(person)
            session.flush()
            audit.record(session, "person.created", subject=("person", person.id), actor_id=None, by="lms admin")
        if person is None:
            raise DomainError("The account was deleted a moment ago. Run the command again.")
        given = services.grant_role(session, person=person, role=role, actor_id=None)
    click.echo(f"{address} is now {role}." if given else f"{address} is {role} already.")


@admin.command("list")
@_role
@with_appcontext
def list_people(role: str) -> None:
    """List the people who have a role."""
    people = people_with_role(db.session(), role)
    for person in people:
        click.echo(f"{person.email}  {person.name}{'' if person.active else '  (suspended)'}")
    if not people:
        click.echo(f"Nobody has the role {role}. Give it with:  lms admin create EMAIL --role {role}", err=True)


@admin.command()
@click.argument("email")
@_role
@with_appcontext
def revoke(email: str, role: str) -> None:
    """Take a role from the account with this EMAIL and sign it out everywhere."""
    with unit_of_work() as session:
        address = _checked(domain.tidy_email, email)
        person = person_by_email(session, address)
        if person is None:
            raise DomainError(f"There is no account with the address {address}.")
        services.revoke_role(session, person=person, role=role, actor_id=None)
    click.echo(f"{address} is no longer {role}.")


def _new_account(email: str, name: str | None, phone: str, password_stdin: bool) -> dict[str, str]:
    name = _checked(domain.tidy_name, name if name is not None else click.prompt("Name"))
    password = (
        sys.stdin.readline().rstrip("\r\n")
        if password_stdin
        else click.prompt("Password", hide_input=True, confirmation_prompt=True)
    )
    fault = domain.password_fault(password, name=name, email=email)
    if fault:
        raise DomainError(fault)
    return {
        "name": name,
        "phone": _checked(domain.tidy_phone, phone) if phone else "",
        "password_hash": hash_password(password),
    }


def _checked(rule: object, text: str) -> str:
    try:
        return str(rule(text))  # type: ignore[operator]
    except ValueError as error:
        raise DomainError(str(error)) from None
