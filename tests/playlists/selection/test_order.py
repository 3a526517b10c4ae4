"""Orders: transitions, spacing, and how near the best they come."""

from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from playlists.selection import Candidates, prepare
from playlists.selection.sequence import arrange, path_cost
from playlists.selection.spacing import breaks, dealt, feasible_gap, kept_gap, spread_out
from playlists.selection.transitions import smoothness_costs, transition_costs


def cost_of(**columns):
    prepared = prepare(Candidates.from_columns(track_id=[1, 2], **columns))
    return smoothness_costs(prepared, np.array([0]), np.array([1]))[0, 0]


ALIKE = {
    "tempo": [120, 120],
    "key": [0, 0],
    "mode": [1, 1],
    "arousal": [0.5, 0.5],
    "loudness": [-8, -8],
    "valence": [0.5, 0.5],
}


@pytest.mark.parametrize(
    ("change", "cost"),
    [
        ({}, 0.0),
        ({"tempo": [120, 240]}, 0.2 * 0.08 / np.log2(1.35)),
        ({"tempo": [100, 140]}, 0.2),
        ({"tempo": [100, np.nan]}, 0.1),
        ({"key": [0, 7]}, 0.1 / 7),
        ({"key": [0, 9], "mode": [1, 0]}, 0.1 / 7),
        ({"key": [0, -1]}, 0.05),
        ({"arousal": [0.2, 0.9]}, 0.45 * 0.6),
        ({"loudness": [-8, -12]}, 0.45 * 0.4 / 2),
        ({"valence": [0.5, np.nan]}, 0.125),
    ],
)
def test_a_transition_costs_what_its_differences_say(change, cost):
    assert cost_of(**{**ALIKE, **change}) == pytest.approx(cost)


def test_two_songs_of_one_artist_cost_one_more():
    prepared = prepare(Candidates.from_columns(track_id=[1, 2], artist_id=[5, 5], **ALIKE))

    assert transition_costs(prepared, np.arange(2)).tolist() == [[1, 1], [1, 1]]


def plane(n, seed):
    points = np.random.default_rng(seed).random((n, 2))
    return np.linalg.norm(points[:, None] - points, axis=2)


def excess(seed):
    """How far an order of seven with a given opener is above the best one, as a share."""
    costs = plane(7, seed)
    best = min(path_cost(np.array((0, *rest)), costs) for rest in permutations(range(1, 7)))
    order = arrange(costs, artists=np.arange(7), gap=0, fixed={}, opener=0)
    assert order[0] == 0
    return path_cost(order, costs) / best - 1


def test_short_orders_are_on_average_within_a_per_cent_of_the_best():
    assert np.mean([excess(seed) for seed in range(25)]) <= 0.01


@settings(max_examples=60, deadline=None)
@given(
    artists=st.lists(st.integers(0, 6), min_size=1, max_size=30),
    gap=st.integers(0, 6),
    seed=st.integers(0, 99),
)
def test_an_order_keeps_the_largest_gap_that_can_be_kept_or_one_less(artists, gap, seed):
    artists = np.array(artists)
    order = arrange(plane(len(artists), seed), artists=artists, gap=gap, fixed={}, opener=0)

    assert sorted(order) == list(range(len(artists)))
    assert kept_gap(artists[order], gap=gap) >= feasible_gap(artists, gap=gap) - 1


@settings(max_examples=60, deadline=None)
@given(n=st.integers(2, 25), seed=st.integers(0, 99), locks=st.integers(1, 6))
def test_fixed_songs_stay_where_they_are(n, seed, locks):
    rng = np.random.default_rng(seed)
    count = min(n, locks)
    fixed = dict(zip(rng.permutation(n)[:count].tolist(), rng.permutation(n)[:count].tolist(), strict=True))

    order = arrange(plane(n, seed), artists=rng.integers(0, 9, n), gap=2, fixed=fixed, opener=0)

    assert {position: order[position] for position in fixed} == fixed


def test_dealing_out_alternates_two_artists():
    artists = np.array([0, 0, 0, 1, 1, 1])

    assert breaks(artists[dealt(artists, gap=1)][None], gap=1).tolist() == [0]


def test_spreading_out_leaves_a_crowd_that_is_fixed():
    order = spread_out(
        np.arange(3),
        costs=plane(3, 0),
        artists=np.array([0, 0, 1]),
        gap=1,
        fixed=np.array([True, True, True]),
    )

    assert order.tolist() == [0, 1, 2]


@pytest.mark.parametrize(
    ("artists", "gap"), [([0, 1, 2], 5), ([0, 0, 1, 2, 3], 3), ([0, 0, 0], 0), ([0, 0, 1, 1], 1), ([], 5)]
)
def test_the_gap_that_can_be_kept_follows_from_the_most_frequent_artist(artists, gap):
    assert feasible_gap(np.array(artists, dtype=np.int64), gap=5) == gap
