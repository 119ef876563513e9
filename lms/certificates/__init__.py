"""Certificates of completion: frozen at issue, shown as a page and a PDF, verified by anyone who has the code.

Announces nothing. Never edits a snapshot: a correction issues a new certificate and marks the old one superseded.
"""
