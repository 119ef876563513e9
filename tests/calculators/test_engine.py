"""What holds for every calculator, whatever it is fed."""

from __future__ import annotations

import ast
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from lms.calculators.domain import (
    Formula,
    InvalidInputs,
    calculate,
    defaults,
    evaluate,
    figures,
    formulas,
    read,
    simulate,
    tornado,
)
from lms.calculators.domain.evaluation import simulate_steps

NAMES = list(formulas())
DELEGATION = formulas()["delegation-savings"]
D = Decimal


def amounts(formula: Formula) -> st.SearchStrategy[dict[str, Any]]:
    """Inputs within their ranges."""

    def value(declared: Any) -> st.SearchStrategy[Any]:
        if declared.choices:
            return st.sampled_from([key for key, _title in declared.choices])
        places = 0 if declared.whole else 3
        return st.decimals(declared.minimum, declared.maximum, places=places, allow_nan=False, allow_infinity=False)

    parts: dict[str, st.SearchStrategy[Any]] = {each.key: value(each) for each in formula.inputs}
    for table in formula.tables:
        free = [kind.key for kind in table.kinds if not kind.fixed]
        columns = {column.key: value(column) for column in table.columns}
        row = st.fixed_dictionaries({"kind": st.sampled_from(free), **columns})
        parts[table.key] = st.lists(row, max_size=4)
    return st.fixed_dictionaries({}, optional=parts)


def fits(formula: Formula, data: dict[str, Any]) -> bool:
    try:
        read(formula, data)
    except InvalidInputs:
        return False
    return True


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12),
    lambda below: st.lists(below, max_size=3) | st.dictionaries(st.text(max_size=8), below, max_size=3),
    max_leaves=8,
)


@pytest.mark.parametrize("name", NAMES)
@given(data=st.data())
def test_anything_is_calculated_or_refused_with_a_sentence(name: str, data: st.DataObject) -> None:
    formula = formulas()[name]
    keys = [each.key for each in formula.inputs] + [table.key for table in formula.tables]
    given_data = data.draw(st.dictionaries(st.sampled_from(keys) | st.text(max_size=8), JSON, max_size=6) | JSON)
    errors, outputs = {"": "."}, {}
    try:
        outputs = calculate(formula, given_data).outputs
    except InvalidInputs as refusal:
        errors = refusal.errors
    assert errors
    assert all(sentence.endswith(".") for sentence in errors.values())
    assert all(not isinstance(value, Decimal) or value.is_finite() for value in outputs.values())


@pytest.mark.parametrize("name", NAMES)
@given(data=st.data())
def test_inputs_come_back_as_they_were_understood(name: str, data: st.DataObject) -> None:
    formula = formulas()[name]
    given_data = data.draw(amounts(formula).filter(lambda each: fits(formula, each)))
    inputs = read(formula, given_data)
    assert read(formula, inputs.as_data()) == inputs


@pytest.mark.parametrize("name", NAMES)
@given(data=st.data())
def test_many_draws_at_once_give_what_one_calculation_gives(name: str, data: st.DataObject) -> None:
    formula = formulas()[name]
    given_data = data.draw(amounts(formula).filter(lambda each: fits(formula, each)))
    if formula is DELEGATION:
        given_data["benefit_load"] = 0  # rates are not rounded then
    inputs = read(formula, given_data)
    exact = evaluate(formula, inputs, figures).scope
    values: dict[str, Any] = {
        key: [float(value)] * 2 if isinstance(value, Decimal) else value for key, value in inputs.values.items()
    }
    rows = {
        key: [{name: float(cell) if isinstance(cell, Decimal) else cell for name, cell in row.items()} for row in rows]
        for key, rows in inputs.rows.items()
    }
    compared = 0
    for step in formula.outputs:
        needed = [each.expression for each in formula.needed_for(step.key)]
        if any(word in expression for expression in needed for word in ("ceil", "floor", "round(rate")):
            continue  # the last digit of floating point may tip it over
        compared += 1
        value, got = exact[step.key], simulate_steps(formula, values, rows, figures, step.key)[step.key]
        if isinstance(value, Decimal):
            assert (got[0] if isinstance(got, list) else got) == pytest.approx(float(value), rel=1e-9, abs=1e-6)
    assert compared


@given(amounts(DELEGATION))
def test_delegation_saves_nothing_without_volume_or_delegation(data: dict[str, Any]) -> None:
    assert calculate(DELEGATION, {**data, "encounters": 0}).outputs["gross_annual_saving"] == 0
    rows = [dict(row, delegated_share=0) for row in data.get("activities", [])]
    assert calculate(DELEGATION, {**data, "activities": rows}).outputs["saving_per_encounter"] == 0


@given(
    amounts(DELEGATION),
    st.sampled_from(
        [("pharmacist_minutes", 1), ("delegate_minutes", -1), ("verification_minutes", -1), ("rework", -1)]
    ),
)
def test_the_saving_follows_each_input_in_its_direction(data: dict[str, Any], case: tuple[str, int]) -> None:
    column, direction = case
    before = calculate(DELEGATION, data)
    most = {each.key: each.maximum for each in DELEGATION.tables[0].columns}[column]
    rows = [dict(row) for row in before.inputs.as_data()["activities"]]
    for row in rows:
        row[column] = str(min(D(row[column]) + 1, most))
    after = calculate(DELEGATION, {**data, "activities": rows})
    change = after.outputs["saving_per_encounter"] - before.outputs["saving_per_encounter"]  # type: ignore[operator]
    assert change * direction >= -D("1e-25")


