"""A case as a learner goes through it: scenes, decisions, the way back, two windows, the debrief, evidence."""

from __future__ import annotations

from collections import Counter

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms.assessment.cases.domain import FIELD
from lms.assessment.models import CaseRun, Evidence
from lms.assessment.queries import objective_results
from lms.content.cases.values import Case, Interview, Note, Select
from lms.core.db import db
from tests.support import cases, journey
from tests.support.people import People
from tests.support.together import all_at_once


@pytest.fixture
def case(app: Flask) -> Case:
    return cases.publish_case(app)


@pytest.fixture
def run(case: Case, alice: FlaskClient) -> str:
    """The address of a run that Alice has just started."""
    return cases.start(alice)


def stored(session: Session) -> CaseRun:
    session.rollback()  # what is read from here on is the present state
    return session.scalars(select(CaseRun)).one()


def evidence(session: Session) -> dict[str, tuple[str, int, int]]:
    session.rollback()  # what is read from here on is the present state
    rows = session.scalars(select(Evidence).where(Evidence.source == "case")).all()
    return {row.item: (row.objective, row.points, row.max_points) for row in rows}


def test_the_best_way_earns_everything(alice: FlaskClient, case: Case, run: str, session: Session) -> None:
    cases.go_through(alice, case, run)
    found = stored(session)
    assert (found.points, found.max_points) == (14_000, 14_000)
    assert [each["scene"] for each in found.decisions] == ["door", "talk", "needs", "order", "note"]
    assert evidence(session) == {
        "case:tea-round:door": ("O1.1", 2000, 2000),
        "case:tea-round:talk": ("O1.1", 3000, 3000),
        "case:tea-round:needs": ("O1.2", 4000, 4000),
        "case:tea-round:order": ("O1.2", 3000, 3000),
        "case:tea-round:note": ("O1.2", 2000, 2000),
    }
    assert {row.reference for row in session.scalars(select(Evidence))} == {found.public_id}


def test_another_way_has_other_scenes_and_another_end(
    alice: FlaskClient, case: Case, run: str, session: Session
) -> None:
    cases.go_through(alice, case, run, best=False)
    assert [each["scene"] for each in stored(session).decisions] == ["door", "spill"]
    assert stored(session).points == 0
    assert evidence(session) == {"case:tea-round:door": ("O1.1", 0, 2000)}
    page = alice.get(f"{run}/debrief").text
    assert "The door closes behind her." in page
    assert "A short talk" not in page


def test_the_debrief_says_what_would_have_been_better_and_why(alice: FlaskClient, case: Case, run: str) -> None:
    talk = case.scene("talk").decision
    assert isinstance(talk, Interview)
    cases.decide(alice, case, run)
    journey.post(alice, run, {**cases.hidden(alice.get(run).text), FIELD: talk.questions[2].key})
    cases.go_through(alice, case, run)
    page = alice.get(f"{run}/debrief").text
    for words in (
        "You chose this: 2 points",
        "You asked this: 0 points",
        "Worth asking: 2 points",
        "What you did not find out",
        "Strong, with milk",
        "Nothing follows from it.",
        "2 of 5 points",
        'id="source-leaf2020"',
        'id="source-pot2021"',
        "Back to the lesson",
        "Try again",
    ):
        assert words in page, words


def test_what_was_asked_is_known_from_then_on(alice: FlaskClient, case: Case, run: str) -> None:
    assert "What you know" not in alice.get(run).text
    for scene in ("door", "talk"):
        assert cases.scene_of(alice, case, run).key == scene
        cases.decide(alice, case, run)
    for _scene in ("needs", "order", "note", "served"):
        page = alice.get(run).text
        assert "What you know" in page
        assert "Three." in page
        assert "Seven." not in page, "it was not asked"
        if "Finish and see" not in page:
            cases.decide(alice, case, run)


def test_an_open_run_is_gone_on_with(alice: FlaskClient, case: Case, run: str, session: Session) -> None:
    cases.decide(alice, case, run)
    page = alice.get(cases.ADDRESS).text
    assert "Continue at scene 2" in page
    assert run in page
    assert cases.start(alice) == run, "Start leads to the open run"
    assert session.scalar(select(func.count()).select_from(CaseRun)) == 1


