"""`lms calculate`: the calculators from the command line, JSON in and JSON out."""

from __future__ import annotations

import json
import sys
from typing import Any, BinaryIO

import click

from lms.calculators.domain import InvalidInputs, calculate, document, figures, formulas
from lms.calculators.domain.reading import MAX_JSON, from_json
from lms.calculators.domain.reference import reference


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
        result = calculate(formula, from_json(source.read(MAX_JSON + 1)) if source else {})
    except InvalidInputs as refusal:
        _print({"calculator": formula.name, "errors": refusal.errors}, err=True)
        sys.exit(2)
    _print(document(result, figures))


def _print(data: dict[str, Any], *, err: bool = False) -> None:
    click.echo(json.dumps(data, indent=2, ensure_ascii=False), err=err)
