"""Questions answered in fields, as values."""

from __future__ import annotations

from lms.content.values import Frozen


class Choice(Frozen):
    """Something to choose in a field. `key` is opaque: it tells neither the order nor the answer. A plain text,
    because a list in a form shows no emphasis."""

    key: str
    text: str


class Gap(Frozen):
    """One field of a question, and what is right in it.

    With `choices` one of them is chosen, and `right` is its key; for the steps of an ordering item it is the step's
    place, from "1". Without choices a text is typed, and `right` are the texts accepted, the first as it is shown.
    `html` is what the field asks for; empty where the question or the text around the field says it.
    """

    key: str
    html: str
    choices: tuple[Choice, ...]
    right: tuple[str, ...]
    feedback_html: str


class Gaps(Frozen):
    """The fields of a question. `text_html` is the text of a cloze item, in which `{=key}` stands for a field."""

    gaps: tuple[Gap, ...]
    text_html: str = ""
