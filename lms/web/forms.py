"""Base of all forms: trimmed text, plain names, errors in words that say what to do."""

from __future__ import annotations

from typing import Any

from flask_wtf import FlaskForm
from wtforms import Field, StringField
from wtforms.validators import InputRequired, ValidationError


class Form(FlaskForm):
    """A form whose token is checked for the whole application, so that no view can forget it."""

    class Meta(FlaskForm.Meta):
        csrf = True

        def bind_field(self, form: Any, unbound_field: Any, options: dict[str, Any]) -> Field:
            if issubclass(unbound_field.field_class, StringField) and not unbound_field.kwargs.get("filters"):
                options = {**options, "filters": [tidy]}
            field: Field = unbound_field.bind(form=form, **options)
            return field


def tidy(value: str | None) -> str | None:
    """Trim a typed text and drop NUL characters, which PostgreSQL refuses."""
    return value.replace("\0", "").strip() if isinstance(value, str) else value


class Required(InputRequired):
    """The field must be filled in; the message names it."""

    def __init__(self, what: str) -> None:
        super().__init__(f"Enter {what}.")


class NotBlank:
    """Refuses text that is only white space, with the same words as Required."""

    def __init__(self, what: str) -> None:
        self.what = what

    def __call__(self, _form: object, field: Field) -> None:
        if not (field.data or "").strip():
            raise ValidationError(f"Enter {self.what}.")
