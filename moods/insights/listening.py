"""A listener's plays as arrays, kept in memory and never out of date."""

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from threading import Lock

import numpy as np
import numpy.typing as npt
from django.db.models import Max, QuerySet

from library.imports.limits import LISTEN_MS
from library.models import Play, Track
from library.numbers import NOT_KNOWN, EpochSeconds, read_numbers
from moods.services.library_stamp import LibraryStamp

USUAL_MS = 210_000
"""Length of a play of which neither the time played nor the track's length is known."""

LISTENERS_KEPT = 6
"""A million plays are 16 MB."""

MANY = 5000
"""More new plays than this are an import: then everything is read again."""


@dataclass(frozen=True, slots=True, eq=False)
class Listening:
    """n listens (plays of thirty seconds and more; a shorter one is a skip) of u tracks.

    track_ids: (u,) ascending. tracks: (n,) positions in it. at_s: (n,) seconds since 1970 UTC.
    minutes: (n,) listened: as played, else the track's length, else 3.5.
    """

    track_ids: npt.NDArray[np.int64]
    tracks: npt.NDArray[np.int32]
    at_s: npt.NDArray[np.uint32]
    minutes: npt.NDArray[np.float32]

    def __len__(self) -> int:
        return len(self.tracks)

    @property
    def plays_by_track(self) -> npt.NDArray[np.int64]:
        """How often each of `track_ids` was played, (u,)."""
        return np.asarray(np.bincount(self.tracks, minlength=len(self.track_ids)), dtype=np.int64)


@dataclass(frozen=True, slots=True)
class _Read:
    """Plays up to a primary key, as they were when the library had this stamp."""

    stamp: LibraryStamp
    last_pk: int
    listening: Listening


_memory: OrderedDict[int, _Read] = OrderedDict()
_lock = Lock()


def listening_at(user_id: int, stamp: LibraryStamp) -> Listening:
    """All listens of a listener whose library has this stamp now; reads only what is new, if it can."""
    with _lock:
        before = _memory.get(user_id)
    if before is not None and before.stamp == stamp:
        return before.listening
    read = (_read_on(before, user_id, stamp) if before else None) or _read_all(user_id, stamp)
    with _lock:
        _memory[user_id] = read
        _memory.move_to_end(user_id)
        while len(_memory) > LISTENERS_KEPT:
            _memory.popitem(last=False)
    return read.listening


def forget_plays() -> None:
    """Empty this process's memory."""
    with _lock:
        _memory.clear()


def _read_all(user_id: int, stamp: LibraryStamp) -> _Read:
    plays = Play.objects.filter(user_id=user_id)
    last_pk = plays.aggregate(last=Max("pk"))["last"] or 0
    table = _table(plays.filter(pk__lte=last_pk).listens())
    return _Read(stamp, last_pk, _listening(table[:, 0], table[:, 1], _minutes(table)))


def _read_on(before: _Read, user_id: int, stamp: LibraryStamp) -> _Read | None:
    """What was read before and what came since; None where that is not all that changed.

    A play that was changed or removed shows in what the library adds up to.
    """
    fresh = Play.objects.filter(user_id=user_id, pk__gt=before.last_pk)
    found = _table(fresh.order_by("pk")[: MANY + 1])
    new = found[(found[:, 2] == NOT_KNOWN) | (found[:, 2] >= LISTEN_MS)]
    known = before.listening
    heard = int(known.track_ids @ known.plays_by_track) + int(new[:, 0].sum())
    ms_played = before.stamp.ms_played + int(np.maximum(found[:, 2], 0).sum())
    if len(found) > MANY or (len(known) + len(new), heard, ms_played) != (
        stamp.listens,
        stamp.heard_sum,
        stamp.ms_played,
    ):
        return None
    listening = _listening(
        np.concatenate([known.track_ids[known.tracks], new[:, 0]]),
        np.concatenate([known.at_s, new[:, 1]]),
        np.concatenate([known.minutes, _minutes(new)]),
    )
    return _Read(stamp, fresh.aggregate(last=Max("pk"))["last"] or before.last_pk, listening)


def _listening(
    track_ids: npt.NDArray[np.int64], at_s: npt.NDArray[np.integer], minutes: npt.NDArray[np.floating]
) -> Listening:
    unique, tracks = np.unique(track_ids, return_inverse=True)
    return Listening(
        track_ids=unique,
        tracks=tracks.astype(np.int32),
        at_s=at_s.astype(np.uint32),
        minutes=minutes.astype(np.float32),
    )


def _table(plays: "QuerySet[Play]") -> npt.NDArray[np.int64]:
    """Track, second and milliseconds played (NOT_KNOWN where nobody said) of each play, (n, 3)."""
    return read_numbers(plays, "track_id", EpochSeconds("played_at"), "ms_played")


def _minutes(table: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
    lasted_ms = table[:, 2].copy()
    unknown = lasted_ms == NOT_KNOWN
    if unknown.any():
        wanted, places = np.unique(table[unknown, 0], return_inverse=True)
        lasted_ms[unknown] = _lengths_ms(wanted.tolist())[places]
    return lasted_ms / 60_000


def _lengths_ms(track_ids: Sequence[int]) -> npt.NDArray[np.int64]:
    """How long each of these tracks is."""
    lengths: dict[int, int] = {}
    for start in range(0, len(track_ids), MANY):
        some = Track.objects.filter(pk__in=track_ids[start : start + MANY])
        lengths.update((pk, length) for pk, length in some.values_list("pk", "duration_ms") if length)
    return np.array([lengths.get(one, USUAL_MS) for one in track_ids], dtype=np.int64)
