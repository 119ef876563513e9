"""Course content: files in, immutable values out.

Owns: the file format of `modules/` and `quizzes/`, its checks (every finding has a file and a line), Markdown
to safe HTML, the `Course` value, and the canonical release document with its sha256 digest.

Announces nothing. Never imports Flask or SQLAlchemy, never opens a connection, never writes a file, and never
renders HTML that was not cleaned last.

    from lms.content.loader import load
    result = load(root)                     # root holds modules/ and quizzes/
    if result.course is None:
        print(result.report.text())
"""
