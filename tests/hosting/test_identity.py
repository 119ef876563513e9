"""Who is signed in here, depending on whom the host names."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace

import pytest
from flask import Flask, abort, current_app, request, session
from flask_login import AnonymousUserMixin
from werkzeug.test import Client

from lms.accounts import services
from lms.accounts.models import Person, SignIn
from lms.core.db import db
from lms.core.unit_of_work import unit_of_work
from lms.hosting import LMS, HostPerson
from tests.hosting.conftest import named, people_in
from tests.hosting.test_example import form_token
from tests.support.statements import statements
from tests.support.together import all_at_once

Mount = Callable[..., LMS]


class Present:
    """Who is at the host; a test changes it as it goes."""

    def __init__(self, person: object = None) -> None:
        self.person = person

    def __call__(self) -> object:
        if isinstance(self.person, Exception):
            raise self.person
        return self.person


@pytest.mark.parametrize(
    "person",
    [
        HostPerson(id="7", email="ada@host.example", name="Ada Adams"),
        {"id": 7, "email": "ada@host.example", "name": "Ada Adams"},
        SimpleNamespace(id=7, email="ada@host.example", name="Ada Adams", is_authenticated=True),
    ],
    ids=["HostPerson", "mapping", "object"],
)
def test_what_identity_may_return(mount: Mount, person: object) -> None:
    lms = mount(Present(person))
    assert "Ada Adams" in Client(lms.host_app).get("/learn/account").text
    assert [(row.host_identity, row.email) for row in people_in(lms)] == [("7", "ada@host.example")]


@pytest.mark.parametrize("nobody", [None, {}, AnonymousUserMixin()], ids=["None", "empty", "anonymous user"])
def test_nobody(mount: Mount, nobody: object) -> None:
    lms = mount(Present(nobody))
    client = Client(lms.host_app)
    assert "Sign in" in client.get("/learn/").text
    assert client.get("/learn/account").status_code == 303
    assert people_in(lms) == []


@pytest.mark.parametrize("unusable", [{"id": "", "email": "", "name": ""}, {"id": None, "email": "", "name": ""},
                                      {"id": "x" * 191, "email": "", "name": ""}, {"name": "No id"}])  # fmt: skip
def test_a_person_without_a_usable_id_is_an_error(mount: Mount, unusable: object) -> None:
    lms = mount(Present(unusable))
    assert Client(lms.host_app).get("/learn/").status_code == 500
    assert people_in(lms) == []


def test_a_person_without_email_or_name_gets_in(mount: Mount) -> None:
    lms = mount(Present({"id": "7", "email": None, "name": None}))
    assert Client(lms.host_app).get("/learn/account").status_code == 200
    assert people_in(lms)[0].name == "Learner"


def test_identity_runs_in_the_hosts_request(mount: Mount) -> None:
    seen: list[object] = []
    host = Flask("bare_host")
    host.secret_key = "the host's own key"

    def identity() -> HostPerson | None:
        seen.extend([current_app.name, request.path, request.script_root, request.args.get("page")])
        return named(session["member"]) if "member" in session else None

    def enter() -> str:
        session["member"] = "ada"
        return ""

    host.add_url_rule("/enter", view_func=enter, methods=["POST"])
    client = Client(mount(identity, host=host).host_app)
    client.post("/enter")
    assert "Ada" in client.get("/learn/account?page=2").text
    assert seen == ["bare_host", "/learn/account", "", "2"]


def test_the_hosts_hooks_do_not_run_for_pages_of_the_mount(mount: Mount) -> None:
    host = Flask("bare_host")
    host.before_request(lambda: abort(418))
    host.register_error_handler(404, lambda _error: ("the host's own page", 404))
    client = Client(mount(Present(), host=host).host_app)
    assert client.get("/learn/").status_code == 200
    assert "the host's own page" not in client.get("/learn/nothing").text
    assert client.get("/elsewhere").status_code == 418


def test_identity_cannot_use_up_a_form(mount: Mount) -> None:
    read: list[tuple[bytes, dict[str, str]]] = []

    def identity() -> HostPerson:
        read.append((request.get_data(), request.form.to_dict()))
        return named("ada")

    lms = mount(identity)
    client = Client(lms.host_app)
    page = client.get("/learn/account/profile")
    fields = {"csrf_token": form_token(page.text), "name": "Ada the Second", "phone": "+12255550123"}
    assert client.post("/learn/account/profile", data=fields).status_code == 303
    assert people_in(lms)[0].name == "Ada the Second"
    assert read == [(b"", {}), (b"", {})]


def test_identity_that_fails_signs_nobody_in(mount: Mount, capsys: pytest.CaptureFixture[str]) -> None:
    """An error page and a line in the log; not even someone who was signed in before is taken at their cookie."""
    present = Present(named("ada"))
    lms = mount(present)
    client = Client(lms.host_app)
    assert "Ada" in client.get("/learn/account").text
    present.person = LookupError("the host's database is away")
    for address in ("/learn/account", "/learn/", "/learn/nothing"):
        failed = client.get(address)
        assert failed.status_code == 500
        assert "Ada" not in failed.text
        assert "Sign in" in failed.text
    assert "the host's database is away" not in failed.text
    assert "the host's database is away" in capsys.readouterr().out
    present.person = named("ada")
    assert "Ada" in client.get("/learn/account").text


def test_a_refusal_from_within_identity_is_an_error_too(mount: Mount) -> None:
    lms = mount(lambda: abort(404))
    assert Client(lms.host_app).get("/learn/").status_code == 500


def test_static_files_and_health_ask_nobody(mount: Mount) -> None:
    client = Client(mount(Present(LookupError("never asked"))).host_app)
    assert client.get("/learn/healthz").status_code == 200
    assert client.get("/learn/static/css/site.css", buffered=True).status_code == 200


def test_the_former_sign_in_ends_on_the_server(mount: Mount) -> None:
    """A copy of the cookie is worth nothing after the host's sign-out either."""
    present = Present(named("ada"))
    lms = mount(present)
    client = Client(lms.host_app)
    client.get("/learn/account")
    present.person = None
    client.get("/learn/")
    with lms.app.app_context():
        assert db.session.query(SignIn).filter(SignIn.ended_at.is_(None)).count() == 0
        db.session.remove()
    assert client.get_cookie("lms_session", path="/learn") is None or "Ada" not in client.get("/learn/").text


