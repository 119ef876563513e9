"""Course Markdown to safe HTML blocks, with everything that is wrong in it and on which line.

Faults are collected, never raised, and faulty text still renders to inert HTML: a preview may show it.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from markdown_it.token import Token

from lms.content.course import (
    Block,
    CalculatorBlock,
    CaseBlock,
    CheckBlock,
    FigureBlock,
    Heading,
    Html,
)
from lms.content.render import renderer
from lms.content.safehtml import clean
from lms.content.syntax import BOXES, EMBEDS, MALFORMED, UNTITLED, parser
from lms.content.text import Fault, Library, Text

MAX_CHARACTERS = 40_000
"""Upper bound of one text. A lesson has about 10,000 characters."""

MAX_BRACKETS = 2_000
"""Upper bound of “[” in one text: the parser tries each as a link, up to the end. A lesson has about 100."""

_WORD = re.compile(r"\w+(?:[’'.,\-]\w+)*")
_CITED = re.compile(r"@([a-z0-9][a-z0-9-]*)")
_CLOSER = re.compile(r":{3,}\s*")
_TOO_DEEP = 16

_parser = parser()
_renderer = renderer(_parser)


def lesson(source: str, library: Library) -> Text:
    """A lesson's body: everything of the course format."""
    return _render(source, library, allowed=None)


def passage(source: str, library: Library) -> Text:
    """A stem or a rationale: paragraphs and lists, with emphasis, code, links and dated values."""
    return _render(source, library, allowed=frozenset({"paragraph", "bullet_list", "ordered_list", "list_item"}))


def phrase(source: str, library: Library) -> Text:
    """An option or its feedback: running text only, without a paragraph around it."""
    return _render(source, library, allowed=frozenset())


def story(source: str, library: Library, *, numbered: list[str]) -> Text:
    """A text of a case: paragraphs, lists, quotations and tables, with citations.

    `numbered` are the sources of the case in the order of their numbers; one that is not among them yet is added.
    """
    blocks = "paragraph bullet_list ordered_list list_item blockquote table thead tbody tr th td"
    return _render(source, library, allowed=frozenset(blocks.split()), numbered=numbered)


def line(source: str, library: Library) -> tuple[Text, Sequence[Token]]:
    """A line of a job aid, as its judged tokens: running text that may cite, as lessons do."""
    if fault := _too_much(source):
        return Text(faults=[fault]), []
    tokens = _parser.parseInline(source, {})
    reading = _Reading(source, library, frozenset(), cites=True)
    reading.read(tokens)
    return reading.text, [child for token in tokens for child in token.children or ()]


def _render(
    source: str, library: Library, *, allowed: frozenset[str] | None, numbered: list[str] | None = None
) -> Text:
    if fault := _too_much(source):
        return Text(faults=[fault])
    env: dict[str, object] = {}
    try:
        tokens = _parser.parseInline(source, env) if allowed == frozenset() else _parser.parse(source, env)
    except RecursionError:
        return Text(faults=[Fault("nesting", "the text is nested too deeply", 0)])
    if (deep := next((token for token in tokens if token.level > _TOO_DEEP), None)) is not None:
        line = deep.map[0] if deep.map else 0
        return Text(faults=[Fault("nesting", "the text is nested too deeply", line)])
    reading = _Reading(source, library, allowed, numbered)
    reading.read(tokens)
    reading.render(tokens, env)
    return reading.text


def _too_much(source: str) -> Fault | None:
    if len(source) > MAX_CHARACTERS:
        return Fault("text-too-long", f"the text is longer than {MAX_CHARACTERS:,} characters", 0)
    if source.count("[") > MAX_BRACKETS:
        return Fault("text-too-dense", f"the text has more than {MAX_BRACKETS:,} “[”", 0)
    return None


class _Reading:
    """One pass over the tokens: judges them, collects what they refer to, and prepares them for the
    renderer."""

    def __init__(
        self,
        source: str,
        library: Library,
        allowed: frozenset[str] | None,
        numbered: list[str] | None = None,
        *,
        cites: bool = False,
    ) -> None:
        self.lines = source.split("\n")
        self.library = library
        self.allowed = allowed
        self.text = Text()
        self.may_cite = cites or allowed is None or numbered is not None
        #: Sources in the order of their numbers: those of this text alone, or of several together.
        self.numbered = self.text.citations if numbered is None else numbered
        self.line = 0
        self.box: Token | None = None
        self.dated_in_scope: set[str] = set()
        self.links: list[tuple[Token, int]] = []
        self.tables = 0

    def fault(self, code: str, message: str) -> None:
        self.text.faults.append(Fault(code, message, self.line))

    def read(self, tokens: Sequence[Token]) -> None:
        for index, token in enumerate(tokens):
            if token.map:
                self.line = token.map[0]
            if token.level == 0 and token.nesting == 1:
                self.dated_in_scope = set()
            self._block(token, tokens, index)
        # The ids of headings are known only now.
        anchors = frozenset(heading.id for heading in self.text.headings)
        for link, line in self.links:
            self.line = line
            self._link(link, anchors)

    def _block(self, token: Token, tokens: Sequence[Token], index: int) -> None:
        kind = token.type.removesuffix("_open").removesuffix("_close")
        if self.allowed is not None and kind not in self.allowed | {"inline"} and token.nesting >= 0:
            self.fault("markup-not-here", f"{kind.replace('_', ' ')} is not used here")
        if token.type == "inline":
            self._inline(token)
        elif token.type == "heading_open":
            self._heading(token, tokens[index + 1])
        elif token.type == "html_block":
            self.fault("raw-html", "raw HTML is not used in course text")
        elif token.type in ("fence", "code_block"):
            self.text.words += len(_WORD.findall(token.content))
        elif token.type == "container_box_open":
            self._open_box(token, empty=tokens[index + 1].type == "container_box_close")
        elif token.type == "container_box_close" and token.level == 0:
            self.box = None
        elif token.type == "table_open":
            self._table(token, tokens, index)
        elif token.type in ("th_open", "td_open"):
            _align_by_class(token)

    def _heading(self, token: Token, inline: Token) -> None:
        level = int(token.tag[1])
        title = " ".join(
            child.content for child in inline.children or () if child.type in ("text", "code_inline")
        ).strip()
        before = self.text.headings[-1].level if self.text.headings else 1
        if level == 1:
            self.fault("heading-level", "the page's title is its only h1; sections begin with ##")
        elif level > 4:
            self.fault("heading-level", "headings go down to ####")
        elif level > before + 1:
            self.fault("heading-order", f"a level is skipped: this h{level} follows an h{before}")
        if not title:
            self.fault("heading-empty", "the heading has no text")
        stem = "section-" + ("-".join(re.findall(r"[a-z0-9]+", title.lower())) or "untitled")[:80]
        taken = {heading.id for heading in self.text.headings}
        number = next(n for n in range(1, len(taken) + 2) if (stem if n == 1 else f"{stem}-{n}") not in taken)
        anchor = stem if number == 1 else f"{stem}-{number}"
        token.attrs = {"id": anchor}
        self.text.headings.append(Heading(id=anchor, level=level, text=re.sub(r"\s+", " ", title)))

    def _open_box(self, token: Token, *, empty: bool) -> None:
        name, _, argument = token.info.strip().partition(" ")
        argument = argument.strip()
        token.meta = {"name": name, "argument": argument}
        if token.level > 0:
            outer = f"“::: {self.box.meta['name']}”" if self.box else "a list or quotation"
            self.fault("container-nested", f"“::: {name}” stands inside {outer}; close that first, with “:::” alone")
            return
        self.box = token
        end = token.map[1] if token.map else 0
        if end >= len(self.lines) or not _CLOSER.fullmatch(self.lines[end].strip()):
            self.fault("container-unclosed", f"“::: {name}” is not closed by a line with “:::” alone")
        if name in EMBEDS:
            self._embed(name, argument)
            if not empty:
                self.fault("container-content", f"“::: {name}” has no content: close it on the next line")
        elif name not in BOXES:
            self.fault("container-unknown", f"there is no container “{name}”")
        elif name in UNTITLED and argument:
            self.fault("container-argument", f"“::: {name}” takes no title")
        elif empty:
            self.fault("container-empty", f"“::: {name}” is empty")

    def _embed(self, name: str, key: str) -> None:
        known: dict[str, Collection[str]] = {
            "check": self.library.items,
            "figure": self.library.figures,
            "calculator": self.library.links.calculators,
            "case": self.library.cases,
        }
        if not re.fullmatch(r"[a-z0-9][a-z0-9-]*", key):
            self.fault("container-argument", f"“::: {name}” names one {name}, by its key")
        elif key not in known[name]:
            if name not in self.library.unread:
                self.fault(f"unknown-{name}", f"there is no {name} “{key}”")
        elif name == "check" and self.library.items[key] != "check":
            home = "quiz" if self.library.items[key] == "quiz" else "pre-assessment"
            self.fault("check-is-graded", f"the item “{key}” belongs to the {home} (use: {self.library.items[key]})")
        elif name == "check" and key in self.text.checks:
            self.fault("check-repeated", f"the check “{key}” stands in this lesson twice")
        elif name == "check":
            self.text.checks.append(key)
        elif name == "figure":
            self.text.figures.append(key)
            self._background(self.library.figures[key])

    def _background(self, table: str) -> None:
        """The sources of a data table stand in the source list of every lesson that shows its values."""
        data = self.library.data.get(table)
        self.text.background.extend(data.sources if data else ())

    def _table(self, token: Token, tokens: Sequence[Token], index: int) -> None:
        self.tables += 1
        titles: list[str] = []
        for cell in tokens[index:]:
            if cell.type == "thead_close":
                break
            if cell.type == "inline" and cell.content.strip():
                titles.append(" ".join(_WORD.findall(cell.content)))
        token.meta = {"label": f"Table {self.tables}: {', '.join(titles)}" if titles else f"Table {self.tables}"}

    def _inline(self, token: Token) -> None:
        readers = {
            "text": self._words,
            "code_inline": self._words,
            "citation": self._citation,
            "term": self._term,
            "dated_value": self._dated_value,
            "link_open": self._link_open,
            "image": self._image,
            "html_inline": self._html_inline,
        }
        for child in token.children or ():
            if child.type in ("softbreak", "hardbreak"):
                self.line += 1
            elif reader := readers.get(child.type):
                reader(child)

    def _words(self, token: Token) -> None:
        self.text.words += len(_WORD.findall(token.content))
        if token.type == "text":
            self._leftovers(token.content)

    def _link_open(self, token: Token) -> None:
        self.links.append((token, self.line))

    def _image(self, _token: Token) -> None:
        self.fault("image", "pictures are not used in course text; make a figure from data instead")

    def _html_inline(self, token: Token) -> None:
        self.fault("raw-html", f"raw HTML is not used in course text: {token.content[:40]}")
        self.line += token.content.count("\n")

    def _leftovers(self, content: str) -> None:
        if found := MALFORMED.search(content):
            self.fault(
                "markup-broken",
                f"“{found[0]}” belongs to something that is not complete, not defined, or inside a link",
            )
        if _CLOSER.match(content.lstrip()):
            self.fault("container-stray", "this “:::” closes nothing")

    def _citation(self, token: Token) -> None:
        parts = [part.strip() for part in token.meta["groups"][0].split(";")]
        keys = [found[1] for part in parts if (found := _CITED.fullmatch(part))]
        if len(keys) < len(parts):
            self.fault("citation-form", "citations are written [@key] or [@key; @key]")
        if not self.may_cite:
            self.fault("markup-not-here", "sources are listed under “sources” here, not in the text")
        for key in keys:
            if key not in self.library.sources and "source" not in self.library.unread:
                self.fault("unknown-source", f"there is no source “{key}” in sources.yaml")
                continue
            for cited in (self.text.citations, self.numbered):
                if key not in cited:
                    cited.append(key)
        numbers = [(key, self.numbered.index(key) + 1) for key in keys if key in self.text.citations]
        token.meta = {"numbers": numbers}

    def _term(self, token: Token) -> None:
        key, words = (token.meta["groups"][0] or "").strip(), (token.meta["groups"][1] or "").strip()
        shown = words or self.library.terms.get(key, key)
        token.meta = {"key": key, "shown": shown}
        self.text.words += len(_WORD.findall(shown))
        if self.allowed is not None:
            self.fault("markup-not-here", "glossary terms are linked in lessons alone")
        if key not in self.library.terms and "term" not in self.library.unread:
            self.fault("unknown-term", f"there is no term “{key}” in glossary.yaml")
        elif key not in self.text.terms:
            self.text.terms.append(key)

    def _dated_value(self, token: Token) -> None:
        steps = token.meta["groups"][0].strip().split(".")
        token.meta = {}
        self.text.words += 1
        if len(steps) != 3 or not all(steps):
            self.fault("value-form", "a dated value is written {{ table.row.column }}")
            return
        name, row, column = steps
        if name not in self.library.data:
            self.fault("unknown-data", f"there is no data table “{name}”")
            return
        table = self.library.data[name]
        if table is None:
            return
        try:
            value = table.row(row).values[table.column(column).key]
        except KeyError as missing:
            self.fault("unknown-value", f"the data table “{name}” has no {missing.args[0]!r}")
            return
        if value is None:
            self.fault("value-missing", f"the data table “{name}” has no value at {row}, {column}")
            return
        first = name not in self.dated_in_scope
        self.dated_in_scope.add(name)
        token.meta = {"value": value, "unit": table.column(column).unit, "as_of": table.as_of, "first": first}
        self._background(name)

    def _link(self, token: Token, anchors: frozenset[str]) -> None:
        target = self.library.links.target(str(token.attrs.get("href", "")), anchors=anchors)
        token.attrs = {}
        if target.problem:
            self.fault("link", target.problem)
        elif target.external:
            token.attrs = {"href": target.href, "rel": "noopener noreferrer"}
        elif target.href.startswith("#"):
            token.attrs = {"href": target.href}
        else:
            token.attrs = {"class": "page", "href": target.href}

    def render(self, tokens: Sequence[Token], env: dict[str, object]) -> None:
        """Cuts the tokens at the embeds: HTML between them, a block of its own for each."""
        start, embedded = 0, False
        for index, token in enumerate(tokens):
            if token.level > 0:
                continue
            if token.type == "container_box_open" and token.meta["name"] in EMBEDS:
                self._html(tokens[start:index], env)
                self.text.blocks.append(_embed_block(token.meta["name"], token.meta["argument"]))
                embedded = True
            elif token.type == "container_box_close" and embedded:
                start, embedded = index + 1, False
        self._html(tokens[start:], env)

    def _html(self, tokens: Sequence[Token], env: dict[str, object]) -> None:
        html = clean(_renderer.render(tokens, _parser.options, env)).strip()
        # A citation follows its word without the space of the source text, so that its number never begins a line.
        html = html.replace(' <sup class="cite">', '<sup class="cite">')
        if html:
            self.text.blocks.append(Html(html=html))


def _embed_block(name: str, key: str) -> Block:
    match name:
        case "check":
            return CheckBlock(item=key)
        case "figure":
            return FigureBlock(figure=key)
        case "calculator":
            return CalculatorBlock(calculator=key)
        case _:
            return CaseBlock(case=key)


def _align_by_class(token: Token) -> None:
    """The content security policy forbids style attributes."""
    style = str(token.attrs.pop("style", ""))
    if style.endswith(("right", "center")):
        token.attrs["class"] = "align-" + style.rpartition(":")[2]
    if token.type == "th_open":
        token.attrs["scope"] = "col"
