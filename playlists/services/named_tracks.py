"""Keep tracks that a source names and nobody's library has brought in yet."""

from collections.abc import Sequence
from typing import Any

from library.models import Track, TrackArtist
from library.names import LONGEST_NAME, LONGEST_TITLE, name_key
from library.services.artists import artist_key, store_artists
from moods.sources.types import TrackMetadata
from spotify.types import ArtistRef


def store_named_tracks(found: Sequence[TrackMetadata]) -> list[Track]:
    """The rows of these tracks, in their order; what is new goes in under the names that the source gives.

    Call it in a transaction. What Spotify said of a track that is there already stays as it is.
    """
    known = set(_rows(found).values_list("spotify_id", flat=True))
    new = [track for track in found if track.spotify_id not in known]
    Track.objects.bulk_create([_track(one) for one in new], ignore_conflicts=True)
    rows = {track.spotify_id: track for track in _rows(found)}
    _credit(new, rows)
    return [rows[one.spotify_id] for one in found if one.spotify_id in rows]


def _rows(found: Sequence[TrackMetadata]) -> Any:
    return Track.objects.filter(spotify_id__in=[track.spotify_id for track in found])


def _track(told: TrackMetadata) -> Track:
    title, artist = told.title[:LONGEST_TITLE], told.artists[0][:LONGEST_NAME]
    return Track(
        spotify_id=told.spotify_id,
        title=title,
        artist_name=artist,
        name_key=name_key(artist, title),
        duration_ms=told.duration_ms,
        isrc=told.isrc if told.isrc and len(told.isrc) <= 16 else "",
    )


def _credit(new: Sequence[TrackMetadata], rows: dict[str | None, Track]) -> None:
    refs = {track.spotify_id: _artists(track) for track in new}
    stored = store_artists(ref for artists in refs.values() for ref in artists)
    TrackArtist.objects.bulk_create(
        [
            TrackArtist(track=rows[spotify_id], artist_id=artist, position=position)
            for spotify_id, artists in refs.items()
            for position, artist in enumerate(dict.fromkeys(stored[artist_key(ref)] for ref in artists))
        ],
        ignore_conflicts=True,
    )


def _artists(told: TrackMetadata) -> list[ArtistRef]:
    ids = told.artist_ids or (None,) * len(told.artists)
    return [ArtistRef(spotify_id, name) for spotify_id, name in zip(ids, told.artists, strict=True)]
