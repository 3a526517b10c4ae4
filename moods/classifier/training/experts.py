"""What one source can learn from one kind of label, before sources are weighed against each other."""

from dataclasses import dataclass
from itertools import combinations
from typing import Final

import numpy as np
import numpy.typing as npt
from sklearn.linear_model import LogisticRegression, Ridge

from moods.classifier.basis import Basis
from moods.classifier.taxonomy import AXES, FEATURES, SOUND
from moods.classifier.training.forests import grow_axis
from moods.classifier.training.table import Table
from moods.classifier.trees import Forest

Floats = npt.NDArray[np.float64]

SHIFTS: Final = {
    "speechiness": 0.02,
    "acousticness": 0.02,
    "instrumentalness": 0.001,
    "liveness": 0.05,
    "duration_ms": 1.0,
}
"""Features taken as logarithms, and what is added to them before."""

STRAIGHT: Final = ("key", "mode", "time_signature")
"""Features without bends."""

PAIRS: Final = tuple(combinations(SOUND, 2))
"""Features whose products are columns too."""

LABELS: Final = 2 + 6 + 4 + 3
"""Columns of a linear expert: two axes, six moods, four quadrants, three kinds of playlist."""

PLAIN: Final = ("energy", "instrumentalness")
"""Features that are experts as they are, fitted to nothing."""


@dataclass(frozen=True, slots=True, eq=False)
class AudioExperts:
    """Linear experts on a basis, and a forest per axis.

    coefficients: (k, LABELS + 2), the last columns the features of PLAIN.
    """

    basis: Basis
    coefficients: Floats
    forests: tuple[Forest, ...]
    forest_mean: Floats

    def say(self, features: Floats) -> Floats:
        """Features (n, 13) -> what every expert says, (n, LABELS + 4)."""
        grown = [forest.predict(features) for forest in self.forests]
        linear = self.basis.expand(features) @ self.coefficients
        return np.column_stack([linear, np.stack(grown, axis=1) - self.forest_mean])


@dataclass(frozen=True, slots=True, eq=False)
class LinearExperts:
    """Linear experts `coefficients` (k, LABELS) on standardised columns."""

    mean: Floats
    sd: Floats
    coefficients: Floats

    def say(self, columns: Floats) -> Floats:
        """Columns (n, k) -> what every expert says, (n, LABELS); unknown columns are typical."""
        return np.asarray(self.standardise(columns) @ self.coefficients)

    def standardise(self, columns: Floats) -> Floats:
        """Columns as z within ±3, zeros where unknown."""
        return np.asarray(np.nan_to_num(np.clip((columns - self.mean) / self.sd, -3.0, 3.0)))


def fit_audio(table: Table, *, seed: int) -> AudioExperts:
    """Experts of the sound."""
    heard = table.take(~np.isnan(table.features[:, FEATURES.index("energy")]))
    basis = fit_basis(heard.features)
    fitted = fit_labels(basis.expand(heard.features), heard, strengths=(100.0, 0.05, 0.1))
    coefficients = np.column_stack([fitted, *map(basis.alone, PLAIN)])
    forests = _grow(heard, seed=seed)
    means = np.array([forest.predict(heard.features).mean() for forest in forests])
    return AudioExperts(basis, coefficients, forests, means)


def _grow(table: Table, *, seed: int) -> tuple[Forest, ...]:
    rated = table.take(~np.isnan(table.axes[:, 0]))
    return tuple(
        grow_axis(rated.features, rated.axes[:, axis], axis=name, seed=seed) for axis, name in enumerate(AXES)
    )


def fit_basis(features: Floats, bends: int = 3) -> Basis:
    """Standardisation and knots at even quantiles, from features (n, 13) with gaps."""
    shift = np.array([SHIFTS.get(name, np.nan) for name in FEATURES])
    logged = np.log(np.maximum(features + np.nan_to_num(shift), 1e-9))
    mean, sd = _moments(np.where(np.isnan(shift), features, logged))
    none = ((),) * len(FEATURES)
    z = Basis(shift, mean, sd, none, (), np.zeros(len(FEATURES))).standardise(features)
    knots = tuple(
        () if name in STRAIGHT else _knots(z[:, position], bends) for position, name in enumerate(FEATURES)
    )
    columns = Basis(shift, mean, sd, knots, PAIRS, np.zeros(1)).bend(z)
    return Basis(shift, mean, sd, knots, PAIRS, _moments(columns)[0])


def _moments(columns: Floats) -> tuple[Floats, Floats]:
    """Mean and deviation of each column's known values; 0 and 1 where there are none."""
    known = ~np.isnan(columns)
    count = np.maximum(known.sum(axis=0), 1)
    mean = np.where(known, columns, 0.0).sum(axis=0) / count
    sd = np.sqrt(np.where(known, (columns - mean) ** 2, 0.0).sum(axis=0) / count)
    return mean, np.where(sd > 1e-9, sd, 1.0)


def _knots(z: Floats, bends: int) -> tuple[float, ...]:
    known = z[~np.isnan(z)]
    if not len(known):
        return ()
    quantiles = np.quantile(known, np.linspace(0, 1, bends + 2)[1:-1])
    return tuple(float(knot) for knot in np.unique(np.round(quantiles, 4)))


def fit_linear(columns: Floats, table: Table, *, strengths: tuple[float, float, float]) -> LinearExperts:
    """Experts of a source given as columns (n, k), NaN rows where it is unknown."""
    there = np.asarray(~np.isnan(columns).all(axis=1))
    blank = LinearExperts(*_moments(columns), np.zeros((columns.shape[1], LABELS)))
    z = blank.standardise(columns[there])
    return LinearExperts(blank.mean, blank.sd, fit_labels(z, table.take(there), strengths=strengths))


def fit_labels(columns: Floats, table: Table, *, strengths: tuple[float, float, float]) -> Floats:
    """Coefficients (k, LABELS) of columns (n, k) for every label; zeros for a label too few songs have.

    strengths: ridge penalty of the axes, then inverse penalties of moods and of classes.
    """
    alpha, mood_c, class_c = strengths
    parts = [_axis(columns, table.axes[:, axis], alpha=alpha) for axis in range(2)]
    parts += [_classes(columns, table.moods[:, mood], c=mood_c, classes=2)[:, 1:] for mood in range(6)]
    parts.append(_classes(columns, table.quadrant, c=class_c, classes=4))
    parts.append(_classes(columns, table.playlist, c=class_c, classes=3))
    return np.column_stack(parts)


_FEWEST: Final = 40


def _axis(columns: Floats, label: Floats, *, alpha: float) -> Floats:
    use = ~np.isnan(label)
    if use.sum() < _FEWEST:
        return np.zeros((columns.shape[1], 1))
    return np.asarray(Ridge(alpha=alpha).fit(columns[use], label[use]).coef_).reshape(-1, 1)


def _classes(columns: Floats, label: Floats, *, c: float, classes: int) -> Floats:
    use = ~np.isnan(label)
    if use.sum() < _FEWEST or len(np.unique(label[use])) < classes:
        return np.zeros((columns.shape[1], classes))
    model = LogisticRegression(C=c, max_iter=1000).fit(columns[use], label[use])
    return np.asarray(np.vstack([0 * model.coef_, model.coef_]).T if classes == 2 else model.coef_.T)
