"""Each correction stands beside the statement that it concerns, dated and with its source."""

from __future__ import annotations

from xml.etree.ElementTree import Element

import html5lib
import pytest
from flask.testing import FlaskClient
from pydantic import ValidationError

from lms.public.domain import Correction, Link, Page, Section, Statement
from lms.public.queries import page

# Page, correction, and words of the statement that the correction has to stand next to.
BESIDE = (
    ("mtm", "npi", "to bill Medicare."),
    ("mtm", "free-services", "considered Medicare fraud"),
    ("mtm", "codes", "The three billing codes"),
    ("mtm", "who-pays", "Who pays, and how a claim is made"),
    ("mtm", "cmr-eligibility", "Most Medicare patients are eligible"),
    ("mtm", "medicaid", "Medicaid Managed Care Organizations"),
    ("mtm", "outcomes", "OutcomesMTM is a preferred"),
    ("mtm", "star-ratings", "Star Ratings are impacted"),
    ("mtm", "enhanced-mtm", "four main models"),
    ("cdtm", "general-term", "performing patient assessments"),
    ("cdtm", "relationship", "pharmacist-patient relationship"),
    ("cdtm", "record", "annual review and quarterly"),
    ("cdtm", "order-set", "at a minimum:"),
    ("cdtm", "registrant", "Pharmacy must complete an application"),
    ("cdtm", "one-year", "valid for up to one year"),
    ("cdtm", "shared-savings", "shared with the pharmacist"),
    ("cdtm", "physical-assessment", "perform a physical assessment"),
    ("cdtm", "laboratory-tests", "interpret laboratory test results"),
    ("cdtm", "citations", "Physician must be nearby"),
    ("cdtm", "one-agreement", "Each CPA covers one individual patient"),
)


def element(html: str, identity: str) -> tuple[Element, Element]:
    """The element with this id, and its parent."""
    root = html5lib.parse(html, namespaceHTMLElements=False)
    for parent in root.iter():
        for child in parent:
            if child.get("id") == identity:
                return child, parent
    raise AssertionError(f"nothing has the id {identity}")


def text(of: Element) -> str:
    return " ".join("".join(of.itertext()).split())


@pytest.mark.parametrize(("name", "key", "words"), BESIDE)
def test_correction_stands_beside_its_statement(client: FlaskClient, name: str, key: str, words: str) -> None:
    note, parent = element(client.get(f"/{name}").text, f"check-{key}")
    within = parent.tag == "li"
    beside = text(parent).replace(text(note), "") if within else text(parent[list(parent).index(note) - 1])
    assert words in beside
    said = page(name).corrections[key]
    assert "Check before you rely on this" in text(note)
    assert " ".join(said.text.split()) in text(note)
    assert "Checked on 23 November 2026" in text(note)
    assert all(source.name in text(note) for source in said.sources)


@pytest.mark.parametrize("name", ["mtm", "cdtm"])
def test_no_correction_is_missing_from_the_list_above(name: str) -> None:
    listed = {key for page_name, key, _ in BESIDE if page_name == name}
    assert set(page(name).corrections) - {page(name).notice} == listed


@pytest.mark.parametrize("name", ["mtm", "cdtm"])
def test_every_correction_names_a_source(name: str) -> None:
    assert all(correction.sources for correction in page(name).corrections.values())


def test_cdtm_page_opens_with_the_need_to_confirm_the_rules(client: FlaskClient) -> None:
    html = client.get("/cdtm").text
    note, _ = element(html, "check-current-rules")
    assert "2025 and 2026 could not be checked" in text(note)
    assert html.index('id="check-current-rules"') < html.index("manage the disease specific drug therapy")


def test_wrong_term_is_shown_with_its_correction(client: FlaskClient) -> None:
    words = text(html5lib.parse(client.get("/mtm").text, namespaceHTMLElements=False))
    assert "annual Comprehensive Medication Review. (First printed: “Comprehensive Medical Review”.)" in words


def a_page(*statements: Statement, notes: tuple[str, ...] = ()) -> Page:
    corrections = {
        key: Correction(key=key, title="T", text="X", sources=({"name": "S"},), checked_on="2026-11-23")
        for key in notes
    }
    section = Section(id="s", title="S", statements=statements)
    return Page(title="P", description="D", intro=(), sections=(section,), corrections=corrections)


def test_a_correction_that_stands_nowhere_is_refused() -> None:
    with pytest.raises(ValidationError, match="corrections shown"):
        a_page(Statement(text="A"), notes=("lost",))


def test_a_correction_that_is_not_written_is_refused() -> None:
    with pytest.raises(ValidationError, match="corrections shown"):
        a_page(Statement(text="A", correction="unwritten"))


def test_a_correction_shown_twice_is_refused() -> None:
    """Its anchor would be there twice."""
    with pytest.raises(ValidationError, match="corrections shown"):
        a_page(Statement(text="A", correction="n"), Statement(text="B", correction="n"), notes=("n",))


def test_a_pointer_to_a_correction_that_is_not_shown_is_refused() -> None:
    with pytest.raises(ValidationError, match="does not show"):
        a_page(Statement(text="A", see="elsewhere"))


@pytest.mark.parametrize(
    "target",
    [{}, {"url": "http://example.org"}, {"url": "javascript:x"}, {"url": "https://a.b", "endpoint": "e"}],
)
def test_a_link_has_one_safe_target(target: dict[str, str]) -> None:
    with pytest.raises(ValidationError):
        Link(text="L", **target)


def test_outside_links_go_to_official_publishers_only() -> None:
    official = ("ecfr.gov", "cms.gov", "legis.la.gov", "cdc.gov")
    links = [link for name in ("mtm", "cdtm") for statement in page(name).walk() for link in statement.links]
    sources = [s for name in ("mtm", "cdtm") for c in page(name).corrections.values() for s in c.sources]
    addresses = [target.url for target in (*links, *sources) if target.url]
    assert addresses
    for address in addresses:
        host = address.removeprefix("https://").split("/")[0]
        assert host.endswith(official), address
