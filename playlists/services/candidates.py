"""A listener's library, ready to make playlists of, kept until something in it changes.

In this process's memory, and packed in the cache that all processes share.
"""

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from threading import Lock
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import numpy as np
from django.core.cache import cache
from django.db.models import Count, Max

from accounts.models import User
from library.models import Exclusion
from moods.services.listener_moods import MoodKey, mood_key
from playlists.selection import Candidates, Prepared, prepare
from playlists.selection.arrays import Ints
from playlists.services.columns import (
    genres_of_artists,
    library_columns,
    mood_columns,
    plays_of,
    sound_columns,
)
from playlists.services.listening import daypart_counts, listening_columns
from playlists.services.packing import Arrays, pack, shorten, unpack

MOST_ROWS_KEPT = 250_000
"""Tracks of all kept libraries together in one process, at about 500 bytes each."""

SHARED_S = 900
"""A turn at the builder lasts minutes; what nobody asks for is let go. About 40 bytes a track."""

Words = Mapping[str, Any]


class Stamp(NamedTuple):
    """Another one after every change of plays, likes, lists, moods, corrections or exclusions."""

    moods: MoodKey
    excluded: int
    newest_excluded: int | None
    time_zone: str

    @property
    def is_certain(self) -> bool:
        """Whether no other database has the same: a library's revision is like no other."""
        return bool(self.moods.library)


@dataclass(frozen=True, slots=True, eq=False)
class Library:
    """What playlists of one listener are chosen from.

    `dayparts`: (n, 8) listens of each song by `recipes.DAYPARTS`; `artist_ids`: (n,) row ids of the
    primary artists, -1 unknown; both in the order of `prepared`. `genres` by artist row id.
    """

    prepared: Prepared
    dayparts: Ints
    artist_ids: Ints
    genres: Mapping[int, tuple[str, ...]]

    def __len__(self) -> int:
        return len(self.prepared)

    @property
    def track_ids(self) -> Ints:
        """Row ids of all tracks, (n,), in the order of `prepared`."""
        return self.prepared.candidates.track_id


def library_for(user: User) -> Library:
    """The listener's library as it is now; read only where no process has read it since it changed."""
    stamp = library_stamp(user)
    kept = _kept.get((user.pk, stamp))
    if kept is not None:
        return kept
    with _reading:
        # Another thread may have read it meanwhile.
        library = _kept.get((user.pk, stamp)) or _from_cache(user, stamp)
        _kept.put((user.pk, stamp), library)
    return library


def library_apart(user: User, apart: frozenset[int]) -> Library:
    """The same, with these tracks as songs of their own: prepared anew, and not kept."""
    return _from_cache(user, library_stamp(user), apart=apart)


def forget_kept_libraries() -> None:
    """Empty this process's memory of libraries."""
    _kept.clear()


def library_stamp(user: User) -> Stamp:
    """The one of now, in two queries."""
    excluded = Exclusion.objects.for_user(user).aggregate(count=Count("pk"), newest=Max("pk"))
    return Stamp(mood_key(user), excluded["count"], excluded["newest"], user.time_zone)


def read_library(user: User, *, apart: frozenset[int] = frozenset()) -> Library:
    """The listener's library from the database, in eleven queries."""
    return _library(*_read(user), apart=apart)


def _from_cache(user: User, stamp: Stamp, *, apart: frozenset[int] = frozenset()) -> Library:
    """The library as some process packed it lately, else read and packed."""
    if not stamp.is_certain:
        return read_library(user, apart=apart)
    key = f"library:{user.pk}:{sha256(repr(stamp).encode()).hexdigest()}"
    packed = cache.get(key)
    if packed is not None:
        return _library(*unpack(packed), apart=apart)
    arrays, words = _read(user)
    cache.set(key, pack(arrays, words), SHARED_S)
    return _library(arrays, words, apart=apart)


def _read(user: User) -> tuple[Arrays, Words]:
    """Columns of the candidates, and `dayparts` (n, 8), in order of the tracks' ids; genres by artist."""
    columns = library_columns(user)
    track_id = columns["track_id"]
    plays = plays_of(user, track_id)
    columns |= mood_columns(user, track_id)
    sound = sound_columns(user, track_id)
    # Without a connection to Spotify only the sources know how long songs are.
    sound["duration_ms"] = np.where(columns["duration_ms"] > 0, columns["duration_ms"], sound["duration_ms"])
    columns |= sound
    columns |= listening_columns(plays, duration_ms=columns["duration_ms"])
    counts = daypart_counts(plays, n=len(track_id), time_zone=ZoneInfo(user.time_zone or "UTC"))
    return shorten({**columns, "dayparts": counts}), {"genres": [*genres_of_artists(user).items()]}


def _library(arrays: Arrays, words: Words, *, apart: frozenset[int]) -> Library:
    columns = dict(arrays)
    counts = columns.pop("dayparts").astype(np.int64)
    prepared = prepare(Candidates.from_columns(**columns), apart=apart)
    return Library(
        prepared=prepared,
        dayparts=_summed_by_song(counts[prepared.order], prepared.song),
        artist_ids=columns["artist_id"][prepared.order].astype(np.int64),
        genres={artist: tuple(genres) for artist, genres in words["genres"]},
    )


def _summed_by_song(counts: Ints, song: Ints) -> Ints:
    if not len(song):
        return counts
    sums = [np.bincount(song, weights=column)[song] for column in counts.T]
    return np.stack(sums, axis=1).astype(np.int64)


class _Kept:
    """The libraries used last, by listener and stamp; old ones go when the rows become too many."""

    def __init__(self) -> None:
        self._libraries: OrderedDict[tuple[int, Stamp], Library] = OrderedDict()
        self._lock = Lock()

    def get(self, key: tuple[int, Stamp]) -> Library | None:
        with self._lock:
            library = self._libraries.get(key)
            if library is not None:
                self._libraries.move_to_end(key)
            return library

    def put(self, key: tuple[int, Stamp], library: Library) -> None:
        with self._lock:
            for outdated in [other for other in self._libraries if other[0] == key[0]]:
                del self._libraries[outdated]
            self._libraries[key] = library
            while len(self._libraries) > 1 and self._rows() > MOST_ROWS_KEPT:
                self._libraries.popitem(last=False)

    def clear(self) -> None:
        with self._lock:
            self._libraries.clear()

    def _rows(self) -> int:
        return sum(len(library) for library in self._libraries.values())


_kept = _Kept()
_reading = Lock()
"""Of several requests after a change one reads, which holds up the others no longer than reading would."""
