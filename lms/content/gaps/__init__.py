"""Questions that are answered in one field or several: short text, matching, ordering and cloze."""
