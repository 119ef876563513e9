"""The page `docs/calculators.md`, written from the declarations, so that it cannot say anything else than they do."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal

from lms.calculators.domain.declaration import Formula, Input, Step, Table

_HEAD = """\
# Calculators

Written by `lms calculate --reference` from the declarations in `lms/calculators/formulas`; do not edit this page
by hand.

```sh
lms calculate delegation-savings --input inputs.json
echo '{"encounters": 300, "fee": "75"}' | lms calculate delegation-savings --input -
```

**Inputs** are one JSON object. What is left out has its default. Numbers may be numbers (`0.4234`) or texts
(`"0.4234"`, `"1,250"`, `"$60"`, and `"42.34%"` where the unit is a share). A table is a list of rows, each an
object with a `kind` of the list, an optional `name`, and the columns. Nothing is bent to fit: a value out of its
range, an unknown key or a wrong type is an error, and all errors are named at once by their path, such as
`activities[2].rework`. The command then prints `{"calculator": …, "errors": {path: sentence}}` on standard error
and exits with 2.

**The answer** is one JSON object: `inputs` (complete), `outputs` by key, `steps` with the arithmetic in words and
in numbers, `notices`, and the `version` of the formula, which grows when results can change. All numbers are texts
with a decimal point, so that no cent is lost on the way. `outputs` are rounded as a page shows them: money half
away from zero to the cent, hours and minutes to 0.1. `value` of a step is exact to 28 digits. A value that does
not exist is `null`, and `shown` says why.

**The arithmetic** is written in a small language: `+ - * /`, comparisons, `and or not`, `a if b else c`, `none`,
`min max abs ceil floor`, `round(x, places)` with halves away from zero, `known(x)`, `total(x)` over the rows of a
table, `count(table)`, and `lookup(table, row parts…, column)` for a figure of a dated table in `modules/data`.
Arithmetic with none, and a division by zero, give none; a comparison with none is false.
"""


def reference(formulas: Iterable[Formula]) -> str:
    """The whole page as Markdown."""
    return "\n".join([_HEAD, *(line for formula in formulas for line in _formula(formula))])


def _formula(formula: Formula) -> Iterator[str]:
    yield f"## {formula.name}\n"
    yield f"{formula.question} {formula.summary}\n"
    reviewed = f"{formula.reviewed_on.day} {formula.reviewed_on:%B %Y}"
    yield f"Version {formula.version}, reviewed on {reviewed}. Objective {formula.objective}.\n"
    yield f"### Inputs of {formula.name}\n"
    yield from _inputs(formula.inputs)
    for table in formula.tables:
        yield from _table(table)
    for check in formula.checks:
        yield f"`{check.path}` must satisfy `{check.expression}`. {check.text}\n"
    yield f"### Results of {formula.name}\n"
    yield from _steps([step for step in formula.steps if step.per is None])
    for table in formula.tables:
        yield f"For each row of `{table.key}`:\n"
        yield from _steps([step for step in formula.steps if step.per == table.key])
    yield from _list("Notices", (f"{notice.text} (`{notice.when}`)" for notice in formula.notices))
    yield from _list("Presets", (f"{each.title} (`{each.key}`). {each.source}" for each in formula.presets))
    yield from _list("Dated tables", (f"`modules/data/{key}.yaml`" for key in formula.data))
    yield f"Limits: {formula.limits}\n"


def _inputs(inputs: Iterable[Input]) -> Iterator[str]:
    yield "| key | what | unit | range | default | where the default is from |"
    yield "|---|---|---|---|---|---|"
    for each in inputs:
        if each.choices:
            allowed = ", ".join(f"`{key}` ({title})" for key, title in each.choices)
        else:
            allowed = f"{_number(each.minimum)} to {_number(each.maximum)}{', whole' if each.whole else ''}"
        default = each.default if isinstance(each.default, str) else _number(each.default)
        what = f"{each.title}. {each.help}".removesuffix(". ")
        yield f"| `{each.key}` | {what} | {each.unit.title} | {allowed} | {default} | {each.source} |"
    yield ""


def _table(table: Table) -> Iterator[str]:
    yield f"`{table.key}` is a list of at most {table.max_rows} rows. Its `kind` is one of:\n"
    for kind in table.kinds:
        fixed = ", ".join(f"`{key}` stays {_number(value)}" for key, value in kind.fixed.items())
        yield f"- `{kind.key}` ({kind.title}){f': {fixed}. {kind.rule}' if fixed else ''}"
    yield ""
    yield from _inputs(table.columns)


def _steps(steps: Iterable[Step]) -> Iterator[str]:
    yield "| key | what | unit | how | without a value |"
    yield "|---|---|---|---|---|"
    for step in steps:
        what = f"{step.title}. {step.note}".removesuffix(". ") + ("" if step.output else " (step only)")
        yield f"| `{step.key}` | {what} | {step.unit.title} | `{step.expression}` | {step.none_text} |"
    yield ""


def _list(title: str, lines: Iterable[str]) -> Iterator[str]:
    written = [f"- {line}" for line in lines]
    if written:
        yield f"{title}:\n"
        yield from written
        yield ""


def _number(value: Decimal) -> str:
    return f"{value.normalize():,f}"
