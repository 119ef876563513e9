"""`lms settings` and `lms routes`: what can be set, and who may open what."""

from __future__ import annotations

import json

import click

from lms.core.settings import PREFIX, Settings, from_environment


@click.command()
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
def settings(as_json: bool) -> None:
    """List every setting with its meaning, default and present value."""
    present = from_environment()
    rows = [
        {
            "name": PREFIX + name.upper(),
            "default": str(field.default) if field.default is not None else "",
            "value": "(set)"
            if name in {"secret_key", "mail_url", "database_url"} and getattr(present, name)
            else str(getattr(present, name) or ""),
            "description": field.description or "",
        }
        for name, field in Settings.model_fields.items()
    ]
    if as_json:
        click.echo(json.dumps(rows, indent=2))
        return
    for row in rows:
        click.echo(
            f"{row['name']}\n    {row['description']}\n"
            f"    default: {row['default'] or '(empty)'}   now: {row['value'] or '(empty)'}"
        )


@click.command()
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
def routes(as_json: bool) -> None:
    """List every address with its methods and who may use it."""
    from lms.app import create_app
    from lms.web import policy

    app = create_app()
    declared = policy.declared(app)
    rows = sorted(
        (
            rule.rule,
            ",".join(sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})),
            declared[rule.endpoint].value,
            rule.endpoint,
        )
        for rule in app.url_map.iter_rules()
    )
    if as_json:
        keys = ("address", "methods", "policy", "endpoint")
        click.echo(json.dumps([dict(zip(keys, row, strict=True)) for row in rows], indent=2))
        return
    width = max(len(row[0]) for row in rows)
    for address, methods, who, _endpoint in rows:
        click.echo(f"{address:<{width}}  {methods:<9}  {who}")
