"""The home page, the pages about the site, and the files for machines."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from xml.etree import ElementTree

import pytest
from flask.testing import FlaskClient

from lms.core.clock import now

PAGES = ("/", "/mtm", "/cdtm", "/resources", "/privacy", "/accessibility", "/terms")


@pytest.mark.parametrize("address", PAGES)
def test_anyone_can_read_the_page(client: FlaskClient, address: str) -> None:
    """The client also checks markup, headings, labels, links and the absence of inline code."""
    response = client.get(address)
    assert response.status_code == 200
    assert 'href="/assistance"' in response.text


@pytest.mark.parametrize("address", PAGES)
def test_reading_sets_no_cookie(client: FlaskClient, address: str) -> None:
    assert "Set-Cookie" not in client.get(address).headers


def test_home_has_one_main_step_and_leads_everywhere(client: FlaskClient) -> None:
    html = client.get("/").text
    assert html.count('class="btn') == 1
    assert re.search(r'<a class="btn *" href="/courses/mtm">Start the course</a>', html)
    for address in ("/register", "/mtm", "/cdtm", "/resources", "/assistance", "/verify"):
        assert f'href="{address}"' in html


def test_home_says_what_the_certificate_is_not(client: FlaskClient) -> None:
    text = " ".join(client.get("/").text.split())
    assert "certificate of completion" in text
    assert "not continuing-education credit" in text
    assert "not a credential in MTM" in text


@pytest.mark.parametrize("address", PAGES)
def test_no_page_claims_credit(client: FlaskClient, address: str) -> None:
    html = client.get(address).text
    assert "ACPE" not in html
    assert "certified in MTM" not in html


def test_long_pages_list_their_contents(client: FlaskClient) -> None:
    for address, anchors in {
        "/mtm": (
            "components",
            "reimbursement",
            "program",
            "training",
            "enroll",
            "module-1",
            "module-2",
            "module-3",
        ),
        "/cdtm": (
            "components",
            "requirements",
            "scope",
            "program",
            "reimbursement",
            "functions",
            "restrictions",
        ),
        "/resources": ("areas", "mtm-checklist", "cdtm-checklist", "payers"),
    }.items():
        html = client.get(address).text
        for anchor in anchors:
            assert f'href="#{anchor}"' in html, (address, anchor)


def test_privacy_says_what_a_person_needs_to_know(client: FlaskClient) -> None:
    text = " ".join(client.get("/privacy").text.split())
    for words in (
        "No patient information",
        "one cookie",
        "download what is stored",
        "delete your account",
        "Certificates stay verifiable after the account is deleted",
    ):
        assert words in text
    assert 'href="/account"' in text


def test_accessibility_names_the_standard_and_does_not_claim_it(client: FlaskClient) -> None:
    text = " ".join(client.get("/accessibility").text.split())
    assert "(WCAG) 2.2 at level AA" in text
    assert "we do not claim conformance" in text


def test_robots_keep_to_the_open_pages(client: FlaskClient) -> None:
    response = client.get("/robots.txt")
    assert response.mimetype == "text/plain"
    lines = response.text.splitlines()
    assert "Disallow: /training" in lines
    assert "Disallow: /certificates" in lines
    assert not any(line in {"Disallow: /", "Disallow: /mtm", "Disallow: /courses"} for line in lines)
    assert any(line.startswith("Sitemap: http") and line.endswith("/sitemap.xml") for line in lines)


def test_every_address_of_the_sitemap_opens(client: FlaskClient) -> None:
    response = client.get("/sitemap.xml")
    assert response.mimetype == "application/xml"
    namespace = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
    addresses = [loc.text or "" for loc in ElementTree.fromstring(response.text).iter(f"{namespace}loc")]  # noqa: S314
    assert len(addresses) == 23
    for address in addresses:
        path = "/" + address.split("//", 1)[1].partition("/")[2]
        assert client.get(path).status_code == 200, path


def test_addresses_for_machines_ignore_the_host_header(client: FlaskClient) -> None:
    for address in ("/robots.txt", "/sitemap.xml"):
        assert "evil.example" not in client.get(address, headers={"Host": "evil.example"}).text


def test_security_contact_needs_a_safe_channel(client: FlaskClient) -> None:
    """Without HTTPS and without a mail address there is no contact to publish."""
    assert client.get("/.well-known/security.txt").status_code == 404


@pytest.mark.settings(base_url="https://training.example.org", provider_email="office@example.org")
def test_security_contact_is_published_with_a_date_of_expiry(client: FlaskClient) -> None:
    lines = client.get("/.well-known/security.txt").text.splitlines()
    assert lines[:2] == [
        "Contact: mailto:office@example.org",
        "Contact: https://training.example.org/assistance",
    ]
    (expires,) = [line.removeprefix("Expires: ") for line in lines if line.startswith("Expires: ")]
    assert now() < datetime.fromisoformat(expires) < now() + timedelta(days=365)


@pytest.mark.settings(provider_name="Example Health Department", provider_email="office@example.org")
@pytest.mark.parametrize("address", ["/privacy", "/terms"])
def test_pages_about_the_site_name_who_runs_it(client: FlaskClient, address: str) -> None:
    html = client.get(address).text
    assert "Example Health Department" in html
    assert 'href="mailto:office@example.org"' in html


@pytest.mark.parametrize("address", ["/privacy", "/terms"])
def test_pages_about_the_site_read_well_without_a_name(client: FlaskClient, address: str) -> None:
    assert "run by the organization that offers the course here" in client.get(address).text
