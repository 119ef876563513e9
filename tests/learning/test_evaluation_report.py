"""What instructors read of the evaluation: numbers and texts of many, never one person's answers."""

from __future__ import annotations

import csv
import io
import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from lms.core.unit_of_work import unit_of_work
from lms.learning.domain import EVALUATIONS_TOGETHER, evaluation_fields
from lms.learning.models import EvaluationResponse
from lms.releases.queries import current
from tests.support import journey
from tests.support.people import People

PAGE, TABLE = "/instructor/mtm/evaluation", "/instructor/mtm/evaluation.csv"


@pytest.fixture
def instructor(people: People) -> FlaskClient:
    return people.client("ines", roles=("instructor",))


def evaluate(app: Flask, *changes: dict[str, str]) -> None:
    """Store an evaluation for each of the changes to an acceptable one."""
    with app.app_context(), unit_of_work() as session:
        release, course = current(session, journey.COURSE)
        for change in changes:
            answers = {key: value for key, value in journey.evaluation_answers(course).items() if key != "comments"}
            session.add(
                EvaluationResponse(
                    course="mtm", release_id=release, answered_on="2026-11-02", answers={**answers, **change}
                )
            )


def table(client: FlaskClient) -> list[list[str]]:
    reply = client.get(TABLE)
    assert reply.status_code == 200
    assert reply.headers["Content-Type"] == "text/csv; charset=utf-8"
    return list(csv.reader(io.StringIO(reply.text.removeprefix("\ufeff"))))


def numbers(lines: list[list[str]], question: str, objective: str = "") -> dict[str, int]:
    return {line[2]: int(line[3]) for line in lines[1:] if line[:2] == [question, objective]}


def test_the_teaching_page_leads_to_it(instructor: FlaskClient) -> None:
    assert f'href="{PAGE}"' in instructor.get("/instructor/mtm").text


def test_below_ten_there_is_only_their_number(app: Flask, instructor: FlaskClient) -> None:
    assert "0 answers so far" in instructor.get(PAGE).text
    evaluate(app, {"comments": "Only mine"})
    assert "1 answer so far" in instructor.get(PAGE).text
    evaluate(app, *[{"comments": "Only ours", "materials": "2"}] * 8)
    page = instructor.get(PAGE).text
    assert "9 answers so far" in page
    for told in ("Only mine", "Only ours", "<table", "evaluation.csv"):
        assert told not in page
    assert len(table(instructor)) == 1, "the heads of the columns"


def test_ten_are_counted_for_each_question(app: Flask, instructor: FlaskClient) -> None:
    evaluate(app, *[{"materials": "5", "commercial-bias": "None", "objectives-met-O2.1": "4"}] * 7)
    evaluate(app, *[{"materials": "2", "commercial-bias": "A good deal", "objectives-met-O2.1": "3"}] * 3)
    course = journey.course(app)
    texts = {question.key: question.text for question in course.evaluation.questions}
    lines = table(instructor)
    assert lines[0] == ["question", "objective", "answer", "number"]
    materials = {"not at all": 0, "a little": 3, "partly": 0, "mostly": 0, "fully": 7}
    assert numbers(lines, texts["materials"]) == materials
    assert numbers(lines, texts["commercial-bias"]) == {"None": 7, "A little": 0, "A good deal": 3}
    about = course.objective("O2.1").text
    met = {"not at all": 0, "a little": 0, "partly": 3, "mostly": 7, "fully": 0}
    assert numbers(lines, texts["objectives-met"], about) == met
    page = instructor.get(PAGE).text
    assert "10 answers so far" in page
    rows = [re.findall(r"<t[hd].*?</t[hd]>", row, re.S) for row in re.findall(r"<tr>(.*?)</tr>", page, re.S)]
    cells = [[re.sub(r"<[^>]+>", "", cell).strip() for cell in row] for row in rows]
    assert [about, "0", "0", "3", "7", "0"] in cells
    for answer, number in materials.items():
        assert [answer, str(number)] in cells


def test_answers_come_in_groups_of_ten(app: Flask, instructor: FlaskClient) -> None:
    """Abuse case 9: the report of one day less the report of the day before is nobody's answer."""
    evaluate(app, *[{"comments": f"Early {number}"} for number in range(10)])
    before, table_before = instructor.get(PAGE).text, instructor.get(TABLE).text
    evaluate(app, *[{"comments": f"Late {number}", "materials": "3"} for number in range(9)])
    page = instructor.get(PAGE).text
    assert "19 answers so far; 10 of them are shown" in page
    assert "Late" not in page
    assert instructor.get(TABLE).text == table_before
    assert "10 of them are shown" not in before
    evaluate(app, {"comments": "Late 9"})
    assert "Late 3" in instructor.get(PAGE).text
    assert EVALUATIONS_TOGETHER == 10


def test_nothing_tells_who_wrote_or_when(app: Flask, instructor: FlaskClient, people: People) -> None:
    person_id = people.make("odile", enrolled=True)
    journey.finish(app, person_id)
    evaluate(app, *[{"comments": f"Text {number:02}"} for number in range(1, 10)])
    page = instructor.get(PAGE).text
    for telling in ("odile", "Odile", "2026-11-02", "2 November 2026"):
        assert telling not in page
        assert telling not in instructor.get(TABLE).text
    written = re.findall(r"Text \d\d", page)
    assert sorted(written) == [f"Text {number:02}" for number in range(1, 10)]
    assert written != sorted(written), "the order of the texts is not that of their arrival"
    assert re.findall(r"Text \d\d", instructor.get(TABLE).text) == written


def test_texts_are_shown_as_written_and_no_spreadsheet_runs_them(app: Flask, instructor: FlaskClient) -> None:
    """Abuse cases 49 and 56; the page check fails on a script that would run."""
    evaluate(app, *[{"comments": "=HYPERLINK(1)"}, {"comments": "<script>alert(1)</script>"}] * 5)
    assert "&lt;script&gt;alert(1)" in instructor.get(PAGE).text
    answers = [line[2] for line in table(instructor)]
    assert answers.count("'=HYPERLINK(1)") == 5
    assert "=HYPERLINK(1)" not in answers


def test_answers_to_questions_of_a_former_form_do_not_break_it(app: Flask, instructor: FlaskClient) -> None:
    evaluate(app, *[{"former-question": "Yes", "materials": "9"}] * 10)
    assert "former-question" not in instructor.get(TABLE).text
    assert instructor.get(PAGE).status_code == 200


def test_there_is_no_report_on_a_course_that_does_not_exist(instructor: FlaskClient) -> None:
    for address in (PAGE, TABLE):
        assert instructor.get(address.replace("mtm", "other")).status_code == 404


def test_the_form_asks_what_a_course_has_to_know(app: Flask) -> None:
    """Each objective, the materials, relevance, perceived bias, and one free text that warns of patient information."""
    fields = {field.question.key: field.question for field in evaluation_fields(journey.course(app))}
    assert fields["objectives-met"].per_objective
    assert {"materials", "relevance-to-practice", "commercial-bias"} <= fields.keys()
    texts = [question for question in fields.values() if question.kind == "text"]
    assert len(texts) == 1
    assert "patient" in texts[0].text
    assert not texts[0].required
