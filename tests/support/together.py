"""Many at the same moment: the way to find out whether something scarce is given out twice."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

Result = TypeVar("Result")


def all_at_once(work: Callable[[int], Result], count: int) -> list[Result]:
    """What `work(0)` … `work(count - 1)` return, each in a thread of its own, let go together.

    The first error of any of them is raised here.
    """
    gate = threading.Barrier(count)

    def run(number: int) -> Result:
        gate.wait(timeout=30)
        return work(number)

    with ThreadPoolExecutor(max_workers=count) as threads:
        return [future.result(timeout=60) for future in [threads.submit(run, number) for number in range(count)]]
