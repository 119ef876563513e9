"""Forms of checkout."""

from __future__ import annotations

from wtforms import HiddenField, StringField
from wtforms.validators import Length

from lms.web.forms import Form, Required


class CodeForm(Form):
    """A typed discount code."""

    code = StringField(
        "Discount code",
        validators=[Required("a code"), Length(max=60, message="A code has at most 60 characters.")],
        render_kw={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"},
    )


class ContinueForm(Form):
    """Carries the total that was shown, in cents, so that no other total is accepted."""

    total = HiddenField()
