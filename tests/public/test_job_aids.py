"""Job aids as people get them: a page, and a sheet of paper."""

from __future__ import annotations

import io
import re

import pypdf
import pytest
from flask.testing import FlaskClient
from page import validate_pdf_bytes

from lms.calculators.domain import formulas
from lms.content.course import Course
from lms.content.loader import load
from lms.content.locate import shipped_root
from lms.content.resources.values import Resource
from lms.core.clock import long_date
from lms.public import pdf
from tests.support.people import People

KEYS = ("cdtm-readiness", "cmr-against-tmr", "delegation-matrix", "mtm-codes", "program-planner", "star-measure")


@pytest.fixture(scope="module")
def course() -> Course:
    course = load(shipped_root(), calculators=formulas()).course
    assert course is not None
    return course


def sheet(course: Course, aid: Resource, *, site: str = "MTM Training") -> bytes:
    return pdf.render(course, aid, site=site, address=f"https://training.example.org/resources/{aid.key}")


def text_of(document: bytes) -> str:
    return " ".join(" ".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(document)).pages).split())


def test_the_course_has_these_job_aids(course: Course) -> None:
    assert tuple(course.resources) == KEYS


@pytest.mark.parametrize("key", KEYS)
def test_a_sheet_is_one_page_with_its_dates_its_address_and_all_its_sources(course: Course, key: str) -> None:
    aid = course.resources[key]
    document = sheet(course, aid)
    reader = pypdf.PdfReader(io.BytesIO(document))
    assert len(reader.pages) == 1
    assert reader.metadata is not None
    assert reader.metadata.title == aid.title
    text = text_of(document)
    assert f"Reviewed {long_date(aid.reviewed_on)}, next review by {long_date(aid.review_by)}." in text
    assert f"https://training.example.org/resources/{key}" in text
    for number, source in enumerate(aid.citations, start=1):
        assert f"{number} {course.sources[source].authors}"[:14] in text, source


@pytest.mark.parametrize("key", KEYS)
def test_a_sheet_is_tagged_for_people_who_listen_and_always_the_same(course: Course, key: str) -> None:
    aid = course.resources[key]
    document = sheet(course, aid)
    root = pypdf.PdfReader(io.BytesIO(document)).trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "en"
    for profile in ("ua1", "2a"):
        failures = {
            failure.rule_id: failure.message for failure in validate_pdf_bytes(document, profile=profile).failures
        }
        # Compressed data may end in a carriage return; the checker counts it to the line end after it.
        failures.pop("PDFA2A-STREAM-LENGTH-001", None)
        assert not failures
    pdf._drawn.cache_clear()
    assert sheet(course, aid) == document


def test_a_sheet_has_its_own_words_and_those_of_the_table_it_shows(course: Course) -> None:
    text = text_of(sheet(course, course.resources["star-measure"]))
    row = course.data["star-cut-points"].row("sr-2026").values
    assert f"2026 {row['mapd-3']} % {row['mapd-4']} % {row['mapd-5']} %" in text.replace("\u00a0", " ")
    assert "Returns as a new measure" in text
    assert "As of 8 October 2025" in text
    assert "Secondary." in text  # the statuses of 2025 to 2027


def test_words_that_the_fonts_lack_stop_no_sheet(course: Course) -> None:
    aid = course.resources["mtm-codes"]
    strange = aid.model_copy(update={"title": "Codes 药 🍵", "summary": "ชา"})
    text = text_of(sheet(course, strange))
    assert "Codes □" in text


def test_the_page_shows_each_block_and_leads_to_the_sheet(client: FlaskClient, course: Course) -> None:
    for key in KEYS:
        aid = course.resources[key]
        html = client.get(f"/resources/{key}").text
        assert f'href="/resources/{key}.pdf"' in html
        for block in aid.blocks:
            if block.title:
                assert re.search(rf"<h2[^>]*>{re.escape(block.title)}</h2>", html), block.title
        for source in aid.citations:
            assert f'id="source-{source}"' in html
            assert f'href="#source-{source}"' in html
        assert long_date(aid.review_by) in html


def test_the_sheet_is_opened_in_the_browser(client: FlaskClient) -> None:
    response = client.get("/resources/mtm-codes.pdf")
    assert response.mimetype == "application/pdf"
    assert response.headers["Content-Disposition"] == 'inline; filename="mtm-codes.pdf"'
    assert "http://localhost" in text_of(response.data) or "http://127.0.0.1" in text_of(response.data)


def test_the_sheet_names_the_sites_own_address_whatever_the_host_header_says(client: FlaskClient) -> None:
    response = client.get("/resources/mtm-codes.pdf", headers={"Host": "evil.example"})
    assert "evil.example" not in text_of(response.data)


@pytest.mark.parametrize(
    "address", ["/resources/no-such-aid", "/resources/no-such-aid.pdf", "/resources/mtm-codes.PDF"]
)
def test_what_is_not_there_is_not_found(client: FlaskClient, address: str) -> None:
    assert client.get(address).status_code == 404


def test_resources_course_and_sitemap_lead_to_all(client: FlaskClient) -> None:
    resources, course_page = client.get("/resources").text, client.get("/courses/mtm").text
    sitemap = client.get("/sitemap.xml").text
    for key in KEYS:
        assert f'href="/resources/{key}"' in resources
        assert f'href="/resources/{key}.pdf"' in resources
        assert f'href="/resources/{key}"' in course_page
        assert f"/resources/{key}</loc>" in sitemap


def test_a_lesson_leads_to_its_job_aids_and_to_no_others(people: People) -> None:
    learner = people.client("learner", enrolled=True)
    html = learner.get("/training/mtm/2-the-what/cmr-and-tmr").text
    assert 'href="/resources/cmr-against-tmr"' in html
    assert 'href="/resources/mtm-codes"' not in html
    assert "To print and keep" not in learner.get("/training/mtm/1-the-why/the-quadruple-aim").text


def test_both_programme_pages_lead_to_the_job_aids(client: FlaskClient) -> None:
    for address in ("/mtm", "/cdtm"):
        assert 'href="/resources#aids"' in client.get(address).text