def test_no_step_adds_view_a_and_view_b() -> None:
    a = {"net_year_one", "net_later_years", "gross_annual_saving"}
    b = {"cash_year_one", "cash_later_years"}
    reach: dict[str, set[str]] = {}
    for step in DELEGATION.steps:
        names = set(step.parsed.names)
        reach[step.key] = names.union(*(reach.get(name, set()) for name in names))
        assert not (reach[step.key] & a and reach[step.key] & b), step.key


@pytest.mark.parametrize(
    ("path", "data"),
    [
        ("encounters", {"encounters": "many"}),
        ("encounters", {"encounters": -1}),
        ("encounters", {"encounters": 1.5}),
        ("encounters", {"encounters": 5001}),
        ("encounters", {"encounters": True}),
        ("encounters", {"encounters": float("nan")}),
        ("encounters", {"encounters": float("inf")}),
        ("encounters", {"encounters": "1e3"}),
        ("encounters", {"encounters": [1]}),
        ("encounters", {"encounters": 10**400}),
        ("pharmacist_wage", {"pharmacist_wage": "1,00"}),
        ("wage", {"wage": 1}),
        ("delegate_time", {"delegate_time": "free"}),
        ("activities", {"activities": "all"}),
        ("activities", {"activities": [{}] * 10_000}),
        ("activities[0]", {"activities": [7]}),
        ("activities[0].kind", {"activities": [{"kind": "surgery"}]}),
        ("activities[0].minutes", {"activities": [{"minutes": 7}]}),
        ("activities[1].rework", {"activities": [{}, {"rework": 2}]}),
        ("activities[0].name", {"activities": [{"name": "x" * 81}]}),
        ("activities[0].delegated_share", {"activities": [{"kind": "interview", "delegated_share": 1}]}),
    ],
)
def test_what_is_wrong_is_named_with_its_place(path: str, data: dict[str, Any]) -> None:
    with pytest.raises(InvalidInputs) as refusal:
        calculate(DELEGATION, data)
    assert list(refusal.value.errors) == [path]


def test_everything_that_is_wrong_is_said_at_once() -> None:
    with pytest.raises(InvalidInputs) as refusal:
        read(DELEGATION, {"encounters": "x", "fee": -1, "activities": [{"rework": 9}, {"name": 3}], "more": 1})
    assert set(refusal.value.errors) == {"encounters", "fee", "activities[0].rework", "activities[1].name", "more"}


@pytest.mark.parametrize("text", ["1,234.5", "$1,234.50", " 1234.5 ", 1234.5, D("1234.5")])
def test_numbers_as_people_and_programs_write_them(text: Any) -> None:
    assert read(DELEGATION, {"training_materials": text}).values["training_materials"] == D("1234.5")


def test_a_share_may_be_written_as_per_cent() -> None:
    assert read(DELEGATION, {"benefit_load": "42.34%"}) == read(DELEGATION, {"benefit_load": 0.4234})


@pytest.mark.parametrize("name", NAMES)
def test_a_declaration_is_complete(name: str) -> None:
    """Every name that it uses exists, each step comes after what it needs, and defaults lie in their ranges."""
    formula = formulas()[name]
    inputs = defaults(formula)
    result = evaluate(formula, inputs, figures)
    steps = {step.key for step in formula.steps}
    assert len(steps) == len(formula.steps)
    for view in formula.views:
        assert {view.headline, *view.outputs} <= steps
    for grid in formula.grids:
        assert all(set(keys) <= steps and len(keys) == len(grid.columns) for _title, keys in grid.rows)
    for bar in formula.bars:
        assert {key for _title, key in bar.parts} <= steps
    assert formula.target in steps
    assert {each.key for each in formula.inputs} >= set(formula.key_inputs)
    for preset in formula.presets:
        read(formula, dict(preset.values))
    for notice in formula.notices:
        known = steps | {each.key for each in formula.inputs} | set(result.scope)
        known |= {column.key for table in formula.tables for column in table.columns}
        assert notice.parsed.names <= known, notice.when
    for line in result.lines:
        words = result.arithmetic(line, figures)
        assert words.words
    assert all(isinstance(swing.size, Decimal) for swing in tornado(formula, inputs, figures))
    if formula.drivers:
        assert simulate(formula, inputs, figures, draws=100) is not None


@example("activities")
@given(st.sampled_from([step.key for step in DELEGATION.steps] + ["activities"]))
def test_results_cannot_be_given_as_inputs(key: str) -> None:
    if key == "activities":
        return
    with pytest.raises(InvalidInputs):
        read(DELEGATION, {key: 1})


def test_a_folder_declares_a_calculator_without_help_from_elsewhere() -> None:
    """Adding one is one folder: no other module of the feature names any of them."""
    from pathlib import Path

    import lms.calculators

    package = Path(lms.calculators.__file__).parent
    for path in package.rglob("*.py"):
        if "formulas" in path.relative_to(package).parts:
            continue
        words = {node.value for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Constant)}
        assert not words & set(formulas()), path
