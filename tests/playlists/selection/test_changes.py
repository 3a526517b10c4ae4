"""Swapping one song, and refreshing a list."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from playlists.selection import Aim, Request, alternatives, build, prepare, refresh
from tests.playlists.selection.songs import NOW, library

HAPPY = Request(Aim(0), tracks=20, seed=("ana", 1))
LATER = replace(HAPPY, seed=("ana", 2))


@pytest.mark.parametrize("start", [None, Aim(1)])
@pytest.mark.parametrize("position", [0, 7, 19])
def test_alternatives_fit_in_without_breaking_a_rule(start, position):
    candidates = library(400, seed=2)
    asked = replace(HAPPY, start=start)
    chosen = build(candidates, asked, now=NOW)

    offered = alternatives(candidates, asked, chosen, position=position, now=NOW)

    assert len({pick.track_id for pick in offered} - set(chosen.track_ids)) == 5
    for pick in offered:
        ids = [*chosen.track_ids[:position], pick.track_id, *chosen.track_ids[position + 1 :]]
        artists = candidates.artist_id[np.array(ids) - 1]
        assert np.bincount(artists).max() <= chosen.cap
        assert all((artists[step:] != artists[:-step]).all() for step in range(1, chosen.gap + 1))


def test_alternatives_of_a_song_that_stands_alone_need_no_neighbours():
    candidates = library(30)
    asked = replace(HAPPY, tracks=1)

    offered = alternatives(candidates, asked, build(candidates, asked, now=NOW), position=0, now=NOW, most=2)

    assert [pick.locked for pick in offered] == [False, False]


def test_there_are_no_alternatives_where_every_song_is_in_the_list():
    candidates = library(5)
    chosen = build(candidates, HAPPY, now=NOW)

    assert alternatives(candidates, HAPPY, chosen, position=0, now=NOW) == ()


def test_a_position_outside_the_list_is_an_error():
    candidates = library(30)

    with pytest.raises(IndexError):
        alternatives(candidates, HAPPY, build(candidates, HAPPY, now=NOW), position=20, now=NOW)


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 50), share=st.floats(0, 1), start=st.sampled_from([None, Aim(1)]))
def test_a_refresh_keeps_the_share_in_place_and_renews_the_rest(seed, share, start):
    prepared = prepare(library(500, seed=seed))
    before = build(prepared, replace(HAPPY, start=start), now=NOW).track_ids

    after = refresh(prepared, replace(LATER, start=start), before, keep_share=share, now=NOW).track_ids

    stayed = [at for at in range(20) if before[at] == after[at]]
    assert len(after) == len(set(after)) == 20
    assert len(stayed) == len(set(before) & set(after)) == round(share * 20)


def test_a_refresh_drops_what_no_longer_may_be_played():
    candidates = library(500)
    before = build(candidates, HAPPY, now=NOW).track_ids
    blocked = replace(candidates, blocked=np.isin(candidates.track_id, before[:3]))

    after = refresh(blocked, LATER, before, keep_share=1.0, now=NOW).track_ids

    assert (after[3:], set(after) & set(before[:3])) == (before[3:], set())


def test_a_refresh_drops_songs_whose_mood_turned_out_another():
    candidates = library(500)
    before = build(candidates, HAPPY, now=NOW).track_ids
    chances = candidates.probabilities.copy()
    chances[before[4] - 1, 0] = 0.01

    after = refresh(replace(candidates, probabilities=chances), LATER, before, keep_share=1.0, now=NOW)

    assert [at for at in range(20) if after.track_ids[at] != before[at]] == [4]


def test_a_refresh_keeps_a_song_that_was_just_heard():
    candidates = library(500)
    before = build(candidates, HAPPY, now=NOW).track_ids
    heard = replace(candidates, last_listen_at=np.full(500, NOW.timestamp() - 60.0))

    assert refresh(heard, LATER, before, keep_share=1.0, now=NOW).track_ids == before


def test_a_refresh_keeps_the_listeners_own_additions_where_they_are():
    candidates = library(500)
    before = build(candidates, HAPPY, now=NOW).track_ids
    own = next(track for track in candidates.track_id.tolist() if track not in before)
    edited = (before[0], own, *before[1:])

    after = refresh(candidates, replace(LATER, locked=((1, own),)), edited, keep_share=0.5, now=NOW)

    assert (after.track_ids[1], len(after.picks)) == (own, 20)


def test_a_refresh_takes_rested_songs_back_where_there_are_no_others():
    candidates = library(12)
    before = build(candidates, HAPPY, now=NOW).track_ids

    assert set(refresh(candidates, LATER, before, keep_share=0.5, now=NOW).track_ids) == set(before)


def test_a_refresh_of_minutes_keeps_to_them():
    candidates = library(500)
    asked = Request(Aim(0), minutes=60, seed=(1,))
    before = build(candidates, asked, now=NOW).track_ids

    same = refresh(candidates, asked, before, keep_share=1.0, now=NOW)
    half = refresh(candidates, replace(asked, seed=(2,)), before, keep_share=0.5, now=NOW)

    assert same.track_ids == before
    assert half.duration_ms == pytest.approx(3_600_000, rel=0.02)
    assert len(set(half.track_ids) & set(before)) >= len(before) // 2


def test_a_refresh_of_nothing_is_a_new_list():
    candidates = library(100)

    assert refresh(candidates, HAPPY, [], keep_share=1.0, now=NOW) == build(candidates, HAPPY, now=NOW)


def test_a_refresh_of_an_emptied_library_is_empty():
    candidates = library(5, blocked=np.ones(5))

    assert refresh(candidates, HAPPY, [1, 2, 99], keep_share=1.0, now=NOW).track_ids == ()
