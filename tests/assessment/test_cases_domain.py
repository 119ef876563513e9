"""Rules of cases on plain data: what a decision may be, where it leads, what it earns."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.assessment.cases import domain, shown
from lms.assessment.cases.domain import FIELD, State, Step
from lms.content.cases.values import Case, Choose, Interview, Note, Rank, Select
from lms.core.errors import DomainError
from tests.support import cases

CASE = cases.sample().case(cases.CASE)


def at(stop: str) -> State:
    """The best decisions up to a scene."""
    state: State = ()
    while (scene := domain.current(CASE, state)).key != stop:
        state = cases.decided(CASE, state, cases.fields(scene))
    return state


def decision(kind: type) -> tuple[str, Choose | Interview | Select | Rank | Note]:
    return next((key, scene.decision) for key, scene in CASE.scenes.items() if isinstance(scene.decision, kind))


def keys_of(case: Case) -> list[str]:
    """Every key that a decision of the case may hold."""
    found = ["", "foreign"]
    for scene in case.scenes.values():
        match scene.decision:
            case Choose(options=options) | Select(options=options):
                found += [option.key for option in options]
            case Interview(questions=questions):
                found += [each.key for each in questions]
            case Rank(items=items):
                found += [item.key for item in items]
            case Note(fields=fields):
                found += [option.key for part in fields for option in part.options]
    return found


ANY_KEYS = st.lists(st.sampled_from(keys_of(CASE)), max_size=14).map(tuple)


@given(st.data())
def test_any_way_through_earns_between_nothing_and_all(data: st.DataObject) -> None:
    state: State = ()
    while (scene := domain.current(CASE, state)).decision is not None:
        chosen = data.draw(ANY_KEYS)
        if isinstance(scene.decision, Choose):  # what was stored always leads on
            chosen = (data.draw(st.sampled_from([option.key for option in scene.decision.options])), *chosen)
        state = (*state, Step(scene.key, chosen))
    scored = domain.score(CASE, state)
    assert all(0 <= each.points <= each.most for each in scored)
    assert 0 <= sum(each.points for each in scored) <= CASE.points
    assert sum(most for _points, most in domain.by_objective(scored).values()) == sum(each.most for each in scored)
    for each in scored:
        assert shown.reviewed(each).parts


@given(st.data())
def test_any_form_is_a_decision_or_refused_with_a_sentence(data: st.DataObject) -> None:
    stop = data.draw(st.sampled_from(["door", "talk", "needs", "order", "note"]))
    names = [FIELD, *keys_of(CASE)]
    scene = CASE.scene(stop)
    if isinstance(scene.decision, Note):
        names += [part.key for part in scene.decision.fields]
    values = st.lists(st.sampled_from([*keys_of(CASE), "1", "2", "3", "9", "x" * 500]), max_size=12)
    form: Mapping[str, list[str]] = data.draw(st.dictionaries(st.sampled_from(names), values, max_size=20))
    state = at(stop)
    try:
        after = domain.decide(CASE, state, form)
    except DomainError as error:
        sentence = error.message
    else:
        sentence = ""
        assert after[:-1] == state
        assert domain.current(CASE, after)
    assert sentence == "" or sentence.endswith(".")


@given(st.integers(min_value=0, max_value=2**62))
def test_the_shuffle_changes_no_score(seed: int) -> None:
    """Every seed shows the same options, and a ranking never in its right order."""
    for key, scene in CASE.scenes.items():
        if scene.decision is None:
            continue
        asked = shown.asked(scene, seed=seed)
        first = shown.asked(scene, seed=0)
        assert {each for group in asked.groups for each in group.options} == {
            each for group in first.groups for each in group.options
        }
        if isinstance(scene.decision, Rank):
            order = [control.name for control in asked.controls]
            assert sorted(order) == sorted(item.key for item in scene.decision.items)
            assert order != [item.key for item in scene.decision.items], key


def test_the_seed_decides_the_order() -> None:
    orders = {
        tuple(option.key for option in shown.asked(CASE.scene("needs"), seed=seed).groups[0].options)
        for seed in range(40)
    }
    assert len(orders) > 10


REFUSED = [
    ("door", {}, "Choose one of the options."),
    ("door", {FIELD: ["foreign"]}, "Choose from what is listed."),
    ("door", {FIELD: ["0", "1"]}, "Choose 1 at most; you chose 2."),
    ("door", {FIELD: ["0", "0"]}, "Choose from what is listed."),
    ("door", {FIELD: ["x" * 100_000]}, "Choose from what is listed."),
    ("talk", {}, "Choose at least one question to ask."),
    ("talk", {FIELD: ["0", "1", "2"]}, "Choose 2 at most; you chose 3."),
    ("needs", {}, "Tick what applies; at least one does."),
    ("needs", {FIELD: ["0", "foreign"]}, "Choose from what is listed."),
    ("order", {}, "Give each its own place, from 1 to 3."),
    ("order", {"0": ["1"], "1": ["1"], "2": ["2"]}, "Give each its own place, from 1 to 3."),
    ("order", {"0": ["1"], "1": ["2"]}, "Give each its own place, from 1 to 3."),
    ("order", {"0": ["1"], "1": ["2"], "2": ["4"]}, "Choose a place from the list."),
    ("order", {"0": ["1", "2"], "1": ["2"], "2": ["3"]}, "Choose a place from the list."),
    ("note", {"0": ["0.0"]}, "Choose a wording for each part."),
    ("note", {"0": ["0.0", "0.1"], "1": ["1.0"]}, "Choose from what is listed."),
    ("note", {"0": ["1.0"], "1": ["1.0"]}, "Choose from what is listed."),
    ("served", {FIELD: ["0"]}, "This is the end of the case: there is nothing more to decide."),
]


def named(stop: str, form: Mapping[str, list[str]]) -> dict[str, list[str]]:
    """The form with real keys: "0" is the scene's first entry or part, "0.1" the second wording of the first part."""
    names: dict[str, str] = {}
    match CASE.scene(stop).decision:
        case Choose(options=entries) | Select(options=entries) | Rank(items=entries) | Interview(questions=entries):
            names = {str(number): entry.key for number, entry in enumerate(entries)}
        case Note(fields=parts):
            for number, part in enumerate(parts):
                names[str(number)] = part.key
                names |= {f"{number}.{place}": option.key for place, option in enumerate(part.options)}
    values = names if stop != "order" else {}
    return {names.get(name, name): [values.get(each, each) for each in given] for name, given in form.items()}


