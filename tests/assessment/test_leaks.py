"""The key stays on the server until an attempt is submitted."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient

import lms.web
from lms.assessment.domain import shuffled_options
from lms.content.course import Item
from lms.core.ids import seed
from tests.assessment.conftest import MODULE
from tests.support import journey

#: What a page would need to say in order to give the answer away.
TELLING = re.compile(r'data-(correct|right|key|fraction|score|answer)\b|"correct"|\bis-correct\b|"fraction"', re.I)


def plain(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def secrets_of(app: Flask, attempt: str) -> list[str]:
    """Feedback and rationale of the drawn items, as text."""
    found = []
    for item in journey.drawn(app, attempt):
        found += [plain(item.rationale_html), *(plain(option.feedback_html) for option in item.options)]
        found += [plain(gap.feedback_html) for gap in (item.gaps.gaps if item.gaps else ())]
    return [text for text in found if len(text) > 15]


def test_nothing_that_a_learner_can_fetch_tells_the_answer(
    app: Flask, alice: FlaskClient, every_type: list[Item]
) -> None:
    """Abuse cases 12 and 13, for every type of question: pages in each view, replies of autosave and flags, and headers
    before submission; explanations after it."""
    attempt = journey.start_quiz(alice, MODULE)
    address = f"{journey.quiz_address(MODULE)}/{attempt}"
    items = journey.drawn(app, attempt)
    assert {item.key for item in items} == {item.key for item in every_type}
    told = secrets_of(app, attempt)
    assert told
    course = journey.course(app)
    pages = ["/training", "/courses/mtm", journey.quiz_address(MODULE), address, f"{address}/result", "/account/data"]
    pages += [f"{address}?question={view}" for view in ("all", "review", *range(1, len(items) + 1))]
    pages += [f"/training/mtm/{lesson.module_key}/{lesson.key}" for lesson in course.module(MODULE).lessons]
    replies = [alice.get(page, follow_redirects=True) for page in pages]
    for item in items:
        nonsense = {part: ["\0"] for part in journey.right(item)}
        for given in (journey.right(item), journey.wrong(item), nonsense):
            fields = journey.as_form(item, given)
            replies.append(journey.post(alice, f"{address}/answers/{item.key}", fields, headers=journey.JSON))
        replies.append(journey.post(alice, f"{address}/flags/{item.key}", {"flag": "on"}, headers=journey.JSON))
    replies.append(alice.get(address))
    replies.append(journey.post(alice, f"{address}/submit", {"action": "save"}))
    shapes = set()
    for reply in replies:
        everything = f"{reply.headers}\n{plain(reply.text)}"
        for text in told:
            assert text not in everything, f"{reply.request.path} tells: {text}"
        if "/answers/" in reply.request.path:
            shapes.add((reply.status_code, tuple(sorted(reply.json or {}))))
            assert set(reply.json or {}) <= {"state", "saved_at", "revision", "title", "status"}
    assert len(shapes) == 2, "right and wrong answers get the same reply; only nonsense gets another"
    page = alice.get(address).text
    assert not TELLING.search(page)
    for script in Path(lms.web.__file__).parent.joinpath("static", "js").rglob("*.js"):
        text = script.read_text()
        assert not [item.key for item in items if item.key in text]
    journey.post(alice, f"{address}/submit", journey.all_wrong(items))
    after = plain(alice.get(f"{address}/result").text)
    assert all(plain(item.rationale_html) in after for item in items if not item.numeric)
    keys = [plain(option.feedback_html) for item in items for option in item.options if option.correct]
    assert keys
    assert not [text for text in keys if text in after], "the key stays back while attempts are left"
    again = journey.start_quiz(alice, MODULE)
    passing = journey.all_right(journey.drawn(app, again), journey.seed_of(app, again))
    journey.post(alice, f"{journey.quiz_address(MODULE)}/{again}/submit", passing)
    after = plain(alice.get(f"{address}/result").text)
    numeric = [plain(item.rationale_html) for item in items if item.numeric]  # with numbers of the attempt in it
    assert all(text in after for text in told if text not in numeric), "nothing is kept back from who has passed"


def test_options_of_a_page_differ_in_nothing_but_words(alice: FlaskClient, app: Flask, every_type: list[Item]) -> None:
    """Abuse case 12: right and wrong options have the same markup and ids of the same form."""
    attempt = journey.start_quiz(alice, MODULE)
    page = alice.get(f"{journey.quiz_address(MODULE)}/{attempt}").text
    assert len(journey.drawn(app, attempt)) == len(every_type)
    for item in journey.drawn(app, attempt):
        gaps = [[choice.key for choice in gap.choices] for gap in item.gaps.gaps] if item.gaps else []
        for keys in filter(None, [[option.key for option in item.options], *gaps]):
            shapes = set()
            for key in keys:
                found = re.search(rf'<(?:input|option)[^>]*value="{re.escape(key)}"[^>]*>', page)
                assert found, key
                shapes.add(re.sub(r'id="[^"]*"|aria-[a-z]+="[^"]*"', "", found[0].replace(key, "")))
            assert len(shapes) == 1, shapes


def test_the_place_of_an_option_says_nothing(app: Flask) -> None:
    """Abuse case 12: over many seeds the right option stands everywhere equally often (chi-square, 1 in 10^6)."""
    item = next(
        item
        for module in journey.course(app).modules
        for item in module.quiz.items
        if item.type == "single" and not item.ordered and len(item.options) == 4
    )
    rounds = 4000
    places = Counter(
        next(place for place, option in enumerate(shuffled_options(item, seed=seed())) if option.correct)
        for _round in range(rounds)
    )
    expected = rounds / 4
    assert sum((places[place] - expected) ** 2 / expected for place in range(4)) < 30.7


def test_the_keys_of_options_do_not_sort_by_correctness(app: Flask) -> None:
    """Abuse case 12: no place in the alphabetical order of keys is the right one's more often than chance."""
    ranks: Counter[int] = Counter()
    for module in journey.course(app).modules:
        for item in (*module.quiz.items, *module.quiz.checks):
            if item.type == "single" and len(item.options) == 4:
                ranks[sorted(option.key for option in item.options).index(journey.right(item)[""][0])] += 1
    total = sum(ranks.values())
    assert total > 30
    assert all(ranks[rank] < 0.6 * total for rank in range(4)), ranks
