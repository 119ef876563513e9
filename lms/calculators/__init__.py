"""Calculators: declared formulas with their pages, downloads and saved scenarios.

Owns the scenarios that people save. Announces nothing. Never grades: a task that asks for a calculation is an item, and
belongs to `assessment`. A calculator is one folder of `formulas`; adding one changes nothing else.
"""
