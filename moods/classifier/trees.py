"""Boosted trees as flat arrays, walked by all rows at once, with each leaf split into what features gave."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from moods.classifier.taxonomy import FEATURES

Floats = npt.NDArray[np.float64]
Positions = npt.NDArray[np.intp]


@dataclass(frozen=True, slots=True, eq=False)
class Forest:
    """Trees laid end to end; a node with feature -1 is a leaf and is its own child.

    roots: (n_trees,). feature, threshold, left, right, missing_left, value: (n_nodes,), children as absolute
    positions. A row goes left where its feature <= threshold, or is unknown and missing_left.
    depth: of the deepest.
    """

    roots: Positions
    feature: Positions
    threshold: Floats
    left: Positions
    right: Positions
    missing_left: npt.NDArray[np.bool_]
    value: Floats
    depth: int

    def leaves(self, features: Floats) -> Positions:
        """Columns (n, k) -> where each row ends in each tree: (n, n_trees) node positions."""
        asked, bound, child = self._questions(features.shape[1])
        mirrored = np.concatenate([features, -features], axis=1).ravel()
        start = np.arange(len(features))[:, None] * (2 * features.shape[1])
        node = np.broadcast_to(self.roots, (len(features), len(self.roots)))
        for _ in range(self.depth):
            yes = mirrored[start + asked[node]] < bound[node]
            node = child[2 * node + yes]
        return node

    def _questions(self, width: int) -> tuple[Positions, Floats, Positions]:
        """Every split as one question to which an unknown column answers no.

        Position in the `width` columns followed by their negatives, bound, and children as (no, yes) pairs.
        """
        up = self.missing_left
        asked = np.maximum(self.feature, 0) + np.where(up, width, 0)
        bound = np.where(up, -self.threshold, np.nextafter(self.threshold, np.inf))
        no, yes = np.where(up, (self.left, self.right), (self.right, self.left))
        return asked, bound, np.stack([no, yes], axis=1).ravel()

    def predict(self, features: Floats) -> Floats:
        """Columns (n, k) -> sum of the leaf values (n,)."""
        return np.asarray(self.value[self.leaves(features)].sum(axis=1))

    def contributions(self, features: Floats) -> tuple[Floats, float]:
        """What each feature gave, (n, 13), and the value all roots start from; their sum is `predict`.

        Every split's change of value goes to the feature it asks for (Saabas 2014).
        """
        shares = self.shares()
        leaves = self.leaves(features)
        given = np.zeros((len(features), len(FEATURES)))
        for tree in range(leaves.shape[1]):
            given += shares[leaves[:, tree]]
        return given, float(self.value[self.roots].sum())

    def shares(self) -> Floats:
        """(n_nodes, 13): what the way from the root to a node gave to each feature."""
        shares = np.zeros((len(self.value), len(FEATURES)))
        for node in np.flatnonzero(self.feature >= 0):
            for child in (self.left[node], self.right[node]):
                shares[child] = shares[node]
                shares[child, self.feature[node]] += self.value[child] - self.value[node]
        return shares
