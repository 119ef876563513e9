"""What a case keeps back until it is finished: points, feedback, and answers to questions that were not asked."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from lms.assessment.cases.domain import FIELD
from lms.content.cases.values import Case
from tests.support import cases, journey


@pytest.fixture
def case(app: Flask) -> Case:
    return cases.publish_case(app)


@pytest.fixture
def run(case: Case, alice: FlaskClient) -> str:
    return cases.start(alice)


def test_nothing_of_the_debrief_is_sent_before_the_end(app: Flask, alice: FlaskClient, case: Case, run: str) -> None:
    """Pages, replies to forms and to scripts, and the download of one's own data, in every scene."""
    told = secrets(case)
    assert len(told) > 15
    lesson = journey.course(app).lesson_with_case(cases.CASE)
    assert lesson is not None
    others = [f"/training/mtm/{lesson.module_key}/{lesson.key}", "/training", "/training/mtm/objectives"]
    others += [cases.ADDRESS, "/account/data", f"{run}/debrief"]
    while True:
        scene = cases.scene_of(alice, case, run)
        replies = [alice.get(run), alice.get(run, headers=journey.JSON)]
        replies += [alice.get(each, follow_redirects=True) for each in others]
        assert {reply.status_code for reply in replies} == {200}
        seen = cases.hidden(replies[0].text)
        for given in ({}, {FIELD: "foreign"}, {**seen, FIELD: ["a"] * 40}, seen):
            replies.append(journey.post(alice, run, given))
            replies.append(journey.post(alice, run, given, headers=journey.JSON))
        for path in ("finish", "back"):
            replies.append(journey.post(alice, f"{run}/{path}", {"revision": "77"}, headers=journey.JSON))
        for reply in replies:
            everything = f"{reply.headers}\n{reply.text}"
            for text in told:
                assert text not in everything, f"{scene.key}: {reply.request.path} tells: {text}"
        if scene.decision is None:
            break
        cases.decide(alice, case, run)
    journey.post(alice, f"{run}/finish", cases.hidden(alice.get(run).text))
    page = alice.get(f"{run}/debrief").text
    assert "Strength decides the leaves." in page


def secrets(case: Case) -> list[str]:
    """The feedback of every option, and answers to what the best way does not ask."""
    found: list[str] = []
    for scene in case.scenes.values():
        dumped = scene.model_dump(mode="json")["decision"] or {}
        entries = dumped.get("options") or dumped.get("questions") or dumped.get("items") or []
        entries = [*entries, *(option for part in dumped.get("fields", ()) for option in part["options"])]
        found += [entry["feedback_html"].removeprefix("<p>").removesuffix("</p>") for entry in entries]
    return [*(text.partition("<")[0] for text in found), "Seven."]


def test_options_of_a_scene_differ_in_nothing_but_words(alice: FlaskClient, case: Case, run: str) -> None:
    """Neither the order of the file nor a number of points stands in the page."""
    for _scene in ("door", "talk", "needs", "order", "note"):
        page = alice.get(run).text
        assert "points" not in page
        assert "data-" not in page.partition("<main")[2].partition("</main>")[0].replace("data-label", "").replace(
            "data-error-summary", ""
        )
        cases.decide(alice, case, run)
