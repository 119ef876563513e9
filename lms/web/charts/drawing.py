"""Pieces of SVG: elements with escaped text, words that fit, markers. Colours are classes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from math import ceil

from markupsafe import Markup, escape

from lms.content.course import Figure
from lms.content.render import shown

#: Height of a line of text and mean width of a letter at the style sheet's 13 px. Wide: system fonts differ.
LINE = 17
LETTER = 7.9
#: Series beyond these would repeat a colour, dash and marker.
SERIES_STYLES = 4


@dataclass(frozen=True)
class Format:
    """A width to draw for. Drawings are shown at about their own size, so text stays 13 px on a phone too."""

    name: str
    width: int
    narrow: bool


WIDE = Format("wide", 640, narrow=False)
NARROW = Format("narrow", 300, narrow=True)


def element(name: str, content: object = "", /, **attributes: object) -> Markup:
    """`<name a="…">content</name>`, escaped. `class_` is written `class`, `aria_label` is `aria-label`."""
    written = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{escape(_coordinate(value))}"' for key, value in attributes.items()
    )
    return Markup(f"<{name}{written}>{escape(content)}</{name}>")  # noqa: S704 - every part is escaped


def _coordinate(value: object) -> object:
    return f"{value:.1f}".removesuffix(".0") if isinstance(value, float) else value


def text(x: float, y: float, words: str, *, class_: str = "label", anchor: str = "start") -> Markup:
    return element("text", words, x=float(x), y=float(y), class_=class_, text_anchor=anchor)


def rule(x1: float, y1: float, x2: float, y2: float, class_: str) -> Markup:
    """A straight line."""
    return element("path", d=f"M{x1:.1f} {y1:.1f}L{x2:.1f} {y2:.1f}", class_=class_)


def joined(parts: Iterable[Markup]) -> Markup:
    return Markup("").join(parts)


def series_class(index: int) -> str:
    return f"series-{index % SERIES_STYLES + 1}"


def marker(index: int, x: float, y: float, size: float = 4.5) -> Markup:
    """A point in the series' own shape: circle, square, triangle, diamond."""
    class_ = f"point {series_class(index)}"
    match index % SERIES_STYLES:
        case 0:
            return element("circle", cx=float(x), cy=float(y), r=size, class_=class_)
        case 1:
            return element("rect", x=x - size, y=y - size, width=2 * size, height=2 * size, class_=class_)
        case 2:
            corners = [
                (x, y - size * 1.2),
                (x + size * 1.15, y + size * 0.9),
                (x - size * 1.15, y + size * 0.9),
            ]
        case _:
            corners = [(x, y - size * 1.35), (x + size * 1.35, y), (x, y + size * 1.35), (x - size * 1.35, y)]
    return element("polygon", points=" ".join(f"{a:.1f},{b:.1f}" for a, b in corners), class_=class_)


def text_width(words: str, *, bold: bool = False) -> float:
    """A safe guess of how wide the words are; a per cent sign is nearly two letters wide."""
    return (len(words) + 0.7 * words.count("%")) * LETTER * (1.1 if bold else 1)


def wrapped(words: str, width: float) -> list[str]:
    """The words in lines that fit the width; a single longer word stays whole."""
    lines: list[str] = []
    for word in words.split(" "):
        if lines and text_width(f"{lines[-1]} {word}") <= width:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines


def paragraph(x: float, y: float, lines: list[str], class_: str = "label") -> Markup:
    """Lines of text, the first with its base line at `y`."""
    return joined(text(x, y + LINE * number, line, class_=class_) for number, line in enumerate(lines))


def written(value: object, unit: str | None) -> str:
    """A value as in the lesson's text, with a true minus sign; a dash for what is missing."""
    if value is None:
        return "–"
    if not isinstance(value, int | Decimal):
        return str(value)
    amount = Decimal(value)
    sign = "−" if amount < 0 else ""
    size = Decimal(f"{abs(amount):f}")  # 100, never 1E+2
    return sign + shown(size, unit)


def svg(figure: Figure, form: Format, height: float, content: Markup) -> Markup:
    """The drawing with its name and description; ids follow from the figure's key and the format."""
    ident = f"figure-{figure.key}-{form.name}"
    return element(
        "svg",
        element("title", figure.title, id=f"{ident}-title")
        + element("desc", figure.description, id=f"{ident}-description")
        + content,
        viewBox=f"0 0 {form.width} {ceil(height)}",
        role="img",
        aria_labelledby=f"{ident}-title",
        aria_describedby=f"{ident}-description",
        class_=f"chart-{form.name}",
    )
