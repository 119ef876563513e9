"""What learning announces to the features above it."""

from __future__ import annotations

from blinker import Signal

#: Sent inside the transaction in which the completion rule first holds: sender is the Enrolment; keyword `session`.
course_completed = Signal()
