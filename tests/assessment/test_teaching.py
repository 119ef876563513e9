"""The pages for instructors: the way there, the questions of a quiz, one question, the table."""

from __future__ import annotations

import csv
import io
import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from lms.core.unit_of_work import unit_of_work
from lms.releases.queries import current
from tests.support import journey
from tests.support.crowd import sit_quiz
from tests.support.people import People

MODULE = "1-the-why"
MISKEYED = "why-fourth-aim-recall"
PAGES = ["/instructor/mtm", "/instructor/mtm/items", f"/instructor/mtm/items/{MISKEYED}", "/instructor/mtm/allowances"]


@pytest.fixture
def instructor(people: People) -> FlaskClient:
    return people.client("ines", roles=("instructor",))


def gather(app: Flask, learners: int) -> None:
    with app.app_context(), unit_of_work() as session:
        release_id, course = current(session, journey.COURSE)
        sit_quiz(
            session,
            release_id=release_id,
            course=course,
            module=course.module(MODULE),
            learners=learners,
            upside_down={MISKEYED},
        )


def menu(page: str) -> dict[str, str]:
    """The entries of the menu, and how each is marked."""
    nav = page.partition('<nav class="site-nav"')[2].partition("</nav>")[0]
    return {label: current for current, label in re.findall(r'<a href="[^"]+"(?: aria-current="(\w+)")?>([^<]+)', nav)}


def row(page: str, key: str) -> str:
    """The text of an item's row in the table."""
    found = re.search(rf"<tr>(?:(?!</tr>).)*>{key}<.*?</tr>", page, flags=re.DOTALL)
    assert found is not None
    return " ".join(re.sub(r"<[^>]+>", " ", found[0]).split())


@pytest.mark.parametrize("address", PAGES)
def test_the_menu_says_where_one_is(instructor: FlaskClient, address: str) -> None:
    found = menu(instructor.get(address).text)
    assert found["Teaching"] == ("page" if address == PAGES[0] else "true")
    assert found["My training"] == ""


def test_the_menu_leads_instructors_and_administrators_there_and_nobody_else(people: People) -> None:
    for name, roles, shown in (("alice", (), False), ("ines", ("instructor",), True), ("adele", ("admin",), True)):
        page = people.client(name, roles=roles).get("/training").text
        assert ("Teaching" in menu(page)) is shown
        assert menu(page)["My training"] == "page"


def test_the_landing_page_leads_on(app: Flask, instructor: FlaskClient) -> None:
    gather(app, 33)
    page = instructor.get("/instructor/mtm").text
    for address in ("/instructor/mtm/items", "/instructor/mtm/allowances", "/instructor/mtm/items?module=2-the-what"):
        assert f'href="{address}"' in page
    assert page.count("<span>33</span>") == 2
    assert instructor.get("/instructor/none").status_code == 404


def test_before_anyone_has_sat_the_quiz(instructor: FlaskClient) -> None:
    page = instructor.get("/instructor/mtm/items").text
    assert "No attempt to count yet" in page
    assert "<table" not in page
    assert "Too few attempts" in instructor.get(PAGES[2]).text


def test_below_thirty_attempts_nothing_is_said(app: Flask, instructor: FlaskClient) -> None:
    gather(app, 29)
    page = instructor.get("/instructor/mtm/items").text
    assert "29 attempts are submitted; figures appear from 30." in page
    assert "Reliability" not in page
    assert "%" not in row(page, MISKEYED)
    assert "too few" in row(page, MISKEYED)


