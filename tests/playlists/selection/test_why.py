"""What a list says of itself: reasons and notices."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.playlist_edges import edge_failures
from playlists.selection import (
    Aim,
    Candidates,
    Kind,
    Matching,
    Notice,
    NoticeCode,
    ReasonCode,
    Request,
    build,
    count_matching,
)
from tests.playlists.selection.songs import DAY_S, NOW, library

HAPPY = Request(Aim(0), tracks=10)
TERM_OF = {
    ReasonCode.LIKELY_MOOD: "mood",
    ReasonCode.NEAR_TARGET: "mood",
    ReasonCode.PLAYED: "taste",
    ReasonCode.UNHEARD: "taste",
    ReasonCode.ARTIST_PLAYED: "taste",
    ReasonCode.FINISHED: "finish",
    ReasonCode.ARTIST_FINISHED: "finish",
}


@settings(max_examples=40, deadline=None)
@given(
    seed=st.integers(0, 100),
    start=st.sampled_from([None, Aim(1)]),
    familiarity=st.floats(0, 1),
    aim=st.sampled_from([Aim(0), Aim(point=(0.4, 0.6))]),
)
def test_no_reason_is_given_that_did_not_raise_the_score(seed, start, familiarity, aim):
    asked = Request(aim, start=start, tracks=20, familiarity=familiarity)

    for pick in build(library(150, seed=seed), asked, now=NOW).picks:
        scored = [reason for reason in pick.reasons if reason.code != ReasonCode.FOLLOWS_WELL]
        told = {TERM_OF[reason.code]: reason.contribution for reason in scored}
        positive = sorted((value for value in pick.contributions.values() if value > 0.01), reverse=True)

        assert len(pick.reasons) <= 2
        assert told == {term: pick.contributions[term] for term in told}
        assert all(reason.contribution > 0 for reason in pick.reasons)
        assert sorted(told.values(), reverse=True) == positive[: len(told)] or pick.kind == Kind.NEW


def test_the_terms_of_a_song_sum_to_what_ranks_it():
    chosen = build(library(60), replace(HAPPY, tracks=60, cap=10, gap=0), now=NOW)

    assert {tuple(pick.terms) for pick in chosen.picks} == {("mood", "taste", "finish", "shuffle")}


def test_a_reason_carries_the_numbers_of_its_sentence():
    chances = np.full((3, 6), 0.4)
    chances[0] = 0.9
    candidates = Candidates.from_columns(
        track_id=[1, 2, 3],
        probabilities=chances,
        listens=[16, 5, 5],
        plays=[16, 5, 5],
        last_listen_at=NOW.timestamp() - np.array([314, 200, 200]) * DAY_S,
        counters=np.full((3, 5), 1.0),
    )

    first = next(pick for pick in build(candidates, HAPPY, now=NOW).picks if pick.track_id == 1)

    assert {reason.code: dict(reason.numbers) for reason in first.reasons} == {
        ReasonCode.LIKELY_MOOD: {"mood": 0, "probability": 0.9},
        ReasonCode.UNHEARD: {"listens": 16.0, "days": 314.0},
    }


def test_a_song_of_which_nothing_is_known_is_given_no_reason_for_its_mood_or_its_artist():
    chances = np.full((9, 6), 0.2)
    chances[8] = np.nan
    chances[:3] = 0.9
    candidates = Candidates.from_columns(
        track_id=np.arange(9),
        artist_id=np.arange(9),
        probabilities=chances,
        plays=[9] * 8 + [0],
        listens=[9] * 8 + [0],
        unplayed=[6.0] * 7 + [0.0] * 2,
        last_listen_at=np.where(np.arange(9) < 8, NOW.timestamp() - 9 * DAY_S, np.nan),
        counters=np.full((9, 5), 0.2),
    )

    unknown = build(candidates, replace(HAPPY, discovery=0.1), now=NOW).picks

    known = {pick.track_id: pick for pick in unknown}[8]
    assert (known.match, known.contributions["mood"] > 0, known.contributions["finish"] > 0) == (
        None,
        True,
        True,
    )
    assert [reason.code for reason in known.reasons if reason.code != ReasonCode.FOLLOWS_WELL] == []


def test_every_edge_case_of_the_benchmark_comes_out():
    assert edge_failures() == []


def test_a_library_filtered_to_nothing_says_how_many_songs_there_were():
    chosen = build(library(5, blocked=np.ones(5)), HAPPY, now=NOW)

    assert (chosen.track_ids, chosen.notices) == ((), (Notice(NoticeCode.NOTHING_LEFT, {"total": 5}),))


@pytest.mark.parametrize("start", [None, Aim(1)])
def test_songs_that_all_miss_the_mood_give_an_honest_answer(start):
    chosen = build(library(5, probabilities=np.full((5, 6), 0.001)), replace(HAPPY, start=start), now=NOW)

    codes = [notice.code for notice in chosen.notices]
    assert (len(chosen.picks), NoticeCode.ONLY_AVAILABLE in codes) == (0 if start is None else 5, True)


def test_minutes_that_cannot_be_filled_are_told():
    chosen = build(library(3, duration_ms=np.full(3, 60_000)), Request(Aim(0), minutes=30), now=NOW)

    assert Notice(NoticeCode.MINUTES_MISSED, {"minutes": 3.0, "asked": 30}) in chosen.notices


def test_guessed_durations_are_told_and_count_as_the_median():
    chosen = build(
        library(4, duration_ms=np.array([0, 180_000, 180_000, 180_000])), Request(Aim(0), minutes=12), now=NOW
    )

    assert chosen.duration_ms == 720_000
    assert Notice(NoticeCode.DURATIONS_GUESSED, {"guessed": 1}) in chosen.notices


def test_a_library_without_durations_counts_three_and_a_half_minutes_a_song():
    assert build(library(4, duration_ms=np.zeros(4)), HAPPY, now=NOW).duration_ms == 4 * 210_000


def test_too_few_unheard_songs_are_told():
    candidates = library(60, listens=np.full(60, 2))

    assert (
        Notice(NoticeCode.NEW_MISSING, {"found": 0, "asked": 5})
        in build(candidates, replace(HAPPY, discovery=0.5), now=NOW).notices
    )


def test_a_locked_track_the_library_does_not_have_is_told():
    chosen = build(library(60), replace(HAPPY, locked=((0, 999), (3, 7))), now=NOW)

    assert (chosen.track_ids[3], chosen.picks[3].locked) == (7, True)
    assert Notice(NoticeCode.LOCKED_MISSING, {"missing": 1}) in chosen.notices


def test_unsure_and_unknown_moods_can_be_left_out():
    spread = np.where(np.arange(40) < 20, 0.05, 0.3)
    chances = np.full((40, 6), 0.7)
    chances[:10] = np.nan
    valence = np.where(np.arange(40) < 10, np.nan, 0.7)
    candidates = library(
        40, spread_v=spread, spread_a=spread, probabilities=chances, valence=valence, arousal=valence
    )
    asked = replace(HAPPY, tracks=40, cap=10, gap=0)

    sure = build(candidates, replace(asked, max_spread=0.1, uncertain_ok=False), now=NOW)
    known = build(candidates, replace(asked, uncertain_ok=False), now=NOW)

    assert (sorted(sure.track_ids), sorted(known.track_ids)) == (list(range(11, 21)), list(range(11, 41)))


def test_songs_just_heard_or_heard_within_the_days_given_are_left_out():
    hours = np.array([1.0, 30.0, 80.0])
    heard = library(3, listens=np.ones(3), last_listen_at=NOW.timestamp() - hours * 3_600)

    lists = [build(heard, replace(HAPPY, avoid_heard_days=days), now=NOW) for days in (0, 2)]

    assert [sorted(made.track_ids) for made in lists] == [[2, 3], [3]]


def test_a_filter_of_the_callers_is_read_in_the_order_of_the_rows_given():
    chosen = build(library(20), HAPPY, now=NOW, eligible=np.arange(20) >= 15)

    assert set(chosen.track_ids) == {16, 17, 18, 19, 20}


def test_matching_songs_are_counted_past_the_filters():
    chances = np.full((6, 6), 0.5)
    chances[:2] = 0.1
    chances[2] = np.nan
    unknown = np.where(np.arange(6) == 2, np.nan, 0.5)
    candidates = library(
        6, probabilities=chances, valence=unknown, explicit=[0, 0, 0, 0, 0, 1], work_key=np.arange(6)
    )

    assert count_matching(candidates, replace(HAPPY, explicit_allowed=False), now=NOW) == Matching(5, 2)


def test_the_curve_shows_points_and_gaps():
    candidates = library(2, valence=[0.25, np.nan], arousal=[0.5, 0.5])

    assert set(build(candidates, HAPPY, now=NOW).curve) == {(0.25, 0.5), None}
