"""What accounts announce to the features above them."""

from __future__ import annotations

from blinker import Signal

#: Sent while "Download my data" is put together: sender is the Person; keywords `session` and `parts`, a dict to which
#: each feature adds what it holds about the person under its own name, as plain JSON values.
person_exported = Signal()

#: Sent inside the transaction that erases a person, before the row is deleted: sender is the Person; keyword `session`.
#: Afterwards foreign keys act: rows of the person's own go, rows that must stay (orders, certificates) lose the person.
person_erased = Signal()
