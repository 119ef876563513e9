"""The assistance form."""

from __future__ import annotations

from wtforms import EmailField, SelectChoice, SelectField, StringField, TelField, TextAreaField
from wtforms.validators import Email, Length, Optional, ValidationError

from lms.web.forms import Form, NotBlank, Required

TOPICS = (
    ("mtm", "Starting or improving an MTM programme"),
    ("cdtm", "Collaborative drug therapy management"),
    ("course", "The online course"),
    ("account", "My account or certificate"),
    ("organization", "Training for my organization"),
    ("other", "Something else"),
)


class AssistanceForm(Form):
    """Only the name is required. Robots are told apart by a hidden field, without a third party."""

    name = StringField(
        "Name",
        validators=[Required("your name"), NotBlank("your name"), Length(max=200)],
        render_kw={"autocomplete": "name"},
    )
    email = EmailField(
        "Email",
        description="If you would like an answer by email.",
        validators=[Optional(), Email("Enter an email address like name@example.org."), Length(max=254)],
        render_kw={"autocomplete": "email"},
    )
    phone = TelField(
        "Phone",
        description="If you would like to be called.",
        validators=[Optional(), Length(max=40)],
        render_kw={"autocomplete": "tel"},
    )
    organization = StringField(
        "Organization", validators=[Optional(), Length(max=200)], render_kw={"autocomplete": "organization"}
    )
    topic = SelectField("Topic", choices=[SelectChoice(value, label) for value, label in TOPICS], default="mtm")
    message = TextAreaField(
        "Message",
        validators=[Optional(), Length(max=5000, message="Shorten the message to 5,000 characters.")],
        render_kw={"rows": 7},
    )
    #: Out of sight and out of the tab order: only a program fills it in.
    website = StringField("Leave this field empty", render_kw={"autocomplete": "off", "tabindex": "-1"})

    def validate_website(self, field: StringField) -> None:
        """A filled-in hidden field is refused openly: whoever did fill it in by hand is told, and can mend it."""
        if field.data:
            raise ValidationError("Leave the field “Leave this field empty” empty.")
