"""Learning: the access ledger, enrolments, the dashboard, the lesson player, notes, evaluation, completion.

Owns who may use a course and how far they are. Announces `course_completed`. Never sells access (checkout
grants it) and never grades (assessment does).
"""
