"""Decides which songs a request may use at all, and which release of each."""

import numpy as np

from playlists.selection.arrays import Bools, Ints
from playlists.selection.candidates import DAY_S
from playlists.selection.prepared import Prepared
from playlists.selection.request import Request

_HOUR_S = 3_600.0


def usable_rows(prepared: Prepared, request: Request, *, now: float, eligible: Bools | None = None) -> Ints:
    """The rows to choose from, one a song: its most played release among those allowed; see `allowed_rows`.

    Locked songs and their other releases are not among them: they are in the list already.
    """
    allowed = allowed_rows(prepared, request, now=now, eligible=eligible)
    allowed &= ~_named(prepared, [track for _, track in request.locked])
    rows = np.flatnonzero(allowed)
    return rows[np.diff(prepared.song[rows], prepend=-1) > 0]


def allowed_rows(prepared: Prepared, request: Request, *, now: float, eligible: Bools | None = None) -> Bools:
    """Which rows (n,) a request admits: playable, not blocked, not just heard, and past every filter asked
    for.

    `eligible` is the caller's own filter, in the prepared order (n,). Locked songs and their other releases
    are not among them: they are in the list already.
    """
    library = prepared.candidates
    allowed = library.playable & ~library.blocked & ~_heard_since(prepared, request, now=now)
    if eligible is not None:
        allowed &= eligible
    if not request.explicit_allowed:
        allowed &= library.explicit == 0
    if request.discovery == 0:
        allowed &= library.listens > 0
    allowed &= ~_named(prepared, list(request.excluded))
    return allowed & _sure_enough(prepared, request)


def rows_of(prepared: Prepared, track_ids: list[int]) -> Ints:
    """The row of each track id, -1 where the library has none. Shape (len(track_ids),)."""
    ids = prepared.candidates.track_id
    wanted = np.asarray(track_ids, dtype=np.int64)
    found = np.flatnonzero(np.isin(ids, wanted))
    by_id = {int(ids[row]): int(row) for row in found[::-1]}
    return np.array([by_id.get(track, -1) for track in track_ids], dtype=np.int64)


def _heard_since(prepared: Prepared, request: Request, *, now: float) -> Bools:
    quiet_s = max(request.tuning.cool_hours * _HOUR_S, request.avoid_heard_days * DAY_S)
    return prepared.candidates.last_listen_at > now - quiet_s


def _named(prepared: Prepared, track_ids: list[int]) -> Bools:
    """Rows of the songs that any of the tracks belongs to."""
    if not track_ids:
        return np.zeros(len(prepared), dtype=np.bool_)
    songs = prepared.song[np.isin(prepared.candidates.track_id, track_ids)]
    return np.isin(prepared.song, songs)


def _sure_enough(prepared: Prepared, request: Request) -> Bools:
    library = prepared.candidates
    sure = np.ones(len(prepared), dtype=np.bool_)
    if not request.uncertain_ok:
        sure &= np.isfinite(library.valence) | np.isfinite(prepared.probabilities[0])
    if request.max_spread is not None:
        sure &= np.maximum(library.spread_v, library.spread_a) <= request.max_spread
    return sure
