"""The tracks a playlist may be made of, as one read-only array per property."""

from dataclasses import dataclass, fields
from typing import Any, NamedTuple, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from playlists.selection.arrays import Bools, Floats, Ints

MOODS = ("happy", "sad", "energetic", "calm", "angry", "romantic")
"""The order of the columns of `Candidates.probabilities`."""

HALF_LIVES_DAYS = np.array([0.5, 3.0, 14.0, 60.0, 365.0])
"""Half-lives of the five listening counters."""

DAY_S = 86_400.0


class _Column(NamedTuple):
    dtype: type
    default: float
    width: int = 0


_COLUMNS: dict[str, _Column] = {
    "track_id": _Column(np.int64, -1),
    "isrc_key": _Column(np.int64, -1),
    "song_key": _Column(np.int64, -1),
    "work_key": _Column(np.int64, -1),
    "artist_id": _Column(np.int64, -1),
    "album_id": _Column(np.int64, -1),
    "genre": _Column(np.int64, -1),
    "year": _Column(np.int64, 0),
    "duration_ms": _Column(np.int64, 0),
    "explicit": _Column(np.int64, -1),
    "valence": _Column(np.float64, np.nan),
    "arousal": _Column(np.float64, np.nan),
    "spread_v": _Column(np.float64, np.nan),
    "spread_a": _Column(np.float64, np.nan),
    "probabilities": _Column(np.float64, np.nan, len(MOODS)),
    "tempo": _Column(np.float64, np.nan),
    "key": _Column(np.int64, -1),
    "mode": _Column(np.int64, -1),
    "loudness": _Column(np.float64, np.nan),
    "counters": _Column(np.float64, 0, len(HALF_LIVES_DAYS)),
    "listens": _Column(np.int64, 0),
    "plays": _Column(np.int64, 0),
    "unplayed": _Column(np.float64, 0),
    "last_listen_at": _Column(np.float64, np.nan),
    "liked": _Column(np.bool_, False),
    "playable": _Column(np.bool_, True),
    "blocked": _Column(np.bool_, False),
    "source": _Column(np.int64, 0),
}


@dataclass(frozen=True, slots=True, eq=False)
class Candidates:
    """n candidate tracks; every array has shape (n,) unless it says otherwise. Missing is NaN, -1 or 0 as
    named.

    `isrc_key`, `song_key`, `work_key`: equal codes are equal ISRCs, songs, works (`titles.work_keys`); -1
    none. `artist_id` (primary), `album_id`, `genre`: codes, -1 unknown. `year`, `duration_ms`: 0 unknown.
    `explicit`: 1, 0, -1 unknown. `valence`, `arousal`: 0..1, NaN unknown; `spread_*` their standard
    deviations. `probabilities`: (n, 6) in the order of `MOODS`, rows NaN when unknown. `tempo` in BPM,
    `loudness` in dB, NaN unknown; `key` 0..11 and `mode` 1 major, 0 minor, -1 unknown. `counters`: (n, 5)
    decayed listens as of `last_listen_at` (`count_listens`). `listens`: plays of at least 30 s; `plays`: all;
    `unplayed`: the summed shares of each play that was skipped. `last_listen_at`: seconds since the epoch,
    NaN never. `source`: bits of the caller.
    """

    track_id: Ints
    isrc_key: Ints
    song_key: Ints
    work_key: Ints
    artist_id: Ints
    album_id: Ints
    genre: Ints
    year: Ints
    duration_ms: Ints
    explicit: Ints
    valence: Floats
    arousal: Floats
    spread_v: Floats
    spread_a: Floats
    probabilities: Floats
    tempo: Floats
    key: Ints
    mode: Ints
    loudness: Floats
    counters: Floats
    listens: Ints
    plays: Ints
    unplayed: Floats
    last_listen_at: Floats
    liked: Bools
    playable: Bools
    blocked: Bools
    source: Ints

    def __len__(self) -> int:
        return len(self.track_id)

    @classmethod
    def from_columns(cls, *, track_id: ArrayLike, **columns: ArrayLike) -> Self:
        """Build from any of the columns; the rest are unknown. Raises ValueError on a wrong length or an
        unknown name.
        """
        unknown = columns.keys() - _COLUMNS.keys()
        if unknown:
            raise ValueError(f"unknown columns: {', '.join(sorted(unknown))}")
        ids = np.asarray(track_id, dtype=np.int64)
        given: dict[str, ArrayLike] = {"track_id": ids, **columns}
        arrays: dict[str, Any] = {name: _column(name, given.get(name), n=len(ids)) for name in _COLUMNS}
        return cls(**arrays)

    def where(self, rows: Bools | Ints) -> Self:
        """The candidates of a mask (n,) or of row numbers, in that order."""
        return type(self)(**{field.name: getattr(self, field.name)[rows] for field in fields(self)})


class Listening(NamedTuple):
    """Per row: `counters` (n, 5) as of `last_listen_at`, the number of `listens`, and `last_listen_at` (NaN
    never).
    """

    counters: Floats
    listens: Ints
    last_listen_at: Floats


def count_listens(rows: Ints, listened_at: Floats, *, n: int) -> Listening:
    """Counters of n candidates from their listens: each names its candidate's row and its time in epoch
    seconds.
    """
    last = np.full(n, -np.inf)
    np.maximum.at(last, rows, listened_at)
    age_days = (last[rows] - listened_at) / DAY_S
    decayed = np.exp2(-age_days[:, None] / HALF_LIVES_DAYS)
    counters = [np.bincount(rows, weights=column, minlength=n) for column in decayed.T]
    listens = np.bincount(rows, minlength=n).astype(np.int64)
    return Listening(np.stack(counters, axis=1), listens, np.where(np.isfinite(last), last, np.nan))


def _column(name: str, values: ArrayLike | None, *, n: int) -> NDArray[Any]:
    column = _COLUMNS[name]
    shape = (n, column.width) if column.width else (n,)
    array: NDArray[Any] = (
        np.full(shape, column.default, column.dtype) if values is None else np.asarray(values, column.dtype)
    )
    if array.shape != shape:
        raise ValueError(f"{name} has shape {array.shape}, not {shape}")
    return array
