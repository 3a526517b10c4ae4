"""Thirteen features as the columns an additive model needs: bends of each, products of some."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from moods.classifier.taxonomy import FEATURES

Floats = npt.NDArray[np.float64]
_FAR: Final = 3.0  # beyond three standard deviations nothing more is believed
_FAR_IN_PAIRS: Final = 2.0
_PAIR_SIZE: Final = 0.2  # small columns are believed less by a ridge penalty


@dataclass(frozen=True, slots=True, eq=False)
class Basis:
    """Columns for features: z, its excess over each knot, products of pairs; minus training means.

    shift: (13,) added before the logarithm, NaN where the feature is taken as it is.
    mean, sd: (13,) of the shaped training features. knots: per feature, in z. pairs: positions in
    FEATURES. centre: (k,) means of the columns.
    """

    shift: Floats
    mean: Floats
    sd: Floats
    knots: tuple[tuple[float, ...], ...]
    pairs: tuple[tuple[int, int], ...]
    centre: Floats

    @property
    def owners(self) -> Floats:
        """Whose each column is, (k, 13), rows sum to 1: a product belongs half to either feature."""
        features = np.eye(len(FEATURES))
        bends = np.repeat(features, [1 + len(knots) for knots in self.knots], axis=0)
        products = [(features[first] + features[second]) / 2 for first, second in self.pairs]
        return np.vstack([bends, *products])

    def alone(self, name: str) -> Floats:
        """Coefficients (k,) that give one feature's z, without its bends."""
        before = self.knots[: FEATURES.index(name)]
        column = np.zeros(len(self.centre))
        column[sum(1 + len(knots) for knots in before)] = 1.0
        return column

    def standardise(self, features: Floats) -> Floats:
        """Features (n, 13) -> z (n, 13) within ±3; NaN stays NaN."""
        logged = np.log(np.maximum(features + np.nan_to_num(self.shift), 1e-9))
        shaped = np.where(np.isnan(self.shift), features, logged)
        return np.clip((shaped - self.mean) / self.sd, -_FAR, _FAR)

    def expand(self, features: Floats) -> Floats:
        """Features (n, 13) -> columns (n, k); an unknown feature is zeros, as if it were typical."""
        return np.nan_to_num(self.bend(self.standardise(features)) - self.centre)

    def bend(self, z: Floats) -> Floats:
        """Z (n, 13) -> columns (n, k) before centring, NaN where z is."""
        columns = []
        for feature, knots in enumerate(self.knots):
            column = z[:, feature]
            columns += [column, *(np.maximum(column - knot, 0.0) for knot in knots)]
        near = np.clip(z, -_FAR_IN_PAIRS, _FAR_IN_PAIRS)
        columns += [_PAIR_SIZE * near[:, first] * near[:, second] for first, second in self.pairs]
        return np.stack(columns, axis=1)
