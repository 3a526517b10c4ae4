"""Orders songs so that each follows well: nearest neighbour, then 2-opt, Or-opt and swaps, artists kept
apart.
"""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from playlists.selection.arrays import Bools, Floats, Ints
from playlists.selection.spacing import breaks, dealt, feasible_gap, spread_out

_CROWDED = 10.0
_TRIED = 12
_LONGEST_SEGMENT = 3
_GAIN = 1e-9


class Move(NamedTuple):
    """A change of an order that saves cost: the positions of the new order's songs in the old one come from
    `permuted`.
    """

    delta: float
    positions: Ints


def arrange(costs: Floats, *, artists: Ints, gap: int, fixed: dict[int, int], opener: int) -> Ints:
    """Order n songs along small costs (n, n), symmetric. `fixed` maps positions to songs that stay there.

    Songs of an artist (n,) get `gap` others between them, or as many as can be. The `opener` comes first
    unless another song is fixed there or the gap cannot be kept so.
    """
    gap = feasible_gap(artists, gap=gap)
    start = fixed if 0 in fixed or opener in fixed.values() else {**fixed, 0: opener}
    order = _nearest(costs, artists=artists, gap=gap, fixed=start)
    held = np.isin(np.arange(len(order)), list(start))
    order = spread_out(order, costs=costs, artists=artists, gap=gap, fixed=held)
    if not fixed and breaks(artists[order][None], gap=gap)[0]:
        order = _fewer_breaks(order, dealt(artists, gap=gap), artists=artists, gap=gap)
        held[:] = False
    return improve(order, costs=costs, artists=artists, gap=gap, fixed=held)


def improve(order: Ints, *, costs: Floats, artists: Ints, gap: int, fixed: Bools) -> Ints:
    """Shorten an order by local search until no move helps; artists get no nearer, `fixed` positions (n,)
    stay.
    """
    crowding = int(breaks(artists[order][None], gap=gap)[0])
    while True:
        tried = np.array([order[positions] for positions in _moves(order, costs=costs, fixed=fixed)])
        if not len(tried):
            return order
        ok = np.flatnonzero(breaks(artists[tried], gap=gap) <= crowding)
        if not len(ok):
            return order
        order = tried[ok[0]]


def path_cost(order: Ints, costs: Floats) -> float:
    """Sum of the costs of following each song by the next."""
    return float(costs[order[:-1], order[1:]].sum())


def _nearest(costs: Floats, *, artists: Ints, gap: int, fixed: dict[int, int]) -> Ints:
    """Fill each open position with the song nearest to the one before, avoiding artists just played."""
    n = len(costs)
    order = np.full(n, -1, dtype=np.int64)
    for position, song in fixed.items():
        order[position] = song
    free = np.ones(n, dtype=np.bool_)
    free[list(fixed.values())] = False
    for position in range(n):
        if order[position] >= 0:
            continue
        near = order[max(0, position - gap) : position + gap + 1]
        nearby = np.zeros(int(artists.max()) + 1, dtype=np.bool_)
        nearby[artists[near[near >= 0]]] = True
        crowded = nearby[artists]
        step = costs[order[position - 1]] if position else np.zeros(n)
        song = int(np.argmin(np.where(free, step + _CROWDED * crowded, np.inf)))
        order[position], free[song] = song, False
    return order


def _fewer_breaks(order: Ints, other: Ints, *, artists: Ints, gap: int) -> Ints:
    found = breaks(artists[np.stack([order, other])], gap=gap)
    return other if found[1] < found[0] else order


