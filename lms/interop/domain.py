"""The description of the API (OpenAPI 3.1), written from the calculators' declarations."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from lms.calculators.domain import Formula, Input, Table, defaults

#: Version of the addresses under /api/v1, not of the formulas, which have their own.
VERSION = "1"
_JSON = "application/json"
_PROBLEM = "application/problem+json"


def catalogue(formula: Formula) -> dict[str, Any]:
    """A calculator as the list of calculators tells it."""
    return {
        "name": formula.name,
        "title": formula.title,
        "question": formula.question,
        "summary": formula.summary,
        "objective": formula.objective,
        "version": formula.version,
        "reviewed_on": formula.reviewed_on.isoformat(),
        "inputs": [_input(each) for each in formula.inputs],
        "tables": [
            {
                "key": table.key,
                "title": table.title,
                "max_rows": table.max_rows,
                "kinds": [
                    {"key": kind.key, "title": kind.title, "fixed": _texts(kind.fixed), "rule": kind.rule}
                    for kind in table.kinds
                ],
                "columns": [_input(column) for column in table.columns],
            }
            for table in formula.tables
        ],
        "outputs": [{"key": step.key, "title": step.title, "unit": step.unit.key} for step in formula.outputs],
    }


def openapi(formulas: Iterable[Formula], *, server: str, title: str) -> dict[str, Any]:
    """The whole description. `server` is the address under which the site is reached."""
    known = list(formulas)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": f"{title}: calculators",
            "version": VERSION,
            "description": "Numbers are given as numbers or decimal texts, and returned as decimal texts.",
        },
        "servers": [{"url": server}],
        "paths": {
            "/api/v1/calculators": {
                "get": {
                    "operationId": "listCalculators",
                    "summary": "Every calculator, with its inputs and results",
                    "responses": {
                        "200": _reply("The calculators", {"$ref": "#/components/schemas/Calculators"}),
                        "429": _refusal("Too many requests"),
                    },
                }
            },
            **{f"/api/v1/calculators/{formula.name}": {"post": _operation(formula)} for formula in known},
        },
        "components": {"schemas": {**_SHARED, **{_schema_name(each): _inputs(each) for each in known}}},
    }


def _operation(formula: Formula) -> dict[str, Any]:
    return {
        "operationId": _schema_name(formula).removesuffix("Inputs"),
        "summary": formula.question,
        "description": f"{formula.summary} Version {formula.version}.",
        "requestBody": {
            "required": True,
            "content": {
                _JSON: {
                    "schema": {"$ref": f"#/components/schemas/{_schema_name(formula)}"},
                    "examples": {
                        "defaults": {"summary": "The defaults, all given", "value": defaults(formula).as_data()},
                        "nothing": {"summary": "Nothing given: everything has its default", "value": {}},
                    },
                }
            },
        },
        "responses": {
            "200": _reply("The calculation", {"$ref": "#/components/schemas/Calculation"}),
            "404": _refusal("No such calculator"),
            "413": _refusal("Too much at once"),
            "415": _refusal("The body is not JSON"),
            "422": _refusal("Inputs that cannot be used: `errors` names every one"),
            "429": _refusal("Too many requests"),
        },
    }


def _schema_name(formula: Formula) -> str:
    return "".join(part.capitalize() for part in formula.name.split("-")) + "Inputs"


def _inputs(formula: Formula) -> dict[str, Any]:
    properties = {each.key: _value(each) for each in formula.inputs}
    properties |= {table.key: _rows(table) for table in formula.tables}
    return {"type": "object", "additionalProperties": False, "properties": properties}


def _rows(table: Table) -> dict[str, Any]:
    return {
        "type": "array",
        "title": table.title,
        "maxItems": table.max_rows,
        "items": {
            "type": "object",
            "additionalProperties": False,
            "properties": {
                "kind": {"type": "string", "enum": [kind.key for kind in table.kinds]},
                "name": {"type": "string", "maxLength": 80},
                **{column.key: _value(column) for column in table.columns},
            },
        },
    }


def _value(declared: Input) -> dict[str, Any]:
    words = {"title": declared.title, "description": " ".join(filter(None, (declared.help, declared.source)))}
    if declared.choices:
        names = [key for key, _title in declared.choices]
        return {**words, "type": "string", "enum": names, "default": declared.default}
    number: dict[str, Any] = {
        "type": "integer" if declared.whole else "number",
        "minimum": float(declared.minimum),
        "maximum": float(declared.maximum),
    }
    return {**words, "default": _text(declared.default), "anyOf": [number, {"type": "string"}]}


def _input(declared: Input) -> dict[str, Any]:
    told = {
        "key": declared.key,
        "title": declared.title,
        "unit": declared.unit.key,
        "default": _text(declared.default),
        "help": declared.help,
        "source": declared.source,
    }
    if declared.choices:
        return {**told, "choices": [{"key": key, "title": title} for key, title in declared.choices]}
    return {**told, "minimum": _text(declared.minimum), "maximum": _text(declared.maximum), "whole": declared.whole}


def _text(value: Decimal | str) -> str:
    return f"{value:f}" if isinstance(value, Decimal) else value


def _texts(values: Any) -> dict[str, str]:
    return {key: _text(value) for key, value in values.items()}


def _reply(description: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"description": description, "content": {_JSON: {"schema": schema}}}


def _refusal(description: str) -> dict[str, Any]:
    return {"description": description, "content": {_PROBLEM: {"schema": {"$ref": "#/components/schemas/Problem"}}}}


_STRING = {"type": "string"}
_OBJECT = {"type": "object"}
_SHARED: dict[str, Any] = {
    "Calculators": {
        "type": "object",
        "required": ["calculators"],
        "properties": {"calculators": {"type": "array", "items": _OBJECT}},
    },
    "Calculation": {
        "type": "object",
        "required": ["calculator", "version", "inputs", "outputs", "steps", "notices"],
        "properties": {
            "calculator": _STRING,
            "title": _STRING,
            "version": _STRING,
            "reviewed_on": {"type": "string", "format": "date"},
            "inputs": _OBJECT,
            "outputs": {
                "type": "object",
                "description": "Results by key, rounded as they are shown; null where a result does not exist.",
                "additionalProperties": {"type": ["string", "boolean", "null"]},
            },
            "steps": {"type": "array", "items": _OBJECT},
            "notices": {"type": "array", "items": _OBJECT},
        },
    },
    "Problem": {
        "type": "object",
        "description": "RFC 9457",
        "required": ["title", "status"],
        "properties": {
            "title": _STRING,
            "status": {"type": "integer"},
            "errors": {
                "type": "object",
                "description": "A sentence for each input that cannot be used, by its path.",
                "additionalProperties": _STRING,
            },
        },
    },
}
