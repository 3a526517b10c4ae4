"""Journeys lead from one mood to another."""

from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from playlists.selection import Aim, Notice, NoticeCode, Request, build, planned_curve
from playlists.selection.beam import Field, polish, search, value
from playlists.selection.path import path_points, progress
from tests.playlists.selection.songs import DAY_S, NOW, library

SAD_TO_HAPPY = Request(Aim(0), start=Aim(1), tracks=30)


def test_the_way_rests_at_both_ends_and_eases_between():
    assert progress(np.array([0.0, 0.12, 0.45, 0.78, 1.0])).tolist() == pytest.approx([0, 0, 0.5, 1, 1])


def test_the_way_runs_from_the_start_to_the_aim():
    ends = path_points(
        Request(Aim(point=(1, 1)), start=Aim(point=(0, 0)), tracks=5), np.array([0.0, 0.45, 1.0])
    )

    assert ends.tolist() == [[0, 0], [pytest.approx(0.5)] * 2, [1, 1]]


def test_the_planned_curve_can_be_drawn_before_there_are_songs():
    asked = Request(Aim(point=(1, 0)), start=Aim(point=(0, 0)), tracks=5)

    curve = planned_curve(asked, length=3)

    assert [valence for valence, _ in curve] == pytest.approx([0.0143, 0.6128, 1.0], abs=1e-3)
    assert [arousal for _, arousal in curve] == [0.0, 0.0, 0.0]


def test_a_journey_moves_step_by_step_without_leaps():
    chosen = build(library(1_500, seed=4), SAD_TO_HAPPY, now=NOW)
    points = np.array(chosen.curve)
    way = path_points(SAD_TO_HAPPY, (np.arange(30) + 0.5) / 30)

    assert [pick.step for pick in chosen.picks] == [1 + at // 3 for at in range(30)]
    assert np.sqrt(((points - way) ** 2).sum(axis=1).mean()) < 0.12
    assert np.linalg.norm(np.diff(points, axis=0), axis=1).max() < 0.3


def test_a_journey_brings_no_more_unheard_songs_than_asked():
    candidates = library(1_500, seed=4)

    assert sum(pick.kind == 2 for pick in build(candidates, SAD_TO_HAPPY, now=NOW).picks) <= 3


def moods_and_plays(*, happy, heard):
    """Sixty songs: the first `happy` sound happy, those from the 20th on sad; `heard` ones once."""
    probabilities = np.full((60, 6), 0.05)
    probabilities[:happy, 0] = 0.8
    probabilities[20:, 1] = 0.8
    listens = np.zeros(60, dtype=np.int64)
    listens[heard] = 1
    return library(
        60,
        probabilities=probabilities,
        listens=listens,
        plays=listens,
        unplayed=np.zeros(60),
        counters=np.repeat(listens[:, None], 5, axis=1) * 1.0,
        last_listen_at=np.where(listens, NOW.timestamp() - 5 * DAY_S, np.nan),
    )


def end_missed(candidates):
    made = build(candidates, Request(Aim(0), start=Aim(1), tracks=10), now=NOW)
    return made, [dict(one.numbers) for one in made.notices if one.code == NoticeCode.JOURNEY_END_MISSED]


def test_a_journey_says_which_end_it_does_not_reach():
    missed = end_missed(moods_and_plays(happy=0, heard=slice(0, 60)))[1]

    assert missed == [{"mood": 0, "is_end": 1, "fitting": 0, "asked": 2}]


def test_a_journey_says_nothing_of_ends_that_it_reaches():
    assert end_missed(moods_and_plays(happy=20, heard=slice(0, 60)))[1] == []


def test_a_journey_takes_unheard_songs_to_an_end_that_no_heard_song_fits():
    made, missed = end_missed(moods_and_plays(happy=20, heard=slice(20, 60)))

    assert missed == []
    assert [pick.kind == 2 for pick in made.picks[-2:]] == [True, True]


def test_a_journey_through_songs_of_unknown_mood_still_gives_a_list():
    unknown = np.full(60, np.nan)
    candidates = library(60, valence=unknown, arousal=unknown, probabilities=np.full((60, 6), np.nan))

    assert len(build(candidates, SAD_TO_HAPPY, now=NOW).picks) == 30


def test_a_journey_where_the_library_has_no_songs_for_it_says_so():
    far = library(60, valence=np.full(60, 0.9), arousal=np.full(60, 0.1))

    told = [notice.code for notice in build(far, SAD_TO_HAPPY, now=NOW).notices]

    assert NoticeCode.JOURNEY_ROUGH in told


def test_a_journey_changes_its_number_of_songs_where_exchanges_cannot_reach_the_minutes():
    durations = np.where(np.arange(60) < 45, 100_000, 400_000)
    made = build(library(60, duration_ms=durations), Request(Aim(0), start=Aim(1), minutes=120), now=NOW)

    assert made.duration_ms == pytest.approx(7_200_000, rel=0.02)


def test_a_journey_through_too_few_songs_falls_short_of_its_minutes():
    made = build(
        library(6, duration_ms=np.full(6, 60_000)), Request(Aim(0), start=Aim(1), minutes=30), now=NOW
    )

    assert made.duration_ms == 360_000
    assert Notice(NoticeCode.MINUTES_MISSED, {"minutes": 6.0, "asked": 30}) in made.notices


def test_a_journey_of_long_songs_comes_as_near_as_it_can():
    made = build(
        library(8, duration_ms=np.full(8, 1_000_000)), Request(Aim(0), start=Aim(1), minutes=25), now=NOW
    )

    assert made.duration_ms in {1_000_000, 2_000_000}


def field(seed, **changes):
    rng = np.random.default_rng(seed)
    points = rng.random((7, 2))
    columns = {
        "fit": -5 * np.abs(points[:, 0] - np.linspace(0, 1, 4)[:, None]),
        "costs": np.linalg.norm(points[:, None] - points, axis=2),
        "work": np.arange(7),
        "artist": np.arange(7),
        "unheard": np.zeros(7, dtype=bool),
        "cap": 1,
        "gap": 0,
        "most_new": 4,
        "fixed": {},
    }
    return Field(**{**columns, **changes})


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 1000))
def test_a_small_way_is_the_best_there_is(seed):
    ground = field(seed)
    best = max(value(ground, np.array(way)) for way in permutations(range(7), 4))

    assert value(ground, polish(ground, search(ground, width=16))) >= best - 0.02 * abs(best)


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 1000), place=st.integers(0, 3), song=st.integers(0, 6))
def test_a_fixed_song_stays_and_its_rules_hold_around_it(seed, place, song):
    artist = np.array([0, 0, 1, 1, 2, 3, 4])
    ground = field(seed, fixed={place: song}, artist=artist, work=np.array([0, 1, 2, 2, 3, 4, 5]), gap=1)

    way = polish(ground, search(ground, width=16))

    assert way[place] == song
    assert len(set(ground.work[way])) == 4
    assert np.bincount(artist[way]).max() == 1


def test_a_way_breaks_the_cap_only_where_it_must():
    ground = field(1, artist=np.zeros(7, dtype=np.int64))

    assert len(set(search(ground, width=4))) == 4
