"""Gradient boosting by scikit-learn, turned into the plain arrays that the run-time code walks."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from sklearn.ensemble import HistGradientBoostingRegressor

from moods.classifier.taxonomy import FEATURES
from moods.classifier.trees import Forest

Floats = npt.NDArray[np.float64]

RISING: Final = {"valence": ("valence", "danceability"), "arousal": ("energy",)}
"""Features an axis may only rise with."""

_SHAPE: Final = {
    "max_iter": 40,
    "learning_rate": 0.1,
    "max_leaf_nodes": 8,
    "max_depth": 3,
    "min_samples_leaf": 60,
    "l2_regularization": 40.0,
    "max_features": 0.5,
}
JOINT_SHAPE: Final = {
    "max_iter": 40,
    "learning_rate": 0.05,
    "max_leaf_nodes": 8,
    "max_depth": 3,
    "min_samples_leaf": 200,
    "l2_regularization": 400.0,
    "max_features": 0.5,
}
_LOST: Final = 0.15


def grow_axis(features: Floats, label: Floats, *, axis: str, seed: int) -> Forest:
    """A forest for one axis, never falling in the features of RISING."""
    rising = [int(name in RISING[axis]) for name in FEATURES]
    model = HistGradientBoostingRegressor(**_SHAPE, monotonic_cst=rising, random_state=seed)
    model.fit(*with_gaps(features, label, seed=seed))
    return plant([trees[0] for trees in model._predictors])  # noqa: SLF001 - it has no public form


def grow_joint(columns: Floats, missing: Floats, *, seed: int) -> Forest:
    """A forest for what an axis still misses (n,) given what sound and genre say, columns (n, 4)."""
    model = HistGradientBoostingRegressor(**JOINT_SHAPE, random_state=seed).fit(columns, missing)
    forest = plant([trees[0] for trees in model._predictors])  # noqa: SLF001 - it has no public form
    return replace(forest, value=forest.value + missing.mean() / len(forest.roots))


def with_gaps(features: Floats, label: Floats, *, seed: int) -> tuple[Floats, Floats]:
    """Each song twice, the second time with features lost at random."""
    lost = np.random.default_rng(seed).random(features.shape) < _LOST
    return np.vstack([features, np.where(lost, np.nan, features)]), np.tile(label, 2)


def plant(trees: Sequence[Any]) -> Forest:
    """scikit-learn's trees, laid end to end."""
    sizes = [len(tree.nodes) for tree in trees]
    roots = np.cumsum([0, *sizes[:-1]]).astype(np.intp)
    nodes = np.concatenate([tree.nodes for tree in trees])
    start = np.repeat(roots, sizes)
    leaf = nodes["is_leaf"].astype(bool)
    here = np.arange(len(nodes))
    left = np.where(leaf, here, nodes["left"] + start).astype(np.intp)
    right = np.where(leaf, here, nodes["right"] + start).astype(np.intp)
    return Forest(
        roots=roots,
        feature=np.where(leaf, -1, nodes["feature_idx"]).astype(np.intp),
        threshold=np.where(leaf, 0.0, nodes["num_threshold"]),
        left=left,
        right=right,
        missing_left=nodes["missing_go_to_left"].astype(bool),
        value=_means(nodes["value"], nodes["count"], leaf=leaf, left=left, right=right),
        depth=int(nodes["depth"].max()),
    )


def _means(value: Any, count: Any, *, leaf: Any, left: Any, right: Any) -> Floats:
    """Leaf values, and at every split the mean of the songs that passed it; children follow their parent."""
    means = np.where(leaf, value, 0.0)
    for node in np.flatnonzero(~leaf)[::-1]:
        first, second = left[node], right[node]
        shares = count[[first, second]].astype(float)
        means[node] = means[[first, second]] @ shares / shares.sum()
    return np.asarray(means)
