"""What releases announce to the features above them."""

from __future__ import annotations

from blinker import Signal

#: Sent inside the publishing transaction: sender is the Course; keywords `session` and `release`.
release_published = Signal()
