"""Forms of the lesson player."""

from __future__ import annotations

from wtforms import TextAreaField
from wtforms.validators import Length, Optional

from lms.learning.services import NOTE_LIMIT
from lms.web.forms import Form


class NoteForm(Form):
    """A private note on a lesson."""

    text = TextAreaField(
        "My note",
        description="Only you can see it. Do not write patient information.",
        validators=[Optional(), Length(max=NOTE_LIMIT)],
        render_kw={"rows": 5},
    )
