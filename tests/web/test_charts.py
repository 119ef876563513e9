"""Figures: every value reaches the table, the drawing is valid and described, ticks are round."""

from __future__ import annotations

import itertools
import re
from datetime import date
from decimal import Decimal
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.content.course import Column, DataTable, Figure, Row, Series, Shade, Source
from lms.web.charts import render_figure
from lms.web.charts.drawing import written
from lms.web.charts.scale import Scale, round_ticks, spread

SVG = "svg"
decimals = st.decimals(min_value=-1_000_000, max_value=1_000_000, allow_nan=False, allow_infinity=False, places=2)


def table(columns: list[tuple[str, str | None]], rows: list[list[Any]]) -> DataTable:
    keys = [key for key, _ in columns]
    return DataTable(
        key="data",
        title="Data",
        description="Made-up figures.",
        sources=("org-2025", "org-2024", "org-2025b"),
        as_of=date(2025, 10, 8),
        notes="Read with care.",
        columns=tuple(Column(key=key, title=key.title(), unit=unit) for key, unit in columns),
        rows=tuple(Row(key=f"r{number}", values=dict(zip(keys, row, strict=True))) for number, row in enumerate(rows)),
    )


YEARS = table(
    [("year", None), ("four", "%"), ("five", "%")],
    [
        [2020, Decimal("48.6"), 76],
        [2021, 58, None],
        [2022, 59, 75],
        [2023, 73, 85],
        [2024, None, None],
    ],
)
LINE = Figure(
    key="cut-points",
    kind="line",
    title="Cut points",
    description="Two lines that rise.",
    data="data",
    x="year",
    series=(Series(column="four", label="Four stars"), Series(column="five", label="Five stars")),
    y_label="Members (%)",
    y_min=Decimal(0),
    y_max=Decimal(100),
    shade=Shade(start="2024", end="2024", label="Display only"),
)
STEPS = table(
    [("step", None), ("before", "people"), ("after", "people")],
    [["Eligible", 4281733, 4552547], ["Received & kept <both>", 526203, 767286]],
)
BARS = Figure(
    key="funnel",
    kind="bars",
    title="From eligible to received",
    description="Bars.",
    data="data",
    label="step",
    series=(Series(column="before", label="2013"), Series(column="after", label="2014")),
    unit="people",
)
EFFECTS = table(
    [("outcome", None), ("effect", "mm Hg"), ("low", "mm Hg"), ("high", "mm Hg")],
    [
        ["Systolic", Decimal("-7.6"), Decimal("-13.9"), Decimal("-1.4")],
        ["Diastolic", Decimal("-3.9"), Decimal("-9.9"), Decimal("2.0")],
    ],
)
INTERVALS = Figure(
    key="effects",
    kind="intervals",
    title="Effects",
    description="Intervals.",
    data="data",
    label="outcome",
    value="effect",
    low="low",
    high="high",
    unit="mm Hg",
    reference=Decimal(0),
)
MINUTES = table(
    [("design", None), ("pharmacist", "minutes"), ("technician", "minutes")],
    [["Before", 65, 0], ["After, with a name that is longer than a phone is wide & then some", 36, Decimal("37.5")]],
)
STACKED = Figure(
    key="minutes",
    kind="stacked",
    title="Minutes",
    description="Two bars of two parts.",
    data="data",
    label="design",
    series=(Series(column="pharmacist", label="Pharmacist"), Series(column="technician", label="Technician")),
    unit="minutes",
)
STRETCHES = table(
    [("who", None), ("what", None), ("from", None), ("to", None)],
    [
        ["Technician", "Call and book", 0, 10],
        ["Pharmacist", "Review every medicine with the patient & agree", 10, 32],
        ["Pharmacist", "Sign", 40, 40],
        ["Technician", "File", Decimal("38.5"), 40],
    ],
)
TIMELINE = Figure(
    key="lanes",
    kind="timeline",
    title="Lanes",
    description="Two lanes.",
    data="data",
    lane="who",
    label="what",
    start="from",
    end="to",
    unit="minutes of work",
)
TABLE = Figure(key="plain", kind="table", title="Plain", description="Words.", data="data", columns=("after", "step"))
CHARTS = [(LINE, YEARS), (BARS, STEPS), (INTERVALS, EFFECTS), (STACKED, MINUTES), (TIMELINE, STRETCHES)]
FIGURES = [*CHARTS, (TABLE, STEPS)]


