"""The open pages: home, MTM, CDTM, resources, and the three pages about the site itself.

Owns: the statements of the MTM and CDTM pages with the corrections that stand beside them (`pages/*.yaml`),
the printable program checklists made from the same statements, and the texts on privacy, accessibility and
terms of use.

Reads: the current release, for the modules that the home page lists.

Announces: nothing.

Never does: write to the database, know who is signed in beyond what the layout shows, show a correction
without the date on which it was checked and the source that it rests on, or hold course content (that is
`modules/`).
"""
