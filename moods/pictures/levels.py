"""Steps of strength for counts, so that a picture needs four shades and no scale."""

from math import ceil, sqrt

STRONGEST = 4


def level(count: float, most: float) -> int:
    """Grade a count from 0 (nothing) to STRONGEST (the most), by its root so that little is still seen."""
    if count <= 0 or most <= 0:
        return 0
    return min(STRONGEST, ceil(STRONGEST * sqrt(count / most)))
