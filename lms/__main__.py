"""`python -m lms`: the same as the `lms` command."""

from lms.cli import main

main()