def parsed(figure: Figure, data: DataTable) -> ElementTree.Element:
    """The figure as an XML tree: what parses here is well formed in HTML too."""
    return ElementTree.fromstring(str(render_figure(figure, data)))  # noqa: S314 - our own output


def words(element: ElementTree.Element) -> str:
    return " ".join("".join(part.itertext()) for part in element.iter("text"))


@pytest.mark.parametrize(("figure", "data"), FIGURES, ids=lambda value: value.key)
def test_every_value_of_a_shown_column_stands_in_the_table(figure: Figure, data: DataTable) -> None:
    tree = parsed(figure, data)
    columns = figure.columns or tuple(column.key for column in data.columns)
    body = tree.find(".//tbody")
    assert body is not None
    cells = [["".join(cell.itertext()) for cell in row] for row in body]
    assert cells == [[written(row.values[key], data.column(key).unit) for key in columns] for row in data.rows]
    heads = tree.findall(".//thead//th")
    assert [head.get("scope") for head in heads] == ["col"] * len(columns)
    assert all(row[0].tag == "th" and row[0].get("scope") == "row" for row in body)
    assert tree.findtext(".//caption") == figure.title
    assert bool(tree.findall(".//details")) == (figure.kind != "table")


@pytest.mark.parametrize(("figure", "data"), CHARTS, ids=lambda value: value.key)
def test_drawings_are_named_described_and_styled_by_classes_only(figure: Figure, data: DataTable) -> None:
    tree = parsed(figure, data)
    drawings = tree.findall(".//svg")
    assert [drawing.get("class") for drawing in drawings] == ["chart-wide", "chart-narrow"]
    for drawing in drawings:
        ids = {element.get("id"): element.text for element in drawing.iter() if element.get("id")}
        assert drawing.get("role") == "img"
        assert ids[drawing.get("aria-labelledby")] == figure.title
        assert ids[drawing.get("aria-describedby")] == figure.description
    forbidden = {"style", "fill", "stroke", "font-size", "color"}
    for element in tree.iter():
        assert not forbidden & set(element.attrib), element.attrib
        assert not [name for name in element.attrib if name.startswith("on")]
    ids = [element.get("id") for element in tree.iter() if element.get("id")]
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize(("figure", "data"), CHARTS, ids=lambda value: value.key)
def test_nothing_is_drawn_outside_the_picture(figure: Figure, data: DataTable) -> None:
    for drawing in parsed(figure, data).findall(".//svg"):
        width, height = (float(part) for part in drawing.get("viewBox", "").split()[2:])
        for element in drawing.iter():
            for name, limit in (("x", width), ("cx", width), ("y", height), ("cy", height)):
                assert 0 <= float(element.get(name, "0")) <= limit
            assert float(element.get("x", "0")) + float(element.get("width", "0")) <= width + 0.1
            for x, y in re.findall(r"(-?[\d.]+) (-?[\d.]+)", element.get("d", "")):
                assert 0 <= float(x) <= width
                assert -0.1 <= float(y) <= height


def test_a_missing_value_interrupts_the_line() -> None:
    wide = parsed(LINE, YEARS).find(".//svg")
    assert wide is not None
    paths = {
        element.get("class"): element.get("d", "")
        for element in wide.iter("path")
        if "line" in str(element.get("class"))
    }
    four, five = paths["line series-1"], paths["line series-2"]
    assert (four.count("M"), four.count("L")) == (1, 3)
    assert (five.count("M"), five.count("L")) == (2, 1)


def test_series_differ_in_more_than_colour() -> None:
    wide, narrow = parsed(LINE, YEARS).findall(".//svg")
    assert "Four stars: 73\u00a0%" in words(wide)
    assert "Five stars: 85\u00a0%" in words(wide)
    assert wide.findall(".//circle")  # markers of the first series
    assert wide.findall(".//rect[@class='point series-2']")
    assert "Four stars" in words(narrow)  # in the key above the plot
    assert narrow.findall(".//path[@class='line series-2']")
    bars = parsed(BARS, STEPS).find(".//svg")
    assert bars is not None
    assert "2013: 4,281,733\u00a0people" in words(bars)
    assert "2014: 767,286\u00a0people" in words(bars)


