"""Turn Spotify's answers into values; one bad entry of a list is set aside, the others are kept."""

import json
import re
from collections.abc import Callable
from datetime import datetime
from typing import TypeVar

from spotify.errors import SpotifyUnavailable
from spotify.fields import (
    Fields,
    Unreadable,
    bool_at,
    fields_of,
    id_at,
    int_at,
    list_at,
    moment_at,
    object_at,
    text_at,
    url_at,
)
from spotify.types import (
    AlbumRef,
    Artist,
    ArtistRef,
    Page,
    PlaylistEntry,
    PlaylistSummary,
    Profile,
    Reason,
    RecentlyPlayed,
    RecentPlay,
    RejectedEntry,
    SavedEntry,
    TrackRef,
)

T = TypeVar("T")
Reader = Callable[[Fields, int], T]
"""Reads an entry, given its position in the whole list; raises Unfit or Unreadable."""

_RAW_CHARACTERS = 8 * 1024


class Unfit(Exception):
    """An entry cannot be taken over, for a reason of its own."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.reason = reason


def whole(answer: object, read: Callable[[Fields], T]) -> T:
    """Read an answer that stands for one thing; raises SpotifyUnavailable when it is unreadable."""
    try:
        return read(fields_of(answer))
    except (Unreadable, Unfit) as error:
        raise SpotifyUnavailable(f"unreadable answer: {error}") from error


def page_of(answer: object, read: Callable[[Fields], T], *, offset: int) -> Page[T]:
    """Read one page of an offset list that was asked for at `offset`.

    Raises SpotifyUnavailable when there is no list in it: that is a failed fetch, not an empty one.
    """
    return whole(answer, lambda page: _page(page, _unplaced(read), offset=offset))


def playlist_page_of(answer: object, *, offset: int) -> Page[PlaylistEntry]:
    """Read one page of a playlist's entries; raises SpotifyUnavailable as page_of does."""
    return whole(answer, lambda page: _page(page, _playlist_entry, offset=offset))


def recently_played_of(answer: object) -> RecentlyPlayed:
    """Read the window of recent plays; raises SpotifyUnavailable when there is no list in it."""
    page = page_of(answer, _recent_play, offset=0)
    return RecentlyPlayed(plays=page.entries, rejected=page.rejected)


def track_of(fields: Fields) -> TrackRef:
    """Read one full track; raises Unfit for an episode, a nameless reference or wrong types."""
    if text_at(fields, "type") == "episode":
        raise Unfit(Reason.EPISODE)
    try:
        return _track(fields)
    except Unreadable as error:
        raise Unfit(Reason.BAD_TRACK) from error


def artist_of(fields: Fields) -> Artist:
    """Read one full artist."""
    spotify_id = id_at(fields, "id")
    if spotify_id is None:
        raise Unreadable("artist without id")
    genres = tuple(genre for genre in list_at(fields, "genres") if isinstance(genre, str))
    widest, _ = _images(fields)
    return Artist(
        spotify_id=spotify_id,
        name=text_at(fields, "name") or "",
        genres=genres,
        image_url=widest,
    )


def profile_of(fields: Fields) -> Profile:
    """Read the listener."""
    spotify_id = text_at(fields, "id")
    if not spotify_id:
        raise Unreadable("profile without id")
    widest, _ = _images(fields)
    return Profile(
        account_id=text_at(fields, "account_id") or None,
        spotify_id=spotify_id,
        display_name=text_at(fields, "display_name") or None,
        image_url=widest,
    )


def saved_entry(entry: Fields) -> SavedEntry:
    """Read one liked song."""
    added_at = _moment(entry, "added_at")
    return SavedEntry(added_at=added_at, track=_track_under(entry, "track"))


def playlist_of(fields: Fields) -> PlaylistSummary:
    """Read a playlist without its entries, under its old or its new field names."""
    spotify_id = id_at(fields, "id")
    if spotify_id is None:
        raise Unreadable("playlist without id")
    owner = object_at(fields, "owner") or {}
    listing = object_at(fields, "items") or object_at(fields, "tracks") or {}
    return PlaylistSummary(
        spotify_id=spotify_id,
        uri=text_at(fields, "uri") or f"spotify:playlist:{spotify_id}",
        name=text_at(fields, "name") or "",
        description=text_at(fields, "description"),
        owner_id=text_at(owner, "id"),
        owner_name=text_at(owner, "display_name"),
        is_collaborative=bool_at(fields, "collaborative") or False,
        is_public=bool_at(fields, "public"),
        snapshot_id=text_at(fields, "snapshot_id"),
        total=int_at(listing, "total"),
    )


def _playlist_entry(entry: Fields, position: int) -> PlaylistEntry:
    """Read one entry of a playlist: `item` today, `track` in answers of older apps."""
    subject = object_at(entry, "item") or object_at(entry, "track")
    if subject is None:
        raise Unfit(Reason.NO_TRACK)
    is_episode = text_at(subject, "type") == "episode"
    track = None if is_episode else track_of(subject)
    uri = track.uri if track else text_at(subject, "uri") or ""
    added_by = object_at(entry, "added_by") or {}
    return PlaylistEntry(
        position=position,
        uri=uri,
        added_at=_moment(entry, "added_at"),
        added_by_id=text_at(added_by, "id") or None,
        track=track,
        is_episode=is_episode,
    )


def snapshot_of(fields: Fields) -> str:
    """Read the snapshot id that a change of entries answers with."""
    snapshot_id = text_at(fields, "snapshot_id")
    if not snapshot_id:
        raise Unreadable("no snapshot id")
    return snapshot_id


