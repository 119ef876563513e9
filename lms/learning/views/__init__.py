"""Pages of learning: the dashboard, the lesson player, the evaluation, and what instructors see of it."""

from lms.learning.views import course, evaluation
from lms.learning.views.routes import blueprint

__all__ = ["blueprint", "course", "evaluation"]