def test_bars_are_as_long_as_their_values() -> None:
    for drawing in parsed(BARS, STEPS).findall(".//svg"):
        lengths = [float(bar.get("width", "0")) for bar in drawing.findall(".//rect")]
        values = [4281733, 4552547, 526203, 767286]
        assert lengths == pytest.approx([value * lengths[1] / values[1] for value in values], abs=0.1)


def test_bars_below_zero_grow_to_the_other_side() -> None:
    data = table([("step", None), ("before", None), ("after", None)], [["Net", -40, 60]])
    wide = parsed(BARS, data).find(".//svg")
    assert wide is not None
    loss, gain = ((float(bar.get("x", "0")), float(bar.get("width", "0"))) for bar in wide.findall(".//rect"))
    assert loss[0] + loss[1] == pytest.approx(gain[0], abs=0.1)
    assert loss[1] * 60 == pytest.approx(gain[1] * 40, rel=0.01)
    assert "−40" in words(wide)


def test_intervals_state_estimate_and_limits_and_mark_the_reference() -> None:
    wide = parsed(INTERVALS, EFFECTS).find(".//svg")
    assert wide is not None
    assert "−7.6 (−13.9 to −1.4)" in words(wide)
    assert len(wide.findall(".//path[@class='reference']")) == 2
    assert "mm Hg" in words(wide)


def test_stacked_parts_are_as_long_as_their_values_and_follow_one_another() -> None:
    for drawing in parsed(STACKED, MINUTES).findall(".//svg"):
        bars = [(float(bar.get("x", "0")), float(bar.get("width", "0"))) for bar in drawing.findall(".//rect")]
        assert len(bars) == 3, "a part of nothing is not drawn"
        (before_x, before), (first_x, first), (second_x, second) = bars
        assert (before_x, first_x) == (0, 0)
        assert first / before == pytest.approx(36 / 65, abs=0.01)
        assert second_x == pytest.approx(first + 2, abs=0.15), "a gap tells them apart without colour"
        assert (second + 2) / first == pytest.approx(37.5 / 36, abs=0.01)


def test_stacked_parts_are_named_with_their_values_and_summed() -> None:
    for drawing in parsed(STACKED, MINUTES).findall(".//svg"):
        said = words(drawing)
        assert "Pharmacist: 36\u00a0minutes" in said
        assert "Technician: 0\u00a0minutes" in said
        assert "65\u00a0minutes" in said
        assert "73.5\u00a0minutes" in said


def test_a_timeline_draws_stretches_by_time_and_moments_as_points() -> None:
    for drawing in parsed(TIMELINE, STRETCHES).findall(".//svg"):
        call, file, review = drawing.findall(".//rect[@height='12']")
        assert float(review.get("width", "0")) / float(call.get("width", "0")) == pytest.approx(2.2, abs=0.02)
        ends = [float(bar.get("x", "0")) + float(bar.get("width", "0")) for bar in (call, file)]
        assert float(review.get("x", "0")) == pytest.approx(ends[0], abs=0.1)
        point = drawing.find(".//rect[@class='point series-2']")
        assert point is not None
        assert float(point.get("x", "0")) + 5.5 == pytest.approx(ends[1], abs=0.15)


def test_a_timeline_keeps_lanes_together_and_says_everything_in_words() -> None:
    wide, narrow = parsed(TIMELINE, STRETCHES).findall(".//svg")
    assert wide.findall(".//text[@class='value']")[0].text == "Technician"
    for drawing in (wide, narrow):
        lanes = [text.text for text in drawing.findall(".//text[@class='value']")]
        assert lanes == ["Technician", "Pharmacist"]
        said = words(drawing)
        assert all(part in said for part in ("Call and book", "Review every medicine", "Sign", "File", "of work"))


def test_the_shaded_stretch_covers_its_years_and_says_why() -> None:
    for drawing in parsed(LINE, YEARS).findall(".//svg"):
        assert len(drawing.findall(".//rect[@class='shade']")) == 1
        assert "Display" in words(drawing)


def test_text_is_escaped_everywhere() -> None:
    hostile = "<script>\"&'</script>"
    figure = BARS.model_copy(update={"title": hostile, "description": hostile, "unit": hostile})
    html = str(render_figure(figure, STEPS))
    assert "<script" not in html
    tree = ElementTree.fromstring(html)  # noqa: S314 - our own output
    assert tree.findtext("figcaption/p") == hostile
    assert "Received & kept <both>" in words(tree)


