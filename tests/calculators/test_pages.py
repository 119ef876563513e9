"""The calculators' pages: inputs in the address, everything wrong said at once, scenarios kept for their owner only."""

from __future__ import annotations

import re
from html import unescape
from urllib.parse import parse_qsl, urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from lms.calculators import forms, services
from lms.calculators.domain import formulas, read
from lms.calculators.models import Scenario
from lms.calculators.queries import scenarios
from tests.support import journey
from tests.support.people import People
from tests.support.statements import statements

PAGE = "/calculators/delegation-savings"


def headline(page: str) -> str:
    found = re.search(r'data-headline="([^"]*)"', page)
    assert found is not None
    return unescape(found[1])


def form_of(page: str) -> dict[str, str]:
    """What the page's form would send: every field with what stands in it."""
    form = page[page.index('id="inputs"') :].partition("</form>")[0]
    given: dict[str, str] = {}
    for tag in re.findall(r"<input[^>]*>", form):
        name, value = (re.search(rf'{part}="([^"]*)"', tag) for part in ("name", "value"))
        if name and value:
            given[name[1]] = unescape(value[1])
    for name, options in re.findall(r'<select[^>]*name="([^"]+)"[^>]*>(.*?)</select>', form, re.S):
        chosen = re.search(r'value="([^"]+)" selected', options)
        assert chosen is not None
        given[name] = chosen[1]
    return given


@pytest.mark.parametrize("name", formulas())
def test_every_calculator_opens_with_its_defaults(client: FlaskClient, name: str) -> None:
    page = client.get(f"/calculators/{name}")
    assert page.status_code == 200
    assert headline(page.text)
    again = client.get(f"/calculators/{name}", query_string=form_of(page.text))
    assert headline(again.text) == headline(page.text), "the form sends what the page shows"


def test_inputs_in_the_address_are_calculated(client: FlaskClient) -> None:
    page = client.get(PAGE, query_string={"encounters": "300", "utm_source": "newsletter"}).text
    assert headline(page) == "Net saving in year one: $6,438.39"
    link = re.search(r'<a href="([^"]+)">Link to these inputs', page)
    assert link is not None
    assert headline(client.get(unescape(link[1])).text) == headline(page)
    given = dict(parse_qsl(urlsplit(unescape(link[1])).query))
    assert given["encounters"] == "300"
    assert "utm_source" not in given


def test_rows_are_added_and_removed_without_scripts(client: FlaskClient) -> None:
    form = form_of(client.get(PAGE).text)
    assert form["activities"] == "6"
    more = form_of(client.get(PAGE, query_string={**form, "do": "add-activities"}).text)
    assert (more["activities"], more["activities.6.kind"]) == ("7", "other")
    fewer = form_of(client.get(PAGE, query_string={**more, "do": "remove-activities-0"}).text)
    assert (fewer["activities"], fewer["activities.0.kind"]) == ("6", "data-gathering")
    none = client.get(PAGE, query_string={"activities": "0"}).text
    assert headline(none) == "Net saving in year one: −$937.06"
    assert "Nothing is delegated" in none


def test_the_longest_address_fits_into_a_request_line() -> None:
    """`lms serve` takes addresses of 8,190 bytes, and so does nginx as it comes."""
    formula = formulas()["delegation-savings"]
    row = {"kind": "prescriber-contact", "name": "ä" * 20} | {
        column.key: "119.55" if not column.unit.share else "0.1234" for column in formula.tables[0].columns
    }
    data = {"activities": [{**row, "verification_minutes": "59.55"}] * forms.MOST_ROWS}
    inputs = read(formula, data)
    assert len(f"GET {PAGE}/results?{forms.address_query(inputs)} HTTP/1.1") < 8190


def test_presets_fill_in_their_values(client: FlaskClient) -> None:
    form = form_of(client.get(PAGE).text)
    page = client.get(PAGE, query_string={**form, "do": "preset-us-2023"}).text
    assert form_of(page)["pharmacist_wage"] == "64.80"


def test_what_the_law_settles_cannot_be_changed(client: FlaskClient) -> None:
    form = form_of(client.get(PAGE).text)
    page = client.get(PAGE, query_string={**form, "activities.3.delegated_share": "1"})
    assert page.status_code == 422
    assert "stays with the pharmacist: LAC 46:LIII.907" in page.text


def test_everything_wrong_is_said_and_nothing_is_lost(client: FlaskClient) -> None:
    given = {"encounters": "many", "fee": "", "activities": "1", "activities.0.rework": "<b>"}
    page = client.get(PAGE, query_string=given)
    assert page.status_code == 422
    for words in ("Encounters a year: Enter a number.", "Fee for a further review: Enter a number.", "Redone, row 1"):
        assert words in page.text
    kept = form_of(page.text)
    assert {key: kept[key] for key in given} == given
    client.checks_pages = False  # type: ignore[attr-defined]  # a part of a page
    part = client.get(f"{PAGE}/results", query_string=given, headers={"Accept": "text/html"})
    assert part.status_code == 422


