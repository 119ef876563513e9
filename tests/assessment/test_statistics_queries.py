"""Which attempts and which questions item statistics count, and what they make of stored answers."""

from __future__ import annotations

import statistics
from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from lms.assessment import item_types, services
from lms.assessment.models import Answer, Attempt
from lms.assessment.statistics_queries import (
    NO_ANSWER,
    QuizResult,
    Which,
    activity,
    quiz_result,
    served_releases,
    times,
)
from lms.content.course import Course, Item
from lms.core.clock import now
from lms.core.db import db
from lms.core.unit_of_work import unit_of_work
from lms.releases.queries import current
from tests.support import journey
from tests.support.crowd import sit_quiz
from tests.support.people import People
from tests.support.statements import statements

MODULE = "1-the-why"
LEARNERS = 300


def gather(app: Flask, learners: int = LEARNERS, *, seed: int = 1) -> None:
    with app.app_context(), unit_of_work() as session:
        release_id, course = current(session, journey.COURSE)
        module = course.module(MODULE)
        sit_quiz(session, release_id=release_id, course=course, module=module, learners=learners, seed=seed)


def result(app: Flask, which: Which = Which.FIRST, release_id: int | None = None) -> QuizResult:
    with app.app_context():
        _release, course = current(db.session(), journey.COURSE)
        return quiz_result(db.session(), course, course.module(MODULE), which=which, release_id=release_id)


def asked(found: QuizResult) -> dict[str, int]:
    return {each.item.key: each.asked for each in found.items}


def with_item(course: Course, key: str, change: Callable[[Item], Item]) -> Course:
    """The course with one quiz item changed."""

    def changed(items: tuple[Item, ...]) -> tuple[Item, ...]:
        return tuple(change(item) if item.key == key else item for item in items)

    return course.model_copy(
        update={
            "modules": tuple(
                module.model_copy(update={"quiz": module.quiz.model_copy(update={"items": changed(module.quiz.items)})})
                for module in course.modules
            )
        }
    )


def test_stored_answers_come_out_as_figures(any_database: str, app: Flask) -> None:
    """Agrees with the whole tables read at once, on both databases."""
    assert any_database
    gather(app, 1200)
    found = result(app)
    assert found.attempts == 1200
    with app.app_context():
        rows = db.session.scalars(select(Attempt)).all()
        stored = {(row.attempt_id, row.item): row for row in db.session.scalars(select(Answer))}
    seen = 0
    for each in found.items:
        own, rests, chosen = [], [], []
        for attempt in rows:
            if each.item.key not in attempt.items:
                continue
            points = {key: stored[attempt.id, key].points or 0 if (attempt.id, key) in stored else 0
                      for key in attempt.items}  # fmt: skip
            own.append(points[each.item.key])
            rests.append((sum(points.values()) - own[-1]) / (len(points) - 1))
            answer = stored.get((attempt.id, each.item.key))
            chosen.append(answer.response.get("choice") if answer else None)
        assert each.asked == len(own)
        if each.figures is None:
            assert len(own) < 30
            continue
        seen += 1
        assert each.figures.facility == pytest.approx(statistics.fmean(own) / 1000, abs=1e-9)
        assert each.figures.discrimination == pytest.approx(statistics.correlation(own, rests), abs=1e-9)
        if each.item.type == "single":
            for cell in each.figures.cells:
                wanted = cell.cell[1] or None  # passed over
                picked = [rest for rest, choice in zip(rests, chosen, strict=True) if choice == wanted]
                assert cell.share == pytest.approx(len(picked) / len(own), abs=1e-9)
                if cell.is_shown:
                    assert cell.mean_rest == pytest.approx(statistics.fmean(picked) / 1000, abs=1e-9)
    assert seen > 40


def test_choices_in_fields_are_counted_by_field(app: Flask) -> None:
    gather(app, 600)
    by_type = {each.item.type: each for each in result(app).items if each.figures}
    assert {"multi", "cloze", "matching", "ordering", "numeric", "short"} <= set(by_type)
    for kind, each in by_type.items():
        figures = each.figures
        assert figures is not None
        shares: dict[str, float] = {}
        assert figures.cells[-1].cell == NO_ANSWER
        assert 0 < figures.cells[-1].share < 0.1
        for cell in figures.cells[:-1]:
            shares[cell.cell[0]] = shares.get(cell.cell[0], 0) + cell.share
        if kind in {"numeric", "short"}:
            assert shares == {}
        elif kind != "multi":  # one choice in each field, of those who answered
            assert all(0.9 < share <= 1 for share in shares.values()), kind
    assert not by_type["matching"].dead
    assert not by_type["ordering"].dead


def sit(app: Flask, person_id: int, *, right: bool, submit: bool = True) -> None:
    """An attempt of a person with every answer right, or wrong."""
    with app.app_context(), unit_of_work() as session:
        release_id, course = current(session, journey.COURSE)
        module = course.module(MODULE)
        attempt = services.start_attempt(
            session, person_id=person_id, release_id=release_id, course=course, module=module
        )
        for key in attempt.items:
            item = course.item(key)
            fields = (journey.right if right else journey.wrong)(item, attempt.seed)
            response = item_types.of(item).read(item, fields)
            services.record_answer(session, attempt=attempt, item=key, response=response)
        session.flush()
        if submit:
            services.submit_attempt(session, attempt=attempt)


