"""Choosing and fitting to minutes, against answers found by trying everything."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from playlists.selection import Aim, Kind, Request, Tuning, prepare
from playlists.selection.coverage import Contest, choose, objective
from playlists.selection.exchanging import exchange
from playlists.selection.minutes import fit_minutes
from playlists.selection.scoring import score_pool
from playlists.selection.shortlist import artist_cap, shortlist
from tests.playlists.selection.songs import NOW, library

NONE = np.array([], dtype=np.int64)


def contest(n, *, seed=0, **changes):
    rng = np.random.default_rng(seed)
    columns = {
        "worth": rng.random(n),
        "kind": np.zeros(n, dtype=np.int64),
        "work": np.arange(n),
        "artist": np.arange(n),
        "groups": rng.integers(0, 4, (4, n)),
        "quotas": np.array([n, 0, 0]),
        "cap": 2,
        "breadth": 0.2,
    }
    return Contest(**{**columns, **changes})


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 1000))
def test_a_choice_is_within_two_per_cent_of_the_best_there_is(seed):
    songs = contest(11, seed=seed)
    best = max(objective(songs, np.array(rows)) for rows in combinations(range(11), 4))

    chosen = exchange(songs, choose(songs, length=4, taken=NONE), kept=0)

    assert objective(songs, chosen) >= 0.98 * best


def test_places_of_a_kind_that_runs_dry_go_to_the_familiar_first():
    songs = contest(8, kind=np.array([0, 0, 0, 0, 1, 1, 2, 2]), quotas=np.array([1, 3, 1]))

    chosen = choose(songs, length=6, taken=NONE)

    assert np.bincount(songs.kind[chosen]).tolist() == [3, 2, 1]


def test_songs_taken_before_use_up_their_work_artist_and_place():
    songs = contest(4, artist=np.array([0, 0, 1, 2]), work=np.array([0, 1, 0, 3]), cap=1)

    assert choose(songs, length=4, taken=np.array([0])).tolist() == [0, 3]


def test_an_exchange_leaves_the_kept_songs():
    songs = contest(6, worth=np.array([0.0, 0.0, 1.0, 1.0, 1.0, 1.0]), breadth=0.0)

    assert exchange(songs, np.array([0, 1]), kept=1).tolist() == [0, 2]


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 1000), minutes=st.floats(20, 60), kept=st.integers(0, 2))
def test_fitting_to_minutes_keeps_the_rules_and_the_kept_songs(seed, minutes, kept):
    rng = np.random.default_rng(seed)
    songs = contest(80, seed=seed, artist=rng.integers(0, 40, 80), work=rng.integers(0, 70, 80))
    durations = rng.integers(120_000, 300_000, 80)
    start = choose(songs, length=max(3, round(minutes / 3.5)), taken=np.arange(0))

    chosen = fit_minutes(songs, start, durations=durations, target_ms=minutes * 60_000, kept=kept)

    assert durations[chosen].sum() == pytest.approx(minutes * 60_000, rel=0.02)
    assert chosen[:kept].tolist() == start[:kept].tolist()
    assert len(np.unique(songs.work[chosen])) == len(chosen)
    assert np.bincount(songs.artist[chosen]).max() <= songs.cap


def test_fitting_takes_a_song_of_another_kind_where_none_of_its_own_has_the_length():
    songs = contest(3, kind=np.array([0, 0, 1]))
    durations = np.array([200_000, 210_000, 300_000])

    chosen = fit_minutes(songs, np.array([0]), durations=durations, target_ms=300_000, kept=0)

    assert chosen.tolist() == [2]


def test_fitting_drops_nothing_that_would_leave_the_list_farther_off():
    songs = contest(4, worth=np.array([0.1, 0.2, 0.3, 1.0]))
    durations = np.array([60_000, 60_000, 60_000, 600_000])

    chosen = fit_minutes(songs, np.array([3]), durations=durations, target_ms=420_000, kept=0)
    none = fit_minutes(songs, np.array([3]), durations=durations, target_ms=180_000, kept=1)

    assert (chosen.tolist(), none.tolist()) == ([3], [3])


def test_fitting_gives_up_where_no_song_helps():
    songs = contest(2)

    chosen = fit_minutes(
        songs, np.array([0, 1]), durations=np.array([60_000, 60_000]), target_ms=600_000, kept=0
    )

    assert chosen.tolist() == [0, 1]


def test_the_shortlist_of_a_large_library_is_its_best_songs():
    prepared = prepare(library(2_000, artists=2_000, listens=np.zeros(2_000)))
    asked = Request(Aim(0), tracks=5, variety=0.0, tuning=Tuning(shortlist=100))
    pool = score_pool(prepared, np.arange(2_000), request=asked, now=NOW.timestamp())

    listed = shortlist(prepared, pool, request=asked, length=5, usable=2_000)

    fits = pool.mood.match >= listed.floors[Kind.NEW]
    best = np.sort(pool.score[fits])[::-1][:150]
    assert pool.score[listed.members].tolist() == best.tolist()


@pytest.mark.parametrize(
    ("artists", "length", "cap"),
    [([0, 0, 0], 3, 3), ([0, 1] * 25, 50, 25), ([0, 1, 2], 3, 2), ([], 5, 2), ([0], 9, 2)],
)
def test_the_cap_rises_only_as_far_as_the_length_needs(artists, length, cap):
    assert artist_cap(np.array(artists, dtype=np.int64), length=length, cap=2) == cap
