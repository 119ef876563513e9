"""Sample data for the style guide: every component in every state. Its figures and people are made up."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace
from typing import Any

from werkzeug.datastructures import MultiDict
from wtforms import (
    BooleanField,
    EmailField,
    Form,
    IntegerField,
    PasswordField,
    RadioField,
    SelectChoice,
    SelectField,
    SelectMultipleField,
    StringField,
    TelField,
    TextAreaField,
)
from wtforms.validators import Email, InputRequired, NumberRange, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from lms.content.course import Cell, Column, DataTable, Figure, Row, Series
from lms.web.charts import render_figure


class DemoForm(Form):
    """One field of each kind."""

    name = StringField("Name", [InputRequired("Enter your name.")], render_kw={"autocomplete": "name"})
    email = EmailField(
        "Email",
        [InputRequired("Enter your email address."), Email("Enter an email address like name@example.org.")],
        description="We send the confirmation to this address.",
        render_kw={"autocomplete": "email", "spellcheck": "false"},
    )
    phone = TelField("Phone", [InputRequired("Enter a phone number.")], render_kw={"autocomplete": "tel"})
    password = PasswordField(
        "Password",
        [InputRequired("Enter a password.")],
        description="At least 12 characters.",
        render_kw={"autocomplete": "new-password"},
    )
    reviews = IntegerField(
        "Reviews a year",
        [Optional(), NumberRange(min=1, message="Enter a whole number of at least 1.")],
        render_kw={"inputmode": "numeric"},
    )
    setting = SelectField(
        "Practice setting",
        [Optional()],
        choices=[
            SelectChoice("", "Choose one"),
            SelectChoice("community", "Community"),
            SelectChoice("hospital", "Hospital"),
            SelectChoice("clinic", "Clinic"),
        ],
    )
    role = RadioField(
        "Your role",
        [InputRequired("Choose your role.")],
        choices=[
            SelectChoice("pharmacist", "Pharmacist"),
            SelectChoice("technician", "Technician"),
            SelectChoice("intern", "Intern"),
        ],
    )
    topics = SelectMultipleField(
        "What the question is about",
        description="Choose all that fit.",
        choices=[
            SelectChoice("course", "The course"),
            SelectChoice("access", "Signing in"),
            SelectChoice("certificate", "The certificate"),
        ],
        option_widget=CheckboxInput(),
        widget=ListWidget(prefix_label=False),
    )
    message = TextAreaField("Message", [InputRequired("Write what you would like to ask.")])
    agree = BooleanField("I have read the terms", [InputRequired("Confirm that you have read the terms.")])


def context() -> dict[str, Any]:
    """Variables of `lms/web/styleguide.html`."""
    failed = DemoForm(MultiDict({"email": "ana@", "reviews": "0"}))
    failed.validate()
    # A page has each id once: the second copy of the form carries a prefix in its ids, not in its names.
    for field in failed:
        field.id = f"failed-{field.id}"
        field.label.field_id = field.id
    return {
        "figures": [render_figure(figure, table) for figure, table in _figures()],
        "blank_form": DemoForm(),
        "failed_form": failed,
        "steps": [
            {"label": "A finished lesson", "url": "#steps", "state": "done", "note": "done"},
            {
                "label": "Where you are: a lesson whose name needs more than one line",
                "url": "#steps",
                "state": "current",
                "note": "9 min",
            },
            {"label": "A lesson to come", "url": "#steps", "state": "todo", "note": "14 min"},
            {"label": "Module quiz", "url": None, "state": "locked", "note": "after the lessons"},
        ],
        "options": [
            _option("a", "The first option, which is right", correct=True, feedback="Because the text says so."),
            _option(
                "b",
                "The second option, which is wrong",
                correct=False,
                feedback="This holds for another case.",
            ),
            _option("c", "The third option", correct=True, feedback="This one also holds."),
            _option("d", "The fourth option", correct=False, feedback=""),
        ],
        "headings": [
            SimpleNamespace(id="type", level=2, text="Type"),
            SimpleNamespace(id="steps", level=2, text="Steps"),
            SimpleNamespace(id="charts", level=3, text="A heading of the third level"),
            SimpleNamespace(id="tables", level=2, text="Tables"),
        ],
        "columns": [
            {"key": "name", "title": "Name", "head": True, "sort": "asc", "sort_url": "?sort=-name"},
            {"key": "state", "title": "State"},
            {"key": "lessons", "title": "Lessons", "num": True, "sort_url": "?sort=lessons"},
            {"key": "last", "title": "Last visit"},
        ],
        "people": [
            {"name": "Ana Example", "state": "in progress", "lessons": 4, "last": "23 November 2026"},
            {"name": "Ben Example", "state": "completed", "lessons": 21, "last": "2 November 2026"},
            {"name": "Cleo Example", "state": "not started", "lessons": 0, "last": None},
        ],
        "chart_table": {
            "columns": [
                {"key": "year", "title": "Year", "head": True},
                {"key": "a", "title": "Series A", "num": True},
                {"key": "b", "title": "Series B", "num": True},
            ],
            "rows": [
                {"year": 2024, "a": 40, "b": 25},
                {"year": 2025, "a": 60, "b": 30},
                {"year": 2026, "a": 75, "b": 50},
            ],
        },
    }


def _figures() -> list[tuple[Figure, DataTable]]:
    """Charts of parts and of time, as lessons draw them from their data."""
    parts = _table(
        [("design", None), ("pharmacist", "minutes"), ("technician", "minutes")],
        [("Before", 65, 0), ("After", 36, 37)],
    )
    lanes = _table(
        [("who", None), ("step", None), ("from", "minutes"), ("to", "minutes")],
        [("Technician", "Call and book", 0, 10), ("Pharmacist", "Review", 10, 32), ("Pharmacist", "Sign", 36, 36)],
    )
    stacked = Figure(
        key="example-stacked",
        kind="stacked",
        title="Two parts of a whole, before and after",
        description="Before: 65 minutes of the pharmacist. After: 36 of the pharmacist and 37 of the technician.",
        data="example",
        label="design",
        series=(Series(column="pharmacist", label="Pharmacist"), Series(column="technician", label="Technician")),
    )
    timeline = Figure(
        key="example-timeline",
        kind="timeline",
        title="Two lanes, with stretches and a moment",
        description="The technician works from 0 to 10 minutes, the pharmacist from 10 to 32, and signs at 36.",
        data="example",
        lane="who",
        label="step",
        start="from",
        end="to",
        unit="minutes of work",
    )
    return [(stacked, parts), (timeline, lanes)]


def _table(columns: list[tuple[str, str | None]], rows: list[tuple[Cell, ...]]) -> DataTable:
    keys = [key for key, _unit in columns]
    return DataTable(
        key="example",
        title="Example",
        description="Made-up figures.",
        sources=(),
        as_of=date(2026, 11, 23),
        notes="Made-up figures.",
        columns=tuple(Column(key=key, title=key.title(), unit=unit) for key, unit in columns),
        rows=tuple(Row(key=f"row-{n}", values=dict(zip(keys, row, strict=True))) for n, row in enumerate(rows)),
    )


def _option(key: str, html: str, *, correct: bool, feedback: str) -> SimpleNamespace:
    return SimpleNamespace(key=key, html=html, correct=correct, feedback_html=feedback)
