"""What assessment announces to the features above it."""

from __future__ import annotations

from blinker import Signal

#: Sent inside the submitting transaction, once per attempt: sender is the Attempt; keyword `session`.
attempt_graded = Signal()

#: Sent inside the regrading transaction, once per attempt whose points a regrade changed: sender is the Attempt;
#: keywords `session` and `was_passed`.
attempt_regraded = Signal()
