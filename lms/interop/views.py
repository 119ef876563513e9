"""The API. Every address is for anyone; none reads a cookie, so none needs a form token."""

from __future__ import annotations

from flask import Blueprint, current_app, jsonify, request
from flask.typing import ResponseReturnValue

from lms.calculators.domain import InvalidInputs, calculate, document, figures, formulas
from lms.calculators.domain.reading import MAX_JSON, from_json
from lms.core.errors import NotFound
from lms.core.settings import Settings
from lms.interop.domain import catalogue, openapi
from lms.web import limits, policy
from lms.web.errors import problem
from lms.web.security import csrf

blueprint = Blueprint("interop", __name__, url_prefix="/api/v1")

#: A program may ask twice a second for a whole minute; a person never does.
_RATE = "120 per minute"


@blueprint.get("/openapi.json")
@policy.public
def description() -> ResponseReturnValue:
    """The description of this API, for programs that read it."""
    settings: Settings = current_app.extensions["lms.settings"]
    server = request.script_root or "/"
    return jsonify(openapi(formulas().values(), server=server, title=settings.site_name))


@blueprint.get("/calculators")
@policy.public
def calculators() -> ResponseReturnValue:
    """Every calculator, with its inputs and results."""
    return jsonify(calculators=[catalogue(formula) for formula in formulas().values()])


@blueprint.post("/calculators/<name>")
@policy.public
def calculator(name: str) -> ResponseReturnValue:
    """Calculate. The body is a JSON object of inputs; what it leaves out has its default."""
    limits.hit("calculations by address", _RATE, limits.client_address())
    formula = formulas().get(name)
    if formula is None:
        raise NotFound
    if request.mimetype != "application/json":
        return problem(415, "Send the inputs as JSON, with the content type application/json.")
    body = request.get_data(cache=False)
    if len(body) > MAX_JSON:
        return problem(413, f"Send at most {MAX_JSON:,} bytes.")
    try:
        result = calculate(formula, from_json(body))
    except InvalidInputs as refusal:
        return problem(422, "Some inputs cannot be used.", errors=refusal.errors)
    return jsonify(document(result, figures))


csrf.exempt(calculator)  # a form token proves where a form came from; nothing here is done in anybody's name
