"""Keeps songs of one artist apart in an order."""

import numpy as np

from playlists.selection.arrays import Bools, Floats, Ints


def feasible_gap(artists: Ints, *, gap: int) -> int:
    """The largest gap up to the one asked for that some order of these songs could keep."""
    counts = np.unique(artists, return_counts=True)[1]
    most = int(counts.max(initial=0))
    if most < 2:
        return gap
    tied = int((counts == most).sum())
    return max(0, min(gap, (len(artists) - tied) // (most - 1) - 1))


def kept_gap(artists: Ints, *, gap: int) -> int:
    """The gap that this order keeps, up to the one asked for."""
    return next((step - 1 for step in range(1, gap + 1) if (artists[step:] == artists[:-step]).any()), gap)


def breaks(artists: Ints, *, gap: int) -> Ints:
    """How many pairs of one artist have fewer than `gap` songs between them, for each order (orders, n)."""
    found = np.zeros(len(artists), dtype=np.int64)
    for step in range(1, min(gap, artists.shape[1] - 1) + 1):
        found += (artists[:, step:] == artists[:, :-step]).sum(axis=1)
    return found


def spread_out(order: Ints, *, costs: Floats, artists: Ints, gap: int, fixed: Bools) -> Ints:
    """Swap songs until no two of an artist are nearer than the gap, at least cost; may fall short when too
    much is fixed.

    `order` (n,) indexes `costs` (n, n) and `artists` (n,); positions in `fixed` (n,) are not touched.
    """
    movable = np.flatnonzero(~fixed)
    while True:
        current = int(breaks(artists[order][None], gap=gap)[0])
        if not current:
            return order
        swapped = _swaps(order, _crowded(artists[order], gap=gap) & ~fixed, movable)
        if not len(swapped):
            return order
        found = breaks(artists[swapped], gap=gap)
        best = int(np.argmin(found + 1e-3 * _lengths(swapped, costs)))
        if found[best] >= current:
            return order
        order = swapped[best]


def dealt(artists: Ints, *, gap: int) -> Ints:
    """An order that deals songs out, the artist with the most songs left first, no nearer than the gap if
    possible.
    """
    left = list(range(len(artists)))
    order: list[int] = []
    while left:
        recent = set(artists[order[-gap:]]) if gap else set()
        remaining = np.bincount(artists[left])
        rested = [song for song in left if artists[song] not in recent]
        song = max(rested or left, key=lambda song: remaining[artists[song]])
        order.append(song)
        left.remove(song)
    return np.array(order, dtype=np.int64)


def _crowded(artists: Ints, *, gap: int) -> Bools:
    """Positions of songs that have another of their artist too near."""
    crowded = np.zeros(len(artists), dtype=np.bool_)
    for step in range(1, gap + 1):
        same = artists[step:] == artists[:-step]
        crowded[step:] |= same
        crowded[:-step] |= same
    return crowded


def _swaps(order: Ints, crowded: Bools, movable: Ints) -> Ints:
    """All orders that differ by one swap of the first few crowded positions with a movable one. Shape (swaps,
    n).
    """
    first = np.flatnonzero(crowded)[:4]
    here, there = (grid.ravel() for grid in np.meshgrid(first, movable))
    here, there = here[here != there], there[here != there]
    swapped = np.repeat(order[None], len(here), axis=0)
    rows = np.arange(len(here))
    swapped[rows, here], swapped[rows, there] = order[there], order[here]
    return swapped


def _lengths(orders: Ints, costs: Floats) -> Floats:
    lengths: Floats = costs[orders[:, :-1], orders[:, 1:]].sum(axis=1)
    return lengths