def test_a_finished_run_can_be_read_again_and_the_case_started_afresh(
    alice: FlaskClient, case: Case, run: str, session: Session
) -> None:
    """The first finished run gives evidence; later ones are practice."""
    cases.go_through(alice, case, run, best=False)
    first = evidence(session)
    again = cases.start(alice)
    assert again != run
    cases.go_through(alice, case, again)
    assert evidence(session) == first
    page = alice.get(cases.ADDRESS).text
    assert f"{run}/debrief" in page
    assert f"{again}/debrief" in page
    assert "0 of 14 points" in page
    assert "14 of 14 points" in page
    assert alice.get(f"{run}/debrief").status_code == 200


def test_a_run_that_is_left_open_does_not_take_the_place_of_the_first(
    alice: FlaskClient, case: Case, run: str, session: Session
) -> None:
    cases.decide(alice, case, run)
    assert evidence(session) == {}
    cases.go_through(alice, case, run)
    assert len(evidence(session)) == 5


def test_a_run_is_served_from_the_release_on_which_it_began(
    app: Flask, alice: FlaskClient, case: Case, run: str
) -> None:
    door = case.scene("door").model_copy(update={"html": "<p>She comes in by the window.</p>"})
    changed = case.model_copy(update={"scenes": {**case.scenes, "door": door}, "points": 99_000})
    cases.publish_case(app, changed)
    assert "Ms. Kettle comes in." in alice.get(run).text
    cases.go_through(alice, case, run)
    assert "of the 14 points" in alice.get(f"{run}/debrief").text
    assert "by the window" in alice.get(cases.start(alice)).text


def test_a_run_outlives_its_case(app: Flask, alice: FlaskClient, case: Case, run: str) -> None:
    """A later release may drop a case: what was begun goes on, and nothing new is begun."""
    course = journey.course(app)
    lesson = course.lesson_with_case(cases.CASE)
    assert lesson is not None
    module = course.module(cases.MODULE)
    first = lesson.model_copy(update={"blocks": lesson.blocks[:-1]})
    changed = module.model_copy(update={"lessons": (first, *module.lessons[1:])})
    modules = tuple(changed if one.key == module.key else one for one in course.modules)
    left = {key: each for key, each in course.cases.items() if key != cases.CASE}
    journey.publish(app, course.model_copy(update={"cases": left, "modules": modules}))
    assert alice.get(cases.ADDRESS).status_code == 404
    assert journey.post(alice, f"{cases.ADDRESS}/start").status_code == 404
    cases.go_through(alice, case, run)
    page = alice.get(f"{run}/debrief").text
    assert "Try again" not in page
    assert "Case" in alice.get("/training/mtm/objectives").text


def test_a_decision_from_a_window_that_is_behind_is_refused_and_nothing_is_lost(
    alice: FlaskClient, case: Case, run: str, session: Session
) -> None:
    behind = cases.hidden(alice.get(run).text)
    cases.decide(alice, case, run)
    cases.decide(alice, case, run)
    before = stored(session).decisions
    ways = cases.fields(case.scene("door"), best=False)
    reply = journey.post(alice, run, {**behind, **ways})
    assert reply.status_code == 409
    assert "went on in another window" in reply.text
    assert f'href="{run}"' in reply.text
    assert stored(session).decisions == before
    reply = journey.post(alice, run, {**behind, **ways}, headers=journey.JSON)
    assert (reply.status_code, (reply.json or {})["location"]) == (409, run)
    for revision in ("", "x", "99", "-1", "1" * 40):
        assert journey.post(alice, run, {**behind, **ways, "revision": revision}).status_code == 409


def test_a_decision_for_another_scene_is_refused(alice: FlaskClient, case: Case, run: str, session: Session) -> None:
    """After Back and another way, a window may show a scene that is no longer the present one."""
    given = {"revision": "0", "scene": "talk", **cases.fields(case.scene("talk"))}
    assert journey.post(alice, run, given).status_code == 409
    assert stored(session).decisions == []


