"""Item statistics: what the answers of many learners say about the questions themselves.

Plain functions on plain numbers: nothing of a database, a request or a course file is known here. Scored attempts go
through a `Tally` one by one; it grows with the items of a quiz, not with the attempts. `figures` reads the results off
it, `flags` puts into words what looks wrong. The methods and their sources: docs/decisions/item-statistics.md.
"""

from lms.assessment.statistics.figures import (
    FEWEST,
    FEWEST_IN_CELL,
    CellFigures,
    ItemFigures,
    QuizFigures,
    item_figures,
    quiz_figures,
)
from lms.assessment.statistics.flags import Flag, dead_distractors, flags
from lms.assessment.statistics.intervals import wilson
from lms.assessment.statistics.tally import FULL, LONGEST, Scored, Tally

__all__ = [
    "FEWEST",
    "FEWEST_IN_CELL",
    "FULL",
    "LONGEST",
    "CellFigures",
    "Flag",
    "ItemFigures",
    "QuizFigures",
    "Scored",
    "Tally",
    "dead_distractors",
    "flags",
    "item_figures",
    "quiz_figures",
    "wilson",
]
