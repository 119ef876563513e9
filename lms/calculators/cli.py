"""`lms calculate`: the calculators from the command line, JSON in and JSON out."""

from __future__ import annotations

import json
import sys
from typing import Any, BinaryIO

import click

from lms.calculators.domain import InvalidInputs, calculate, document, figures, formulas
from lms.calculators.domain.reference import reference

#: Far more than 100 rows take; a file that is longer is no input of a calculator.
MAX_BYTES = 1_000_000


@click.command("calculate")
@click.argument("name", required=False)
@click.option(
    "--input",
    "source",
    type=click.File("rb"),
    help="JSON file with the inputs, or - for standard input. What it leaves out has its default.",
)
@click.option("--reference", "wants_reference", is_flag=True, help="Print the page that describes every calculator.")
def calculate_command(name: str | None, source: BinaryIO | None, wants_reference: bool) -> None:
    """Calculate with the calculator NAME. Prints inputs, outputs, steps and notices as JSON.

    Numbers may be given as numbers or as texts, and are printed as texts that keep every cent. Exits with 2 when inputs
    cannot be used, with every mistake by its path as JSON on standard error.
    """
    if wants_reference:
        click.echo(reference(formulas().values()), nl=False)
        return
    formula = formulas().get(name or "")
    if formula is None:
        problem = f"There is no calculator {name!r}." if name else "Name a calculator."
        raise click.UsageError(f"{problem} There are: {', '.join(formulas())}.")
    try:
        result = calculate(formula, _parsed(source) if source else {})
    except InvalidInputs as refusal:
        _print({"calculator": formula.name, "errors": refusal.errors}, err=True)
        sys.exit(2)
    _print(document(result, figures))


def _parsed(source: BinaryIO) -> Any:
    """The JSON of the file. Raises InvalidInputs for what is none."""
    text = source.read(MAX_BYTES + 1)
    if len(text) > MAX_BYTES:
        raise InvalidInputs({"": f"Give at most {MAX_BYTES:,} bytes."})
    try:
        return json.loads(text)
    except json.JSONDecodeError as fault:
        raise InvalidInputs({"": f"This is not JSON: line {fault.lineno}, column {fault.colno}."}) from None
    except (ValueError, RecursionError):
        raise InvalidInputs({"": "This is not JSON."}) from None


def _print(data: dict[str, Any], *, err: bool = False) -> None:
    click.echo(json.dumps(data, indent=2, ensure_ascii=False), err=err)
