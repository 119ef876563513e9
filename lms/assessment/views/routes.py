"""The blueprint that every page of assessment belongs to."""

from flask import Blueprint

blueprint = Blueprint("assessment", __name__)

#: Where a module's quiz is.
QUIZ = "/training/<course>/<module>/quiz"
#: Where a case is.
CASE = "/courses/<course>/cases/<case>"

#: Where instructors work on a course; the site's menu goes by the beginning.
TEACHING = "/instructor/<course>"

#: Where the questions before and after a course are, and what changed between them.
AROUND = "/courses/<course>"
