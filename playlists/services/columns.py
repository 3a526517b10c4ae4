"""Read one listener's library into arrays, a fixed number of queries however large it is."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from django.db.models import QuerySet

from accounts.models import User
from library.models import LibraryTrack, Play, TrackArtist
from library.numbers import NOT_KNOWN, EpochSeconds, Flag, read_numbers
from library.queries import excluded_track_ids
from moods.models import ArtistGenres, LookUp, TrackFeatures
from moods.services.listener_moods import library_moods
from playlists.recipes import MOODS
from playlists.selection import work_keys
from playlists.selection.arrays import Floats, Ints

HALF_OF_EIGHTY_PERCENT = 1.2816
"""Standard deviations from the middle of a normal distribution to the end of the interval that holds 80 %."""

FROM_PLAYS, LIKED, TOP, IN_PLAYLISTS, FROM_DOWNLOADS = 1, 2, 4, 8, 16
SOURCE_BITS = {
    "played": FROM_PLAYS,
    "liked": LIKED,
    "top": TOP,
    "playlists": IN_PLAYLISTS,
    "download": FROM_DOWNLOADS,
}
"""The bit in `Candidates.source` of each word of `library.queries.SOURCES`."""

Columns = dict[str, Any]
"""Arrays by the names of `playlists.selection.Candidates`, all of one length."""


@dataclass(frozen=True, slots=True, eq=False)
class Plays:
    """Every play of a listener: row of the track, epoch seconds, ms played (-1 unknown); all (n_plays,)."""

    rows: Ints
    played_at: Ints
    ms_played: Ints


def library_columns(user: User) -> Columns:
    """What is known of each track itself, in order of its id, and what the listener made of it."""
    rows = LibraryTrack.objects.for_user(user).order_by("track_id")
    words = list(rows.values_list("track_id", "track__isrc", "track__title", "track__artist_name"))
    track_ids, isrcs, titles, artists = zip(*words, strict=True) if words else ((), (), (), ())
    track_id = np.array(track_ids, dtype=np.int64)
    keys = work_keys(titles, artists)
    return {
        "track_id": track_id,
        "isrc_key": _codes(isrcs),
        "song_key": keys.song,
        "work_key": keys.work,
        "artist_id": _primary_artists(user, track_id),
        "blocked": np.isin(track_id, _ints(sorted(excluded_track_ids(user)))),
        **_numbers(rows, track_id),
    }


def _numbers(rows: QuerySet[LibraryTrack], track_id: Ints) -> Columns:
    """The columns of whole numbers; a track that went meanwhile has none."""
    table = read_numbers(rows, "track_id", *_NUMBERS.values(), *_FLAGS)
    place = _places(table[:, 0], track_id)
    columns = np.full((len(track_id), table.shape[1] - 1), NOT_KNOWN, dtype=np.int64)
    columns[place[place >= 0]] = table[place >= 0, 1:]
    numbers = dict(zip(_NUMBERS, columns.T, strict=False))
    flags = columns[:, len(_NUMBERS) :] > 0
    source = np.column_stack([numbers["plays"] > 0, flags]) @ np.array([*SOURCE_BITS.values()])
    return {
        **numbers,
        "year": np.maximum(numbers["year"], 0),
        "duration_ms": np.maximum(numbers["duration_ms"], 0),
        "playable": numbers["playable"] != 0,
        "plays": np.maximum(numbers["plays"], 0),
        "liked": flags[:, 0],
        "source": source.astype(np.int64),
    }


def mood_columns(user: User, track_id: Ints) -> Columns:
    """The mood of each track as this listener sees it; NaN where nothing is known."""
    moods = library_moods(user)
    place, n = moods.rows_of(track_id), len(track_id)
    row, known = np.flatnonzero(place >= 0), place[place >= 0]
    probabilities = np.full((n, len(MOODS)), np.nan)
    probabilities[row] = moods.probabilities[known]
    return {
        "valence": _scattered(moods.valence[known], row, n=n),
        "arousal": _scattered(moods.arousal[known], row, n=n),
        "spread_v": _scattered(moods.valence_spread[known] / HALF_OF_EIGHTY_PERCENT, row, n=n),
        "spread_a": _scattered(moods.arousal_spread[known] / HALF_OF_EIGHTY_PERCENT, row, n=n),
        "probabilities": probabilities,
    }


def sound_columns(user: User, track_id: Ints) -> Columns:
    """Tempo, key, mode, loudness and duration as the sources give them; NaN, -1 and 0 where unknown."""
    known = TrackFeatures.objects.filter(status=LookUp.HIT, track__library_rows__user=user).order_by(
        "-source"
    )
    table = _table(known, "track_id", "tempo", "loudness", "key", "mode", "duration_ms")
    place, n = _places(_ints(table["track_id"]), track_id), len(track_id)
    return {
        "tempo": _scattered(_floats(table["tempo"]), place, n=n),
        "loudness": _scattered(_floats(table["loudness"]), place, n=n),
        "key": _scattered(_floats(table["key"]), place, n=n, missing=-1).astype(np.int64),
        "mode": _scattered(_floats(table["mode"]), place, n=n, missing=-1).astype(np.int64),
        "duration_ms": _scattered(_floats(table["duration_ms"]), place, n=n, missing=0).astype(np.int64),
    }


def genres_of_artists(user: User) -> dict[int, tuple[str, ...]]:
    """The genres that a source names for each artist of the library, most fitting first."""
    credited = TrackArtist.objects.filter(position=0, track__library_rows__user=user)
    rows = ArtistGenres.objects.filter(status=LookUp.HIT, artist__in=credited.values("artist"))
    return {artist: tuple(genres) for artist, genres in rows.values_list("artist_id", "genres") if genres}


def plays_of(user: User, track_id: Ints) -> Plays:
    """All plays of the library's tracks, in no order."""
    table = read_numbers(Play.objects.for_user(user), "track_id", EpochSeconds("played_at"), "ms_played")
    place = _places(table[:, 0], track_id)
    kept = place >= 0
    return Plays(place[kept], table[kept, 1], table[kept, 2])


