"""The same song across releases."""

import numpy as np
import pytest

from playlists.selection import Aim, Candidates, Request, build, count_listens, prepare
from tests.playlists.selection.songs import NOW, library

HAPPY = Request(Aim(0), tracks=10, variety=0.0)


def songs(**columns):
    n = len(columns["track_id"])
    known = {
        "probabilities": np.full((n, 6), 0.8),
        "duration_ms": np.full(n, 200_000),
        "explicit": np.zeros(n),
    }
    return Candidates.from_columns(**{**known, **columns})


@pytest.mark.parametrize(
    "columns",
    [
        {"isrc_key": [5, 5]},
        {"song_key": [3, 3], "duration_ms": [200_000, 204_900]},
        {"isrc_key": [-1, 5], "song_key": [3, 3]},
    ],
)
def test_two_releases_of_a_song_are_played_once_and_shown_as_merged(columns):
    chosen = build(songs(track_id=[1, 2], plays=[3, 9], listens=[3, 9], **columns), HAPPY, now=NOW)

    assert [(pick.track_id, pick.merged) for pick in chosen.picks] == [(2, (1,))]


def test_a_recording_six_seconds_longer_is_another_song():
    apart = build(songs(track_id=[1, 2], song_key=[3, 3], duration_ms=[200_000, 206_000]), HAPPY, now=NOW)

    assert sorted(apart.track_ids) == [1, 2]


def test_songs_are_joined_over_a_third_that_shares_a_key_with_each():
    prepared = prepare(songs(track_id=[1, 2, 3], isrc_key=[7, 7, -1], song_key=[-1, 4, 4]))

    assert prepared.song.tolist() == [0, 0, 0]


def test_recordings_of_one_work_come_once_in_a_list():
    chosen = build(songs(track_id=[1, 2], song_key=[1, 2], work_key=[9, 9]), HAPPY, now=NOW)

    assert [(len(chosen.picks), pick.merged) for pick in chosen.picks] == [(1, ())]


def test_tracks_kept_apart_by_the_listener_are_both_played():
    prepared = prepare(songs(track_id=[1, 2], isrc_key=[5, 5], work_key=[9, 9]), apart=frozenset({2}))

    assert sorted(build(prepared, HAPPY, now=NOW).track_ids) == [1, 2]


def test_the_clean_release_is_played_when_the_favourite_is_explicit():
    both = songs(track_id=[1, 2], isrc_key=[5, 5], plays=[9, 1], explicit=[1, 0])
    clean = Request(Aim(0), tracks=10, explicit_allowed=False)

    assert [build(both, asked, now=NOW).track_ids for asked in (HAPPY, clean)] == [(1,), (2,)]


def test_a_liked_release_is_preferred_among_equally_played():
    assert build(songs(track_id=[1, 2], isrc_key=[5, 5], liked=[False, True]), HAPPY, now=NOW).track_ids == (
        2,
    )


@pytest.mark.parametrize("column", ["blocked", "excluded"])
def test_a_song_left_out_is_left_out_in_all_its_releases(column):
    both = songs(track_id=[1, 2], isrc_key=[5, 5], blocked=[False, column == "blocked"])
    asked = Request(Aim(0), tracks=10, excluded=frozenset({2} if column == "excluded" else ()))

    assert build(both, asked, now=NOW).track_ids == ()


def test_a_song_sums_the_listening_of_its_releases():
    last = NOW.timestamp()
    heard = count_listens(np.array([0, 1, 1]), np.array([last - 86_400.0, last, last - 43_200.0]), n=3)
    together = count_listens(np.zeros(3, dtype=int), np.array([last - 86_400.0, last, last - 43_200.0]), n=1)
    prepared = prepare(
        songs(
            track_id=[1, 2, 3],
            isrc_key=[5, 5, 6],
            counters=heard.counters,
            listens=heard.listens,
            plays=[2, 2, 0],
            unplayed=[0.5, 0.0, 0.0],
            last_listen_at=heard.last_listen_at,
        )
    )

    summed = prepared.candidates
    assert np.allclose(summed.counters, [together.counters[0]] * 2 + [np.zeros(5)])
    assert (summed.listens.tolist(), summed.plays.tolist(), summed.unplayed.tolist()) == (
        [3, 3, 0],
        [4, 4, 0],
        [0.5, 0.5, 0.0],
    )
    assert summed.last_listen_at[:2].tolist() == [last, last]
    assert np.isnan(summed.last_listen_at[2])


def test_a_release_without_a_mood_takes_it_from_another_release():
    prepared = prepare(
        Candidates.from_columns(
            track_id=[1, 2],
            isrc_key=[5, 5],
            plays=[9, 1],
            valence=[np.nan, 0.7],
            arousal=[np.nan, 0.4],
            probabilities=[[np.nan] * 6, [0.5] * 6],
        )
    )

    assert (prepared.candidates.valence.tolist(), prepared.probabilities[0].tolist()) == (
        [0.7, 0.7],
        [0.5, 0.5],
    )


def test_columns_of_a_wrong_name_or_length_are_refused():
    with pytest.raises(ValueError, match="unknown columns: tempi"):
        Candidates.from_columns(track_id=[1], tempi=[120])
    with pytest.raises(ValueError, match=r"tempo has shape \(2,\), not \(1,\)"):
        Candidates.from_columns(track_id=[1], tempo=[120, 121])


def test_a_mask_of_candidates_keeps_its_rows_whole():
    some = library(6).where(np.array([False, True, False, False, True, False]))

    assert (some.track_id.tolist(), some.probabilities.shape) == ([2, 5], (2, 6))
