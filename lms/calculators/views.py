"""The calculators: their list, each one's page, live results, and the scenarios that people keep."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any
from urllib.parse import parse_qsl

from flask import Blueprint, current_app, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_login import current_user
from markupsafe import Markup
from werkzeug.datastructures import MultiDict

from lms.calculators import drawings, forms, queries, services
from lms.calculators.domain import (
    Formula,
    Inputs,
    InvalidInputs,
    Result,
    Swing,
    calculate,
    defaults,
    evaluate,
    figures,
    formulas,
    read,
    simulate,
    tornado,
)
from lms.calculators.domain.figures import dated_table
from lms.calculators.domain.sensitivity import METHOD
from lms.calculators.exports.brief import brief
from lms.calculators.exports.table import table as csv_table
from lms.calculators.exports.workbook import workbook
from lms.content.course import Course
from lms.core.clock import local_date, now
from lms.core.db import db
from lms.core.errors import DomainError, NotFound
from lms.core.settings import Settings
from lms.core.unit_of_work import unit_of_work
from lms.releases.queries import current
from lms.web import parts, policy
from lms.web.charts import render_figure
from lms.web.links import url_for

blueprint = Blueprint("calculators", __name__)

#: Parts of pages that an application keeps, a few for each set of inputs: mostly those of the defaults are asked for.
_MOST_PARTS = 200

#: The course whose sources the calculators name.
COURSE = "mtm"


@dataclass(frozen=True)
class Page:
    """What was asked of a calculator: what stands in the fields, what is wrong, and the result if nothing is."""

    formula: Formula
    data: dict[str, Any]
    errors: dict[str, str]
    result: Result | None

    @cached_property
    def query(self) -> str:
        return forms.address_query(self.result.inputs) if self.result else ""

    def kept(self, *name: str, caller: Callable[[], Markup]) -> Markup:
        """A part of the page, written once for the same inputs; one that names mistakes is written each time."""
        if self.result is None:
            return caller()
        key = (self.formula.name, self.query, name)
        return parts.remembered("calculators", key, most=_MOST_PARTS, caller=caller)


@blueprint.app_template_filter("exact")
def _exact(value: float) -> Decimal:
    """A simulated number for units, which write exact ones."""
    return Decimal(repr(value))


@blueprint.get("/calculators")
@policy.public
def calculators() -> str:
    """Every calculator, with its question."""
    return render_template("lms/calculators/calculators.html", formulas=formulas().values())


@blueprint.get("/calculators/saved")
@policy.signed_in
def scenarios() -> str:
    """The scenarios that a person keeps."""
    kept = [row for row in queries.scenarios(db.session(), current_user.id) if row.calculator in formulas()]
    return render_template("lms/calculators/scenarios.html", scenarios=[_kept(row) for row in kept], most=services.MOST)


@blueprint.post("/calculators/saved/<scenario>/rename")
@policy.signed_in
def rename(scenario: str) -> ResponseReturnValue:
    """Give a scenario another name."""
    person_id = current_user.id
    with unit_of_work() as session:
        row = queries.access_scenario(session, person_id=person_id, public_id=scenario)
        services.rename_scenario(session, scenario=row, name=request.form.get("name", ""))
    flash("The scenario has its new name.", "success")
    return redirect(url_for(".scenarios"), 303)


@blueprint.post("/calculators/saved/<scenario>/delete")
@policy.signed_in
def delete(scenario: str) -> ResponseReturnValue:
    """Remove a scenario."""
    person_id = current_user.id
    with unit_of_work() as session:
        services.delete_scenario(
            session, scenario=queries.access_scenario(session, person_id=person_id, public_id=scenario)
        )
    flash("The scenario is deleted.", "success")
    return redirect(url_for(".scenarios"), 303)


@blueprint.get("/calculators/<name>")
@policy.public
def calculator(name: str) -> ResponseReturnValue:
    """A calculator with the inputs of the address, or its defaults."""
    page = _page(name)
    return _rendered(page), 422 if page.errors else 200


@blueprint.get("/calculators/<name>/results")
@policy.public
def results(name: str) -> ResponseReturnValue:
    """The results alone, for the page's script."""
    page = _page(name)
    body = render_template("lms/calculators/results.html", page=page, **_parts(page))
    return body, 422 if page.errors else 200


