"""Songs from elsewhere beside a library."""

from dataclasses import fields, replace

import numpy as np
import pytest

from playlists.selection import Aim, Candidates, Request, build, prepare, with_more
from tests.playlists.selection.songs import NOW, library

HAPPY = Request(Aim(0), tracks=20, discovery=0.5)


def of_unheard(candidates):
    """A library as one of songs that nobody played, each of its own."""
    n, width = len(candidates), candidates.counters.shape[1]
    nothing = np.zeros(n, dtype=np.int64)
    return replace(
        candidates,
        counters=np.zeros((n, width)),
        listens=nothing,
        plays=nothing,
        unplayed=np.zeros(n),
        last_listen_at=np.full(n, np.nan),
        isrc_key=nothing - 1,
        song_key=nothing - 1,
        work_key=nothing - 1,
    )


def joined(one, other):
    names = [column.name for column in fields(Candidates)]
    return Candidates(**{name: np.concatenate([getattr(one, name), getattr(other, name)]) for name in names})


@pytest.mark.parametrize("seed", range(3))
def test_a_library_with_more_is_what_preparing_all_of_it_gives(seed):
    mine = library(200, artists=20, seed=seed)
    more = of_unheard(library(30, artists=5, seed=seed + 50))
    more = replace(more, track_id=more.track_id + 10_000, artist_id=np.arange(30) % 5 + 900)

    prepared = prepare(mine)
    codes = replace(more, artist_id=np.arange(30) % 5 + len(prepared.artist_heard))
    quick, slow = with_more(prepared, codes), prepare(joined(mine, more))

    by_id = np.argsort(quick.candidates.track_id), np.argsort(slow.candidates.track_id)
    for name in ("track_id", "valence", "listens", "duration_ms", "counters"):
        one, other = getattr(quick.candidates, name)[by_id[0]], getattr(slow.candidates, name)[by_id[1]]
        np.testing.assert_array_equal(one, other, err_msg=name)
    np.testing.assert_allclose(quick.finish[by_id[0]], slow.finish[by_id[1]], atol=1e-9)
    assert build(quick, HAPPY, now=NOW).track_ids == build(slow, HAPPY, now=NOW).track_ids


def test_more_than_nothing_makes_a_list_of_its_own():
    more = of_unheard(library(30, artists=5, seed=1))
    codes = np.unique(more.artist_id, return_inverse=True)[1].astype(np.int64)

    chosen = build(
        with_more(prepare(Candidates.from_columns(track_id=[])), replace(more, artist_id=codes)),
        HAPPY,
        now=NOW,
    )

    assert set(chosen.track_ids) <= set(more.track_id.tolist())
    assert len(chosen.picks) == 20


def test_a_library_with_nothing_more_stays_as_it_is():
    prepared = prepare(library(20, artists=4, seed=1))

    assert with_more(prepared, Candidates.from_columns(track_id=[])) is prepared
