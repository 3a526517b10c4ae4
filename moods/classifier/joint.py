"""What sound and genre say of an axis together, beyond the sum of what either says."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from moods.classifier.evidence import AUDIO, GENRE
from moods.classifier.taxonomy import AXES
from moods.classifier.trees import Forest

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]


def joint_evidence(forests: Sequence[Forest], evidence: Floats, present: Flags) -> Floats:
    """What the forests, one per axis, add to the axes (n, 2); zeros where sound or genre are unknown.

    evidence: (5, n, 12). present: (n, 5).
    """
    added = np.zeros((len(present), len(AXES)))
    both = both_known(present)
    columns = joint_columns(evidence[:, both])
    for axis, forest in enumerate(forests):
        added[both, axis] = forest.predict(columns)
    return added


def both_known(present: Flags) -> Flags:
    """Where sound and genre both count, (n,)."""
    return present[:, AUDIO] & present[:, GENRE]


def joint_columns(evidence: Floats) -> Floats:
    """Evidence (5, n, 12) -> what sound says of either axis, then what genre does, (n, 4)."""
    return np.concatenate([evidence[source, :, : len(AXES)] for source in (AUDIO, GENRE)], axis=1)
