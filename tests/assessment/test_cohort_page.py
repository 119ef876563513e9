"""The objectives of all learners: the database's sums against plain ones, and nothing of fewer than ten learners."""

from __future__ import annotations

import csv
import io
import re
from collections import defaultdict
from statistics import fmean, stdev

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from lms.assessment.cohort.domain import FEWER, student
from lms.assessment.cohort.queries import matrix
from lms.assessment.item_types import FULL
from lms.assessment.mastery import Mastery
from tests.support import journey
from tests.support.observations import FIRST, SECOND, THIRD, Observation, make_learners, observe
from tests.support.people import People
from tests.support.statements import statements

PAGE = "/instructor/mtm/objectives"


@pytest.fixture
def teacher(people: People) -> FlaskClient:
    return people.client("teacher", roles=("instructor",))


def mastery(rows: list[Observation], objective: str) -> list[Mastery]:
    """Of each person, by the rule of their own page: best in quizzes, first try of checks."""
    best: dict[int, dict[str, int]] = defaultdict(dict)
    for row in rows:
        if row["objective"] == objective and (
            row["source"] == "quiz" or (row["source"], row["reference"]) == ("check", "1")
        ):
            person, item = int(str(row["person_id"])), str(row["item"])
            best[person][item] = max(best[person].get(item, 0), int(str(row["points"])))
    return [Mastery(sum(items.values()), FULL * len(items)) for items in best.values()]


def before_and_after(rows: list[Observation], objectives: tuple[str, ...]) -> list[tuple[float, float]]:
    """Means over the objectives of each person who was asked before, and after on all of them."""
    took = {row["person_id"] for row in rows if row["source"] == "pre"}
    pairs = []
    for person in took:
        x, y = [], []
        for objective in objectives:
            own = [row for row in rows if row["person_id"] == person and row["objective"] == objective]
            pre = [int(str(row["points"])) for row in own if row["source"] == "pre"]
            quizzes = [row for row in own if row["source"] == "quiz"]
            last = max(str(row["reference"]) for row in quizzes)
            x.append(fmean(pre) / FULL if pre else 0.0)
            y.append(fmean(int(str(row["points"])) for row in quizzes if row["reference"] == last) / FULL)
        pairs.append((fmean(x), fmean(y)))
    return pairs


def test_the_databases_sums_are_the_plain_ones(any_database: str, app: Flask, session: Session) -> None:
    assert any_database
    rows = observe(app, make_learners(app, 60))
    found = matrix(session, journey.course(app))
    lines = {line.objective.key: line for line in found.lines}
    for objective in (FIRST, SECOND, THIRD):
        expected = mastery(rows, objective)
        standing = lines[objective].standing
        assert standing.learners == len(expected) == 60
        shares = [each.share for each in expected]
        assert standing.share == pytest.approx(fmean(shares), abs=1e-9)
        assert standing.interval
        assert standing.interval[1] - standing.interval[0] == pytest.approx(
            2 * student(59) * stdev(shares) / 60**0.5, abs=1e-9
        )
        for band, count in standing.bands.items():
            assert count == sum(each.verdict == band for each in expected)
    assert lines[FIRST].answers == {
        source: sum(row["objective"] == FIRST and row["source"] == source for row in rows)
        for source in ("quiz", "check", "pre")
    }
    for change, objectives in (
        (lines[FIRST].change, (FIRST,)),
        (lines[SECOND].change, (SECOND,)),
        (found.change, (FIRST, SECOND)),
    ):
        pairs = before_and_after(rows, objectives)
        assert change
        assert change.n == len(pairs)
        assert change.before == pytest.approx(fmean(x for x, _y in pairs), abs=1e-9)
        assert change.after == pytest.approx(fmean(y for _x, y in pairs), abs=1e-9)
        changes = [y - x for x, y in pairs]
        assert change.mean == pytest.approx(fmean(changes), abs=1e-9)
        reach = student(len(pairs) - 1) * stdev(changes) / len(pairs) ** 0.5
        assert change.interval == pytest.approx((fmean(changes) - reach, fmean(changes) + reach), abs=1e-9)
    assert lines[THIRD].change is None, "it was not asked about before"
    assert lines["O3.1"].standing.learners is None


def test_nine_learners_are_nobody(app: Flask, teacher: FlaskClient, session: Session) -> None:
    observe(app, make_learners(app, 9))
    found = matrix(session, journey.course(app))
    assert found.change is None
    for line in found.lines:
        assert (line.standing.learners, line.answers, line.change) == (None, {}, None)
    page = teacher.get(PAGE).text
    cells = re.findall(r'<td class="num"[^>]*><span>(.*?)</span></td>', page, re.DOTALL)
    assert cells
    assert {re.sub("<[^>]+>", "", cell).strip() for cell in cells} == {FEWER, "–"}


def test_the_page_and_its_table_say_the_same(app: Flask, teacher: FlaskClient) -> None:
    rows = observe(app, make_learners(app, 40))
    page = teacher.get(PAGE).text
    share = fmean(each.share for each in mastery(rows, FIRST))
    assert f"{100 * share:.0f} %" in page
    reply = teacher.get(f"{PAGE}.csv")
    assert reply.mimetype == "text/csv"
    assert "attachment" in reply.headers["Content-Disposition"]
    table = list(csv.DictReader(io.StringIO(reply.text.removeprefix("\ufeff"))))
    assert [line["objective"] for line in table] == [each.key for each in journey.course(app).objectives] + ["course"]
    first = table[0]
    assert first["learners"] == "40"
    assert float(first["share right"]) == pytest.approx(share, abs=1e-4)
    assert float(first["change low"]) <= float(first["change"]) <= float(first["change high"])
    assert first["answers in case"] == FEWER
    last = next(line for line in table if line["objective"] == "O3.1")
    assert {last["learners"], last["firm"], last["gain"], last["learners before and after"]} == {FEWER}


def test_an_empty_course_has_a_page(teacher: FlaskClient) -> None:
    page = teacher.get(PAGE).text
    assert "Figures appear once ten learners" in page
    assert teacher.get(f"{PAGE}.csv").status_code == 200
    assert teacher.get("/instructor/nothing/objectives").status_code == 404
    assert teacher.get("/instructor/nothing/objectives.csv").status_code == 404


def test_learners_may_not_look(people: People) -> None:
    client = people.client("alice", enrolled=True)
    assert client.get(PAGE).status_code == 403
    assert client.get(f"{PAGE}.csv").status_code == 403


def test_the_page_asks_no_more_when_there_are_more_learners(app: Flask, teacher: FlaskClient) -> None:
    teacher.get(PAGE)
    costs = []
    for count in (12, 150):
        observe(app, make_learners(app, count))
        with statements(app) as sent:
            assert teacher.get(PAGE).status_code == 200
        costs.append(len(sent))
    assert costs[0] == costs[1] <= 6
