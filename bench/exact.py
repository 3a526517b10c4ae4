"""Exact answers to small cases, to say how far from the best the quick methods are."""

from itertools import combinations, permutations

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, milp

from playlists.selection.beam import SMOOTHNESS, Field
from playlists.selection.coverage import Contest, objective

Floats = NDArray[np.float64]


def best_choice(contest: Contest, *, length: int) -> float:
    """The largest objective of any choice of `length` songs that keeps quotas, cap and one recording of a
    work.
    """
    best = -np.inf
    for chosen in combinations(range(len(contest)), length):
        rows = np.array(chosen)
        if _allowed(contest, rows):
            best = max(best, objective(contest, rows))
    return float(best)


def shortest_path(costs: Floats) -> float:
    """The cost of the cheapest order of all songs with a free start: a travelling salesman's path, solved
    exactly.
    """
    n = len(costs) + 1
    padded = np.zeros((n, n))
    padded[1:, 1:] = costs
    edges = np.array(list(combinations(range(n), 2)))
    weights = padded[edges[:, 0], edges[:, 1]]
    degrees = np.zeros((n, len(edges)))
    degrees[edges.T, np.arange(len(edges))] = 1
    cuts = [LinearConstraint(degrees, 2, 2)]
    while True:
        solved = milp(weights, constraints=cuts, integrality=np.ones(len(edges)), bounds=Bounds(0, 1))
        parts = _parts(n, edges[solved.x > 0.5])
        if len(parts) == 1:
            return float(solved.fun)
        cuts += [_connect(part, edges) for part in parts]


def best_way(field: Field) -> float:
    """The largest value of any way through a small field without fixed places."""
    places, songs = field.fit.shape
    ways = np.array(list(permutations(range(songs), places)))
    values = field.fit[np.arange(places), ways].sum(axis=1)
    values -= SMOOTHNESS * field.costs[ways[:, :-1], ways[:, 1:]].sum(axis=1)
    return float(np.where(_legal(field, ways), values, -np.inf).max())


def _allowed(contest: Contest, rows: NDArray[np.int64]) -> bool:
    if len(set(contest.work[rows])) < len(rows):
        return False
    if np.bincount(contest.artist[rows]).max() > contest.cap:
        return False
    return bool((np.bincount(contest.kind[rows], minlength=3) == contest.quotas).all())


def _parts(n: int, edges: NDArray[np.int64]) -> list[set[int]]:
    """The connected parts of a graph."""
    label = np.arange(n)
    for left, right in edges:
        label[label == label[right]] = label[left]
    return [set(np.flatnonzero(label == part)) for part in np.unique(label)]


def _connect(part: set[int], edges: NDArray[np.int64]) -> LinearConstraint:
    """At least two edges leave the part."""
    inside = np.isin(edges, list(part))
    return LinearConstraint((inside[:, 0] != inside[:, 1]).astype(float)[None], 2, np.inf)


def _legal(field: Field, ways: NDArray[np.int64]) -> NDArray[np.bool_]:
    artists = field.artist[ways]
    legal = np.ones(len(ways), dtype=np.bool_)
    for step in range(1, min(field.gap, ways.shape[1] - 1) + 1):
        legal &= (artists[:, step:] != artists[:, :-step]).all(axis=1)
    for artist in np.unique(field.artist):
        legal &= (artists == artist).sum(axis=1) <= field.cap
    return legal & (field.unheard[ways].sum(axis=1) <= field.most_new)
