"""Improves a choice of songs by exchanging one at a time, until no exchange makes it better."""

import numpy as np

from playlists.selection.arrays import Bools, Floats, Ints
from playlists.selection.coverage import BREADTH, Contest, group_counts, marginal_gains

_TRIED = 150
_GAIN = 1e-9


def exchange(contest: Contest, chosen: Ints, *, kept: int) -> Ints:
    """Exchange songs, the first `kept` aside, for better ones of their kind; the rules stay kept."""
    while True:
        counts = group_counts(contest, chosen)
        coming = np.argsort(-marginal_gains(contest, counts), kind="stable")[:_TRIED]
        gains = _gains(contest, chosen[kept:], coming, counts=counts)
        usable = replaceable(contest, chosen, chosen[kept:]) & same_kind(contest, chosen[kept:])
        gains[~usable[:, coming]] = -np.inf
        if gains.max(initial=0.0) <= _GAIN:
            return chosen
        leaving, best = np.unravel_index(int(np.argmax(gains)), gains.shape)
        chosen = chosen.copy()
        chosen[kept + int(leaving)] = coming[best]


def same_kind(contest: Contest, out: Ints) -> Bools:
    """Which songs (m,) are of the kind of each in `out`."""
    same: Bools = contest.kind == contest.kind[out][:, None]
    return same


def replaceable(contest: Contest, chosen: Ints, out: Ints) -> Bools:
    """Which songs (m,) may take the place of each in `out` without a work twice or an artist over the cap."""
    unused = np.ones(int(contest.work.max(initial=0)) + 1, dtype=np.bool_)
    unused[contest.work[chosen]] = False
    counts = np.bincount(contest.artist[chosen], minlength=int(contest.artist.max(initial=0)) + 1)
    roomy = (counts < contest.cap)[contest.artist]
    usable: Bools = unused[contest.work] | (contest.work == contest.work[out][:, None])
    usable &= roomy | (contest.artist == contest.artist[out][:, None])
    usable[:, chosen] = False
    return usable


def _gains(contest: Contest, out: Ints, coming: Ints, *, counts: Ints) -> Floats:
    """What the objective gains when each song in `out` (o,) makes room for each in `coming` (c,). Shape (o,
    c).
    """
    gains = contest.worth[coming] - contest.worth[out][:, None]
    for weight, codes, count in zip(BREADTH.values(), contest.groups, counts, strict=True):
        lost = np.sqrt(count) - np.sqrt(np.maximum(count - 1, 0))
        won = np.sqrt(count + 1) - np.sqrt(count)
        change = won[codes[coming]] - lost[codes[out]][:, None]
        change[codes[out][:, None] == codes[coming]] = 0.0
        gains += contest.breadth * weight * change
    return gains
