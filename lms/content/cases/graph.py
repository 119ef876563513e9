"""What can be proven about the scenes of a case as a graph: where they lead, and what they can earn.

Scenes that are named and do not exist lead nowhere here; the checks report them.
"""

from __future__ import annotations

from lms.content.cases.values import Case


def circle(case: Case) -> tuple[str, ...]:
    """The keys of scenes that lead back to the first of them, in their order; empty where there is no way round."""
    path: list[str] = []
    finished: set[str] = set()

    def visit(key: str) -> tuple[str, ...]:
        if key in path:
            return tuple(path[path.index(key) :])
        if key in finished or key not in case.scenes:
            return ()
        path.append(key)
        for following, _points in case.scene(key).onward:
            if found := visit(following):
                return found
        finished.add(path.pop())
        return ()

    # From the start first, so that the circle a learner would meet is the one that is named.
    return next((found for key in (case.start, *case.scenes) if (found := visit(key))), ())


def reachable(case: Case) -> frozenset[str]:
    """The keys of the scenes that some way from the start leads to, the start among them."""
    found: set[str] = set()
    open_ones = [case.start]
    while open_ones:
        key = open_ones.pop()
        if key in case.scenes and key not in found:
            found.add(key)
            open_ones += [following for following, _points in case.scene(key).onward]
    return frozenset(found)


def best_total(case: Case) -> int:
    """The most thousandths of points that a way from the start can earn. The scenes have no circle."""
    return _best(case, case.start, {}, count_scenes=False)


def most_decisions(case: Case, start: str) -> int:
    """The number of decisions on the longest way from the scene `start` to an end. The scenes have no circle."""
    return _best(case, start, {}, count_scenes=True)


def _best(case: Case, key: str, known: dict[str, int], *, count_scenes: bool) -> int:
    if key not in known:
        ways = case.scene(key).onward if key in case.scenes else ()
        known[key] = max(
            (
                (1 if count_scenes else points) + _best(case, following, known, count_scenes=count_scenes)
                for following, points in ways
            ),
            default=0,
        )
    return known[key]
