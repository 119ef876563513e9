"""Reviews: short sessions of questions for people who have completed a course and want to keep it.

Owns who asked for them, their fixed dates, what was asked and answered. Announces nothing. Never touches
certificates, quizzes or completion: answers count as evidence for objectives and as nothing else.
"""
