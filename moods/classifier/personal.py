"""One listener's corrections, as an offset to the frozen model."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Self

import numpy as np
import numpy.typing as npt

from moods.classifier.scores import logit, sigmoid
from moods.classifier.taxonomy import FEATURES, MOODS

Floats = npt.NDArray[np.float64]

OPPOSITES: Final = {
    "happy": "sad",
    "sad": "happy",
    "energetic": "calm",
    "calm": "energetic",
}
"""Saying that a song is one of these says that it is not the other."""

BIAS_SPREAD: Final = 0.5
"""Prior deviation of a listener's own bias, in logits (bench/personal_moods.py)."""

FEATURE_SPREAD: Final = 0.25
"""Prior deviation of a listener's own weight per standardised feature (bench/personal_moods.py)."""

FEW: Final = 5
"""Below so many corrections only the bias is fitted, and shrunk twice."""

_STEPS = 25


@dataclass(frozen=True, slots=True, eq=False)
class PersonalOffset:
    """What a listener's corrections add to the log-odds of the moods.

    bias: (6,). features: (6, 13), per standardised feature. Zeros where corrections did not help.
    """

    bias: Floats
    features: Floats

    def as_json(self) -> dict[str, Any]:
        """A small dict of JSON types that `from_json` reads back."""
        return {"bias": self.bias.tolist(), "features": self.features.tolist()}

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Self:
        """Read what `as_json` wrote; raises KeyError or ValueError on anything else."""
        return cls(
            bias=np.array(stored["bias"], dtype=np.float64).reshape(len(MOODS)),
            features=np.array(stored["features"], dtype=np.float64).reshape(len(MOODS), len(FEATURES)),
        )


NO_OFFSET: Final = PersonalOffset(np.zeros(len(MOODS)), np.zeros((len(MOODS), len(FEATURES))))


def target_row(is_moods: frozenset[str], not_moods: frozenset[str] = frozenset()) -> Floats:
    """What a correction says of the six moods, (6,).

    1 for "this is …", 0 for "not …" and opposites, else NaN.
    """
    denied = not_moods | {OPPOSITES[mood] for mood in is_moods if mood in OPPOSITES}
    said = {**dict.fromkeys(denied, 0.0), **dict.fromkeys(is_moods, 1.0)}
    return np.array([said.get(mood, np.nan) for mood in MOODS])


def fit_personal(probabilities: Floats, *, z: Floats, targets: Floats) -> PersonalOffset:
    """Offset of a listener with n corrected songs.

    probabilities: (n, 6) of the frozen model. z: (n, 13) of `Model.standardise`. targets: (n, 6),
    see `target_row`.
    Songs of unknown mood are left out.
    """
    columns = np.column_stack([np.ones(len(z)), np.nan_to_num(z)])
    bases = logit(probabilities)
    fitted = [_fit_mood(bases[:, mood], columns=columns, said=targets[:, mood]) for mood in range(len(MOODS))]
    table = np.array(fitted).reshape(len(MOODS), 1 + len(FEATURES))
    return PersonalOffset(bias=table[:, 0], features=table[:, 1:])


def apply_personal(offset: PersonalOffset, *, probabilities: Floats, z: Floats) -> Floats:
    """The frozen model's probabilities (n, 6) as this listener would have them; NaN stays NaN."""
    moved = logit(probabilities) + offset.bias + np.nan_to_num(z) @ offset.features.T
    return np.where(np.isnan(probabilities), np.nan, sigmoid(moved))


def _fit_mood(base: Floats, *, columns: Floats, said: Floats) -> Floats:
    """Bias and feature weights (14,) of one mood, zeros where they would not help."""
    use = ~np.isnan(said) & ~np.isnan(base)
    nothing = np.zeros(columns.shape[1])
    if not use.any():
        return nothing
    base, columns, said = base[use], columns[use], said[use]
    if len(said) < FEW:
        columns = columns * (np.arange(columns.shape[1]) == 0)
    spread = np.where(np.arange(columns.shape[1]) == 0, BIAS_SPREAD, FEATURE_SPREAD)
    precision = (2.0 if len(said) < FEW else 1.0) / spread**2
    weights = _climb(base, columns=columns, said=said, precision=precision)
    helped = _left_out_loss(base, columns=columns, said=said, precision=precision, weights=weights) < _loss(
        base, said
    )
    return weights if helped else nothing


def _climb(base: Floats, *, columns: Floats, said: Floats, precision: Floats) -> Floats:
    """The most probable weights, by Newton's method."""
    weights = np.zeros(columns.shape[1])
    for _ in range(_STEPS):
        expected = sigmoid(base + columns @ weights)
        slope = columns.T @ (said - expected) - precision * weights
        step = np.linalg.solve(_curvature(columns, expected, precision), slope)
        weights = weights + step
        if np.abs(step).max() < 1e-8:
            break
    return weights


def _curvature(columns: Floats, expected: Floats, precision: Floats) -> Floats:
    return (columns.T * (expected * (1 - expected))) @ columns + np.diag(precision)


def _left_out_loss(
    base: Floats, *, columns: Floats, said: Floats, precision: Floats, weights: Floats
) -> float:
    """Log-loss of each correction under the others, by one Newton step back (approximate leave-one-out)."""
    now = base + columns @ weights
    expected = sigmoid(now)
    reach = np.einsum(
        "ij,ij->i",
        columns,
        np.linalg.solve(_curvature(columns, expected, precision), columns.T).T,
    )
    pull = reach * (said - expected) / (1 - reach * expected * (1 - expected))
    return _loss(now - pull, said)


def _loss(logits: Floats, said: Floats) -> float:
    return float(np.mean(np.logaddexp(0.0, np.where(said > 0, -logits, logits))))