def track_ids_played_between(user: User, *, since: Any, before: Any) -> Ints:
    """Tracks with a play in that time; either end may be None."""
    rows = LibraryTrack.objects.for_user(user).played_between(since=since, before=before)
    return _ints(rows.order_by().values_list("track_id", flat=True))


_NUMBERS: dict[str, str | Flag] = {
    "album_id": "track__album_id",
    "year": "track__album__release_year",
    "duration_ms": "track__duration_ms",
    "explicit": Flag("track__explicit"),
    "playable": Flag("track__is_playable"),
    "plays": "plays",
}
_FLAGS = (Flag("is_liked"), Flag("is_top"), Flag("in_playlist"), Flag("has_download_plays"))
"""In the order of SOURCE_BITS, whose first bit follows from the plays."""


def _table(rows: QuerySet[Any], *names: str) -> dict[str, tuple[Any, ...]]:
    """The columns of a query; read row by row, so that no model instance is made."""
    found = list(rows.values_list(*names).iterator(chunk_size=10_000))
    columns = zip(*found, strict=True) if found else [()] * len(names)
    return dict(zip(names, columns, strict=True))


def _primary_artists(user: User, track_id: Ints) -> Ints:
    credited = TrackArtist.objects.filter(position=0, track__library_rows__user=user)
    table = read_numbers(credited, "track_id", "artist_id")
    place, artists = _places(table[:, 0], track_id), np.full(len(track_id), -1, dtype=np.int64)
    artists[place[place >= 0]] = table[place >= 0, 1]
    return artists


def _ints(values: Iterable[Any], *, missing: int = 0) -> Ints:
    return np.asarray([missing if value is None else value for value in values], dtype=np.int64)


def _floats(values: Iterable[Any]) -> Floats:
    return np.array([np.nan if value is None else value for value in values], dtype=np.float64)


def _codes(words: Iterable[str]) -> Ints:
    """Equal words, equal codes; -1 for none."""
    codes: dict[str, int] = {"": -1}
    return np.array([codes.setdefault(word, len(codes)) for word in words], dtype=np.int64)


def _places(ids: Ints, track_id: Ints) -> Ints:
    """For each id its row in the sorted `track_id`, -1 where the library has it not."""
    if not len(track_id):
        return np.full(len(ids), -1, dtype=np.int64)
    place = np.minimum(np.searchsorted(track_id, ids), len(track_id) - 1)
    return np.where(track_id[place] == ids, place, -1).astype(np.int64)


def _scattered(values: Floats, place: Ints, *, n: int, missing: float = np.nan) -> Floats:
    """Values (m,) at their rows of a column of n; `missing` elsewhere, and for NaN."""
    column = np.full(n, missing)
    kept = (place >= 0) & np.isfinite(values)
    column[place[kept]] = values[kept]
    return column
