"""The score, term by term, on libraries small enough to reckon by hand."""

import math

import numpy as np
import pytest

from playlists.selection import Aim, Candidates, InvalidRequest, Kind, Request, Tuning, count_listens, prepare
from playlists.selection.scoring import classify, mood_fit, recent_activation, score_pool
from tests.playlists.selection.songs import DAY_S, NOW

NOW_S = NOW.timestamp()
NAN = math.nan


def pool_of(candidates, request):
    prepared = prepare(candidates)
    return score_pool(prepared, np.arange(len(prepared)), request=request, now=NOW_S)


def test_the_mood_term_blends_label_and_place_and_falls_back_on_what_is_known():
    chances = np.full((4, 6), NAN)
    chances[:2] = 0.5
    prepared = prepare(
        Candidates.from_columns(
            track_id=[1, 2, 3, 4],
            valence=[0.8, NAN, 0.8, NAN],
            arousal=[0.5, NAN, 0.5, NAN],
            spread_v=np.full(4, 0.15),
            spread_a=np.full(4, 0.15),
            probabilities=chances,
        )
    )
    aim = Aim(mood=0, point=(0.8, 0.8))
    distance = 0.3**2 / (2 * 0.15**2)
    near = -0.5 * distance + math.log(0.5)
    label = math.log(0.5)

    fit = mood_fit(prepared, np.arange(4), aim=aim, tuning=Tuning())

    usual = (0.5 + 0.5 + math.exp(-0.5 * distance)) / 3
    assert fit.known.tolist() == [True, True, True, False]
    assert fit.term == pytest.approx([0.5 * label + 0.5 * near, label, near, math.log(usual)])
    assert fit.match == pytest.approx([0.5, 0.5, math.exp(-0.5 * distance), usual])


def test_a_point_is_matched_by_place_alone():
    prepared = prepare(
        Candidates.from_columns(
            track_id=[1],
            valence=[0.2],
            arousal=[0.2],
            spread_v=[0.0],
            spread_a=[0.0],
            probabilities=np.full((1, 6), 0.9),
        )
    )

    fit = mood_fit(prepared, np.arange(1), aim=Aim(point=(0.2, 0.2)), tuning=Tuning())

    assert (fit.term.tolist(), fit.match.tolist()) == ([0.0], [1.0])


def test_a_song_is_familiar_forgotten_or_new():
    prepared = prepare(
        Candidates.from_columns(
            track_id=[1, 2, 3, 4],
            listens=[0, 3, 4, 4],
            last_listen_at=[NAN, NOW_S - 91 * DAY_S, NOW_S - 91 * DAY_S, NOW_S - 89 * DAY_S],
        )
    )

    kinds = classify(prepared, np.arange(4), tuning=Tuning(), now=NOW_S)

    assert kinds.tolist() == [Kind.NEW, Kind.FAMILIAR, Kind.FORGOTTEN, Kind.FAMILIAR]


def test_counters_follow_the_law_of_recency_within_a_fifth():
    days_ago = np.array([0.2, 1.0, 5.0, 20.0, 80.0, 300.0])
    heard = count_listens(np.arange(6), NOW_S - days_ago * DAY_S, n=6)
    prepared = prepare(
        Candidates.from_columns(
            track_id=np.arange(6),
            counters=heard.counters,
            listens=heard.listens,
            last_listen_at=heard.last_listen_at,
        )
    )

    activation = recent_activation(prepared, now=NOW_S)

    assert activation == pytest.approx(1 / (days_ago + 1 / 24), rel=0.5)
    assert activation[:-1].tolist() == sorted(activation[:-1], reverse=True)


def test_taste_is_weighed_by_familiarity_and_centred_on_the_median_familiar_song():
    heard = count_listens(np.array([0, 1, 2]), NOW_S - np.array([1.0, 3.0, 9.0]) * DAY_S, n=3)
    candidates = Candidates.from_columns(
        track_id=[1, 2, 3],
        counters=heard.counters,
        listens=heard.listens,
        plays=heard.listens,
        last_listen_at=heard.last_listen_at,
    )

    half, full = (
        pool_of(candidates, Request(Aim(0), tracks=1, familiarity=weight, variety=0.0)).taste
        for weight in (0.5, 1)
    )

    assert half == pytest.approx(full / 2)
    assert [full[0] > 0, full[1], full[2] < 0] == [True, 0.0, True]


def test_a_new_song_is_drawn_by_how_much_its_artist_is_played():
    heard = count_listens(np.array([0]), np.array([NOW_S - DAY_S]), n=3)
    pool = pool_of(
        Candidates.from_columns(
            track_id=[1, 2, 3],
            artist_id=[1, 1, 2],
            counters=heard.counters,
            listens=heard.listens,
            last_listen_at=heard.last_listen_at,
        ),
        Request(Aim(0), tracks=1, familiarity=1.0),
    )

    assert pool.taste[1] - pool.taste[0] == pytest.approx(math.log(1 / 3))
    assert pool.taste[2] < pool.taste[1]


def test_finishing_is_smoothed_towards_the_artist_and_the_library():
    pool = pool_of(
        Candidates.from_columns(
            track_id=[1, 2], artist_id=[1, 2], plays=[8, 2], unplayed=[1.0, 1.0], listens=[8, 2]
        ),
        Request(Aim(0), tracks=1),
    )
    usual = 2 / 10
    by_artist = [(1 + 4 * usual) / 12, (1 + 4 * usual) / 6]
    rates = [(1 + 2 * by_artist[0]) / 10, (1 + 2 * by_artist[1]) / 4]

    assert pool.finish == pytest.approx([math.log((1 - rate) / (1 - usual)) for rate in rates])


def test_the_shuffle_is_about_normal_and_the_same_for_the_same_seed_only():
    candidates = Candidates.from_columns(track_id=np.arange(20_000))
    first, again, other = (
        pool_of(candidates, Request(Aim(0), tracks=1, variety=1.0, seed=("ana", revision))).shuffle
        for revision in (1, 1, 2)
    )

    assert (first.mean(), first.std(), np.abs(first).max() < 3.5) == (
        pytest.approx(0, abs=0.03),
        pytest.approx(1, abs=0.03),
        True,
    )
    assert np.array_equal(first, again)
    assert abs(np.corrcoef(first, other)[0, 1]) < 0.03


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        ({}, "missing"),
        ({"mood": 6}, "unknown_mood"),
        ({"mood": -1}, "unknown_mood"),
        ({"point": (0, 2)}, "out_of_range"),
    ],
)
def test_an_aim_that_is_nowhere_says_so(arguments, reason):
    with pytest.raises(InvalidRequest) as caught:
        Aim(**arguments)

    assert (caught.value.field, caught.value.reason) == ("aim", reason)
