"""Every route as every kind of person: who may use what, written out, so that a change of it is seen."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal
from urllib.parse import quote, unquote, urlsplit
from xml.etree import ElementTree

import pytest
from flask import Flask, url_for

from lms.web import policy
from tests.architecture.conftest import KINDS, Site

Access = Literal["PUBLIC", "ANONYMOUS_OK", "SIGNED_IN", "ENROLLED", "INSTRUCTOR", "ADMIN"]
Outcome = Literal["through", "sign in", "course page", "refused", "hidden"]

OUTSIDE = {"visitor": "sign in", "suspended": "sign in"}
NO_COURSE = ("carol", "instructor", "admin")

#: What happens to each kind of person, by the route's policy; who is not named gets through.
BY_POLICY: dict[Access, dict[str, str]] = {
    "PUBLIC": {},
    "ANONYMOUS_OK": {},
    "SIGNED_IN": OUTSIDE,
    "ENROLLED": {**OUTSIDE, **dict.fromkeys(NO_COURSE, "no course")},
    "INSTRUCTOR": {**OUTSIDE, **dict.fromkeys(("alice", "bob", "carol"), "refused")},
    "ADMIN": {**OUTSIDE, **dict.fromkeys(("alice", "bob", "carol", "instructor"), "refused")},
}


@dataclass(frozen=True)
class Row:
    """What is expected of a route. `get` and `post`: statuses for those who get through; empty: no such method.

    `owned`: the address names something of Alice's, and everyone else who gets through is told that it is not there.
    """

    access: Access
    get: tuple[int, ...] = ()
    post: tuple[int, ...] = ()
    owned: bool = False

    def statuses(self, method: str) -> tuple[int, ...]:
        return self.get if method == "GET" else self.post


PAGE, FORM, DONE = (200,), (200, 422), (303,)
#: Pages of the library send those away for whom they have nothing to do.
LIBRARY = (200, 302, 303)

ROWS: dict[str, Row] = {
    "security.logout": Row("PUBLIC", post=LIBRARY),
    "security.login": Row("PUBLIC", LIBRARY, LIBRARY),
    "security.register": Row("PUBLIC", LIBRARY, LIBRARY),
    "security.forgot_password": Row("PUBLIC", LIBRARY, LIBRARY),
    "security.reset_password": Row("PUBLIC", LIBRARY, LIBRARY),
    "security.send_confirmation": Row("PUBLIC", LIBRARY, LIBRARY),
    "security.confirm_email": Row("PUBLIC", LIBRARY, LIBRARY),
    "security.change_email_confirm": Row("PUBLIC", LIBRARY),
    "security.two_factor_token_validation": Row("PUBLIC", LIBRARY, LIBRARY),
    "security.two_factor_rescue": Row("PUBLIC", LIBRARY, LIBRARY),
    "security.tf_select": Row("PUBLIC", LIBRARY, LIBRARY),
    "security.mf_recovery": Row("PUBLIC", LIBRARY, LIBRARY),
    "security.wan_signin": Row("PUBLIC", LIBRARY, LIBRARY),
    "security.wan_signin_response": Row("PUBLIC", post=LIBRARY),
    "security.verify": Row("SIGNED_IN", LIBRARY, LIBRARY),
    "security.change_password": Row("SIGNED_IN", LIBRARY, LIBRARY),
    "security.change_email": Row("SIGNED_IN", LIBRARY, LIBRARY),
    "security.two_factor_setup": Row("SIGNED_IN", LIBRARY, LIBRARY),
    "security.two_factor_setup_validate": Row("SIGNED_IN", post=LIBRARY),
    "security.mf_recovery_codes": Row("SIGNED_IN", LIBRARY, LIBRARY),
    "security.wan_register": Row("SIGNED_IN", LIBRARY, LIBRARY),
    "security.wan_register_response": Row("SIGNED_IN", post=LIBRARY),
    "security.wan_delete": Row("SIGNED_IN", LIBRARY, LIBRARY),
    "security.wan_verify": Row("SIGNED_IN", LIBRARY, LIBRARY),
    "security.wan_verify_response": Row("SIGNED_IN", post=LIBRARY),
    "web.static": Row("PUBLIC", PAGE),
    "web.healthz": Row("PUBLIC", PAGE),
    "web.readyz": Row("PUBLIC", PAGE),
    "web.metrics": Row("PUBLIC", PAGE),  # for callers on this machine, which tests are: see tests/web
    "web.style_guide": Row("PUBLIC", (404,)),  # in development only
    "accounts.ask_sign_out": Row("PUBLIC", (200, 303)),
    "accounts.account": Row("SIGNED_IN", PAGE),
    "accounts.profile": Row("SIGNED_IN", PAGE, FORM),
    "accounts.resend_confirmation": Row("SIGNED_IN", post=DONE),
    "accounts.sign_out_everywhere": Row("SIGNED_IN", post=DONE),
    "accounts.download": Row("SIGNED_IN", PAGE),
    "accounts.delete": Row("SIGNED_IN", PAGE, (200, 303, 422)),
    "calculators.calculators": Row("PUBLIC", PAGE),
    "calculators.calculator": Row("PUBLIC", PAGE),
    "calculators.results": Row("PUBLIC", PAGE),
    "calculators.compare": Row("PUBLIC", PAGE),
    "calculators.as_brief": Row("PUBLIC", PAGE),
    "calculators.as_workbook": Row("PUBLIC", PAGE),
    "calculators.as_table": Row("PUBLIC", PAGE),
    "calculators.save": Row("SIGNED_IN", post=(422,)),
    "calculators.scenarios": Row("SIGNED_IN", PAGE),
    "calculators.rename": Row("SIGNED_IN", post=(422,), owned=True),
    "calculators.delete": Row("SIGNED_IN", post=DONE, owned=True),
    "assessment.quiz": Row("ENROLLED", PAGE),
    "assessment.start": Row("ENROLLED", post=(303, 409)),
    "assessment.attempt": Row("ENROLLED", DONE, owned=True),
    "assessment.answer": Row("ENROLLED", post=(409,), owned=True),
    "assessment.flag": Row("ENROLLED", post=(409,), owned=True),
    "assessment.allowances": Row("INSTRUCTOR", PAGE),
    "assessment.allow_attempts": Row("INSTRUCTOR", post=(422,)),
    "assessment.allow_time": Row("INSTRUCTOR", post=(422,)),
    "assessment.submit": Row("ENROLLED", post=DONE, owned=True),
    "assessment.result": Row("ENROLLED", PAGE, owned=True),
    "assessment.pre_assessment": Row("ENROLLED", PAGE, (409, 422)),
    "assessment.confidence": Row("ENROLLED", PAGE, (422,)),
    "assessment.change": Row("ENROLLED", PAGE),
    "assessment.teaching": Row("INSTRUCTOR", PAGE),
    "assessment.items": Row("INSTRUCTOR", PAGE),
    "assessment.items_table": Row("INSTRUCTOR", PAGE),
    "assessment.item": Row("INSTRUCTOR", PAGE),
    "assessment.case": Row("ENROLLED", PAGE),
    "assessment.start_case": Row("ENROLLED", post=DONE),
    "assessment.scene": Row("ENROLLED", DONE, owned=True),
    "assessment.decide": Row("ENROLLED", post=(409,), owned=True),
    "assessment.back": Row("ENROLLED", post=(409,), owned=True),
    "assessment.finish": Row("ENROLLED", post=DONE, owned=True),
    "assessment.debrief": Row("ENROLLED", PAGE, owned=True),
    "assessment.cohort": Row("INSTRUCTOR", PAGE),
    "assessment.cohort_table": Row("INSTRUCTOR", PAGE),
    "assessment.regrades": Row("INSTRUCTOR", PAGE),
    "assessment.regrade": Row("INSTRUCTOR", PAGE),
    "assessment.regrade_item": Row("INSTRUCTOR", post=(422,)),
    "learning.dashboard": Row("SIGNED_IN", PAGE),
    "learning.objectives": Row("ENROLLED", PAGE),
    "learning.lesson": Row("ENROLLED", PAGE),
    "learning.complete_lesson": Row("ENROLLED", post=DONE),
    "learning.save_note": Row("ENROLLED", post=DONE),
    "learning.save_place": Row("ENROLLED", post=(422,)),
    "learning.answer_check": Row("ENROLLED", post=(422,)),
    "learning.evaluation": Row("ENROLLED", PAGE, FORM),
    "learning.evaluation_report": Row("INSTRUCTOR", PAGE),
    "learning.evaluation_table": Row("INSTRUCTOR", PAGE),
    "checkout.start": Row("SIGNED_IN", DONE, DONE),
    "checkout.order": Row("SIGNED_IN", PAGE, owned=True),
    "checkout.apply_code": Row("SIGNED_IN", post=(422,), owned=True),
    "checkout.complete": Row("SIGNED_IN", post=DONE, owned=True),
    "certificates.issue": Row("ENROLLED", post=(303, 409)),
    "certificates.show": Row("SIGNED_IN", PAGE, owned=True),
    "certificates.pdf": Row("SIGNED_IN", PAGE, owned=True),
    "certificates.send": Row("SIGNED_IN", post=DONE, owned=True),
    "certificates.correct": Row("SIGNED_IN", post=(303, 409), owned=True),
    "certificates.verify_form": Row("PUBLIC", PAGE),
    "certificates.verify": Row("ANONYMOUS_OK", PAGE),
    "reviews.start": Row("ENROLLED", post=(303, 409)),
    "reviews.stop": Row("ENROLLED", post=DONE),
    "reviews.review": Row("ENROLLED", PAGE, owned=True),
    "reviews.answer": Row("ENROLLED", post=DONE, owned=True),
    "reviews.ask_to_stop": Row("ANONYMOUS_OK", PAGE),
    "reviews.stop_by_link": Row("ANONYMOUS_OK", post=PAGE),
    "catalog.course": Row("PUBLIC", PAGE),
    "catalog.sources": Row("PUBLIC", PAGE),
    "catalog.glossary": Row("PUBLIC", PAGE),
    "catalog.changes": Row("PUBLIC", PAGE),
    "public.home": Row("PUBLIC", PAGE),
    "public.mtm": Row("PUBLIC", PAGE),
    "public.cdtm": Row("PUBLIC", PAGE),
    "public.resources": Row("PUBLIC", PAGE),
    "public.resource": Row("PUBLIC", PAGE),
    "public.resource_pdf": Row("PUBLIC", PAGE),
    "public.privacy": Row("PUBLIC", PAGE),
    "public.accessibility": Row("PUBLIC", PAGE),
    "public.terms": Row("PUBLIC", PAGE),
    "public.robots": Row("PUBLIC", PAGE),
    "public.sitemap": Row("PUBLIC", PAGE),
    "public.security_txt": Row("PUBLIC", (404,)),  # no contact address is set
    "interop.description": Row("PUBLIC", PAGE),
    "interop.calculators": Row("PUBLIC", PAGE),
    "interop.calculator": Row("PUBLIC", post=(415,)),
    "assistance.contact": Row("PUBLIC", PAGE, FORM),
    "assistance.received": Row("PUBLIC", DONE),
    "assistance.inbox": Row("ADMIN", PAGE),
    "assistance.mark_handled": Row("ADMIN", post=DONE),
    "assistance.remove": Row("ADMIN", post=DONE),
}

#: Values of parameters that mean something else in one route than in the others.
OTHER_NAMES = {"learning.answer_check": {"item": "check"}}

METHODS = [
    pytest.param(endpoint, method, id=f"{method} {endpoint}")
    for endpoint, row in ROWS.items()
    for method in ("GET", "POST")
    if row.statuses(method)
]


def rules(app: Flask) -> dict[str, set[str]]:
    """The methods of every endpoint."""
    found: dict[str, set[str]] = {}
    for rule in app.url_map.iter_rules():
        found.setdefault(rule.endpoint, set()).update(rule.methods or ())
    return found


def address(site: Site, endpoint: str, **other: str) -> str:
    """The endpoint's address with Alice's things in it. Raises KeyError for a parameter that no fixture fills."""
    rule = next(rule for rule in site.app.url_map.iter_rules() if rule.endpoint == endpoint)
    renamed = OTHER_NAMES.get(endpoint, {})
    values = {name: site.names[renamed.get(name, name)] for name in rule.arguments}
    with site.app.test_request_context():
        return url_for(endpoint, **{**values, **other})


def outcome(status: int, location: str | None) -> Outcome:
    target = urlsplit(location or "").path
    if target == "/sign-in":
        return "sign in"
    if target == "/courses/mtm":
        return "course page"
    return "refused" if status == 403 else "hidden" if status == 404 else "through"


def expected(row: Row, method: str, kind: str) -> Outcome:
    told = BY_POLICY[row.access].get(kind, "through")
    if told == "no course":
        return "course page" if method == "GET" else "hidden"
    if told == "through" and row.owned and kind != "alice":
        return "hidden"
    return told  # type: ignore[return-value]


def test_every_route_has_a_row(site: Site) -> None:
    """Abuse case 1: a new route fails here until somebody has written down who may use it."""
    found = rules(site.app)
    assert set(found) == set(ROWS)
    declared = {endpoint: one.name for endpoint, one in policy.declared(site.app).items()}
    assert declared == {endpoint: row.access for endpoint, row in ROWS.items()}
    for endpoint, methods in found.items():
        wanted = {method for method in ("GET", "POST") if ROWS[endpoint].statuses(method)}
        assert methods - {"HEAD", "OPTIONS"} == wanted, endpoint


@pytest.mark.parametrize(("endpoint", "method"), METHODS)
def test_everyone_gets_what_the_policy_says(site: Site, endpoint: str, method: str) -> None:
    """Abuse cases 1, 5 and 8: the form token is valid each time, so that it is the policy that decides."""
    row = ROWS[endpoint]
    where = address(site, endpoint)
    found: dict[str, Outcome] = {}
    for kind in KINDS:
        with site.ask(kind, method, where) as reply:
            status, location = reply.status_code, reply.location
        through = expected(row, method, kind) == "through"
        # Signing out and the like lead to the sign-in page, too: for those who get through the status decides.
        found[kind] = "through" if through and status in row.statuses(method) else outcome(status, location)
        assert not through or status in row.statuses(method), f"{kind} gets {status}"
    assert found == {kind: expected(row, method, kind) for kind in KINDS}


#: The parameters of addresses that name something owned.
OWNED_THINGS = {"attempt", "run", "order", "code", "scenario", "review"}
OWNED = [
    pytest.param(endpoint, method, id=f"{method} {endpoint}")
    for endpoint, row in ROWS.items()
    for method in ("GET", "POST")
    if row.owned and row.statuses(method)
]


@pytest.mark.parametrize(("endpoint", "method"), OWNED)
def test_anothers_thing_looks_like_none(site: Site, endpoint: str, method: str) -> None:
    """Abuse case 2: Alice's id in Bob's request is answered exactly as an id that nobody has."""
    (name,) = OWNED_THINGS & next(rule for rule in site.app.url_map.iter_rules(endpoint)).arguments
    # The same letters in another order: as long as a real one, and nobody's.
    missing = "".join(sorted(site.names[name]))
    replies = []
    for where in (address(site, endpoint), address(site, endpoint, **{name: missing})):
        with site.ask("bob", method, where, headers={"X-Request-Id": "same-for-both"}) as reply:
            # The form token carries the second in which it was made.
            text = re.sub(r'(name="csrf_token" value=)"[^"]+"', r"\1", reply.text.replace(where, ""))
            replies.append((reply.status_code, sorted(reply.headers.keys()), text))
    assert replies[0][0] == 404
    assert replies[0] == replies[1]


def test_an_instructors_form_token_opens_nothing_of_the_administrators(site: Site) -> None:
    """Abuse case 5: a valid token says where the form came from, not who may send it."""
    for endpoint in ("assistance.mark_handled", "assistance.remove"):
        for kind in ("bob", "instructor"):
            assert site.ask(kind, "POST", address(site, endpoint)).status_code == 403
    assert site.names["reference"] in site.ask("admin", "GET", "/admin/assistance").text


CLOSED = [endpoint for endpoint, row in ROWS.items() if row.access in {"SIGNED_IN", "ENROLLED", "INSTRUCTOR", "ADMIN"}]


@pytest.mark.parametrize("endpoint", CLOSED)
def test_no_other_method_or_spelling_leads_around_the_policy(site: Site, endpoint: str) -> None:
    """Abuse case 11: swapped methods, override headers, slashes, escapes and capitals reveal and change nothing."""
    where = address(site, endpoint)
    spellings = {
        where + "/",
        "/" + where,
        where.replace("/", "//"),
        where.upper(),
        "/." + where,
        "/%2e" + where,
        "/x/%2e%2e" + where,
        where + "%00",
        where + "%2e",
        where + ";jsessionid=1",
        "/" + quote(where[1:], safe=""),
    }
    for spelling in spellings:
        # Set as a server hands it on: the test client would read "//training" as another site's name.
        with site.ask("visitor", "GET", "/", environ={"PATH_INFO": unquote(spelling)}) as reply:
            assert reply.status_code in {303, 404, 405}, spelling
            assert reply.status_code != 303 or urlsplit(reply.location).path == "/sign-in", spelling
    overrides = {"X-HTTP-Method-Override": "GET", "X-HTTP-Method": "GET", "X-Method-Override": "GET"}
    for method in ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "TRACE"):
        with site.ask("visitor", method, where, headers=overrides) as reply:
            assert reply.status_code in {303, 405}, method
    with site.ask("visitor", "OPTIONS", where) as reply:
        assert reply.status_code in {200, 303}
        assert reply.text == "" or "sign-in" in reply.text


def test_head_says_as_little_as_get(site: Site) -> None:
    """Abuse case 11: HEAD passes the same gate, and writes nothing."""
    for kind, status in (("visitor", 303), ("carol", 303), ("bob", 200)):
        assert site.ask(kind, "HEAD", address(site, "learning.lesson")).status_code == status
    for kind in ("bob", "carol", "admin"):
        assert site.ask(kind, "HEAD", address(site, "checkout.order")).status_code == 404


def test_a_nul_in_an_address_is_an_address_of_nothing(site: Site) -> None:
    """Abuse case 18: PostgreSQL refuses the character; nobody may learn so by an error page."""
    for where in ("/verify/%00", "/courses/%00", "/courses/mt%00m", "/certificates/a%00b"):
        assert site.ask("alice", "GET", where).status_code == 404, where


def test_a_module_or_lesson_of_another_place_is_not_there(site: Site) -> None:
    """Abuse case 10: what is not published has no address, whatever is put together from real names."""
    lesson = site.names["lesson"]
    for where in (
        f"/training/mtm/2-the-what/{lesson}",
        "/training/mtm/1-the-why/no-such-lesson",
        "/training/mtm/9-none/quiz",
        f"/training/mtm/2-the-what/quiz/{site.names['attempt']}",
        f"/training/mtm/2-the-what/quiz/{site.names['attempt']}/result",
        "/courses/mtm/cases/no-such-case",
        f"/courses/mtm/cases/no-such-case/{site.names['run']}",
        f"/courses/mtm/cases/no-such-case/{site.names['run']}/debrief",
    ):
        assert site.ask("alice", "GET", where).status_code == 404, where


def test_the_sitemap_lists_only_what_a_visitor_may_open(site: Site) -> None:
    """Abuse case 9: no address of a learner's, and none that answers a visitor with anything but a page."""
    with site.ask("visitor", "GET", "/sitemap.xml") as reply:
        tree = ElementTree.fromstring(reply.text)  # noqa: S314 -- our own reply
    paths = [urlsplit(node.text or "").path for node in tree.iter() if node.tag.endswith("}loc")]
    assert {"/", "/mtm", "/courses/mtm"} <= set(paths)
    for path in paths:
        with site.ask("visitor", "GET", path) as reply:
            assert reply.status_code == 200, path
    closed = ("/training", "/account", "/checkout", "/certificates", "/admin", "/verify/")
    assert not [path for path in paths if path.startswith(closed)]
