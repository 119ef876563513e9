"""Intervals for shares."""

from __future__ import annotations

from math import sqrt

#: Standard normal deviates that leave 10 and 2.5 per cent on each side.
Z80, Z95 = 1.2815515655446004, 1.959963984540054


def wilson(share: float, n: int, z: float) -> tuple[float, float]:
    """Wilson's score interval for a share of n (E. B. Wilson, Journal of the American Statistical Association
    1927;22:209-212). It stays within 0 and 1; for n = 0 it is all of that.

    Partial credit varies less than right and wrong with the same mean, so that the interval is then rather too wide.
    """
    if n == 0:
        return 0.0, 1.0
    middle = (share + z**2 / (2 * n)) / (1 + z**2 / n)
    reach = z * sqrt(share * (1 - share) / n + z**2 / (4 * n**2)) / (1 + z**2 / n)
    return max(0.0, middle - reach), min(1.0, middle + reach)
