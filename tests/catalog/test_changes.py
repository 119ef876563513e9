"""What changed, and what cites each source: read from the course itself."""

from __future__ import annotations

import re
from datetime import date

import pytest
from flask.testing import FlaskClient

from lms.calculators.domain import formulas
from lms.catalog import domain
from lms.content.course import Course
from lms.content.loader import load
from lms.content.locate import shipped_root
from lms.core.clock import long_date


@pytest.fixture(scope="module")
def course() -> Course:
    course = load(shipped_root(), calculators=formulas()).course
    assert course is not None
    return course


def test_every_lesson_job_aid_and_question_stands_under_the_day_of_its_review(course: Course) -> None:
    days = domain.changes(course)
    found = [(day, change) for day, group in days for change in group]
    assert all(change.on == day for day, change in found)
    lessons = {(change.key, day) for day, change in found if change.kind == "lesson"}
    assert lessons == {(lesson.key, lesson.reviewed_on) for lesson in course.lessons}
    aids = {(change.key, day) for day, change in found if change.kind == "aid"}
    assert aids == {(aid.key, aid.reviewed_on) for aid in course.resources.values()}
    asked = sum(change.count for _day, change in found if change.kind == "questions")
    assert asked == sum(len(module.quiz.items) + len(module.quiz.checks) for module in course.modules)


def test_the_newest_day_comes_first_and_each_day_once(course: Course) -> None:
    days = [day for day, _group in domain.changes(course)]
    assert days == sorted(set(days), reverse=True)


def test_the_next_review_is_the_earliest_date(course: Course) -> None:
    dates = [change.next_review for change in domain.next_reviews(course)]
    every = [lesson.review_by for lesson in course.lessons] + [aid.review_by for aid in course.resources.values()]
    assert dates == sorted(every)


def test_figures_are_listed_with_the_newest_date_first(course: Course) -> None:
    tables = domain.figures(course)
    assert {table.key for table in tables} == set(course.data)
    assert [table.as_of for table in tables] == sorted((table.as_of for table in tables), reverse=True)


def test_the_page_shows_them_to_anyone(client: FlaskClient, course: Course) -> None:
    html = client.get("/courses/mtm/changes").text
    for day, _group in domain.changes(course):
        assert f'id="day-{day.isoformat()}">{long_date(day)}</h2>' in html
    assert long_date(domain.next_reviews(course)[0].next_review or date.max) in html
    assert 'href="/resources/mtm-codes"' in html
    assert "Cut points for the CMR completion measure" in html
    assert 'href="/courses/mtm/changes"' in client.get("/courses/mtm").text
    assert client.get("/courses/no-such-course/changes").status_code == 404


def test_no_text_of_a_question_stands_on_it(client: FlaskClient, course: Course) -> None:
    html = client.get("/courses/mtm/changes").text
    for module in course.modules:
        for item in (*module.quiz.items, *module.quiz.checks):
            assert item.key not in html
            words = re.sub(r"<[^>]+>", "", item.stem_html).strip()
            assert words[:60] not in html


def test_each_source_knows_what_cites_it(course: Course) -> None:
    uses = domain.uses(course)
    assert set(uses) == set(course.sources)
    lac907 = uses["lac907"]
    assert {lesson.key for lesson in lac907.lessons} >= {"support-staff-activities"}
    assert [aid.key for aid in lac907.aids] == ["delegation-matrix", "program-planner"]
    assert [module.number for module in lac907.modules] == [3]
    for key, use in uses.items():
        assert all(key in lesson.citations for lesson in use.lessons)


def test_the_page_of_sources_says_how_each_was_checked_and_where_it_is_cited(
    client: FlaskClient, course: Course
) -> None:
    html = client.get("/courses/mtm/sources").text
    (entry,) = re.findall(r'<li id="source-lac907">(.*?)</li>', html, re.DOTALL)
    text = " ".join(re.sub(r"<[^>]+>", "", entry).split())
    assert "Read in the original or its abstract; checked on 23 November 2026." in text
    assert f"“{course.lesson('support-staff-activities').title}” (module 3)" in text
    assert 'href="/resources/delegation-matrix"' in entry
    assert "questions of module 3" in text
