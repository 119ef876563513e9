"""What is taken away says what the page says: brief, workbook, table."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pypdf
import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lms.calculators.domain import Formula, Result, calculate, figures, formulas, tornado
from lms.calculators.exports.brief import brief
from lms.calculators.exports.spreadsheet import formula as spreadsheet_formula
from lms.calculators.exports.table import table
from lms.calculators.exports.workbook import workbook
from lms.core.arithmetic import parse
from tests.calculators.test_engine import amounts, fits

DAY = date(2026, 11, 27)
CASES: list[tuple[str, dict[str, Any]]] = [
    *((name, {}) for name in formulas()),
    ("delegation-savings", {"fee": 40, "delegate_time": "idle"}),
    ("delegation-savings", {"activities": [{"pharmacist_minutes": 5, "delegate_minutes": 12, "rework": "20%"}]}),
    ("delegation-savings", {"encounters": 0, "activities": []}),
    ("delegation-savings", {"activities": [{"verification_minutes": 0, "rework": 0}], "eligible_patients_left": 7}),
    ("cmr-stars", {"star_year": "2027"}),
    ("cmr-stars", {"contract": "PDP", "star_year": "2016", "eligible_members": 31, "members_with_cmr": 5}),
    ("cmr-stars", {"eligible_members": 30, "members_with_cmr": 30}),
    ("mtm-revenue", {"payment": "time", "visit_minutes": 53, "time_rule": "midpoint", "patient": "established"}),
    ("mtm-revenue", {"no_show_rate": 1}),
    ("ccm-comparison", {"minutes_per_month": 40}),
    ("ccm-comparison", {"payment_year": "y2025", "complexity": "complex", "minutes_per_month": 90}),
]


def recomputed(*paths: Path) -> list[dict[str, Any]]:
    """The results of workbooks as another engine finds them."""
    program = [sys.executable, str(Path(__file__).with_name("recompute.py")), *map(str, paths)]
    done = subprocess.run(program, capture_output=True, text=True, check=True, timeout=300)
    found = json.loads(done.stdout)
    return [found[str(path)] for path in paths]


def assert_same(result: Result, cells: dict[str, Any]) -> None:
    """Each cell, shown as the page shows it, is what the page shows."""
    steps = [step for step in result.formula.steps if step.per is None]
    for number, step in enumerate(steps, start=2):
        cell, value = cells[f"B{number}"], result.line(step.key).value
        if isinstance(value, Decimal):
            assert isinstance(cell, float), (step.key, cell)
            # A spreadsheet calculates with about fifteen digits: the last ones say nothing.
            assert step.unit.write(Decimal(repr(round(cell, 8)))) == step.unit.write(value), step.key
        else:
            assert cell == (step.none_text if value is None else value), step.key


def test_another_engine_finds_in_the_workbook_what_the_page_shows(tmp_path: Path) -> None:
    results = [calculate(formulas()[name], data) for name, data in CASES]
    paths = []
    for number, result in enumerate(results):
        paths.append(tmp_path / f"{number}.xlsx")
        paths[-1].write_bytes(workbook(result, made_on=DAY))
    for result, cells in zip(results, recomputed(*paths), strict=True):
        assert_same(result, cells)


@given(data=st.data())
@settings(
    max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
def test_and_so_it_does_for_any_inputs(tmp_path: Path, data: st.DataObject) -> None:
    formula = formulas()[data.draw(st.sampled_from(list(formulas())))]
    result = calculate(formula, data.draw(amounts(formula).filter(lambda each: fits(formula, each))))
    path = tmp_path / "drawn.xlsx"
    path.write_bytes(workbook(result, made_on=DAY))
    (cells,) = recomputed(path)
    assert_same(result, cells)


def test_an_input_changed_in_the_spreadsheet_changes_the_results(tmp_path: Path) -> None:
    """The owner goes on in the spreadsheet and gets the numbers of the page."""
    formula = formulas()["delegation-savings"]
    path = tmp_path / "owner.xlsx"
    path.write_bytes(workbook(calculate(formula, {}), made_on=DAY))
    book = openpyxl.load_workbook(path)
    inputs = {row[0].value: row[1] for row in book["Inputs"].iter_rows(min_row=2)}
    inputs["Encounters a year"].value = 300
    inputs["Fee for a further review"].value = 75
    book["Activities"]["D2"].value = 15  # the technician's minutes of the first activity
    book.save(path)
    rows = [dict(row) for row in formula.tables[0].rows]
    rows[0]["delegate_minutes"] = Decimal(15)
    (cells,) = recomputed(path)
    assert_same(calculate(formula, {"encounters": 300, "fee": 75, "activities": rows}), cells)


def test_text_in_a_workbook_is_text(tmp_path: Path) -> None:
    """Abuse case 56."""
    result = calculate(formulas()["delegation-savings"], {"activities": [{"name": '=HYPERLINK("http://x.example")'}]})
    path = tmp_path / "hostile.xlsx"
    path.write_bytes(workbook(result, made_on=DAY))
    cell = openpyxl.load_workbook(path)["Activities"]["A2"]
    assert (cell.data_type, cell.value) == ("s", '=HYPERLINK("http://x.example")')


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("a + 2 * b", "(A1+(2*B1))"),
        ("-a", "(-A1)"),
        ("a / b", "(A1/B1)"),
        ("none", "NA()"),
        ("a if a > 1 else b", "IF(IF(AND(ISNUMBER(A1)),A1>1,FALSE),A1,B1)"),
        ("a if word == 'x' else b", 'IF(IFERROR(C1="x",FALSE),A1,B1)'),
        ("known(a) and not known(b)", "AND(ISNUMBER(A1),NOT(ISNUMBER(B1)))"),
        ("ceil(a)", "(-INT(-ROUND(A1,9)))"),
        ("floor(a)", "INT(ROUND(A1,9))"),
        ("round(a, 2)", "ROUND(A1,2)"),
        ("min(a, b)", "MIN(A1+0,B1+0)"),
        ("total(a)", "SUM(A1:A9)"),
        ("lookup('t', 'sr', word, 'c')", 'INDEX(T,MATCH("sr"&"-"&C1,R,0),MATCH("c",K,0))'),
    ],
)
def test_arithmetic_in_the_words_of_spreadsheets(text: str, written: str) -> None:
    cells = {"a": "A1", "b": "B1", "word": "C1", "total(a)": "SUM(A1:A9)"}
    assert spreadsheet_formula(parse(text).root, lambda name: cells[name], lambda _t: ("T", "R", "K")) == written


def made_brief(formula: Formula, data: dict[str, Any], address: str = "https://x.example/c?a=1") -> bytes:
    result = calculate(formula, data)
    return brief(result, tornado(formula, result.inputs, figures), made_on=DAY, site="Training", address=address)


@pytest.mark.parametrize("name", formulas())
def test_a_brief_is_one_accessible_page(name: str) -> None:
    formula = formulas()[name]
    document = made_brief(formula, {})
    assert made_brief(formula, {}) == document, "equal input, equal bytes"
    reader = pypdf.PdfReader(io.BytesIO(document))
    assert len(reader.pages) == 1
    assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"]  # type: ignore[index]
    assert b"pdfuaid" in document
    text = " ".join(reader.pages[0].extract_text().split())
    result = calculate(formula, {})
    for words in (formula.question, "27 November 2026", result.line(formula.views[0].headline).shown):
        assert words in text


def test_a_brief_survives_whatever_an_activity_is_called() -> None:
    """Abuse case 27, for names that somebody types."""
    formula = formulas()["delegation-savings"]
    for name in ("#panic()", "$x^2$ *b* @ref", "名前", "😀", "a" * 80, "\u0301\u0301x"):
        document = made_brief(formula, {"activities": [{"name": name}] * 30})
        assert pypdf.PdfReader(io.BytesIO(document)).pages


@pytest.mark.parametrize("name", formulas())
def test_a_table_holds_every_input_and_result(name: str) -> None:
    result = calculate(formulas()[name], {})
    text = "".join(table(result))
    assert text.startswith("\ufeffpart,key,")
    rows = list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))
    for step in result.formula.outputs:
        found = next(row for row in rows if row["key"] == step.key)
        value = result.shown[step.key]
        assert found["value"] == (
            step.none_text if value is None else str(value) if isinstance(value, str) else f"{value:f}"
        )
    assert {row["key"] for row in rows if row["part"] == "input"} >= {each.key for each in result.formula.inputs}


def test_a_table_runs_nothing() -> None:
    """Abuse case 56."""
    result = calculate(formulas()["delegation-savings"], {"activities": [{"name": "=cmd|' /C calc'!A0"}]})
    assert "'=cmd|" in "".join(table(result))


@pytest.mark.parametrize("kind", ["pdf", "xlsx", "csv"])
def test_each_is_a_download_of_the_addresss_inputs(client: FlaskClient, kind: str) -> None:
    reply = client.get(f"/calculators/delegation-savings.{kind}?encounters=300")
    assert reply.status_code == 200
    assert reply.headers["Content-Disposition"] == f'attachment; filename="delegation-savings.{kind}"'
    assert client.get(f"/calculators/delegation-savings.{kind}?encounters=NaN").status_code == 422
    assert client.get(f"/calculators/delegation-savings.{kind}?activities=1&activities.0.rework=2").status_code == 422
    assert client.get(f"/calculators/none.{kind}").status_code == 404
    if kind == "csv":
        assert "6438.39" in reply.text
