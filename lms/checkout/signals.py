"""What checkout announces to the features above it."""

from __future__ import annotations

from blinker import Signal

#: Sent inside the transaction that marks an order paid: sender is the Order; keyword `session`.
order_paid = Signal()