def _moves(order: Ints, *, costs: Floats, fixed: Bools) -> list[Ints]:
    """The moves that save most, best first, each as the positions that the new order takes from the old."""
    n = len(order)
    ends = np.concatenate([[n], order, [n]])
    padded = np.zeros((n + 1, n + 1))
    padded[:n, :n] = costs
    between = padded[ends[:, None], ends]
    steps = np.diagonal(between, offset=1)
    held = np.concatenate([[0], np.cumsum(fixed)])
    found = [
        *_reversals(between, steps, held),
        *_shifts(between, steps, held),
        *_swaps(between, steps, fixed),
    ]
    return [move.positions for move in sorted(found, key=lambda move: move.delta)[:_TRIED]]


def _reversals(between: Floats, steps: Floats, held: Ints) -> Iterator[Move]:
    """2-opt: turn the songs from position i to j round."""
    n = len(steps) - 1
    delta = between[:n, 1:-1] + between[1:-1, 2:] - steps[:n, None] - steps[None, 1:]
    free = held[None, 1:] == held[:-1, None]
    usable = np.triu(free, k=1)
    for i, j, saved in _best(np.where(usable, delta, 0.0)):
        positions = np.arange(n)
        positions[i : j + 1] = positions[i : j + 1][::-1]
        yield Move(saved, positions)


def _shifts(between: Floats, steps: Floats, held: Ints) -> Iterator[Move]:
    """Or-opt: take up to three songs from position i and put them, either way round, after position k."""
    n = len(steps) - 1
    for length in range(1, min(_LONGEST_SEGMENT, n - 1) + 1):
        delta, turned = _shift_deltas(between, steps, held, length=length)
        for i, k, saved in _best(delta):
            yield Move(saved, _shifted(n, i, k, length=length, turned=bool(turned[i, k])))


def _shift_deltas(between: Floats, steps: Floats, held: Ints, *, length: int) -> tuple[Floats, Bools]:
    """Savings of moving the segment at i to before position k (0..n), and whether turned round. Shape
    (starts, n + 1).
    """
    n = len(steps) - 1
    starts = np.arange(n - length + 1)
    ends = starts + length
    gaps = np.arange(n + 1)
    closed = between[starts, ends + 1] - steps[starts] - steps[ends]
    straight = between[starts + 1][:, :-1] + between[ends][:, 1:]
    turned = between[ends][:, :-1] + between[starts + 1][:, 1:]
    delta = closed[:, None] + np.minimum(straight, turned) - steps[None]
    low, high = np.minimum(starts[:, None], gaps), np.maximum(ends[:, None], gaps)
    outside = (gaps < starts[:, None]) | (gaps > ends[:, None])
    usable = outside & (held[low] == held[high])
    return np.where(usable, delta, 0.0), turned < straight


def _shifted(n: int, start: int, gap: int, *, length: int, turned: bool) -> Ints:
    positions = np.arange(n)
    segment = positions[start : start + length]
    segment = segment[::-1] if turned else segment
    if gap > start:
        return np.concatenate([positions[:start], positions[start + length : gap], segment, positions[gap:]])
    return np.concatenate([positions[:gap], segment, positions[gap:start], positions[start + length :]])


def _swaps(between: Floats, steps: Floats, fixed: Bools) -> Iterator[Move]:
    """Exchange two songs that are not neighbours."""
    n = len(steps) - 1
    arrive, leave = between[:n, 1:-1], between[2:, 1:-1]
    lone = steps[:n] + steps[1:]
    delta = arrive + leave + (arrive + leave).T - lone[:, None] - lone
    usable = np.triu(~fixed[:, None] & ~fixed, k=2)
    for i, j, saved in _best(np.where(usable, delta, 0.0)):
        positions = np.arange(n)
        positions[i], positions[j] = j, i
        yield Move(saved, positions)


def _best(delta: Floats) -> Iterator[tuple[int, int, float]]:
    """The places of the most negative entries."""
    flat = delta.ravel()
    top = np.argpartition(flat, min(_TRIED, len(flat) - 1))[:_TRIED]
    for place in top[flat[top] < -_GAIN]:
        yield int(place // delta.shape[1]), int(place % delta.shape[1]), float(flat[place])