def test_the_source_line_names_works_once_and_dates_the_data() -> None:
    def source(key: str, year: int) -> Source:
        return Source(
            key=key, authors="An Office", title="T", year=year, publisher="P", url=None, doi=None,
            checked_on=date(2026, 1, 1), tag="verified", note=None,
        )  # fmt: skip

    works = {key: source(key, year) for key, year in (("org-2025", 2025), ("org-2024", 2024), ("org-2025b", 2025))}
    html = render_figure(LINE, YEARS, works)
    assert "Sources: An Office (2024, 2025). Data as of 8 October 2025." in html
    assert "Read with care." in html
    assert "Data as of 8 October 2025." in render_figure(LINE, YEARS)


def test_equal_figures_are_drawn_equally() -> None:
    assert render_figure(LINE, YEARS) == render_figure(LINE, YEARS)


def test_a_wide_table_scrolls_in_a_frame_that_the_keyboard_reaches() -> None:
    data = table([(f"c{number}", None) for number in range(6)], [[1, 2, 3, 4, 5, 6]])
    frame = parsed(TABLE.model_copy(update={"columns": ()}), data).find("div")
    assert frame is not None
    assert (frame.get("tabindex"), frame.get("role")) == ("0", "region")


@pytest.mark.parametrize("figure", [LINE, BARS, INTERVALS, STACKED, TIMELINE], ids=lambda value: value.key)
def test_a_chart_without_values_is_still_drawn(figure: Figure) -> None:
    keys = ["year", "four", "five", "step", "before", "after", "outcome", "effect", "low", "high"]
    keys += ["design", "pharmacist", "technician", "who", "what", "from", "to"]
    for rows in ([], [[None] * len(keys)]):
        assert parsed(figure, table([(key, None) for key in keys], rows)).findall(".//svg")


@pytest.mark.parametrize(
    ("value", "unit", "shown"),
    [
        (Decimal("-7.6"), None, "−7.6"),
        (Decimal("1E+2"), None, "100"),
        (2016, None, "2016"),
        (1623, "$", "$1,623"),
        (-5, "$", "−$5"),
        (Decimal("89.6"), "%", "89.6\u00a0%"),
        (None, "%", "–"),
        ("More than $12", None, "More than $12"),
    ],
)
def test_values_are_written_as_in_the_text(value: object, unit: str | None, shown: str) -> None:
    assert written(value, unit) == shown


@given(decimals, decimals, st.integers(2, 12))
def test_ticks_are_round_even_and_cover_the_values(a: Decimal, b: Decimal, at_most: int) -> None:
    low, high = min(a, b), max(a, b)
    ticks = round_ticks(a, b, at_most)
    assert 2 <= len(ticks) <= at_most
    assert ticks[0] <= low <= high <= ticks[-1]
    steps = {after - before for before, after in itertools.pairwise(ticks)}
    assert len(steps) == 1
    if not ticks[0] < 0 < ticks[-1] or at_most > 2:
        digits = format(steps.pop().normalize(), "e").split("e")[0]
        assert digits in {"1", "2", "5"}


def test_ticks_are_those_one_would_draw() -> None:
    assert round_ticks(Decimal(0), Decimal(100), 6) == tuple(map(Decimal, (0, 20, 40, 60, 80, 100)))
    assert list(map(str, round_ticks(Decimal("2015.7"), Decimal(2024), 9)))[:2] == ["2014", "2016"]
    assert round_ticks(Decimal("-13.9"), Decimal(2), 5) == tuple(map(Decimal, (-15, -10, -5, 0, 5)))
    with pytest.raises(ValueError, match="two ticks"):
        round_ticks(Decimal(0), Decimal(1), 1)


@given(decimals, decimals, decimals)
def test_a_scale_keeps_order_and_ends(a: Decimal, b: Decimal, value: Decimal) -> None:
    low, high = min(a, b), max(a, b) + 1
    scale = Scale(low, high, 10, 110)
    assert (scale(low), scale(high)) == (10, 110)
    if low <= value <= high:
        assert 10 <= scale(value) <= 110


@given(st.lists(st.floats(0, 100), max_size=6))
def test_labels_at_the_ends_of_lines_do_not_touch(wanted: list[float]) -> None:
    placed = spread(wanted, 15, 0, 100)
    ordered = sorted(placed)
    assert all(after - before >= 15 - 1e-9 for before, after in itertools.pairwise(ordered))
    assert all(-1e-9 <= place <= 100 + 1e-9 for place in placed)
