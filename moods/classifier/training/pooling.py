"""Weighing sources against each other, so that one pool serves every subset of them."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize

from moods.classifier.evidence import fall_back
from moods.classifier.taxonomy import SOURCES
from moods.classifier.training.table import Table
from moods.classifier.weights import Pool

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

DROPOUT: Final = 0.35
"""Probability that a source is hidden from the pool while it learns."""

COPIES: Final = 6
_PENALTY: Final = 30.0
_QUADRANT_PENALTY: Final = 10.0  # fewer songs have this label
_M: Final = len(SOURCES)
_SHIFTING: Final = np.array([source != "lyrics" for source in SOURCES])
_TELLING: Final = np.concatenate(
    [[True], _SHIFTING, np.full(_M, True), np.outer(_SHIFTING, _SHIFTING).ravel()]
)
"""Columns of `design` that axes and moods learn from: that lyrics are known may not shift them nor turn
what others say. All songs with lyrics are of one data set, in which tags are purer than elsewhere, and few
of them have these labels.
"""


@dataclass(frozen=True, slots=True, eq=False)
class Sample:
    """Songs with sources hidden at random.

    Evidence: (5, n, 12); present: (n, 5); rows: (n,) into the table.
    """

    evidence: Floats
    present: Flags
    rows: npt.NDArray[np.intp]


def sample(evidence: Floats, present: Flags, *, seed: int) -> Sample:
    """Every song once as it is and COPIES times with sources hidden; songs left with nothing fall out."""
    n = len(present)
    rng = np.random.default_rng(seed)
    hidden = rng.random((COPIES * n, _M)) < DROPOUT
    rows = np.concatenate([np.arange(n), np.tile(np.arange(n), COPIES)])
    there = fall_back(np.concatenate([present, np.tile(present, (COPIES, 1)) & ~hidden]))
    use = there.any(axis=1)
    return Sample(evidence[:, rows[use]], there[use], rows[use])


def fit_pool(songs: Sample, table: Table) -> Pool:
    """The pool that serves every subset of sources."""
    fits = [_fit_axis(songs, table.axes[songs.rows, axis], output=axis) for axis in range(2)]
    fits += [_fit_mood(songs, table.moods[songs.rows, mood], output=2 + mood) for mood in range(6)]
    quadrants = _fit_quadrants(songs, table.quadrant[songs.rows])
    bias, offset, gain, gain_with = (np.stack([fit[part] for fit in fits], axis=-1) for part in range(4))
    shared = np.ones(4)
    return Pool(
        bias=np.concatenate([bias, quadrants[0]]),
        offset=np.concatenate([offset, quadrants[1]], axis=1),
        gain=np.concatenate([gain, np.outer(quadrants[2], shared)], axis=1),
        gain_with=np.concatenate([gain_with, quadrants[3][:, :, None] * shared], axis=2),
    )


def design(said: Floats, present: Flags) -> Floats:
    """Evidence (5, n) of one output -> (n, 1 + 5 + 5 + 25).

    Bias, offsets, gains, gains beside another source.
    """
    there = present.astype(np.float64)
    heard = said.T * there
    pairs = (heard[:, :, None] * there[:, None, :]).reshape(len(there), _M * _M)
    pairs[:, :: _M + 1] = 0.0
    return np.column_stack([np.ones(len(there)), there, heard, pairs])


def _spread(said: Floats, present: Flags) -> Floats:
    known = [said[m, present[:, m]] for m in range(_M)]
    return np.array([s.std() if len(s) and s.std() > 0 else 1.0 for s in known])


def _penalties(strength: float = _PENALTY) -> Floats:
    return strength * np.concatenate([[0.0], np.full(_M, 1.0), np.full(_M, 0.3), np.full(_M * _M, 1.0)])


def _unpack(weights: Floats, spread: Floats) -> tuple[Floats, Floats, Floats, Floats]:
    gain = weights[1 + _M : 1 + 2 * _M] / spread
    gain_with = weights[1 + 2 * _M :].reshape(_M, _M) / spread[:, None]
    return weights[0], weights[1 : 1 + _M], gain, gain_with


def _fit_axis(songs: Sample, label: Floats, *, output: int) -> tuple[Floats, Floats, Floats, Floats]:
    use = ~np.isnan(label)
    said, there = songs.evidence[:, use, output], songs.present[use]
    spread = _spread(said, there)
    table = design(said / spread[:, None], there) * _TELLING
    curvature = table.T @ table + np.diag(_penalties() + 1e-9)
    return _unpack(np.asarray(np.linalg.solve(curvature, table.T @ label[use])), spread)


def _fit_mood(songs: Sample, label: Floats, *, output: int) -> tuple[Floats, Floats, Floats, Floats]:
    use = ~np.isnan(label)
    said, there = songs.evidence[:, use, output], songs.present[use]
    spread = _spread(said, there)
    table, wanted = design(said / spread[:, None], there) * _TELLING, label[use]

    def loss(weights: Floats) -> tuple[float, Floats]:
        logits = table @ weights
        value = np.logaddexp(0, logits).sum() - wanted @ logits
        slope = table.T @ (1 / (1 + np.exp(-logits)) - wanted)
        return _penalised(value, slope, weights, _penalties())

    start = np.zeros(table.shape[1])
    return _unpack(minimize(loss, start, jac=True, method="L-BFGS-B").x, spread)


def _penalised(value: float, slope: Floats, weights: Floats, penalty: Floats) -> tuple[float, Floats]:
    return float(value + 0.5 * penalty @ weights**2), slope + penalty * weights


def _fit_quadrants(songs: Sample, label: Floats) -> tuple[Floats, Floats, Floats, Floats]:
    """Softmax over the four classes; gains are shared by them, bias and offsets are not."""
    use = ~np.isnan(label)
    said, there = songs.evidence[:, use, 8:], songs.present[use]
    spread = np.array([said[m, there[:, m]].std() or 1.0 if there[:, m].any() else 1.0 for m in range(_M)])
    tables = np.stack([design(said[:, :, q] / spread[:, None], there) for q in range(4)])
    wanted = np.eye(4)[label[use].astype(int)]
    own, penalty = 1 + _M, _penalties(_QUADRANT_PENALTY)

    def split(packed: Floats) -> Floats:
        free = packed[: 4 * own].reshape(4, own)
        return np.column_stack([free, np.tile(packed[4 * own :], (4, 1))])

    def loss(packed: Floats) -> tuple[float, Floats]:
        weights = split(packed)
        logits = np.einsum("qnk,qk->nq", tables, weights)
        top = logits.max(axis=1, keepdims=True)
        total = np.log(np.exp(logits - top).sum(axis=1)) + top[:, 0]
        value = total.sum() - (logits * wanted).sum()
        slope = np.einsum("qnk,nq->qk", tables, np.exp(logits - total[:, None]) - wanted)
        packed_slope = np.concatenate([slope[:, :own].ravel(), slope[:, own:].sum(axis=0)])
        full_penalty = np.concatenate([np.tile(penalty[:own] + 1e-6, 4), penalty[own:]])
        return _penalised(value, packed_slope, packed, full_penalty)

    best = minimize(loss, np.zeros(4 * own + _M + _M * _M), jac=True, method="L-BFGS-B").x
    free = best[: 4 * own].reshape(4, own)
    _, _, gain, gain_with = _unpack(np.concatenate([np.zeros(own), best[4 * own :]]), spread)
    return free[:, 0], free[:, 1:].T, gain, gain_with
