"""Adds songs from elsewhere to a prepared library without working the whole of it out again."""

from dataclasses import fields, replace

import numpy as np

from playlists.selection.arrays import Floats, Ints
from playlists.selection.candidates import Candidates
from playlists.selection.prepared import USUAL_DURATION_MS, USUAL_SPREAD, Prepared


def with_more(prepared: Prepared, more: Candidates) -> Prepared:
    """The library with songs that it has in no release and that were never played: each a song of its own.

    Their `artist_id` are codes of `prepared.candidates`, or the next higher ones without a gap for artists
    that it does not have. The rows come last, in the order given.
    """
    if not len(more):
        return prepared
    n, songs, works = len(prepared), _next(prepared.song), _next(prepared.work)
    places = np.arange(len(more), dtype=np.int64)
    timed = more.duration_ms > 0
    added = replace(more, duration_ms=np.where(timed, more.duration_ms, _usual_ms(prepared)))
    likely = np.ascontiguousarray(added.probabilities.T)
    retention = np.full(len(more), _usual_retention(prepared))
    heard = np.zeros(max(0, int(more.artist_id.max()) + 1 - len(prepared.artist_heard)))
    return replace(
        prepared,
        candidates=_joined(prepared.candidates, added),
        order=np.concatenate([prepared.order, n + places]),
        song=np.concatenate([prepared.song, songs + places]),
        work=np.concatenate([prepared.work, works + places]),
        first=np.concatenate([prepared.first, np.ones(len(more), dtype=np.bool_)]),
        timed=np.concatenate([prepared.timed, timed]),
        retention=np.concatenate([prepared.retention, retention]),
        finish=np.concatenate([prepared.finish, np.zeros(len(more))]),
        log_probabilities=np.concatenate(
            [prepared.log_probabilities, np.log(np.clip(likely, 1e-4, 1.0))], axis=1
        ),
        probabilities=np.concatenate([prepared.probabilities, likely], axis=1),
        variance_v=np.concatenate([prepared.variance_v, _variance(added.spread_v)]),
        variance_a=np.concatenate([prepared.variance_a, _variance(added.spread_a)]),
        artist_heard=np.concatenate([prepared.artist_heard, heard]),
    )


def _next(codes: Ints) -> int:
    return int(codes.max(initial=-1)) + 1


def _joined(library: Candidates, added: Candidates) -> Candidates:
    names = [column.name for column in fields(Candidates)]
    return Candidates(
        **{name: np.concatenate([getattr(library, name), getattr(added, name)]) for name in names}
    )


def _usual_ms(prepared: Prepared) -> int:
    known = prepared.candidates.duration_ms[prepared.timed]
    return int(np.median(known)) if len(known) else USUAL_DURATION_MS


def _usual_retention(prepared: Prepared) -> float:
    """How much of a song of this library is heard: what nobody skipped yet is as good as any."""
    return float(prepared.retention[0] / np.exp(prepared.finish[0])) if len(prepared) else 1.0


def _variance(spread: Floats) -> Floats:
    variance: Floats = np.nan_to_num(spread, nan=USUAL_SPREAD) ** 2
    return variance
