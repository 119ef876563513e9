"""Pages and answers of signed-in learners, compared with bare Flask on the same server at the same time."""

from __future__ import annotations

import pytest

from tests.benchmarks.conftest import LESSON, Site, measure

#: Share of the floor's requests a second that each should reach.
GOALS = {"lesson": 0.5, "dashboard": 0.4, "answer": 0.4, "graded": 0.15}


@pytest.mark.parametrize("what", GOALS)
def test_share_of_the_floor(site: Site, floor: int, what: str) -> None:
    requests = {
        "lesson": site.requests(f"/training/mtm/1-the-why/{LESSON}"),
        "dashboard": site.requests("/training"),
        "answer": site.answers(),
        "graded": site.graded(),
    }[what]
    measured = measure(site, floor, requests)
    bare, page = measured.cost
    print(
        f"\n{what}: {measured.ratio:.2f} of the floor (goal {GOALS[what]}); "
        f"best round {max(measured.page):,.0f} requests a second, the floor's {max(measured.floor):,.0f}; "
        f"{page:.1f} ms of processor time on the server, the floor {bare:.1f} ms"
    )
    assert measured.ratio > 0
