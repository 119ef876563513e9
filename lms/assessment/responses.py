"""From a form to a response: the one place where foreign input becomes an answer."""

from __future__ import annotations

from werkzeug.datastructures import MultiDict

from lms.assessment import item_types
from lms.assessment.domain import Response
from lms.content.course import Item

#: An option key is short; anything longer is not ours and is not looked at.
_LONGEST = 200


def from_form(item: Item, form: MultiDict[str, str]) -> Response:
    """The response to an item in a submitted form, under the item's key. Raises DomainError when it is not one."""
    kind = item_types.of(item)
    names = {"": item.key, **{part: f"{item.key}.{part}" for part in kind.parts}}
    fields = {
        part: [value if len(value) <= _LONGEST else "" for value in form.getlist(name)] for part, name in names.items()
    }
    return kind.read(item, fields)


def has_answer(item: Item, form: MultiDict[str, str]) -> bool:
    """True when the form carries anything for the item."""
    return any(form.getlist(item.key))
