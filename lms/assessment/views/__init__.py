"""Pages of assessment: quizzes and their attempts, cases, and what instructors see of both."""

from lms.assessment.views import allowances, attempts, cases, change, objectives, regrading, teaching
from lms.assessment.views.routes import blueprint

__all__ = ["allowances", "attempts", "blueprint", "cases", "change", "objectives", "regrading", "teaching"]
