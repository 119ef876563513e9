"""The Markdown of course files: CommonMark, tables and footnotes, and four forms of our own.

`[@source; @source]` citation · `[[term|words]]` glossary term · `{{ table.row.column }}` dated value ·
`::: name argument` … `:::` container. This module only recognises them; `lms.content.markdown` judges and
renders them.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline
from mdit_py_plugins.container import container_plugin
from mdit_py_plugins.footnote import footnote_plugin

BOXES = {"note": "Note", "example": "Worked example", "key-points": "Key points", "practice": "In practice"}
"""Containers with Markdown inside, and the title each has when none is given."""

UNTITLED = frozenset({"key-points"})
"""Boxes that take no title of their own."""

EMBEDS = frozenset({"check", "figure", "calculator", "case"})
"""Containers that stand for something else and have no content."""

_CITATION = re.compile(r"\[(@[^\[\]\n]*)\]")
_TERM = re.compile(r"\[\[([^\[\]|\n]*)(?:\|([^\[\]\n]*))?\]\]")
_VALUE = re.compile(r"\{\{([^{}\n]*)\}\}")

MALFORMED = re.compile(r"\[@|\[\[|\{\{|\[\^|\]\(")
"""What is left in plain text when a form was not closed, a footnote not defined, or a link nested."""


class _Markdown(MarkdownIt):
    def validateLink(self, url: str) -> bool:
        # Every address reaches our own judgement, which reports what it refuses. The library would only drop
        # it.
        return True


def parser() -> MarkdownIt:
    """A parser for course Markdown. Raw HTML is recognised, so that it can be reported; it is never passed
    through."""
    md = _Markdown("commonmark", {"html": True, "maxNesting": 20})
    md.enable("table")
    footnote_plugin(md, inline=False)
    container_plugin(md, "box", validate=lambda params, _markup: bool(params.strip()))
    md.inline.ruler.before("link", "citation", _inline_rule("citation", _CITATION))
    md.inline.ruler.before("link", "term", _inline_rule("term", _TERM))
    md.inline.ruler.before("link", "dated_value", _inline_rule("dated_value", _VALUE))
    return md


def _inline_rule(name: str, pattern: re.Pattern[str]) -> Callable[[StateInline, bool], bool]:
    """A rule that turns each match into a token `name`; the token's meta holds the pattern's groups."""

    def rule(state: StateInline, silent: bool) -> bool:
        found = pattern.match(state.src, state.pos, state.posMax)
        if not found:
            return False
        if not silent:
            token = state.push(name, "", 0)
            token.content = found[0]
            token.meta = {"groups": found.groups()}
        state.pos = found.end()
        return True

    return rule
