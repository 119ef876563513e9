"""A case as a value: scenes, each with one decision or none. Points are thousandths; HTML is safe to show."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from lms.content.values import Frozen, Table


class Way(Frozen):
    """An option of a choice. Each leads to a scene of its own, so that paths branch."""

    key: str
    html: str
    points: int
    feedback_html: str
    goto: str


class Choose(Frozen):
    """One option is taken."""

    kind: Literal["choose"] = "choose"
    prompt_html: str
    options: tuple[Way, ...]

    @property
    def most(self) -> int:
        """The most points that the decision can earn."""
        return max(option.points for option in self.options)


class Ask(Frozen):
    """A question to ask, and what is found out by it. `sources` are cited in the answer."""

    key: str
    html: str
    answer_html: str
    points: int
    feedback_html: str
    sources: tuple[str, ...]


class Interview(Frozen):
    """At most `limit` questions are asked; the answers are findings from then on."""

    kind: Literal["interview"] = "interview"
    prompt_html: str
    limit: int
    questions: tuple[Ask, ...]
    goto: str

    @property
    def most(self) -> int:
        return sum(sorted((each.points for each in self.questions), reverse=True)[: self.limit])


class Statement(Frozen):
    """Something to tick where it is `right`."""

    key: str
    html: str
    right: bool
    feedback_html: str


class Select(Frozen):
    """All that applies is ticked, and nothing else."""

    kind: Literal["select"] = "select"
    prompt_html: str
    options: tuple[Statement, ...]
    points: int
    goto: str

    @property
    def most(self) -> int:
        return self.points


class Place(Frozen):
    """Something to put in its place."""

    key: str
    html: str
    feedback_html: str


class Rank(Frozen):
    """The items, in the right order."""

    kind: Literal["rank"] = "rank"
    prompt_html: str
    items: tuple[Place, ...]
    points: int
    goto: str

    @property
    def most(self) -> int:
        return self.points


class Part(Frozen):
    """A part of a note: exactly one of its wordings is right."""

    key: str
    label: str
    options: tuple[Statement, ...]


class Note(Frozen):
    """A note that is put together by choosing one wording for each of its parts."""

    kind: Literal["note"] = "note"
    prompt_html: str
    fields: tuple[Part, ...]
    points: int
    goto: str

    @property
    def most(self) -> int:
        return self.points


Decision = Annotated[Choose | Interview | Select | Rank | Note, Field(discriminator="kind")]


class Scene(Frozen):
    """`decision` is None where the case ends. `reversible`: from the next scene one may come back and decide anew.

    `sources` are cited in the scene's text.
    """

    key: str
    title: str
    html: str
    reversible: bool
    objective: str | None
    decision: Decision | None
    sources: tuple[str, ...]

    @property
    def most(self) -> int:
        """The most points that the scene can earn."""
        return self.decision.most if self.decision else 0

    @property
    def onward(self) -> tuple[tuple[str, int], ...]:
        """Every scene that may follow, with the most points that lead there."""
        if self.decision is None:
            return ()
        if isinstance(self.decision, Choose):
            return tuple((option.goto, option.points) for option in self.decision.options)
        return ((self.decision.goto, self.decision.most),)


class Medication(Frozen):
    name: str
    taken: str
    why: str
    note: str


class Person(Frozen):
    """The person whom the case is about: made up, with a name and one line."""

    name: str
    facts: str


class Case(Frozen):
    """`points` is the most that any way through earns. `sources`: the one at index n carries the number n + 1."""

    key: str
    module_key: str
    title: str
    summary: str
    minutes: int
    points: int
    sources: tuple[str, ...]
    reviewed_on: date
    person: Person
    medications: tuple[Medication, ...]
    start: str
    scenes: Table[Scene]

    def scene(self, key: str) -> Scene:
        """Raises KeyError for an unknown key."""
        return self.scenes[key]


def evidence_item(case: str, scene: str) -> str:
    """What evidence calls a decision of a case."""
    return f"case:{case}:{scene}"


#: The longest name of a decision in evidence, in characters.
LONGEST_ITEM = 80
