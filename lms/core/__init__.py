"""Ground floor: database, transactions, outbox, jobs, mail, audit, settings.

Knows no feature and no web request. Everything above may import it; it imports nothing of ours.
"""
