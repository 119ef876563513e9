"""From a form to a response: the one place where foreign input becomes an answer."""

from __future__ import annotations

from collections.abc import Iterable

from werkzeug.datastructures import MultiDict

from lms.assessment import item_types
from lms.assessment.domain import Response
from lms.content.course import Item
from lms.core.errors import DomainError

#: No answer is longer; what is is refused by every type.
_LONGEST = 200


def from_form(item: Item, form: MultiDict[str, str]) -> Response:
    """The response to an item in a submitted form, under the item's key. Raises DomainError when it is not one."""
    return item_types.of(item).read(item, sent(item, form))


def all_from_form(items: Iterable[Item], form: MultiDict[str, str]) -> tuple[dict[str, Response], dict[str, str]]:
    """The responses that a form carries and what is wrong with others, both by item key."""
    given: dict[str, Response] = {}
    errors: dict[str, str] = {}
    for item in items:
        if has_answer(item, form):
            try:
                given[item.key] = from_form(item, form)
            except DomainError as error:
                errors[item.key] = error.message
    return given, errors


def has_answer(item: Item, form: MultiDict[str, str]) -> bool:
    """True when the form carries an answer to the item: in its own field, or in one of several of equal rank. A unit
    without its number is none yet."""
    given = sent(item, form)
    return any(given[""]) if "" in given else any(value for values in given.values() for value in values)


def sent(item: Item, form: MultiDict[str, str]) -> dict[str, list[str]]:
    """What a form carries for an item, by the parts of its type."""
    return {part: [_shortened(value) for value in form.getlist(field_name(item, part))] for part in parts(item)}


def parts(item: Item) -> tuple[str, ...]:
    """The parts of an item's fields."""
    return item_types.of(item).parts(item)


def field_name(item: Item, part: str) -> str:
    """What a form calls a part of an item: the item's key, or `item-key.part`."""
    return f"{item.key}.{part}" if part else item.key


def _shortened(value: str) -> str:
    # Too long to be an answer: cut, so that it costs nothing, yet still too long, so that it is refused.
    return value[: _LONGEST + 1]
