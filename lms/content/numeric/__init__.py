"""Questions that are answered with a number: their files, values, drawn numbers and checks."""
