"""`lms calculate`: JSON in, JSON out, and every mistake at once."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from lms.calculators.domain import formulas
from lms.calculators.domain.reading import MAX_JSON
from lms.calculators.domain.reference import reference
from lms.cli import lms

PAGE = Path(__file__).resolve().parents[2] / "docs" / "calculators.md"


def run(*arguments: str, given: str | bytes | None = None) -> Result:
    return CliRunner().invoke(lms, ["calculate", *arguments], input=given)


def answer(name: str, given: Any) -> dict[str, Any]:
    result = run(name, "--input", "-", given=json.dumps(given))
    assert result.exit_code == 0, result.output
    data: dict[str, Any] = json.loads(result.stdout)
    return data


@pytest.mark.parametrize("name", list(formulas()))
def test_every_calculator_answers_with_its_defaults(name: str) -> None:
    data = json.loads(run(name).stdout)
    assert data == answer(name, {}) == answer(name, data["inputs"])
    assert (data["calculator"], data["version"]) == (name, formulas()[name].version)
    assert {step["key"] for step in data["steps"]} >= set(data["outputs"])


def test_the_worked_example_keeps_every_cent() -> None:
    data = answer("delegation-savings", {"fee": 40})
    assert data["outputs"]["net_year_one"] == "2750.67"
    assert data["outputs"]["cash_year_one"] == "-1202.06"
    assert data["inputs"]["fee"] == "40"
    step = next(step for step in data["steps"] if step["key"] == "gross_annual_saving")
    assert step["value"] == "3687.725"
    assert step["shown"] == "$3,687.73"
    assert step["words"] == "encounters a year × saving on each encounter"
    assert step["numbers"] == "150 × $24.58"
    rows = next(step for step in data["steps"] if step["key"] == "slowdown")["rows"]
    assert rows == ["1", "1.2", None, None, "1", "1"]


def test_numbers_may_be_numbers_or_texts() -> None:
    texts = {"encounters": "1,200", "benefit_load": "42.34%", "fee": "$75.00"}
    numbers = {"encounters": 1200, "benefit_load": 0.4234, "fee": 75.0}
    assert answer("delegation-savings", texts)["outputs"] == answer("delegation-savings", numbers)["outputs"]


def test_a_result_that_does_not_exist_is_null_with_its_reason() -> None:
    data = answer("cmr-stars", {"star_year": 2027})
    assert data["outputs"]["stars"] is None
    assert next(step for step in data["steps"] if step["key"] == "stars")["shown"] == "no star level"
    assert "display page" in data["notices"][0]["text"]


def test_input_from_a_file(tmp_path: Path) -> None:
    path = tmp_path / "inputs.json"
    path.write_text('{"scheduled_visits": 22}')
    assert json.loads(run("mtm-revenue", "--input", str(path)).stdout)["outputs"]["monthly_profit"] == "18.00"
    assert run("mtm-revenue", "--input", str(tmp_path / "none.json")).exit_code == 2


def test_all_mistakes_are_named_at_once() -> None:
    given = '{"encounters": NaN, "fee": -1, "wage": 3, "activities": [{}, {"rework": "most"}]}'
    result = run("delegation-savings", "--input", "-", given=given)
    assert (result.exit_code, result.stdout) == (2, "")
    assert set(json.loads(result.stderr)["errors"]) == {"encounters", "fee", "wage", "activities[1].rework"}


@pytest.mark.parametrize(
    "given",
    ["", "{", "[]", "7", "null", '"x"', b"\xff\xfe", "[" * 100_000, "9" * 10_000, " " * (MAX_JSON + 1)],
    ids=["empty", "broken", "list", "number", "null", "text", "bytes", "deep", "long", "large"],
)
def test_what_is_no_object_is_refused(given: str | bytes) -> None:
    result = run("cmr-stars", "--input", "-", given=given)
    assert (result.exit_code, result.stdout) == (2, "")
    assert list(json.loads(result.stderr)["errors"]) == [""]


def test_ten_thousand_activities_are_refused() -> None:
    result = run("delegation-savings", "--input", "-", given=json.dumps({"activities": [{}] * 10_000}))
    assert result.exit_code == 2
    assert json.loads(result.stderr)["errors"] == {"activities": "Give at most 100 rows; these are 10,000."}


@pytest.mark.parametrize("arguments", [["nothing"], []])
def test_an_unknown_name_lists_those_there_are(arguments: list[str]) -> None:
    result = run(*arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    assert all(name in result.stderr for name in formulas())


def test_the_page_about_the_calculators_is_that_of_the_declarations() -> None:
    """After a change of a declaration: `lms calculate --reference > docs/calculators.md`."""
    written = run("--reference").stdout
    assert written == reference(formulas().values())
    assert PAGE.read_text() == written
