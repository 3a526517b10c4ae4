"""Keep tracks as Spotify's lists give them, each once, with artists, album and credits."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta

from django.db import transaction

from library.models import Track, TrackArtist
from library.names import LONGEST_NAME, LONGEST_TITLE, name_key
from library.services.artists import ArtistKey, artist_key, store_albums, store_artists
from library.services.merging import merge_tracks
from spotify.types import TrackRef

FRESH_FOR = timedelta(days=1)
"""Details seen this recently are not written again only to move their date."""

_FROM_SPOTIFY = (
    "title",
    "artist_name",
    "name_key",
    "album_name",
    "album",
    "isrc",
    "duration_ms",
    "explicit",
    "is_playable",
    "detailed_at",
)


def store_tracks(refs: Sequence[TrackRef], *, now: datetime) -> dict[str, int]:
    """Keep what Spotify says of these tracks; the row id of each by `TrackRef.uri`.

    Names from Spotify replace those of a download; what Spotify leaves open stays as it was. A row
    known by name only becomes the track with the id. The number of queries does not depend on the
    number of tracks.
    """
    if not refs:
        return {}
    by_uri = {ref.uri: ref for ref in refs}
    with_id = {ref.spotify_id: ref for ref in by_uri.values() if ref.spotify_id}
    local = [ref for ref in by_uri.values() if not ref.spotify_id]
    with transaction.atomic():
        artist_ids = store_artists(artist for ref in by_uri.values() for artist in ref.artists)
        tracks = _store_with_id(with_id, now=now)
        rows = {ref.uri: tracks[spotify_id].pk for spotify_id, ref in with_id.items()}
        rows |= _store_by_name(local)
        _store_credits({rows[uri]: _credited(ref, artist_ids) for uri, ref in by_uri.items()})
    return rows


def tracks_named(names: Collection[tuple[str, str]]) -> dict[tuple[str, str], int]:
    """The row id of a track for each (artist, title): one with an id where there is one.

    Names that no track bears yet get a row without an id.
    """
    keys = {name_key(artist, title): (artist, title) for artist, title in names}
    found = _ids_by_key(keys)
    missing = [
        Track(title=title, artist_name=artist, name_key=key)
        for key, (artist, title) in sorted(keys.items())
        if key not in found
    ]
    if missing:
        # Two writers may find the same name missing: the constraint lets one row in.
        Track.objects.bulk_create(missing, ignore_conflicts=True)
        found |= _ids_by_key([track.name_key for track in missing])
    return {names_of: found[key] for key, names_of in keys.items()}


def _ids_by_key(keys: Iterable[str]) -> dict[str, int]:
    # With an id last, and so chosen; the oldest of those.
    rows = Track.objects.filter(name_key__in=list(keys)).values_list("name_key", "pk", "spotify_id")
    ordered = sorted(rows, key=lambda row: (row[2] is not None, -row[1]))
    return {key: row_id for key, row_id, _ in ordered}


def _store_with_id(refs: dict[str, TrackRef], *, now: datetime) -> dict[str, Track]:
    if not refs:
        return {}
    album_ids = store_albums(ref.album for ref in refs.values() if ref.album)
    known = {
        track.spotify_id: track for track in Track.objects.filter(spotify_id__in=refs) if track.spotify_id
    }
    adopted, doubles = _namesakes(refs, known)
    stored = {**known, **adopted}
    changed: list[Track] = []
    for spotify_id, ref in sorted(refs.items()):
        track = stored.setdefault(spotify_id, Track(spotify_id=spotify_id))
        if _take_over(track, ref, album_ids=album_ids, now=now):
            changed.append(track)
    _write(changed)
    for kept, gone in doubles:
        merge_tracks(kept, gone)
    return stored


def _write(tracks: list[Track]) -> None:
    existing = [track for track in tracks if track.pk]
    Track.objects.bulk_update(existing, ["spotify_id", *_FROM_SPOTIFY])
    Track.objects.bulk_create(
        [track for track in tracks if not track.pk],
        update_conflicts=True,
        unique_fields=["spotify_id"],
        update_fields=list(_FROM_SPOTIFY),
    )


def _namesakes(
    refs: dict[str, TrackRef], known: dict[str, Track]
) -> tuple[dict[str, Track], list[tuple[Track, Track]]]:
    """Rows without an id that these tracks turn out to be: to become the track, or to join it."""
    keys = {spotify_id: name_key(_artist(ref), _title(ref)) for spotify_id, ref in refs.items() if ref.name}
    nameless = {
        track.name_key: track
        for track in Track.objects.filter(spotify_id=None, name_key__in=set(keys.values()))
    }
    adopted: dict[str, Track] = {}
    doubles: list[tuple[Track, Track]] = []
    for spotify_id, key in sorted(keys.items()):
        namesake = nameless.pop(key, None)
        if namesake is None:
            continue
        if spotify_id in known:
            doubles.append((known[spotify_id], namesake))
        else:
            namesake.spotify_id = spotify_id
            adopted[spotify_id] = namesake
    return adopted, doubles


def _take_over(track: Track, ref: TrackRef, *, album_ids: dict[str, int], now: datetime) -> bool:
    """Put what Spotify says into the row; whether that is worth writing."""
    before = _facts(track)
    if ref.name:
        track.title, track.artist_name = _title(ref), _artist(ref) or track.artist_name
        track.name_key = name_key(track.artist_name, track.title)
    if ref.album and ref.album.name:
        track.album_name = ref.album.name[:LONGEST_TITLE]
    if ref.album and ref.album.spotify_id:
        track.album_id = album_ids[ref.album.spotify_id]
    track.isrc = ref.isrc or track.isrc
    for field in ("duration_ms", "explicit", "is_playable"):
        said = getattr(ref, field)
        if said is not None:
            setattr(track, field, said)
    is_fresh = track.detailed_at is not None and track.detailed_at > now - FRESH_FOR
    if is_fresh and _facts(track) == before:
        return False
    track.detailed_at = now
    return True


def _facts(track: Track) -> tuple[object, ...]:
    return (
        track.pk,
        track.spotify_id,
        track.title,
        track.artist_name,
        track.album_name,
        track.album_id,
        track.isrc,
        track.duration_ms,
        track.explicit,
        track.is_playable,
    )


def _store_by_name(refs: list[TrackRef]) -> dict[str, int]:
    if not refs:
        return {}
    names = {ref.uri: (_artist(ref), _title(ref)) for ref in refs}
    rows = tracks_named(set(names.values()))
    return {uri: rows[artist_and_title] for uri, artist_and_title in names.items()}


def _credited(ref: TrackRef, artist_ids: dict[ArtistKey, int]) -> list[int]:
    found = (artist_ids.get(artist_key(artist)) for artist in ref.artists)
    return list(dict.fromkeys(artist_id for artist_id in found if artist_id is not None))


def _store_credits(wanted: dict[int, list[int]]) -> None:
    """Credit each track to these artists in this order; no artists means that nothing was said."""
    wanted = {track_id: artist_ids for track_id, artist_ids in wanted.items() if artist_ids}
    stored: dict[int, list[int]] = {}
    for track_id, artist_id in (
        TrackArtist.objects.filter(track__in=wanted).order_by("position").values_list("track_id", "artist_id")
    ):
        stored.setdefault(track_id, []).append(artist_id)
    changed = [track_id for track_id in sorted(wanted) if stored.get(track_id) != wanted[track_id]]
    replaced = [track_id for track_id in changed if track_id in stored]
    if replaced:
        TrackArtist.objects.filter(track__in=replaced).delete()
    TrackArtist.objects.bulk_create(
        [
            TrackArtist(track_id=track_id, artist_id=artist_id, position=position)
            for track_id in changed
            for position, artist_id in enumerate(wanted[track_id])
        ],
        ignore_conflicts=True,
    )


def _title(ref: TrackRef) -> str:
    return ref.name[:LONGEST_TITLE]


def _artist(ref: TrackRef) -> str:
    return ref.artists[0].name[:LONGEST_NAME] if ref.artists else ""
