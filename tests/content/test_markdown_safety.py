"""Whatever someone writes into a Markdown field, only harmless HTML comes out (abuse cases 49 and 50)."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lms.content.links import LinkRules, external_problem, with_prefix
from lms.content.markdown import lesson, passage, phrase
from lms.content.safehtml import clean
from lms.content.text import Library

LIBRARY = Library(
    sources=frozenset({"leaf"}),
    terms={"pot": '<img src=x onerror="alert(1)">'},
    figures={"prices": "data"},
    items={"check-01": "check"},
    links=LinkRules(lessons={"why": "/training/tea/1/why"}, calculators=frozenset({"cost"})),
)
ELEMENTS = frozenset(
    "p br hr h2 h3 h4 ul ol li strong em code pre blockquote a sup span small section div"  # noqa: SIM905
    " table thead tbody tr th td".split()
)
ATTRIBUTES = frozenset({"href", "rel", "class", "id", "aria-label", "role", "tabindex", "scope", "start"})

XSS = [
    "<script>alert(1)</script>",
    "<ScRiPt src=//evil.example/x.js></sCrIpT>",
    "<script\n>alert(1)</script\n>",
    "<<script>script>alert(1)<</script>/script>",
    "<img src=x onerror=alert(1)>",
    "<img src=`x`onerror=alert(1)>",
    '<IMG """><SCRIPT>alert(1)</SCRIPT>">',
    "<svg onload=alert(1)>",
    "<svg><script>alert&#40;1&#41;</script>",
    "<svg><a xlink:href=javascript:alert(1)><text y=20>x</text></a></svg>",
    "<svg><animate attributeName=href values=javascript:alert(1) /></svg>",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
    "<math href=javascript:alert(1)>x</math>",
    "<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
    "<body onload=alert(1)>",
    "<base href=//evil.example/>",
    "<meta http-equiv=refresh content='0;url=javascript:alert(1)'>",
    "<link rel=stylesheet href=//evil.example/x.css>",
    "<style>@import '//evil.example/x.css';</style>",
    "<p style='background:url(javascript:alert(1))'>x</p>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<object data=data:text/html,<script>alert(1)</script>></object>",
    "<embed src=javascript:alert(1)>",
    "<details open ontoggle=alert(1)>",
    "<video><source onerror=alert(1)></video>",
    "<input autofocus onfocus=alert(1)>",
    "<form action=javascript:alert(1)><button>x</button></form>",
    "<a href='javascript:alert(1)'>x</a>",
    "<a href=https://example.org target=_blank>x</a>",
    '<noscript><p title="</noscript><img src=x onerror=alert(1)>">',
    '<textarea><img title="</textarea><img src=x onerror=alert(1)>">',
    "<!--><img src=x onerror=alert(1)>-->",
    "<![CDATA[<script>alert(1)</script>]]>",
    "<?php echo 1 ?><script>alert(1)</script>",
    "<div\x0conclick=alert(1)>x</div>",
    "\u003cscript\u003ealert(1)\u003c/script\u003e",
    "＜script＞alert(1)＜/script＞",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "&#60;script&#62;alert(1)&#60;/script&#62;",
    "`<script>alert(1)</script>`",
    '```"><script>alert(1)</script>\nx\n```',
    '``` "onmouseover=alert(1)\nx\n```',
    "    <script>alert(1)</script>",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](java\tscript:alert(1))",
    "[x](<java\nscript:alert(1)>)",
    "[x](&#106;avascript:alert(1))",
    "[x](javascript&colon;alert(1))",
    "[x](%6aavascript:alert(1))",
    "[x](\u0001javascript:alert(1))",
    "[x](vbscript:msgbox(1))",
    "[x](data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==)",
    "[x](data:image/svg+xml,<svg/onload=alert(1)>)",
    "[x](blob:https://example.org/1)",
    "[x](file:///etc/passwd)",
    "[x](//evil.example/)",
    "[x](/\\evil.example/)",
    "[x](\\\\evil.example/)",
    "[x](///evil.example)",
    "[x](https:evil.example)",
    '[x](https://example.org/"onmouseover="alert(1))',
    '[x](https://example.org/ "title" onmouseover=alert(1))',
    "[x](https://example.org/ '\"><script>alert(1)</script>')",
    "[x][y]\n\n[y]: javascript:alert(1)",
    '[y]: javascript:alert(1) "<script>alert(1)</script>"\n\n[y]',
    "<javascript:alert(1)>",
    "<data:text/html,x>",
    '<https://example.org/"onclick=alert(1)>',
    "![x](javascript:alert(1))",
    '![x" onerror="alert(1)](x)',
    "![<img src=x onerror=alert(1)>](x)",
    "# <script>alert(1)</script>",
    '## "><img src=x onerror=alert(1)>',
    "::: note <script>alert(1)</script>\nx\n:::",
    '::: note " onclick="alert(1)\nx\n:::',
    "::: check <script>alert(1)</script>\n:::",
    "::: <script>alert(1)</script>\nx\n:::",
    "[@<script>alert(1)</script>]",
    '[@leaf" onclick="alert(1)]',
    "[[pot]]",
    "[[pot|<script>alert(1)</script>]]",
    '[[" onclick="alert(1)]]',
    "{{ <script>alert(1)</script> }}",
    '{{ a.b."onclick=alert(1) }}',
    "x[^1]\n\n[^1]: <script>alert(1)</script>",
    'x[^"><script>]\n\n[^"><script>]: y',
    "| <script>alert(1)</script> |\n|---|\n| <img src=x onerror=alert(1)> |",
    '| " onmouseover="alert(1) |\n|:-:|\n| x |',
    '1" onclick=alert(1). x',
    "{{constructor.constructor('alert(1)')()}}",
    "{% include '/etc/passwd' %}",
    "${alert(1)}",
]


