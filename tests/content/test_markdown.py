"""What the forms of course Markdown look like in HTML, for eyes and for screen readers."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from lms.content.course import CheckBlock, Column, DataTable, FigureBlock, Html, Row
from lms.content.markdown import lesson, passage, phrase
from lms.content.text import Library

TABLE = DataTable(
    key="prices",
    title="Prices",
    description="Prices",
    sources=("office",),
    as_of=date(2026, 10, 1),
    notes=None,
    columns=(Column(key="share", title="Share", unit="%"), Column(key="year", title="Year", unit=None)),
    rows=(Row(key="pot", values={"share": Decimal("96.50"), "year": 2026}),),
)
LIBRARY = Library(
    sources=frozenset({"a", "b", "office"}),
    terms={"cmr": "comprehensive medication review"},
    data={"prices": TABLE},
    figures={"one": "prices"},
    items={"x": "check", "y": "check"},
)


def html(source: str) -> str:
    text = lesson(source, LIBRARY)
    assert text.faults == []
    return text.html


def test_citations_are_numbered_in_order_of_first_use() -> None:
    text = lesson("One [@b]. Two [@a; @b].", LIBRARY)
    assert text.citations == ["b", "a"]
    assert (
        '<sup class="cite"><a href="#source-a"><span class="visually-hidden">Source </span>2</a>, '
        '<a href="#source-b"><span class="visually-hidden">Source </span>1</a></sup>' in text.html
    )


def test_terms_show_their_words_or_their_name() -> None:
    assert '<a class="term" href="#term-cmr">comprehensive medication review</a>' in html("A [[cmr]].")
    assert '<a class="term" href="#term-cmr">review</a>' in html("A [[cmr|review]].")


def test_dated_values_say_their_date_once_in_a_block() -> None:
    text = lesson("{{ prices.pot.share }} and {{prices.pot.year}}.\n\n{{ prices.pot.share }}", LIBRARY)
    first, second = text.html.split("\n", 1)
    assert '<span class="dated">96.50&nbsp;%<small class="as-of"> (as of 1 October 2026)</small></span>' in first
    assert '<span class="dated">2026<small class="visually-hidden"> (as of' in first
    assert 'class="as-of"' in second
    assert text.background == ["office", "office", "office"]


def test_boxes_have_a_title() -> None:
    assert html("::: example\nx\n:::") == (
        '<section class="box example">\n<p class="box-title">Worked example</p>\n<p>x</p>\n</section>'
    )
    assert '<p class="box-title">Try &lt;this&gt;</p>' in html("::: practice Try <this>\nx\n:::")


def test_embeds_cut_the_text_into_blocks() -> None:
    text = lesson("a\n\n::: check x\n:::\n::: check y\n:::\n\n::: note\nb\n:::\n\n::: figure one\n:::\n\nc", LIBRARY)
    assert text.faults == []
    kinds = [type(block) for block in text.blocks]
    assert kinds == [Html, CheckBlock, CheckBlock, Html, FigureBlock, Html]
    assert text.checks == ["x", "y"]


def test_containers_in_code_are_text() -> None:
    text = lesson("```\n::: note\n[@zzz] {{ x }}\n```", LIBRARY)
    assert text.faults == []
    assert "::: note" in text.html


def test_forms_in_code_and_escaped_signs_are_text() -> None:
    assert html("`[[cmr]] {{ x }} [@z]`") == "<p><code>[[cmr]] {{ x }} [@z]</code></p>"
    assert html("2 \\* 3") == "<p>2 * 3</p>"


def test_tables_scroll_and_have_header_cells_without_style_attributes() -> None:
    found = html("| A & B | C |\n|--:|:-:|\n| 1 | 2 |")
    assert '<div class="table-scroll" role="region" tabindex="0" aria-label="Table 1: A B, C">' in found
    assert '<th class="align-right" scope="col">' in found
    assert '<td class="align-center">2</td>' in found
    assert "style" not in found


def test_heading_ids_are_unique() -> None:
    text = lesson("## A & b\n\n## A b\n\n### ...\n\n## A b 2", LIBRARY)
    assert [each.id for each in text.headings] == [
        "section-a-b",
        "section-a-b-2",
        "section-untitled",
        "section-a-b-2-2",
    ]


def test_external_links_have_rel_and_no_target() -> None:
    assert '<a href="https://example.org/" rel="noopener noreferrer">x</a>' in html("[x](https://example.org/)")


def test_words_are_those_a_reader_sees() -> None:
    assert (
        lesson("Two words, [x](https://example.org/very/long) `code` [@a] [[cmr]] {{ prices.pot.year }}", LIBRARY).words
        == 8
    )


def test_comparison_signs_are_text() -> None:
    assert phrase("< 5 mL and > 80 %", LIBRARY).html == "&lt; 5 mL and &gt; 80 %"
    assert passage("a < b & c", LIBRARY).html == "<p>a &lt; b &amp; c</p>"


def test_lines_of_faults_count_soft_breaks() -> None:
    text = lesson("a\nb [@z]\n\n- c\n  d [@z]\n\n| e |\n|---|\n| [@z] |\n\n> f\n> [@z]", LIBRARY)
    assert [fault.line for fault in text.faults] == [1, 4, 8, 11]
