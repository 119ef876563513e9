"""Job aids: pages of one sheet to print and keep at the counter, written from cited statements."""
