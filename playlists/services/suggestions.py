"""Songs from beyond the library as candidates: those found for the listener whose mood is known."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from django.conf import settings

from accounts.models import User
from library.models import LibraryTrack, Track, TrackArtist
from library.queries import excluded_track_ids
from moods.models import LookUp, TrackFeatures, TrackMood
from moods.services.listener_moods import moods_for
from moods.services.waiting import RECCOBEATS
from playlists.models import Suggestion
from playlists.recipes import DAYPARTS, MOODS, Recipe
from playlists.selection import Candidates, with_more, work_keys
from playlists.selection.arrays import Bools, Ints
from playlists.services.candidates import Library, library_apart, library_for
from playlists.services.columns import HALF_OF_EIGHTY_PERCENT

FROM_BEYOND = 32
"""The bit in `Candidates.source` of a track that the library does not have; see `columns.SOURCE_BITS`."""


def looks_beyond(recipe: Recipe) -> bool:
    """Whether a recipe asks for songs from beyond the library, on a site that has a source of them."""
    return recipe.beyond and RECCOBEATS in settings.SOURCES


def library_wanted(user: User, recipe: Recipe, library: Library | None = None) -> Library:
    """What lists of a recipe are made of: the library, with what was found beyond it where that is asked.

    `library` is the listener's, where the caller has it at hand.
    """
    if recipe.apart:
        library = library_apart(user, frozenset(recipe.apart))
    library = library or library_for(user)
    return with_suggestions(user, library) if looks_beyond(recipe) else library


def with_suggestions(user: User, library: Library) -> Library:
    """The library and, behind it, what was found beyond it; in nine queries."""
    tracks = usable_suggestions(user)
    if not tracks:
        return library
    artist_ids = _artists_of(tracks)
    more = _candidates(user, tracks, artist_id=_codes(library, artist_ids))
    return replace(
        library,
        prepared=with_more(library.prepared, more),
        dayparts=np.concatenate([library.dayparts, np.zeros((len(tracks), len(DAYPARTS)), dtype=np.int64)]),
        artist_ids=np.concatenate([library.artist_ids, artist_ids]),
    )


def is_from_beyond(library: Library) -> Bools:
    """Which of its tracks, (n,), the listener does not have."""
    from_beyond: Bools = library.prepared.candidates.source & FROM_BEYOND > 0
    return from_beyond


def suggested_track_ids(user: User) -> frozenset[int]:
    """Tracks that were found for the listener and are in no list of theirs but those made here."""
    found = Suggestion.objects.for_user(user).beyond_library()
    return frozenset(found.values_list("track_id", flat=True))


def usable_suggestions(user: User) -> list[Track]:
    """The suggested tracks that are songs the library does not have, of known mood; by row id."""
    found = Track.objects.filter(suggestions__in=Suggestion.objects.for_user(user).beyond_library())
    known = found.filter(mood__in=TrackMood.objects.known()).order_by("pk")
    return without_known_songs(user, list(known))


def without_known_songs(user: User, tracks: Sequence[Track]) -> list[Track]:
    """Those of the tracks that are no song of the library under another id, and none that came before."""
    if not tracks:
        return []
    held = LibraryTrack.objects.for_user(user)
    isrcs = {track.isrc for track in tracks} - {""}
    known_isrcs = set(held.filter(track__isrc__in=isrcs).values_list("track__isrc", flat=True))
    names = {track.artist_name for track in tracks}
    songs = list(held.filter(track__artist_name__in=names).values_list("track__title", "track__artist_name"))
    songs += [(track.title, track.artist_name) for track in tracks]
    keys = work_keys(*zip(*songs, strict=True)).work.tolist()
    seen = set(keys[: -len(tracks)])
    kept = []
    for track, key in zip(tracks, keys[-len(tracks) :], strict=True):
        if key not in seen and track.isrc not in known_isrcs:
            kept.append(track)
        seen.add(key)
    return kept


def _artists_of(tracks: Sequence[Track]) -> Ints:
    """Row ids of the primary artists, -1 where nobody is named."""
    credited = TrackArtist.objects.filter(position=0, track__in=tracks)
    artists = dict(credited.values_list("track_id", "artist_id"))
    return np.array([artists.get(track.pk, -1) for track in tracks], dtype=np.int64)


def _codes(library: Library, artist_ids: Ints) -> Ints:
    """The artists as the library's candidates know them; new ones get the next higher codes."""
    known = dict(
        zip(library.artist_ids.tolist(), library.prepared.candidates.artist_id.tolist(), strict=True)
    )
    known.pop(-1, None)
    codes, free = [], len(library.prepared.artist_heard)
    for artist in artist_ids.tolist():
        code = known.get(artist)
        if code is None:
            code, free = free, free + 1
        if artist >= 0:
            known[artist] = code
        codes.append(code)
    return np.array(codes, dtype=np.int64)


def _candidates(user: User, tracks: Sequence[Track], *, artist_id: Ints) -> Candidates:
    blocked = excluded_track_ids(user)
    return Candidates.from_columns(
        track_id=[track.pk for track in tracks],
        artist_id=artist_id,
        duration_ms=[track.duration_ms or 0 for track in tracks],
        explicit=[-1 if track.explicit is None else int(track.explicit) for track in tracks],
        playable=[track.is_playable is not False for track in tracks],
        blocked=[track.pk in blocked for track in tracks],
        source=[FROM_BEYOND] * len(tracks),
        **_moods(user, tracks),
        **_sounds(tracks),
    )


def _moods(user: User, tracks: Sequence[Track]) -> dict[str, Any]:
    by_track = moods_for(user, tracks)
    moods = [by_track[track.pk] for track in tracks]
    return {
        "valence": [mood.valence for mood in moods],
        "arousal": [mood.arousal for mood in moods],
        "spread_v": [_number(mood.valence_spread) / HALF_OF_EIGHTY_PERCENT for mood in moods],
        "spread_a": [_number(mood.arousal_spread) / HALF_OF_EIGHTY_PERCENT for mood in moods],
        "probabilities": [[_number(mood.probabilities[name]) for name in MOODS] for mood in moods],
    }


def _sounds(tracks: Sequence[Track]) -> dict[str, Any]:
    heard = TrackFeatures.objects.filter(track__in=tracks, status=LookUp.HIT, source=RECCOBEATS)
    rows = {row.track_id: row for row in heard}
    found = [rows.get(track.pk) or TrackFeatures() for track in tracks]
    return {
        "tempo": [_number(row.tempo) for row in found],
        "loudness": [_number(row.loudness) for row in found],
        "key": [-1 if row.key is None else row.key for row in found],
        "mode": [-1 if row.mode is None else row.mode for row in found],
    }


def _number(value: float | None) -> float:
    return np.nan if value is None else value
