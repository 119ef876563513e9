"""Item statistics: the count alone, and with the attempts read from the database, at two sizes each."""

from __future__ import annotations

import gc
import random
import time
import tracemalloc
from collections.abc import Iterator
from math import exp
from pathlib import Path

import psutil
import pytest
from flask import Flask

from lms.app import create_app
from lms.assessment.statistics import Scored, Tally, item_figures, quiz_figures
from lms.assessment.statistics_queries import Which, quiz_result
from lms.core.db import db
from lms.core.settings import Settings
from lms.core.unit_of_work import unit_of_work
from lms.releases.queries import current
from tests.conftest import build_database
from tests.support.crowd import sit_quiz

ITEMS = 60
#: Attempts, and the seconds of processor time that counting them may take.
SIZES = {10_000: 2, 100_000: 15}
MOST_MEMORY = 300
MODULE = "1-the-why"


def attempts(count: int) -> Iterator[list[Scored]]:
    """So many attempts at a quiz of sixty items; the same thousand come again and again."""
    chance = random.Random(1)  # noqa: S311 -- an example, not a secret
    made = []
    for _ in range(1000):
        ability = chance.gauss(0, 1)
        made.append([
            Scored(item, 1000, ("a",), chance.uniform(5, 90))
            if chance.random() < 1 / (1 + exp(item / ITEMS - ability))
            else Scored(item, 0, (chance.choice("bcd"),), chance.uniform(5, 90))
            for item in range(ITEMS)
        ])  # fmt: skip
    for number in range(count):
        yield made[number % len(made)]


def count(size: int) -> None:
    tally = Tally()
    for item in range(ITEMS):
        tally.expect(item, "abcd")
    for attempt in attempts(size):
        tally.add(attempt)
    assert all(item_figures(item) for item in tally.items.values())
    assert quiz_figures(tally)


def test_counting() -> None:
    seconds = {}
    for size, goal in SIZES.items():
        started = time.process_time()
        count(size)
        seconds[size] = time.process_time() - started
        print(f"\ncounting: {size:,} attempts x {ITEMS} items in {seconds[size]:.2f} s (goal {goal})", end="")
    small, large = SIZES
    print(
        f"\ncounting: {large / small:.0f} times the attempts take {seconds[large] / seconds[small]:.1f} times as long"
    )
    assert all(seconds[size] < goal for size, goal in SIZES.items())


def test_memory_of_counting() -> None:
    peaks = []
    for size in (1_000, 4_000):
        gc.collect()
        tracemalloc.start()
        count(size)
        peaks.append(tracemalloc.get_traced_memory()[1] / 2**20)
        tracemalloc.stop()
    print(f"\ncounting: at most {peaks[0]:.1f} MB for 1,000 attempts, {peaks[1]:.1f} MB for 4,000")
    assert peaks[1] < peaks[0] + 1


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    folder: Path = tmp_path_factory.mktemp("statistics")
    settings = Settings(data_dir=folder)
    build_database(settings)
    app = create_app(settings)
    yield app
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


def test_reading_and_counting(app: Flask) -> None:
    """As a page does it: attempts of eight questions drawn from fifty."""
    seconds, memory = [], []
    with app.app_context():
        for further in (10_000, 20_000):
            with unit_of_work() as session:
                release_id, course = current(session, "mtm")
                module = course.module(MODULE)
                sit_quiz(session, release_id=release_id, course=course, module=module, learners=further, seed=further)
            db.session.remove()
            gc.collect()
            before = psutil.Process().memory_info().rss
            started = time.process_time()
            found = quiz_result(db.session(), course, module, which=Which.FIRST)
            seconds.append(time.process_time() - started)
            memory.append((psutil.Process().memory_info().rss - before) / 2**20)
            print(
                f"\nreading and counting: {found.attempts:,} attempts in {seconds[-1]:.2f} s, {memory[-1]:.0f} MB more",
                end="",
            )
    print(f"\nreading and counting: 3 times the attempts take {seconds[1] / seconds[0]:.1f} times as long")
    assert max(memory) < MOST_MEMORY
