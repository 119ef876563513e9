"""Regrading of answers to corrected questions: what it would change, and doing it."""
