"""Forms of instructors: further attempts and extra time for one person, and regrading a question."""

from __future__ import annotations

from wtforms import EmailField, HiddenField, IntegerField, SelectField, StringField, TextAreaField
from wtforms.validators import Email, Length, NumberRange

from lms.assessment.allowances import MOST_ATTEMPTS, MOST_TIME
from lms.assessment.models import Regrade
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


_REASON = "a reason: learners whose result changes read it"


class RegradeForm(Form):
    """Confirms a preview. Whether points may fall is part of the address, because the preview depends on it."""

    reason = TextAreaField(
        "Reason",
        description="Learners read this on their result and in a mail. Do not name the right answer: some will meet "
        "the question again.",
        validators=[
            Required(_REASON),
            NotBlank(_REASON),
            Length(max=Regrade.reason.type.length, message="Shorten the reason to 500 characters."),
        ],
        render_kw={"rows": 3, "maxlength": 500},
    )
    #: Of the preview that the person looked at.
    fingerprint = HiddenField()
