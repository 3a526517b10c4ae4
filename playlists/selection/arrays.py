"""The array types that the selection code passes around."""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

_SAMPLED = 10_000


def median(values: Floats) -> float:
    """Median, 0 of nothing; of many values that of about 10,000 evenly spaced ones, which is ten times as
    quick.
    """
    if not len(values):
        return 0.0
    return float(np.median(values[:: 1 + len(values) // _SAMPLED]))