@blueprint.get("/calculators/<name>/compare")
@policy.public
def compare(name: str) -> ResponseReturnValue:
    """The address's scenario beside a kept one, or beside the defaults."""
    page = _page(name)
    if page.result is None:
        return _rendered(page), 422
    other, title = _other(page.formula, request.args.get("with"))
    changed = _differences(page.formula, page.result.inputs, other.inputs)
    return render_template("lms/calculators/compare.html", page=page, other=other, other_title=title, changed=changed)


@blueprint.get("/calculators/<name>.pdf")
@policy.public
def as_brief(name: str) -> ResponseReturnValue:
    """The result on one page of paper."""
    page = _page(name)
    if page.result is None:
        return _rendered(page), 422
    swings = tornado(page.formula, page.result.inputs, figures)
    address = f"{url_for('.calculator', name=name, _external=True)}?{page.query}"
    settings: Settings = current_app.extensions["lms.settings"]
    document = brief(page.result, swings, made_on=local_date(now()), site=settings.site_name, address=address)
    return _download(document, "application/pdf", f"{name}.pdf")


@blueprint.get("/calculators/<name>.xlsx")
@policy.public
def as_workbook(name: str) -> ResponseReturnValue:
    """The result as a workbook that goes on calculating."""
    page = _page(name)
    if page.result is None:
        return _rendered(page), 422
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    return _download(workbook(page.result, made_on=local_date(now())), kind, f"{name}.xlsx")


@blueprint.get("/calculators/<name>.csv")
@policy.public
def as_table(name: str) -> ResponseReturnValue:
    """Inputs, steps and results as plain lines."""
    page = _page(name)
    if page.result is None:
        return _rendered(page), 422
    return _download("".join(csv_table(page.result)).encode(), "text/csv; charset=utf-8", f"{name}.csv")


@blueprint.post("/calculators/<name>/save")
@policy.signed_in
def save(name: str) -> ResponseReturnValue:
    """Keep the form's inputs under a name."""
    formula = _formula(name)
    person_id = current_user.id
    given = request.form.get("scenario", "")
    try:
        inputs = read(formula, forms.from_address(formula, request.form))
        with unit_of_work() as session:
            services.save_scenario(session, person_id=person_id, formula=formula, inputs=inputs, name=given)
    except InvalidInputs as invalid:
        data = forms.from_address(formula, request.form)
        return _rendered(Page(formula, data, invalid.errors, None)), 422
    except DomainError as error:
        page = Page(formula, forms.from_address(formula, request.form), {}, evaluate(formula, inputs, figures))
        return _rendered(page, save_error=error.message, scenario_name=given), error.status
    flash("The scenario is saved.", "success")
    return redirect(f"{url_for('.calculator', name=name)}?{forms.address_query(inputs)}", 303)


def _download(body: bytes, kind: str, filename: str) -> ResponseReturnValue:
    return body, 200, {"Content-Type": kind, "Content-Disposition": f'attachment; filename="{filename}"'}


def _formula(name: str) -> Formula:
    found = formulas().get(name)
    if found is None:
        raise NotFound
    return found


def _page(name: str) -> Page:
    return page_of(_formula(name), request.args)


def page_of(formula: Formula, query: MultiDict[str, str]) -> Page:
    """What an address asks of a calculator."""
    data = forms.from_address(formula, query)
    try:
        result = calculate(formula, data)
    except InvalidInputs as invalid:
        return Page(formula, data, invalid.errors, None)
    # Checked numbers are shown as numbers are: a share as per cent, whatever way it was typed.
    return Page(formula, forms.shown_data(formula, result.inputs), {}, result)


