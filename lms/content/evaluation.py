"""The evaluation form as a value of the course."""

from __future__ import annotations

from typing import Literal

from lms.content.values import Frozen


class Question(Frozen):
    """A question of the evaluation form. `scale` is 1 to 5; `per_objective` asks it once for every
    objective."""

    key: str
    kind: Literal["scale", "choice", "text"]
    text: str
    required: bool
    per_objective: bool
    options: tuple[str, ...]


class Evaluation(Frozen):
    intro: str
    questions: tuple[Question, ...]
