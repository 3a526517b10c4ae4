"""Properties that every list keeps."""

import dataclasses

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from playlists.selection import Aim, InvalidRequest, Kind, NoticeCode, Request, build, prepare
from tests.playlists.selection.songs import NOW, library

HAPPY, SAD, CALM = Aim(0), Aim(1), Aim(3)

requests = st.builds(
    Request,
    aim=st.sampled_from([HAPPY, CALM, Aim(point=(0.3, 0.7))]),
    start=st.sampled_from([None, None, SAD]),
    tracks=st.integers(1, 40),
    familiarity=st.floats(0, 1),
    discovery=st.floats(0, 1),
    forgotten=st.floats(0, 0.5),
    explicit_allowed=st.booleans(),
    cap=st.integers(1, 4),
    gap=st.integers(0, 6),
    variety=st.floats(0, 1.2),
    seed=st.tuples(st.integers(0, 9), st.text(max_size=3)),
)


@settings(max_examples=60, deadline=None)
@given(request=requests, n=st.integers(0, 120), artists=st.integers(1, 40), seed=st.integers(0, 50))
def test_a_list_keeps_its_rules_whatever_is_asked(request, n, artists, seed):
    candidates = library(n, seed=seed, artists=artists)
    chosen = build(candidates, request, now=NOW)
    rows = np.array(chosen.track_ids, dtype=int) - 1
    artist_counts = np.bincount(candidates.artist_id[rows], minlength=1)

    assert len(set(chosen.track_ids)) == len(chosen.picks) <= request.tracks
    assert artist_counts.max() <= chosen.cap
    assert (chosen.cap > request.cap) == any(n.code == NoticeCode.CAP_RAISED for n in chosen.notices)
    assert (chosen.gap < request.gap) == any(n.code == NoticeCode.GAP_LOWERED for n in chosen.notices)
    assert request.explicit_allowed or not candidates.explicit[rows].any()
    assert request.discovery > 0 or chosen.kinds[Kind.NEW] == 0
    for step in range(1, chosen.gap + 1):
        assert not (candidates.artist_id[rows][step:] == candidates.artist_id[rows][:-step]).any()


@settings(max_examples=25, deadline=None)
@given(request=requests, seed=st.integers(0, 50))
def test_the_same_request_gives_the_same_list_in_any_row_order(request, seed):
    candidates = library(100, seed=seed)
    shuffled = candidates.where(np.random.default_rng(seed).permutation(100))

    assert build(candidates, request, now=NOW) == build(candidates, request, now=NOW)
    assert build(candidates, request, now=NOW).track_ids == build(shuffled, request, now=NOW).track_ids


HOLES = {
    "valence": np.nan,
    "arousal": np.nan,
    "spread_v": np.nan,
    "probabilities": np.nan,
    "tempo": 0.0,
    "key": -1,
    "mode": -1,
    "loudness": np.nan,
    "artist_id": -1,
    "genre": -1,
    "year": 0,
    "duration_ms": 0,
    "explicit": -1,
}


@settings(max_examples=40, deadline=None)
@given(request=requests, seed=st.integers(0, 50), holes=st.sets(st.sampled_from(sorted(HOLES))))
def test_a_list_comes_out_whatever_is_unknown(request, seed, holes):
    candidates = library(80, seed=seed)
    rng = np.random.default_rng(seed)
    for name in holes:
        column = getattr(candidates, name).copy()
        column[rng.random(80) < 0.5] = HOLES[name]
        candidates = dataclasses.replace(candidates, **{name: column})

    chosen = build(candidates, dataclasses.replace(request, discovery=0.1), now=NOW)

    assert len(set(chosen.track_ids)) == len(chosen.picks) <= request.tracks
    assert chosen.picks or not request.explicit_allowed


@settings(max_examples=40, deadline=None)
@given(request=requests, seed=st.integers(0, 50), rng=st.randoms(use_true_random=False))
def test_locked_tracks_keep_their_positions(request, seed, rng):
    prepared = prepare(library(120, seed=seed))
    length = request.tracks
    positions = rng.sample(range(length), min(length, 3))
    locks = tuple(zip(positions, rng.sample(range(1, 121), len(positions)), strict=True))
    asked = dataclasses.replace(request, locked=locks)

    chosen = build(prepared, asked, now=NOW)

    assert len(set(chosen.track_ids)) == len(chosen.picks)
    if len(chosen.picks) == length:
        assert [(at, chosen.track_ids[at]) for at, _ in locks] == list(locks)


@settings(max_examples=30, deadline=None)
@given(
    start=st.sampled_from([None, SAD]),
    minutes=st.floats(15, 300),
    seed=st.integers(0, 50),
    mood=st.integers(0, 5),
)
def test_a_list_is_within_two_per_cent_of_the_minutes_asked(start, minutes, seed, mood):
    chosen = build(library(400, seed=seed), Request(Aim(mood), start=start, minutes=minutes), now=NOW)

    assert chosen.duration_ms == pytest.approx(minutes * 60_000, rel=0.02)


@pytest.mark.parametrize(
    ("field", "value", "reason"),
    [
        ("tracks", 0, "out_of_range"),
        ("tracks", 501, "out_of_range"),
        ("familiarity", float("nan"), "out_of_range"),
        ("familiarity", 1.5, "out_of_range"),
        ("cap", 0, "out_of_range"),
        ("locked", ((0, 1), (0, 2)), "position_twice"),
        ("locked", ((-1, 1),), "out_of_range"),
        ("minutes", 30, "give_tracks_or_minutes"),
    ],
)
def test_a_request_that_cannot_be_meant_says_what_is_wrong(field, value, reason):
    with pytest.raises(InvalidRequest) as caught:
        dataclasses.replace(Request(HAPPY, tracks=10), **{field: value})

    expected = "length" if reason == "give_tracks_or_minutes" else field
    assert (caught.value.field, caught.value.reason) == (expected, reason)
