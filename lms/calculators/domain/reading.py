"""From what somebody sent to the inputs of a formula: all that is wrong is said at once, nothing is bent to fit."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from lms.calculators.domain.declaration import Formula, Input, Table
from lms.core.errors import DomainError

_NUMBER = re.compile(r"-?(?:[0-9]{1,15}|[0-9]{1,3}(?:,[0-9]{3}){1,4})(?:\.[0-9]{1,30})?")
_MAX_NAME = 80
_MAX_ERRORS = 100
#: Bytes of JSON that are read: far more than 100 rows take.
MAX_JSON = 1_000_000

Number = Decimal | str
Row = dict[str, Number]


@dataclass(frozen=True)
class Inputs:
    """Checked inputs: a value for every input, and the rows of every table."""

    values: Mapping[str, Number]
    rows: Mapping[str, Sequence[Mapping[str, Number]]]

    def as_data(self) -> dict[str, Any]:
        """The inputs as they are given to `read`: what a link, a saved scenario or an API reply holds."""
        tables = {
            key: [{name: _plain(value) for name, value in row.items()} for row in rows]
            for key, rows in self.rows.items()
        }
        return {**{key: _plain(value) for key, value in self.values.items()}, **tables}


def _plain(value: Number) -> str:
    return f"{value:f}" if isinstance(value, Decimal) else value


class InvalidInputs(DomainError):
    """Inputs that cannot be calculated with: `errors` has a sentence for each, by its path, `activities[2].rework`."""

    def __init__(self, errors: Mapping[str, str]) -> None:
        super().__init__("Some inputs cannot be used.")
        self.errors = dict(errors)


def read(formula: Formula, data: object) -> Inputs:
    """Check inputs. What is left out has its default. Raises InvalidInputs with every mistake."""
    if not isinstance(data, Mapping):
        raise InvalidInputs({"": "Give the inputs as names with values."})
    errors: dict[str, str] = {}
    tables = {table.key: table for table in formula.tables}
    known = {each.key for each in formula.inputs} | set(tables)
    for key in list(data)[:_MAX_ERRORS]:
        if key not in known:
            errors[str(key)[:_MAX_NAME]] = "There is no such input."
    values = {each.key: _value(each, data.get(each.key), each.key, errors) for each in formula.inputs}
    rows = {key: _rows(table, data.get(key), errors) for key, table in tables.items()}
    for check in () if errors else formula.checks:
        if not check.parsed.evaluate(values):
            errors[check.path] = check.text
    if errors:
        raise InvalidInputs(errors)
    return Inputs(values, rows)


def from_json(text: bytes) -> Any:
    """The inputs that a JSON text holds, still unchecked. Raises InvalidInputs for what is none."""
    if len(text) > MAX_JSON:
        raise InvalidInputs({"": f"Give at most {MAX_JSON:,} bytes."})
    try:
        return json.loads(text)
    except json.JSONDecodeError as fault:
        raise InvalidInputs({"": f"This is not JSON: line {fault.lineno}, column {fault.colno}."}) from None
    except (ValueError, RecursionError):
        raise InvalidInputs({"": "This is not JSON."}) from None


def defaults(formula: Formula) -> Inputs:
    """The inputs when nothing is given."""
    return read(formula, {})


def _rows(table: Table, given: object, errors: dict[str, str]) -> list[Row]:
    if given is None:
        given = table.rows
    if isinstance(given, str | bytes | Mapping) or not isinstance(given, Sequence):
        errors[table.key] = "Give a list of rows."
        return []
    if len(given) > table.max_rows:
        errors[table.key] = f"Give at most {table.max_rows} rows; these are {len(given):,}."
        return []
    rows: list[Row] = []
    for index, row in enumerate(given):
        if len(errors) >= _MAX_ERRORS:
            break
        path = f"{table.key}[{index}]"
        if isinstance(row, Mapping):
            rows.append(_row(table, row, path, errors))
        else:
            errors[path] = "Give a row as names with values."
    return rows


def _row(table: Table, given: Mapping[str, Any], path: str, errors: dict[str, str]) -> Row:
    known = {"kind", "name", *(column.key for column in table.columns)}
    for key in list(given)[:_MAX_ERRORS]:
        if key not in known:
            errors[f"{path}.{str(key)[:_MAX_NAME]}"] = "There is no such input."
    names = {each.key: each for each in table.kinds}
    chosen = given.get("kind", table.kinds[-1].key)
    kind = names.get(chosen) if isinstance(chosen, str) else None
    if kind is None:
        errors[f"{path}.kind"] = f"Choose one of: {', '.join(names)}."
        kind = table.kinds[-1]
    name = given.get("name") or kind.title
    if not isinstance(name, str) or len(name) > _MAX_NAME or not name.isprintable():
        errors[f"{path}.name"] = f"Give a name of at most {_MAX_NAME} characters on one line."
        name = kind.title
    row: Row = {"kind": kind.key, "name": name.strip()}
    for column in table.columns:
        fixed = kind.fixed.get(column.key)
        value = _value(column, given.get(column.key, fixed), f"{path}.{column.key}", errors)
        if fixed is not None and value != fixed and f"{path}.{column.key}" not in errors:
            errors[f"{path}.{column.key}"] = f"{kind.title} stays with the pharmacist: {kind.rule}. Enter {fixed}."
        row[column.key] = value
    return row


def _value(declared: Input, given: object, path: str, errors: dict[str, str]) -> Number:
    """The value, or the default after noting what is wrong."""
    if given is None:
        return declared.default
    if declared.choices:
        names = dict(declared.choices)
        if isinstance(given, int) and not isinstance(given, bool):
            given = str(given)
        if isinstance(given, str) and given in names:
            return given
        errors[path] = f"Choose one of: {', '.join(names)}."
        return declared.default
    number = _number(given, share=declared.unit.share)
    if number is None:
        errors[path] = "Enter a number."
    elif not declared.minimum <= number <= declared.maximum:
        low, high = (declared.unit.bound(bound) for bound in (declared.minimum, declared.maximum))
        errors[path] = f"Enter a number from {low} to {high}."
    elif declared.whole and number != number.to_integral_value():
        errors[path] = "Enter a whole number."
    else:
        return number
    return declared.default


def _number(given: object, *, share: bool) -> Decimal | None:
    """A number from JSON or a field: digits, commas between thousands, per cent where a share is asked for."""
    if isinstance(given, bool):
        return None
    if isinstance(given, Decimal):
        given = f"{given:f}" if given.is_finite() and abs(given.adjusted()) < 100 else ""
    elif isinstance(given, float):
        given = repr(given)
        if "e" in given and given not in {"inf", "nan"}:
            given = f"{Decimal(given):f}"
    elif isinstance(given, int):
        given = str(given) if -(10**15) < given < 10**15 else ""
    if not isinstance(given, str):
        return None
    text = given.strip().replace("−", "-").removeprefix("$")
    per_cent = share and text.endswith("%")
    text = text.removesuffix("%").strip() if per_cent else text
    if not _NUMBER.fullmatch(text):
        return None
    number = Decimal(text.replace(",", ""))
    return number / 100 if per_cent else number
