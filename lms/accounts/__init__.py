"""People: registering, signing in and out, profile, second factor, passkeys, roles, export and erasure.

Announces `person_exported` and `person_erased` (see `signals`). Never knows what a person learns, buys or holds:
features above add their part to an export and let go of a person by listening.
"""
