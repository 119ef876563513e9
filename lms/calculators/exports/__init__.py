"""A result to take away: a one-page brief as PDF, a workbook that goes on calculating, a plain table."""
