"""What the model says about a batch of songs."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from moods.classifier.taxonomy import MIXED, MOODS, QUADRANTS, SOURCES, UNKNOWN

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Scores:
    """Moods of n songs, NaN where `known` is false.

    valence, arousal and their 80 % intervals: (n,), 0 to 1. probabilities: (n, 6) in the order of
    MOODS, each on
    its own. quadrants: (n, 4) in the order of QUADRANTS, rows sum to 1. known: (n,). present: (n,
    5), which of
    SOURCES there were. thresholds: (6,), from which on a mood may be the main one.
    """

    valence: Floats
    arousal: Floats
    valence_low: Floats
    valence_high: Floats
    arousal_low: Floats
    arousal_high: Floats
    probabilities: Floats
    quadrants: Floats
    known: npt.NDArray[np.bool_]
    present: npt.NDArray[np.bool_]
    thresholds: Floats

    def __len__(self) -> int:
        return len(self.valence)

    @property
    def main_moods(self) -> tuple[str, ...]:
        """Of each song the mood furthest above its threshold, else "mixed".

        "unknown" where nothing is known.
        """
        return main_moods(self.probabilities, self.thresholds)

    @property
    def main_quadrants(self) -> tuple[str, ...]:
        """Of each song the likeliest of QUADRANTS, or "unknown"."""
        best = np.nan_to_num(self.quadrants).argmax(axis=1)
        return tuple(QUADRANTS[q] if known else UNKNOWN for q, known in zip(best, self.known, strict=True))

    def sources_used(self, row: int) -> tuple[str, ...]:
        """Names of the SOURCES that were there for a song."""
        return tuple(name for name, there in zip(SOURCES, self.present[row], strict=True) if there)


def main_moods(probabilities: Floats, thresholds: Sequence[float] | Floats) -> tuple[str, ...]:
    """Main mood of each row of (n, 6) probabilities: the furthest above its threshold in logits."""
    margin = logit(probabilities) - logit(np.asarray(thresholds, dtype=np.float64))
    unknown = np.asarray(np.isnan(margin).any(axis=1))
    best = np.nan_to_num(margin).argmax(axis=1)
    above = np.nan_to_num(margin).max(axis=1) >= 0
    return tuple(
        UNKNOWN if missing else MOODS[mood] if stands_out else MIXED
        for missing, mood, stands_out in zip(unknown, best, above, strict=True)
    )


def logit(probabilities: Floats) -> Floats:
    """Log-odds of probabilities, within ±13.8 so that certainty stays finite."""
    inside = np.clip(probabilities, 1e-6, 1 - 1e-6)
    return np.asarray(np.log(inside / (1 - inside)))


def sigmoid(logits: Floats) -> Floats:
    """Probabilities of log-odds."""
    return np.asarray(1 / (1 + np.exp(-np.clip(logits, -30, 30))))


def softmax(logits: Floats) -> Floats:
    """Rows of logits -> rows that sum to 1."""
    raised = np.exp(logits - logits.max(axis=1, keepdims=True))
    return np.asarray(raised / raised.sum(axis=1, keepdims=True))
