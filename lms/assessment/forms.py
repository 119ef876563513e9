"""Forms of instructors: further attempts and extra time for one person."""

from __future__ import annotations

from wtforms import EmailField, IntegerField, SelectField, StringField
from wtforms.validators import Email, Length, NumberRange

from lms.assessment.allowances import MOST_ATTEMPTS, MOST_TIME
from lms.web.forms import Form, NotBlank, Required


class _AllowanceForm(Form):
    class Meta(Form.Meta):
        # Two forms share a page, so their fields have prefixes; the token has none and is written by the template.
        csrf = False

    email = EmailField(
        "Email of the person",
        validators=[Required("their email address"), Email("Enter an email address like name@example.org.")],
        render_kw={"autocomplete": "off"},
    )
    reason = StringField(
        "Reason",
        description="Kept in the audit log. No medical details.",
        validators=[Required("the reason"), NotBlank("the reason"), Length(max=200)],
    )


class AttemptsForm(_AllowanceForm):
    """`quiz` gets its choices from the course."""

    quiz = SelectField("Quiz", validators=[Required("the quiz")])
    extra = IntegerField(
        "Further attempts",
        default=1,
        validators=[
            Required("how many"),
            NumberRange(1, MOST_ATTEMPTS, f"Enter a whole number from 1 to {MOST_ATTEMPTS}."),
        ],
    )


class TimeForm(_AllowanceForm):
    """In per cent of the time limit; 0 takes an earlier allowance back."""

    percent = IntegerField(
        "Extra time, in per cent of the limit",
        default=50,
        description="50 makes 45 minutes of 30. Holds for every quiz of the course, open attempts included. 0 ends it.",
        validators=[Required("how much"), NumberRange(0, MOST_TIME, f"Enter a whole number from 0 to {MOST_TIME}.")],
    )