def test_a_button_pressed_twice_decides_once(alice: FlaskClient, case: Case, run: str, session: Session) -> None:
    once = {**cases.hidden(alice.get(run).text), **cases.fields(case.scene("door"))}
    assert [journey.post(alice, run, once).status_code for _press in range(2)] == [303, 303]
    assert len(stored(session).decisions) == 1
    other = {**once, **cases.fields(case.scene("door"), best=False)}
    assert journey.post(alice, run, other).status_code == 409, "another decision in the other window is not the same"


def test_back_is_offered_where_the_case_allows_it(alice: FlaskClient, case: Case, run: str, session: Session) -> None:
    first = alice.get(run).text
    assert "Back to" not in first
    cases.decide(alice, case, run, best=False)
    page = alice.get(run).text
    assert "Back to “At the door”" in page
    assert journey.post(alice, f"{run}/back", cases.hidden(page)).status_code == 303
    assert stored(session).decisions == []
    behind = {**cases.hidden(first), **cases.fields(case.scene("door"))}
    assert journey.post(alice, run, behind).status_code == 409, "the same scene, in a window that saw none of this"
    cases.go_through(alice, case, run, finish=False)
    assert stored(session).revision == 7
    assert "Back to" not in alice.get(run).text, "the note stands"


def test_back_is_refused_where_the_decision_stands(alice: FlaskClient, case: Case, run: str, session: Session) -> None:
    for _scene in ("door", "talk"):
        cases.decide(alice, case, run)
    page = alice.get(run).text
    assert "Back to" not in page
    reply = journey.post(alice, f"{run}/back", cases.hidden(page))
    assert reply.status_code == 422
    assert len(stored(session).decisions) == 2
    assert journey.post(alice, f"{run}/back", {"revision": "1"}).status_code == 409, "another window is behind"


def test_a_decision_that_is_none_is_refused_and_kept_on_the_page(
    alice: FlaskClient, case: Case, run: str, session: Session
) -> None:
    for _scene in ("door", "talk", "needs", "order"):
        cases.decide(alice, case, run)
    note = case.scene("note").decision
    assert isinstance(note, Note)
    half = {note.fields[1].key: note.fields[1].options[0].key}
    reply = journey.post(alice, run, {**cases.hidden(alice.get(run).text), **half})
    assert reply.status_code == 422
    assert "Choose a wording for each part." in reply.text
    assert f'value="{note.fields[1].options[0].key}" checked' in reply.text
    assert len(stored(session).decisions) == 4
    reply = journey.post(alice, run, cases.hidden(reply.text), headers=journey.JSON)
    assert reply.status_code == 422


def test_a_run_ends_at_an_end_and_once(alice: FlaskClient, case: Case, run: str, session: Session) -> None:
    early = journey.post(alice, f"{run}/finish", cases.hidden(alice.get(run).text))
    assert early.status_code == 409
    assert alice.get(f"{run}/debrief").location == run
    cases.go_through(alice, case, run, finish=False)
    assert alice.get(f"{run}/debrief").location == run, "the outcome is read, the case is not finished yet"
    assert journey.post(alice, f"{run}/finish", {"revision": "0"}).status_code == 409
    ended = cases.hidden(alice.get(run).text)
    assert [journey.post(alice, f"{run}/finish", ended).location for _press in range(2)] == [f"{run}/debrief"] * 2
    assert len(evidence(session)) == 5
    assert alice.get(run).location == f"{run}/debrief"
    late = {**ended, "scene": "note", **cases.fields(case.scene("note"))}
    for scene in ("note", "served"):
        assert journey.post(alice, run, {**late, "scene": scene}).status_code == 409
    assert journey.post(alice, f"{run}/back", ended).status_code == 409
    assert stored(session).points == 14_000


def test_a_case_counts_each_decision_as_one_question(
    app: Flask, alice: FlaskClient, case: Case, run: str, session: Session, people: People
) -> None:
    """A decision that is worth four points says no more about an objective than one that is worth two."""
    cases.decide(alice, case, run)
    cases.decide(alice, case, run, best=False)
    needs = case.scene("needs").decision
    assert isinstance(needs, Select)
    half = {**cases.hidden(alice.get(run).text), FIELD: needs.options[0].key}
    journey.post(alice, run, half)
    cases.go_through(alice, case, run)
    known = objective_results(session, people.ids["alice"], journey.course(app))
    assert (known["O1.1"].points, known["O1.1"].items) == (1000, 2)
    assert (known["O1.2"].points, known["O1.2"].items) == (2500, 3)
    again = cases.start(alice)
    cases.go_through(alice, case, again)
    assert objective_results(session, people.ids["alice"], journey.course(app)) == known


