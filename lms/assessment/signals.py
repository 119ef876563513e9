"""What assessment announces to the features above it."""

from __future__ import annotations

from blinker import Signal

#: Sent inside the submitting transaction, once per attempt: sender is the Attempt; keyword `session`.
attempt_graded = Signal()
