"""A course of real size loads fast enough to be checked on every save."""

from __future__ import annotations

import time

LESSONS, ITEMS = 30, 150
PARAGRAPH = "Tea is **brewed** [@leaf2020], as the [[brew]] shows, and costs {{ pot-prices.2025.price }}. "


def test_thirty_lessons_and_150_items_load_in_two_seconds(folder) -> None:
    """Counted in processor time, so that a busy machine does not decide."""
    path = "modules/2-second/making-tea.md"
    front, _, _ = folder.read(path).partition("## Steps")
    keys = [f"lesson-{number}" for number in range(LESSONS - 3)]
    for key in keys:
        body = "".join(f"## Part {part}\n\n{PARAGRAPH * 12}\n\n" for part in range(8))
        folder.write(f"modules/2-second/{key}.md", front.replace("making-tea", key) + body)
    folder.replace("modules/2-second/module.yaml", "[making-tea]", f"[making-tea, {', '.join(keys)}]")
    quiz = folder.read("quizzes/2-second.yaml")
    item = quiz.split("  - key")[1]
    items = (f"  - key{item}".replace("make-recall-01", f"make-{number}") for number in range(ITEMS - 7))
    folder.write("quizzes/2-second.yaml", quiz + "".join(items))
    start = time.process_time()
    result = folder.load()
    spent = time.process_time() - start
    assert result.course is not None, result.report.text()[:2000]
    assert len(result.course.lessons) == LESSONS
    assert spent < 2.0