def _parts(page: Page) -> dict[str, Any]:
    """What the results need beyond the page itself."""
    if page.result is None:
        return {"error_links": forms.error_links(page.formula, page.errors)}
    result, formula = page.result, page.formula

    def swings() -> tuple[Swing, ...]:
        return tornado(formula, result.inputs, figures) if formula.drivers else ()

    return {
        "spread": request.args.get("spread") == "yes" and bool(formula.drivers),
        "bars": lambda: drawings.bars(result),
        "tornado": lambda: drawings.tornado(result, swings()),
        "band": lambda: simulate(formula, result.inputs, figures),
        "band_method": METHOD,
        "unit": formula.step(formula.target).unit,
        "arithmetic": lambda line: result.arithmetic(line, figures),
        "error_links": [],
    }


def _rendered(page: Page, *, save_error: str | None = None, scenario_name: str = "") -> str:
    formula = page.formula
    release, course = _course()
    return render_template(
        "lms/calculators/calculator.html",
        page=page,
        formula=formula,
        fields=lambda: forms.fields(formula, page.data, page.errors),
        tables=lambda: [(table, forms.row_fields(table, page.data, page.errors)) for table in formula.tables],
        most_rows=forms.MOST_ROWS,
        course=course,
        release=str(release),
        drawn=render_figure,
        data_tables=lambda: [dated_table(key) for key in formula.data],
        kept=_kept_of(formula),
        hidden_inputs=parse_qsl,
        save_error=save_error,
        scenario_name=scenario_name,
        **_parts(page),
    )


def _course() -> tuple[int, Course] | tuple[None, None]:
    """The course that the calculators belong to, with its release: words, sources, figures. None before it is there."""
    try:
        return current(db.session(), COURSE)
    except NotFound:
        return None, None


def _kept_of(formula: Formula) -> list[dict[str, Any]]:
    if not current_user.is_authenticated:
        return []
    return [_kept(row) for row in queries.scenarios(db.session(), current_user.id, calculator=formula.name)]


def _kept(row: Any) -> dict[str, Any]:
    """A kept scenario as a list shows it; inputs that the present formula no longer takes are named."""
    formula = formulas()[row.calculator]
    try:
        result = calculate(formula, row.inputs)
    except InvalidInputs:
        return {"row": row, "formula": formula, "query": "", "headline": None, "changed": True}
    view = formula.views[0]
    return {
        "row": row,
        "formula": formula,
        "query": forms.address_query(result.inputs),
        "headline": (formula.step(view.headline).title, result.line(view.headline).shown),
        "changed": row.version != formula.version,
    }


def _other(formula: Formula, asked: str | None) -> tuple[Result, str]:
    if not asked or not current_user.is_authenticated:
        return evaluate(formula, defaults(formula), figures), "Defaults"
    row = queries.access_scenario(db.session(), person_id=current_user.id, public_id=asked)
    if row.calculator != formula.name:
        raise NotFound
    return calculate(formula, row.inputs), row.name


def _differences(formula: Formula, one: Inputs, other: Inputs) -> list[tuple[str, str, str]]:
    """Inputs that differ: title and both values, as the fields show them."""
    first, second = (forms.fields(formula, forms.shown_data(formula, each), {}) for each in (one, other))
    changed = [
        (each.title, each.title_of(first[each.key].value), each.title_of(second[each.key].value))
        for each in formula.inputs
        if one.values[each.key] != other.values[each.key]
    ]
    for table in formula.tables:
        if list(one.rows[table.key]) != list(other.rows[table.key]):
            counts = (f"{len(each.rows[table.key])} rows" for each in (one, other))
            changed.append((table.title, *counts))  # type: ignore[arg-type]
    return changed