def test_a_wrong_key_is_found(app: Flask, instructor: FlaskClient) -> None:
    gather(app, 600)
    page = instructor.get("/instructor/mtm/items").text
    assert "600 with 8 questions" in page
    assert "The key may be wrong" in row(page, MISKEYED)
    assert "−0." in row(page, MISKEYED)
    assert page.count("The key may be wrong") == 1
    assert re.search(rf'<li><a href="{PAGES[2]}">{MISKEYED}</a>: the key may be wrong', page)
    page = instructor.get(PAGES[2]).text
    assert "Check the key, and whether that option can be defended." in page
    assert "Which goal did Bodenheimer and Sinsky add" in page
    options = dict(re.findall(r'<th scope="row"[^>]*><span>(.*?)</span></th>.*?class="num"[^>]*><span>(.*?)</span>',
                              page, flags=re.DOTALL))  # fmt: skip
    assert len(options) == 5
    assert options.pop("<em>No answer</em>") in {"fewer than 5", "1 %", "2 %", "3 %", "4 %", "5 %"}
    assert sum(int(share.removesuffix(" %")) for share in options.values()) in range(93, 102)


def test_few_choices_are_hidden(app: Flask, instructor: FlaskClient) -> None:
    """The crowd never chooses the third wrong answer in a field."""
    gather(app, 400)
    page = instructor.get("/instructor/mtm/items/why-return-of-the-measure-cloze").text
    assert "fewer than 5" in page
    assert "hardly chosen" in page
    assert "0 %" not in re.findall(r"<span>([^<]*)</span>", page)


def test_every_item_of_the_course_has_a_page(app: Flask, instructor: FlaskClient) -> None:
    gather(app, 500)
    course = journey.course(app)
    first: dict[tuple[str, str], str] = {}
    for module in course.modules:
        for item in module.quiz.items:
            first.setdefault((module.key, item.type), item.key)
    for key in first.values():
        assert instructor.get(f"/instructor/mtm/items/{key}").status_code == 200, key


def test_the_selection_stays_with_the_links(app: Flask, instructor: FlaskClient) -> None:
    gather(app, 40)
    page = instructor.get("/instructor/mtm/items?attempts=all&release=1").text
    assert f'href="{PAGES[2]}?attempts=all&amp;release=1"' in page
    assert 'href="/instructor/mtm/items.csv?attempts=all&amp;release=1"' in page
    assert '<option value="all" selected>' in page
    assert '<option value="1" selected>' in page
    plain = instructor.get("/instructor/mtm/items?attempts=nonsense").text
    assert '<option value="first" selected>' in plain
    assert f'href="{PAGES[2]}"' in plain


@pytest.mark.parametrize(
    "address",
    [
        "/instructor/mtm/items?release=2",
        "/instructor/mtm/items?release=x",
        "/instructor/mtm/items.csv?release=99999999999999999999",
        "/instructor/mtm/items?module=9-none",
        "/instructor/mtm/items/none",
        f"/instructor/mtm/items/{MISKEYED}?release=0",
        "/instructor/none/items",
        "/instructor/none/items.csv",
    ],
)
def test_what_there_is_not_is_not_found(app: Flask, instructor: FlaskClient, address: str) -> None:
    gather(app, 30)
    assert instructor.get(address).status_code == 404


def test_a_check_of_a_lesson_is_no_quiz_question(app: Flask, instructor: FlaskClient) -> None:
    check = journey.course(app).modules[0].quiz.checks[0].key
    assert instructor.get(f"/instructor/mtm/items/{check}").status_code == 404


def test_the_table_has_every_question(app: Flask, instructor: FlaskClient) -> None:
    gather(app, 500)
    reply = instructor.get("/instructor/mtm/items.csv")
    assert reply.headers["Content-Disposition"] == 'attachment; filename="mtm-questions.csv"'
    rows = list(csv.DictReader(io.StringIO(reply.text.removeprefix("\ufeff"))))
    course = journey.course(app)
    assert [each["item"] for each in rows] == [item.key for module in course.modules for item in module.quiz.items]
    found = next(each for each in rows if each["item"] == MISKEYED)
    assert float(found["facility_low"]) < float(found["facility"]) < float(found["facility_high"])
    assert float(found["item_rest_correlation"]) < 0
    assert "The key may be wrong" in found["flags"]
    unasked = next(each for each in rows if each["quiz"] == "3-the-how")
    assert (unasked["asked"], unasked["facility"], unasked["flags"]) == ("0", "", "")
    page = instructor.get("/instructor/mtm/items").text
    assert f"{100 * float(found['facility']):.0f} %" in row(page, MISKEYED)