def test_the_page_of_objectives_names_the_case(alice: FlaskClient, case: Case, run: str) -> None:
    cases.go_through(alice, case, run)
    assert "Case “The tea round”" in alice.get("/training/mtm/objectives").text


def test_the_lesson_shows_how_far_one_is(app: Flask, alice: FlaskClient, case: Case) -> None:
    lesson = journey.course(app).lesson_with_case(cases.CASE)
    assert lesson is not None
    address = f"/training/mtm/{lesson.module_key}/{lesson.key}"
    assert "Not started" in alice.get(address).text
    run = cases.start(alice)
    cases.decide(alice, case, run, best=False)
    assert "At scene 2" in alice.get(address).text
    cases.go_through(alice, case, run, best=False)
    assert "Finished: 0 of 14 points" in alice.get(address).text
    cases.go_through(alice, case, cases.start(alice))
    cases.start(alice)
    page = alice.get(address).text
    assert "At scene 1 · Finished: 14 of 14 points" in page
    assert f'href="{cases.ADDRESS}"' in page


def test_the_download_of_ones_data_holds_the_decisions_in_words(alice: FlaskClient, case: Case, run: str) -> None:
    cases.go_through(alice, case, run)
    (found,) = (alice.get("/account/data").json or {})["cases"]
    assert (found["case"], found["points"]) == ("tea-round", 14)
    assert found["finished_at"]
    assert found["decisions"] == [
        {"scene": "At the door", "chosen": ["Ask what she would like"]},
        {"scene": "A short talk", "chosen": ["How strong do you take it?", "How many cups a day?"]},
        {"scene": "What she needs", "chosen": ["A large pot", "Strong leaves"]},
        {"scene": "In which order", "chosen": ["Boil water", "Add leaves", "Pour"]},
        {"scene": "A note for the next shift", "chosen": ["Strong tea with milk", "Three cups a day"]},
    ]


def test_a_learner_of_the_course_alone_opens_it(case: Case, people: People, alice: FlaskClient, run: str) -> None:
    stranger = people.client("carol")
    assert stranger.get(cases.ADDRESS).location == "/courses/mtm"
    assert journey.post(stranger, f"{cases.ADDRESS}/start").status_code == 404
    bob = people.client("bob", enrolled=True)
    for address in (run, f"{run}/debrief"):
        assert bob.get(address).status_code == 404
    for address in (run, f"{run}/back", f"{run}/finish"):
        assert journey.post(bob, address, {"revision": "0"}).status_code == 404


def presses(app: Flask, client: FlaskClient, address: str, given: cases.Fields) -> Counter[int]:
    """The same form sent by ten tabs at once. Returns how often each status came."""
    token, cookie = journey.token(client), client.get_cookie("lms_session")
    assert cookie is not None

    def press(_number: int) -> int:
        tab = app.test_client()
        tab.checks_pages = False  # type: ignore[attr-defined]
        tab.set_cookie("lms_session", cookie.value)
        return tab.post(address, data={"csrf_token": token, **given}).status_code

    return Counter(all_at_once(press, 10))


def test_many_presses_at_once_count_once(any_database: str, app: Flask, people: People) -> None:
    """Starting, deciding and finishing, on both databases."""
    assert any_database
    case = cases.publish_case(app)
    alice = people.client("alice", enrolled=True)
    assert presses(app, alice, f"{cases.ADDRESS}/start", {}) == {303: 10}
    run = cases.start(alice)
    given = {**cases.hidden(alice.get(run).text), **cases.fields(case.scene("door"))}
    found = presses(app, alice, run, given)
    assert set(found) <= {303, 409}
    assert found[303] >= 1
    cases.go_through(alice, case, run, finish=False)
    assert presses(app, alice, f"{run}/finish", cases.hidden(alice.get(run).text)) == {303: 10}
    with app.app_context():
        assert db.session.scalars(select(CaseRun)).one().revision == 6
        assert db.session.scalar(select(func.count()).select_from(Evidence)) == 5
