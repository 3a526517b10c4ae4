"""Finds rows that are the same song, and songs that are the same work."""

import numpy as np

from playlists.selection.arrays import Bools, Ints
from playlists.selection.candidates import Candidates

SAME_SONG_MS = 5_000
"""Releases of one song differ by no more than this in duration."""


def song_groups(candidates: Candidates, *, apart: Bools) -> Ints:
    """Label rows that are one song: same track id, ISRC, or artist and title within five seconds. Shape (n,).

    Rows marked in `apart` (n,) join no others: the listener said that they differ.
    """
    n = len(candidates)
    keys = (
        candidates.track_id,
        np.where(apart, -1, candidates.isrc_key),
        np.where(apart, -1, _title_and_duration(candidates)),
    )
    return _join(np.arange(n), keys=keys)


def work_groups(candidates: Candidates, songs: Ints, *, apart: Bools) -> Ints:
    """Label rows whose songs are recordings of one work; `songs` are `song_groups`' labels. Shape (n,)."""
    return _join(songs, keys=(songs, np.where(apart, -1, candidates.work_key)))


def _title_and_duration(candidates: Candidates) -> Ints:
    """Codes of runs within one song key whose durations follow within five seconds; -1 without a key."""
    order = np.lexsort((candidates.duration_ms, candidates.song_key))
    keys, durations = candidates.song_key[order], candidates.duration_ms[order]
    starts = (np.diff(keys, prepend=-2) != 0) | (np.diff(durations, prepend=0) > SAME_SONG_MS)
    codes = np.empty(len(order), dtype=np.int64)
    codes[order] = np.cumsum(starts)
    return np.where(candidates.song_key < 0, -1, codes)


def _join(labels: Ints, *, keys: tuple[Ints, ...]) -> Ints:
    """Smallest label reachable over shared keys, repeated until none changes; keys below 0 join nothing."""
    codes = [_codes(key) for key in keys]
    while True:
        before = labels
        for code in codes:
            labels = _least_of_group(labels, code)
        if np.array_equal(labels, before):
            return labels


def _codes(key: Ints) -> Ints:
    alone = key < 0
    filled = np.where(alone, key.max(initial=0) + 1 + np.arange(len(key)), key)
    return np.unique(filled, return_inverse=True)[1].astype(np.int64)


def _least_of_group(labels: Ints, code: Ints) -> Ints:
    least = np.full(code.max(initial=-1) + 1, np.iinfo(np.int64).max)
    np.minimum.at(least, code, labels)
    return least[code]
