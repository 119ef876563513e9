"""The rules of good items, objectives and lessons: what `lms content check` looks for beyond the file format.

Owns: the list of rules, the reading of questions and lessons that the rules share, and waivers. Every check is
a pure function from one question, bank, lesson, objective or course to hits. An error stops publishing; a
warning stays until the text is mended or a waiver in the file says why the rule is wrong here.

    from lms.content.lint.registry import RULES      # id, severity, title, why
"""
