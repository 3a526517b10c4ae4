"""Density and its outlines."""

import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from moods.pictures.contours import CELLS, density, level_holding, outline


def one_point(valence: float, arousal: float) -> np.ndarray:
    return density(np.array([[valence, arousal]]), spreads=np.array([0.1]), weights=np.array([3.0]))


def rings(path: str) -> list[np.ndarray]:
    return [
        np.array([[float(number) for number in pair.split()] for pair in ring.split("L")])
        for ring in re.findall(r"M([^Z]*)Z", path)
    ]


def area(ring: np.ndarray) -> float:
    following = np.roll(ring, -1, axis=0)
    return float(np.sum(ring[:, 0] * following[:, 1] - following[:, 0] * ring[:, 1]) / 2)


def test_density_peaks_at_the_point_when_there_is_one():
    grid = one_point(0.26, 0.76)

    row, column = np.unravel_index(np.argmax(grid), grid.shape)
    assert (grid.sum(), row, column) == (pytest.approx(1), int(0.76 * CELLS), int(0.26 * CELLS))


def test_density_follows_plays_when_two_points_compete():
    points = np.array([[0.2, 0.2], [0.8, 0.8]])

    grid = density(points, spreads=np.array([0.1, 0.1]), weights=np.array([9.0, 1.0]))

    assert grid[: CELLS // 2, : CELLS // 2].sum() == pytest.approx(0.9, abs=0.01)


def test_level_holds_its_share_when_everything_above_it_is_summed():
    grid = one_point(0.4, 0.6)

    held = grid[grid >= level_holding(grid, 0.6)].sum()

    assert held == pytest.approx(0.6, abs=0.02)


def test_level_is_the_lowest_when_everything_is_asked_for():
    grid = one_point(0.5, 0.5)

    assert level_holding(grid, 1.1) == grid.min()


def test_outline_encircles_the_point_when_there_is_one():
    grid = one_point(0.25, 0.75)

    (ring,) = rings(outline(grid, level=level_holding(grid, 0.9), size=1000))

    assert np.allclose(ring.mean(axis=0), [250, 250], atol=12)


def test_outline_has_a_ring_for_each_island_when_points_lie_apart():
    points = np.array([[0.15, 0.15], [0.85, 0.85]])
    grid = density(points, spreads=np.array([0.1, 0.1]), weights=np.array([1.0, 1.0]))

    assert len(rings(outline(grid, level=level_holding(grid, 0.5), size=1000))) == 2


def test_outline_closes_at_the_border_when_the_point_lies_in_the_corner():
    grid = one_point(0.0, 0.0)

    (ring,) = rings(outline(grid, level=level_holding(grid, 0.9), size=1000))

    assert (ring.min() >= -10, ring.max() <= 1010) == (True, True)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000), st.floats(0.1, 0.9))
def test_outlined_area_equals_the_cells_inside_when_the_level_varies(seed, share):
    rng = np.random.default_rng(seed)
    grid = density(rng.random((6, 2)), spreads=np.full(6, 0.2), weights=rng.random(6))
    level = level_holding(grid, share)

    drawn = abs(sum(area(ring) for ring in rings(outline(grid, level=level, size=1000))))

    assert drawn == pytest.approx(np.mean(grid >= level) * 1e6, abs=0.02e6)


def test_outline_has_two_rings_when_islands_touch_at_a_corner():
    grid = np.zeros((CELLS, CELLS))
    grid[10, 10] = grid[11, 11] = 1.0
    other = grid[::-1]

    assert [len(rings(outline(each, level=0.5, size=1000))) for each in (grid, other)] == [2, 2]