@pytest.mark.parametrize(("stop", "form", "sentence"), REFUSED)
def test_what_is_no_decision_is_refused(stop: str, form: Mapping[str, list[str]], sentence: str) -> None:
    with pytest.raises(DomainError) as refused:
        domain.decide(CASE, at(stop), named(stop, form))
    assert refused.value.message == sentence


def test_each_option_of_a_choice_leads_its_own_way() -> None:
    _key, door = decision(Choose)
    assert isinstance(door, Choose)
    led = {
        option.goto: domain.current(CASE, domain.decide(CASE, (), {FIELD: [option.key]})).key for option in door.options
    }
    assert led == {"talk": "talk", "spill": "spill"}


def test_only_a_reversible_decision_is_taken_back() -> None:
    assert not domain.may_go_back(CASE, ())
    assert domain.back(CASE, at("talk")) == ()
    assert not domain.may_go_back(CASE, at("needs"))
    with pytest.raises(DomainError):
        domain.back(CASE, at("needs"))
    with pytest.raises(DomainError):
        domain.back(CASE, ())


def test_a_selection_earns_by_the_share_judged_right() -> None:
    _key, needs = decision(Select)
    assert isinstance(needs, Select)
    pot, leaves, straw, milk = (option.key for option in needs.options)
    expected = {
        (): 0,
        (pot, leaves): 4000,
        (pot,): 2000,
        (pot, leaves, straw): 2000,
        (pot, straw): 0,
        (pot, leaves, straw, milk): 0,
        (straw, milk): 0,
    }
    assert {ticked: domain.points_of(needs, ticked) for ticked in expected} == expected


def test_a_ranking_earns_by_the_share_of_pairs() -> None:
    _key, order = decision(Rank)
    assert isinstance(order, Rank)
    boil, add, pour = (item.key for item in order.items)
    expected = {(boil, add, pour): 3000, (add, boil, pour): 1000, (add, pour, boil): 0, (pour, add, boil): 0}
    assert {given: domain.points_of(order, given) for given in expected} == expected


def test_an_interview_earns_what_its_questions_are_worth() -> None:
    _key, talk = decision(Interview)
    assert isinstance(talk, Interview)
    strong, cups, lucky = (each.key for each in talk.questions)
    assert [domain.points_of(talk, asked) for asked in ((strong, cups), (cups, lucky), (lucky,))] == [3000, 1000, 0]
    assert domain.points_of(talk, (lucky, cups, strong)) == 1000, "no more than the limit counts"


def test_a_note_earns_by_the_share_of_its_parts() -> None:
    _key, note = decision(Note)
    assert isinstance(note, Note)
    takes, much = note.fields
    right, wrong = takes.options[0].key, much.options[1].key
    assert domain.points_of(note, (right, wrong)) == 1000
    assert domain.points_of(note, (right, much.options[0].key)) == 2000
    assert domain.points_of(note, ()) == 0


def test_findings_are_the_answers_to_what_was_asked() -> None:
    _key, talk = decision(Interview)
    assert isinstance(talk, Interview)
    state = domain.decide(CASE, at("talk"), {FIELD: [talk.questions[1].key]})
    assert [each.answer_html for each in domain.findings(CASE, state)] == ["<p>Three.</p>"]
    reviewed = shown.reviewed(domain.score(CASE, state)[-1])
    assert [each.html for each in reviewed.missed] == ["How strong do you take it?"]
