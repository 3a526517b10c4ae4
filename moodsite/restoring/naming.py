"""What rows of the export call tracks and artists, and which rows those are here."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from itertools import islice
from typing import TypeVar

from django.db import transaction

from library.imports.rows import PlayRow, Precision
from library.models import Artist
from library.services.artists import artists_named
from library.services.importing.tracks import TrackRows
from moodsite.restoring.lines import Archive, ArtistLine, ExclusionLine, PlaylistLine, TrackLine

AT_ONCE = 2000

T = TypeVar("T")


def batches(rows: Iterable[T], *, size: int) -> Iterator[list[T]]:
    """Lists of `size` rows, the last one shorter."""
    turning = iter(rows)
    while batch := list(islice(turning, size)):
        yield batch


def tracks_here(archive: Archive, *, now: datetime) -> dict[int, int]:
    """By the number a track has in the export, its row id here; created where missing.

    Names and ids only: what else there is to know of a track is shared by all listeners and comes
    from Spotify and the open sources, never from a file that somebody uploads.
    """
    rows, known = TrackRows(now=now), dict[int, int]()
    for batch in batches(archive.rows("tracks", TrackLine), size=AT_ONCE):
        named = [track for track in batch if track.spotify_id or (track.title and track.artist_name)]
        with transaction.atomic():
            ids = rows.ids_of([_as_row(track) for track in named])
        known.update(zip((track.id for track in named), ids, strict=True))
    return known


def artists_here(archive: Archive) -> dict[int, int]:
    """By the number an artist has in the export, the row id here.

    Of those that are not here only such as the listener leaves out get a row, by their name.
    """
    known: dict[int, int] = {}
    left_out = _left_out(archive)
    for batch in batches(archive.rows("artists", ArtistLine), size=AT_ONCE):
        by_id = {artist.spotify_id: artist.id for artist in batch if artist.spotify_id}
        by_name = {artist.name: artist.id for artist in batch if artist.name}
        for pk, name in Artist.objects.filter(name__in=by_name).order_by("-pk").values_list("pk", "name"):
            known[by_name[name]] = pk
        found = Artist.objects.filter(spotify_id__in=by_id).values_list("pk", "spotify_id")
        known.update({by_id[spotify_id]: pk for pk, spotify_id in found if spotify_id})
        wanted = left_out - known.keys()
        missing = {artist.name: artist.id for artist in batch if artist.name and artist.id in wanted}
        known.update({missing[name]: pk for name, pk in artists_named(missing).items()})
    return known


def _left_out(archive: Archive) -> set[int]:
    """The artists that are never used, or not in some playlist, as the export calls them."""
    left_out = {row.artist_id for row in archive.rows("exclusions", ExclusionLine) if row.artist_id}
    for row in archive.rows("playlists", PlaylistLine):
        named = row.recipe.get("without_artists")
        if isinstance(named, list):
            left_out.update(one for one in named if isinstance(one, int))
    return left_out


def _as_row(track: TrackLine) -> PlayRow:
    return PlayRow(
        ended_at=datetime(2006, 1, 1, tzinfo=UTC),
        ms_played=0,
        spotify_id=track.spotify_id,
        title=track.title or None,
        artist=track.artist_name or None,
        album=track.album_name or None,
        skipped=None,
        shuffle=None,
        offline=None,
        incognito=False,
        reason_start=None,
        reason_end=None,
        precision=Precision.SECOND,
    )
