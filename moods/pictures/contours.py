"""Density of weighted points on the unit square, and outlines of where most of it lies."""

from collections.abc import Iterator, Sequence
from math import ceil

import numpy as np
from numpy.typing import NDArray

from moods.pictures.strokes import polygon

CELLS = 56
LEAST_WIDTH = 0.045
"""Narrower clouds would draw an island round each point."""

Point = tuple[float, float]

# Marching squares: the edges of a cell (bottom, right, top, left) by which an outline enters and leaves,
# inside on its left, for each pattern of corners above the level (bottom left 1, on from there 2, 4, 8).
_B, _R, _T, _L = (0.5, 0.0), (1.0, 0.5), (0.5, 1.0), (0.0, 0.5)
_CROSSINGS: dict[int, tuple[tuple[Point, Point], ...]] = {
    1: ((_B, _L),), 2: ((_R, _B),), 3: ((_R, _L),), 4: ((_T, _R),), 5: ((_B, _L), (_T, _R)), 6: ((_T, _B),),
    7: ((_T, _L),), 8: ((_L, _T),), 9: ((_B, _T),), 10: ((_R, _B), (_L, _T)), 11: ((_R, _T),),
    12: ((_L, _R),), 13: ((_B, _R),), 14: ((_L, _B),),
}  # fmt: skip


def density(
    points: NDArray[np.float64], *, spreads: NDArray[np.float64], weights: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Sum a round cloud for each point onto a grid.

    points: (n, 2) valence and arousal, 0..1; spreads, weights: (n,). Returns (CELLS, CELLS), rows are arousal
    upwards, sums to 1.
    """
    centres = (np.arange(CELLS) + 0.5) / CELLS
    widths = np.maximum(spreads / 2, LEAST_WIDTH)[:, None]
    across = np.exp(-0.5 * ((centres - points[:, :1]) / widths) ** 2)
    upwards = np.exp(-0.5 * ((centres - points[:, 1:]) / widths) ** 2)
    clouds = weights[:, None] / (across.sum(axis=1) * upwards.sum(axis=1))[:, None]
    grid: NDArray[np.float64] = (upwards * clouds).T @ across
    grid /= grid.sum()
    return grid


def level_holding(grid: NDArray[np.float64], share: float) -> float:
    """Find the density above which the given share of everything lies."""
    heights = np.sort(grid, axis=None)[::-1]
    reached = int(np.searchsorted(np.cumsum(heights), share))
    return float(heights[min(reached, heights.size - 1)])


def outline(grid: NDArray[np.float64], *, level: float, size: float) -> str:
    """Draw the border of what lies at or above a level, in a box of the given size with y downwards."""
    padded = np.pad(grid, 1)
    inside = padded >= level
    patterns = inside[:-1, :-1] + 2 * inside[:-1, 1:] + 4 * inside[1:, 1:] + 8 * inside[1:, :-1]
    scale = size / CELLS
    rings = ([_crossing(padded, level=level, edge=edge) for edge in ring] for ring in _rings(patterns))
    return "".join(polygon(((x - 0.5) * scale, size - (y - 0.5) * scale) for x, y in ring) for ring in rings)


def _crossing(padded: NDArray[np.float64], *, level: float, edge: Point) -> Point:
    """Move from the middle of an edge between two nodes to where the level lies on it."""
    left, bottom = int(edge[0]), int(edge[1])
    right, top = ceil(edge[0]), ceil(edge[1])
    here, there = float(padded[bottom, left]), float(padded[top, right])
    share = (level - here) / (there - here)
    return left + share * (right - left), bottom + share * (top - bottom)


def _rings(patterns: NDArray[np.int_]) -> Iterator[Sequence[Point]]:
    """Follow crossings from cell to cell until each outline closes; points are the middles of edges."""
    following = {
        (column + start[0], row + start[1]): (column + end[0], row + end[1])
        for row, column in np.argwhere((patterns > 0) & (patterns < 15)).tolist()
        for start, end in _CROSSINGS[int(patterns[row, column])]
    }
    while following:
        ring = [next(iter(following))]
        while ring[-1] in following:
            ring.append(following.pop(ring[-1]))
        yield ring[:-1]