def flags_of(answer: object, *, count: int) -> tuple[bool, ...]:
    """Read a bare list of `count` truth values; raises SpotifyUnavailable for anything else."""
    if not isinstance(answer, list) or len(answer) != count:
        raise SpotifyUnavailable("unreadable answer: not one flag for each uri")
    if not all(isinstance(flag, bool) for flag in answer):
        raise SpotifyUnavailable("unreadable answer: flags of another type")
    return tuple(answer)


def tracks_found(fields: Fields) -> tuple[TrackRef, ...]:
    """Read the tracks of a search; entries that are null or unreadable are left out."""
    found = object_at(fields, "tracks")
    if found is None:
        raise Unreadable("search without tracks")
    return _page(found, _unplaced(track_of), offset=0).entries


def _unplaced(read: Callable[[Fields], T]) -> Reader[T]:
    return lambda entry, _position: read(entry)


def _page(page: Fields, read: Reader[T], *, offset: int) -> Page[T]:
    raws = page.get("items")
    if not isinstance(raws, list):
        raise Unreadable("items is not a list")
    entries, rejected = _sorted_out(raws, read, offset=offset)
    goes_on = bool(page.get("next")) and bool(raws)
    return Page(
        entries=entries,
        rejected=rejected,
        offset=offset,
        next_offset=offset + len(raws) if goes_on else None,
        total=int_at(page, "total"),
    )


def _sorted_out(
    raws: list[object], read: Reader[T], *, offset: int
) -> tuple[tuple[T, ...], tuple[RejectedEntry, ...]]:
    entries: list[T] = []
    rejected: list[RejectedEntry] = []
    for position, raw in enumerate(raws, start=offset):
        try:
            entries.append(_entry(raw, read, position=position))
        except Unfit as unfit:
            rejected.append(RejectedEntry(position, unfit.reason, _raw_json(raw)))
    return tuple(entries), tuple(rejected)


def _entry(raw: object, read: Reader[T], *, position: int) -> T:
    if not isinstance(raw, dict):
        raise Unfit(Reason.NOT_AN_OBJECT)
    try:
        return read(raw, position)
    except Unreadable as error:
        raise Unfit(Reason.BAD_ENTRY) from error


def _raw_json(raw: object) -> str:
    return json.dumps(raw, ensure_ascii=True)[:_RAW_CHARACTERS]


def _recent_play(entry: Fields) -> RecentPlay:
    track = _track_under(entry, "track")
    played_at = _moment(entry, "played_at")
    if played_at is None:
        raise Unfit(Reason.BAD_TIME)
    context = object_at(entry, "context") or {}
    return RecentPlay(played_at=played_at, track=track, context_uri=text_at(context, "uri"))


def _track_under(entry: Fields, name: str) -> TrackRef:
    fields = object_at(entry, name)
    if fields is None:
        raise Unfit(Reason.NO_TRACK)
    return track_of(fields)


def _moment(entry: Fields, name: str) -> datetime | None:
    try:
        return moment_at(entry, name)
    except Unreadable as error:
        raise Unfit(Reason.BAD_TIME) from error


def _track(fields: Fields) -> TrackRef:
    spotify_id = id_at(fields, "id")
    uri = text_at(fields, "uri") or (f"spotify:track:{spotify_id}" if spotify_id else "")
    is_local = bool_at(fields, "is_local") or uri.startswith("spotify:local:")
    if not uri or (spotify_id is None and not is_local):
        raise Unreadable("track without id")
    album = object_at(fields, "album")
    return TrackRef(
        spotify_id=None if is_local else spotify_id,
        uri=uri,
        name=text_at(fields, "name") or "",
        artists=tuple(_artist_ref(fields_of(artist)) for artist in list_at(fields, "artists")),
        album=_album_ref(album) if album else None,
        isrc=_isrc(object_at(fields, "external_ids") or {}),
        duration_ms=int_at(fields, "duration_ms"),
        explicit=bool_at(fields, "explicit"),
        is_local=is_local,
        is_playable=bool_at(fields, "is_playable"),
    )


def _artist_ref(fields: Fields) -> ArtistRef:
    return ArtistRef(spotify_id=id_at(fields, "id"), name=text_at(fields, "name") or "")


def _album_ref(fields: Fields) -> AlbumRef:
    widest, narrowest = _images(fields)
    return AlbumRef(
        spotify_id=id_at(fields, "id"),
        name=text_at(fields, "name") or "",
        release_date=_release_date(fields),
        release_date_precision=text_at(fields, "release_date_precision"),
        image_url=widest,
        image_url_small=narrowest,
    )


def _release_date(fields: Fields) -> str | None:
    stated = text_at(fields, "release_date") or ""
    return stated if re.fullmatch(r"[0-9]{4}(-[0-9]{2}){0,2}", stated) else None


def _isrc(external_ids: Fields) -> str | None:
    stated = (text_at(external_ids, "isrc") or "").replace("-", "").strip().upper()
    return stated if re.fullmatch(r"[A-Z]{2}[A-Z0-9]{3}[0-9]{7}", stated) else None


def _images(fields: Fields) -> tuple[str | None, str | None]:
    """Return (widest, narrowest) address; an image without a width counts as the widest."""
    images = [fields_of(image) for image in list_at(fields, "images")]
    addressed = [(int_at(image, "width"), url_at(image, "url")) for image in images]
    by_width = sorted(
        ((width if width is not None else 10**6, url) for width, url in addressed if url),
        key=lambda sized: sized[0],
    )
    if not by_width:
        return None, None
    return by_width[-1][1], by_width[0][1]