@pytest.mark.parametrize(
    "query",
    [
        "activities=99999999999999999999",
        "activities=-1",
        "activities=10000&activities.9999.rework=1",
        "activities=1&activities.0.kind=surgery",
        "do=remove-activities-x",
        "do=add-nothing",
        "do=preset-none",
        "encounters=NaN",
        "encounters=" + "9" * 3000,
        "with=nobody",
        "spread=yes&activities=0",
    ],
)
@pytest.mark.parametrize("page", ["", "/results", "/compare"])
def test_no_address_breaks_a_page(client: FlaskClient, query: str, page: str) -> None:
    client.checks_pages = page != "/results"  # type: ignore[attr-defined]  # a part of a page
    assert client.get(f"{PAGE}{page}?{query}").status_code in {200, 422}


def test_an_unknown_calculator_is_not_there(client: FlaskClient) -> None:
    for where in ("/calculators/none", "/calculators/none/results", "/calculators/none/compare"):
        assert client.get(where).status_code == 404


def test_uncertainty_is_shown_when_asked_for(client: FlaskClient) -> None:
    assert "With uncertain inputs" not in client.get(PAGE).text
    assert "With uncertain inputs" in client.get(f"{PAGE}?spread=yes").text


def test_a_page_for_everybody_costs_one_statement(app: Flask, client: FlaskClient) -> None:
    client.get(PAGE)
    with statements(app) as sent:
        client.get(f"{PAGE}?encounters=200")
    assert len(sent) <= 1


def test_scenarios_are_kept_compared_renamed_and_deleted(any_database: str, people: People) -> None:
    assert any_database
    alice = people.client("alice")
    form = {**form_of(alice.get(PAGE).text), "encounters": "300", "scenario": "  Twice  the volume "}
    saved = journey.post(alice, f"{PAGE}/save", form)
    assert saved.status_code == 303
    assert headline(alice.get(saved.location).text) == "Net saving in year one: $6,438.39"
    listed = alice.get("/calculators/saved").text
    assert "Twice the volume" in listed
    compared = re.search(r'href="([^"]*compare[^"]*with=[^"]*)"', alice.get(PAGE).text)
    assert compared is not None
    table = alice.get(unescape(compared[1])).text
    assert "−$3,687.73" in table
    found = re.search(r'action="(/calculators/saved/[^"]+/rename)"', listed)
    assert found is not None
    assert journey.post(alice, found[1], {"name": "More"}).status_code == 303
    assert journey.post(alice, found[1], {"name": " "}).status_code == 422
    assert "More" in alice.get("/account/data").text
    assert journey.post(alice, found[1].replace("rename", "delete")).status_code == 303
    assert "No scenario is kept yet" in alice.get("/calculators/saved").text


def test_nothing_else_can_be_set_when_a_scenario_is_saved(people: People, session: Session) -> None:
    """Abuse case 6: columns that the form does not have stay as they are."""
    alice, bob = people.client("alice"), people.client("bob")
    assert bob
    extra = {"person_id": str(people.ids["bob"]), "public_id": "mine", "version": "99", "saved_at": "1999-01-01"}
    journey.post(alice, f"{PAGE}/save", {"scenario": "Mine", **extra})
    kept = scenarios(session, people.ids["alice"])
    assert len(kept) == 1
    assert (kept[0].version, kept[0].public_id != "mine") == ("1", True)


def test_anothers_scenario_looks_like_none(people: People, session: Session) -> None:
    """Abuse case 2, for the address that names a scenario in its query."""
    alice, bob = people.client("alice"), people.client("bob")
    journey.post(alice, f"{PAGE}/save", {"scenario": "Mine"})
    own = scenarios(session, people.ids["alice"])[0].public_id
    assert alice.get(f"{PAGE}/compare?with={own}").status_code == 200
    assert bob.get(f"{PAGE}/compare?with={own}").status_code == 404
    assert alice.get(f"/calculators/cmr-stars/compare?with={own}").status_code == 404


def test_a_name_is_shown_as_text(people: People) -> None:
    """Abuse case 49."""
    alice = people.client("alice")
    journey.post(alice, f"{PAGE}/save", {"scenario": "<img src=x onerror=alert(1)>"})
    assert "&lt;img src=x onerror=alert(1)&gt;" in alice.get("/calculators/saved").text


def test_there_is_room_for_a_hundred(people: People, session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services, "MOST", 2)
    alice = people.client("alice")
    for name in ("One", "Two", "Two"):
        assert journey.post(alice, f"{PAGE}/save", {"scenario": name}).status_code == 303
    refused = journey.post(alice, f"{PAGE}/save", {"scenario": "Three"})
    assert refused.status_code == 422
    assert "Delete one first" in refused.text
    assert 'value="Three"' in refused.text
    assert session.query(Scenario).count() == 2


def test_a_lesson_offers_its_calculator(people: People, app: Flask) -> None:
    alice = people.client("alice", enrolled=True)
    course = journey.course(app)
    lesson = next(each for each in course.lessons if any(block.kind == "calculator" for block in each.blocks))
    page = alice.get(f"/training/mtm/{lesson.module_key}/{lesson.key}").text
    assert 'action="/calculators/' in page
    assert "Open the whole calculator" in page
