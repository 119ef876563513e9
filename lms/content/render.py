"""How each element of course Markdown looks in HTML. Escapes everything it writes; the result is cleaned once
more."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any, cast

from markdown_it import MarkdownIt
from markdown_it.common.utils import escapeHtml as escape
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token

from lms.content.syntax import BOXES

_HIDDEN = "visually-hidden"


def renderer(md: MarkdownIt) -> RendererHTML:
    """The parser's renderer with our elements."""
    for name, rule in {
        "citation": _citation,
        "term": _term,
        "dated_value": _dated_value,
        "html_block": _as_text,
        "html_inline": _as_text,
        "image": _as_text,
        "table_open": _table_open,
        "table_close": _table_close,
        "container_box_open": _box_open,
        "container_box_close": _box_close,
        "footnote_anchor": _footnote_anchor,
    }.items():
        md.add_render_rule(name, rule)
    return cast(RendererHTML, md.renderer)


#: The true minus sign, which is as wide as a plus and is read out as "minus".
MINUS = "\N{MINUS SIGN}"


def shown(value: Decimal | int | str, unit: str | None) -> str:
    """A value with its unit, as people write it: `96 %`, `$1,623`, `12.50`. Numbers without a unit are not
    grouped."""
    if unit is None or isinstance(value, str):
        return f"{value} {unit}" if unit else str(value)
    if unit in ("$", "€", "£"):
        return f"{MINUS if value < 0 else ''}{unit}{abs(value):,}"
    return f"{value:,}\u00a0{unit}"


def spelled(day: date) -> str:
    """`23 November 2026`."""
    return f"{day.day} {day:%B %Y}"


def _citation(_self: RendererHTML, tokens: Sequence[Token], index: int, _options: Any, _env: Any) -> str:
    links = [
        f'<a href="#source-{escape(key)}"><span class="{_HIDDEN}">Source </span>{number}</a>'
        for key, number in tokens[index].meta.get("numbers", ())
    ]
    return f'<sup class="cite">{", ".join(links)}</sup>' if links else escape(tokens[index].content)


def _term(_self: RendererHTML, tokens: Sequence[Token], index: int, _options: Any, _env: Any) -> str:
    meta = tokens[index].meta
    return f'<a class="term" href="#term-{escape(meta["key"])}">{escape(meta["shown"])}</a>'


def _dated_value(_self: RendererHTML, tokens: Sequence[Token], index: int, _options: Any, _env: Any) -> str:
    meta = tokens[index].meta
    if not meta:
        return escape(tokens[index].content)
    # The first value of a table in each block says its date to everyone; the next ones only to screen
    # readers, which may arrive in the middle of the sentence.
    value, as_of = escape(shown(meta["value"], meta["unit"])), f"(as of {spelled(meta['as_of'])})"
    style = "as-of" if meta["first"] else _HIDDEN
    return f'<span class="dated">{value}<small class="{style}"> {as_of}</small></span>'


def _as_text(_self: RendererHTML, tokens: Sequence[Token], index: int, _options: Any, _env: Any) -> str:
    return escape(tokens[index].content)


def _table_open(_self: RendererHTML, tokens: Sequence[Token], index: int, _options: Any, _env: Any) -> str:
    label = escape(tokens[index].meta["label"])
    return f'<div class="table-scroll" role="region" tabindex="0" aria-label="{label}"><table>\n'


def _table_close(*_arguments: Any) -> str:
    return "</table></div>\n"


def _box_open(_self: RendererHTML, tokens: Sequence[Token], index: int, _options: Any, _env: Any) -> str:
    name, title = tokens[index].meta["name"], tokens[index].meta["argument"]
    known = name if name in BOXES else "note"
    heading = escape(title or BOXES[known])
    return f'<section class="box {known}">\n<p class="box-title">{heading}</p>\n'


def _box_close(*_arguments: Any) -> str:
    return "</section>\n"


def _footnote_anchor(_self: RendererHTML, tokens: Sequence[Token], index: int, _options: Any, _env: Any) -> str:
    number, again = tokens[index].meta["id"] + 1, tokens[index].meta.get("subId", 0)
    target = f"fnref{number}:{again}" if again > 0 else f"fnref{number}"
    return f' <a href="#{target}" class="footnote-backref" aria-label="Back to the text of note {number}">↩</a>'