def test_someone_signed_in_costs_no_statement_more_than_anywhere(mount: Mount) -> None:
    lms = mount(Present(named("ada")))
    client = Client(lms.host_app)
    client.get("/learn/privacy")
    with statements(lms.app) as sent:
        client.get("/learn/privacy")
    assert len(sent) == 1, sent


def test_twenty_first_requests_make_one_account(mount: Mount, any_database: str) -> None:
    lms = mount(Present(named("ada")))
    replies = all_at_once(lambda _number: Client(lms.host_app).get("/learn/account"), 20)
    assert [reply.status_code for reply in replies] == [200] * 20
    assert [person.host_identity for person in people_in(lms)] == ["ada"]


def test_an_address_that_is_taken_is_left_alone(mount: Mount) -> None:
    present = Present(named("ada", email="same@host.example"))
    lms = mount(present)
    Client(lms.host_app).get("/learn/account")
    present.person = named("mallory", email="Same@host.example")
    account = Client(lms.host_app).get("/learn/account")
    assert "Mallory" in account.text
    first, second = people_in(lms)
    assert (first.host_identity, first.email) == ("ada", "same@host.example")
    assert second.email.endswith("@host.invalid")


@pytest.mark.parametrize("trusted", [True, False])
def test_an_account_of_the_same_address_is_theirs_only_if_the_host_has_confirmed_it(
    mount: Mount, trusted: bool
) -> None:
    lms = mount(Present(named("ada")), link_by_email=trusted)
    with lms.app.app_context(), unit_of_work() as rows:
        rows.add(services.new_person(name="Ada Before", email="ada@host.example", password_hash="never used"))
    page = Client(lms.host_app).get("/learn/account")
    assert ("Ada Before" in page.text) is trusted
    assert len(people_in(lms)) == (1 if trusted else 2)


def test_someone_suspended_reads_what_is_open_and_no_more(mount: Mount) -> None:
    lms = mount(Present(named("ada")))
    client = Client(lms.host_app)
    client.get("/learn/account")
    with lms.app.app_context(), unit_of_work() as rows:
        services.suspend(rows, person=rows.query(Person).one(), actor_id=None)
    refused = client.get("/learn/account")
    assert refused.status_code == 403
    assert "suspended" in refused.text
    assert client.get("/learn/assistance").status_code == 200


@pytest.mark.parametrize("password", [None, "a password from before"])
def test_who_deletes_the_account_does_not_get_a_new_one_at_once(mount: Mount, password: str | None) -> None:
    """No password is asked for: the host signed the person in, even one who had a password here before."""
    lms = mount(Present(named("ada")))
    client = Client(lms.host_app)
    client.get("/learn/account")
    with lms.app.app_context(), unit_of_work() as rows:
        rows.query(Person).one().password = password
    page = client.get("/learn/account/delete")
    assert 'type="password"' not in page.text
    gone = client.post("/learn/account/delete", data={"csrf_token": form_token(page.text)})
    assert gone.location == "/learn/"
    assert "Your account was deleted." in client.get("/learn/").text
    assert client.get("/learn/courses/mtm").status_code == 200
    assert people_in(lms) == []
    client.get(client.get("/learn/sign-in").location)
    assert len(people_in(lms)) == 1


CLOSED = [
    "sign-in",
    "register",
    "sign-in/passkey",
    "sign-in/code",
    "reset-password",
    "account/password",
    "account/authenticator",
    "account/recovery-codes",
    "account/passkeys",
    "account/confirm-it-is-you",
]


@pytest.mark.parametrize("page", CLOSED)
def test_pages_about_passwords_lead_to_the_host(mount: Mount, page: str) -> None:
    present = Present()
    client = Client(mount(present, sign_in_url="/enter?from=training").host_app)
    away = client.get(f"/learn/{page}?next=/learn/account")
    if away.location == f"/learn/sign-in?next=/learn/{page}?next%3D/learn/account":
        away = client.get(away.location)
    assert away.location.startswith("/enter?from=training&next=%2Flearn%2F")
    present.person = named("ada")
    assert client.get(f"/learn/{page}?next=/learn/account").location == "/learn/account"
    assert client.get(f"/learn/{page}?next=//evil.example").location == "/learn/training"


def test_without_a_sign_in_address_the_page_says_what_to_do(mount: Mount) -> None:
    client = Client(mount(Present()).host_app)
    page = client.get("/learn/account", follow_redirects=True)
    assert page.status_code == 403
    assert "Sign in to the website first" in page.text


def test_own_account_of_a_host_person(mount: Mount) -> None:
    """Name, data, deletion and the mail address stay; passwords, codes and signing out are the host's."""
    lms = mount(Present(named("ada")))
    client = Client(lms.host_app)
    page = client.get("/learn/account").text
    for there in ("Change your details", "Download my data", "Delete my account", "Change your email address"):
        assert there in page
    for absent in ("Change your password", "authenticator", "Passkeys", "Sign out", "Register"):
        assert absent not in page
    assert client.get("/learn/account/data").json["account"]["email"] == "ada@host.example"
    assert client.get("/learn/account/email").status_code == 200