class Inspector(HTMLParser):
    """Reads HTML as a browser would and objects to anything that could act."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.links: list[dict[str, str | None]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in ELEMENTS, tag
        for name, value in attrs:
            assert name in ATTRIBUTES, (tag, name)
            if name == "href":
                assert value is not None
                inside = value.startswith("#") or (value.startswith("/") and value[1:2] not in ("/", "\\"))
                assert inside or value.startswith(("https://", "http://")), value
                self.links.append(dict(attrs))

    handle_startendtag = handle_starttag

    def handle_comment(self, data: str) -> None:
        raise AssertionError(f"a comment: {data}")

    def handle_decl(self, decl: str) -> None:
        raise AssertionError(f"a declaration: {decl}")

    handle_pi = handle_decl


def inspect(html: str) -> Inspector:
    inspector = Inspector()
    inspector.feed(html)
    inspector.close()
    return inspector


def assert_inert(html: str) -> None:
    for link in inspect(html).links:
        if (link["href"] or "").startswith("http"):
            assert link.get("rel") == "noopener noreferrer"


@pytest.mark.parametrize("source", XSS)
def test_every_field_renders_hostile_text_inert(source: str) -> None:
    """Abuse cases 49 and 50: scripts, handlers and hostile links in Markdown come out as harmless text."""
    for render in (lesson, passage, phrase):
        assert_inert(render(source, LIBRARY).html)
        assert_inert(render(f"Before\n\n- {source}\n\n> {source}\n\n{source}", LIBRARY).html)


@pytest.mark.parametrize("source", XSS)
def test_the_cleaner_alone_would_hold(source: str) -> None:
    """Abuse case 49: the last step is safe by itself, should the renderer ever let HTML through."""
    inspect(clean(source))


@settings(max_examples=150, deadline=None)
@given(
    st.lists(
        st.sampled_from(XSS) | st.text(alphabet="<>\"'&/=()[]{}:|@^#*_`~-+.\\ \nabjs1", max_size=25),
        max_size=6,
    ).map("\n".join)
)
def test_no_text_becomes_active(source: str) -> None:
    """Abuse case 49: no mixture of markup and fragments of scripts yields anything that acts."""
    assert_inert(passage(source, LIBRARY).html)
    assert_inert(lesson(source, LIBRARY).html)


@settings(max_examples=100, deadline=None)
@given(st.text())
def test_any_unicode_text_in_a_stem_is_inert(source: str) -> None:
    assert_inert(passage(source, LIBRARY).html)


@pytest.mark.parametrize(
    "href",
    [
        "javascript:alert(1)", "data:text/html,x", "vbscript:x", "//evil.example", "/\\evil.example",
        "mailto:a@b.cd", "ftp://example.org", "https://", "https://localhost", "http://127.0.0.1/", "https://[::1]/",
        "https:///x", "https://a b.org", "https://example.org/\n", "https://user@example.org", "http://exa_mple.org",
        "example.org", "../x", "", "?q=1", "https://example.org/<x>", "tel:123", "https://-a.org", "https://example.org:port/",
    ],
)  # fmt: skip
def test_links_that_are_refused(href: str) -> None:
    """Abuse case 50."""
    assert external_problem(href)
    assert LinkRules().target(href).problem


def test_links_that_are_allowed() -> None:
    rules = LIBRARY.links
    assert rules.target("https://www.cms.gov/a?b=c#d").external
    assert rules.target("/mtm").href == "/mtm"
    assert rules.target("/calculators/cost").href == "/calculators/cost"
    assert rules.target("lesson:why").href == "/training/tea/1/why"
    assert rules.target("#here", anchors=frozenset({"here"})).href == "#here"


def test_links_honour_the_prefix_of_a_host_application() -> None:
    html = lesson("[a](/mtm) [b](https://example.org/) [c](lesson:why)", LIBRARY).html
    assert with_prefix(html, "") == html
    moved = with_prefix(html, "/school")
    assert [link["href"] for link in inspect(moved).links] == [
        "/school/mtm",
        "https://example.org/",
        "/school/training/tea/1/why",
    ]