def test_first_last_or_all_attempts(app: Flask, people: People) -> None:
    gather(app, 40)
    twice, once, open_still = (people.make(name, enrolled=True) for name in ("twice", "once", "open"))
    sit(app, twice, right=False)
    sit(app, twice, right=True)
    sit(app, once, right=False)
    sit(app, open_still, right=False)
    sit(app, open_still, right=True, submit=False)
    means = {}
    for which, attempts in ((Which.FIRST, 43), (Which.LAST, 43), (Which.ALL, 44)):
        found = result(app, which)
        assert found.attempts == attempts
        assert found.figures is not None
        means[which] = found.figures.mean * attempts
    assert means[Which.LAST] == pytest.approx(means[Which.FIRST] + 1)
    assert means[Which.ALL] == pytest.approx(means[Which.FIRST] + 1)
    with app.app_context():
        found_activity = activity(db.session(), current(db.session(), journey.COURSE)[1])
    assert (found_activity[MODULE].attempts, found_activity[MODULE].learners) == (44, 43)
    assert found_activity["3-the-how"].attempts == 0


def test_an_item_is_pooled_over_releases_as_long_as_it_stays_the_same(app: Flask) -> None:
    gather(app)
    before = asked(result(app))
    reviewed, reworded = "why-fourth-aim-recall", "why-aim-inbox-application"
    course = with_item(
        journey.course(app), reviewed, lambda item: item.model_copy(update={"reviewed_on": date(2026, 12, 1)})
    )
    course = with_item(
        course, reworded, lambda item: item.model_copy(update={"stem_html": "<p>Asked in other words.</p>"})
    )
    journey.publish(app, course)
    gather(app, seed=2)
    pooled = asked(result(app))
    with app.app_context():
        newest, oldest = served_releases(db.session(), journey.COURSE)
    assert (newest.number, oldest.number) == (2, 1)
    new, old = asked(result(app, release_id=newest.id)), asked(result(app, release_id=oldest.id))
    assert pooled[reviewed] == before[reviewed] + new[reviewed]
    assert pooled[reworded] == new[reworded]
    # The present wording was never asked by the old release; its own page shows the course as it was.
    assert old[reworded] == 0
    assert old[reviewed] == before[reviewed]
    assert result(app).attempts == 2 * LEARNERS
    assert result(app, release_id=oldest.id).attempts == LEARNERS


def test_a_renamed_module_keeps_its_attempts(app: Flask) -> None:
    gather(app, 60)
    course = journey.course(app)
    first = course.modules[0]
    renamed = first.model_copy(
        update={
            "key": "1-why",
            "was": (MODULE,),
            "quiz": first.quiz.model_copy(update={"key": "1-why"}),
            "objectives": tuple(each.model_copy(update={"module_key": "1-why"}) for each in first.objectives),
            "lessons": tuple(each.model_copy(update={"module_key": "1-why"}) for each in first.lessons),
        }
    )
    journey.publish(app, course.model_copy(update={"modules": (renamed, *course.modules[1:])}))
    with app.app_context():
        present = current(db.session(), journey.COURSE)[1]
        found = quiz_result(db.session(), present, present.module("1-why"), which=Which.LAST)
        assert found.attempts == 60
        assert activity(db.session(), present)["1-why"].attempts == 60


def test_statements_do_not_grow_with_learners(app: Flask) -> None:
    counts = []
    for _ in range(2):
        gather(app, 200, seed=len(counts) + 3)
        with statements(app) as sent:
            result(app)
        counts.append(len(sent))
    assert counts[0] == counts[1] <= 5


# Time


def at(*seconds: float) -> list[datetime]:
    return [datetime.fromisoformat("2026-11-28T09:00:00+00:00") + timedelta(seconds=each) for each in seconds]


def test_time_is_from_one_saved_answer_to_the_next() -> None:
    start, second, first = at(0, 75, 30)
    assert times(start, {"b": second, "a": first}) == {"a": 30, "b": 45}
    assert times(start, {}) == {}


def test_answers_that_were_saved_together_have_no_time() -> None:
    start, *saved = at(0, 20, 300, 300.01, 300.02, 340)
    assert times(start, dict(zip("abcde", saved, strict=True))) == {
        "a": 20, "b": None, "c": None, "d": None, "e": pytest.approx(39.98),
    }  # fmt: skip


def test_an_answer_sent_again_unchanged_keeps_its_moment(app: Flask, people: People) -> None:
    """Submitting sends the whole page: what was saved while answering must not become the time of that."""
    person_id = people.make("alice", enrolled=True)
    start = now()
    with app.app_context(), unit_of_work() as session:
        release_id, course = current(session, journey.COURSE)
        module = course.module(MODULE)
        attempt = services.start_attempt(
            session, person_id=person_id, release_id=release_id, course=course, module=module
        )
        item = course.item(attempt.items[0])

        def save(minutes: int, fields: dict[str, list[str]]) -> services.Saved:
            response = item_types.of(item).read(item, fields)
            with time_machine.travel(start + timedelta(minutes=minutes), tick=False):
                saved = services.record_answer(session, attempt=attempt, item=item.key, response=response)
                session.flush()
                return saved

        right, wrong = journey.right(item, attempt.seed), journey.wrong(item, attempt.seed)
        first = save(1, right)
        again = save(5, right)
        assert again == first
        changed = save(7, wrong)
        assert changed.saved_at - first.saved_at == timedelta(minutes=6)
        assert changed.revision == 2


def test_an_answer_without_points_counts_nothing(app: Flask, session: Session) -> None:
    """Rows of an old database may have none: they are answers that were not graded."""
    gather(app, 40)
    session.execute(update(Answer).values(points=None))
    session.commit()
    found = result(app)
    assert found.figures is not None
    assert found.figures.mean == 0
