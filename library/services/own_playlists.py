"""The playlists a listener has on Spotify: the list of them, then the tracks of those that changed."""

from datetime import datetime
from typing import Any

from accounts.models import User
from library.models import OwnPlaylist, OwnPlaylistTrack
from library.services.catalogue import store_tracks
from library.services.counting import count_again
from library.services.letters import store_surprising_letters
from library.services.steps import Cursor, Step, Turn
from spotify.client import SpotifyClient
from spotify.types import Page, PlaylistEntry, PlaylistSummary


def _open_list(user: User, now: datetime) -> Cursor:
    return {"offset": 0, "since": now.isoformat(), "is_whole": True}


def _fetch_list(client: SpotifyClient, cursor: Cursor) -> Page[PlaylistSummary]:
    return client.my_playlists(offset=cursor["offset"])


def _store_list(user: User, page: Page[PlaylistSummary], cursor: Cursor, now: datetime) -> Turn:
    """One page; after the last one the playlists that were on none are gone."""
    store_surprising_letters(user, page.rejected, source="playlists", now=now)
    since = datetime.fromisoformat(cursor["since"])
    new = _store_playlists(user, page, since=since)
    same_length = cursor.get("total", page.total) == page.total and page.total is not None
    is_whole = cursor["is_whole"] and same_length and not page.rejected
    counts = {"read": len(page.entries), "new": new, "gone": 0}
    if page.next_offset is None:
        counts["gone"] = _remove_unseen(user, since) if is_whole else 0
        return Turn(None, counts, total=page.total)
    further = {**cursor, "offset": page.next_offset, "total": page.total, "is_whole": is_whole}
    return Turn(further, counts, total=page.total)


def _store_playlists(user: User, page: Page[PlaylistSummary], *, since: datetime) -> int:
    own_id = user.connection.spotify_user_id
    playlists = {playlist.spotify_id: playlist for playlist in page.entries}
    known = OwnPlaylist.objects.filter(user=user, spotify_id__in=playlists).count()
    OwnPlaylist.objects.bulk_create(
        [_row(user, playlist, own_id=own_id, since=since) for _, playlist in sorted(playlists.items())],
        update_conflicts=True,
        unique_fields=["user", "spotify_id"],
        update_fields=["name", "owned", "is_readable", "snapshot_id", "total"],
    )
    listed = OwnPlaylist.objects.for_user(user).filter(spotify_id__in=playlists)
    # Another reading may be under way: what it saw later stays seen.
    listed.unseen_since(since).update(seen_at=since)
    return len(playlists) - known


def _row(user: User, playlist: PlaylistSummary, *, own_id: str, since: datetime) -> OwnPlaylist:
    owned = playlist.owner_id == own_id
    return OwnPlaylist(
        user_id=user.pk,
        spotify_id=playlist.spotify_id,
        name=playlist.name[:500],
        owned=owned,
        is_readable=owned or playlist.is_collaborative,
        snapshot_id=(playlist.snapshot_id or "")[:200],
        total=playlist.total,
        seen_at=since,
    )


def _remove_unseen(user: User, since: datetime) -> int:
    unseen = OwnPlaylist.objects.for_user(user).unseen_since(since)
    playlist_ids = list(unseen.values_list("pk", flat=True))
    entries = OwnPlaylistTrack.objects.filter(playlist__in=playlist_ids)
    track_ids = list(entries.values_list("track_id", flat=True).distinct())
    OwnPlaylist.objects.filter(pk__in=playlist_ids).delete()
    count_again(user, track_ids)
    return len(playlist_ids)


PLAYLISTS: Step[Any] = Step(_open_list, _fetch_list, _store_list)


def _open_tracks(user: User, now: datetime) -> Cursor | None:
    return _next_changed(user, after=0)


def _next_changed(user: User, *, after: int) -> Cursor | None:
    """Where to begin with the next playlist whose snapshot is not the one that was read."""
    changed = OwnPlaylist.objects.changed().filter(user=user, pk__gt=after).order_by("pk").first()
    if changed is None:
        return None
    return {
        "playlist": changed.pk,
        "spotify_id": changed.spotify_id,
        "snapshot": changed.snapshot_id,
        "offset": 0,
    }


def _fetch_tracks(client: SpotifyClient, cursor: Cursor) -> Page[PlaylistEntry]:
    return client.playlist_items(cursor["spotify_id"], offset=cursor["offset"])


def _store_tracks(user: User, page: Page[PlaylistEntry], cursor: Cursor, now: datetime) -> Turn:
    """One page replaces the positions it covers; the last one also ends the playlist there."""
    store_surprising_letters(user, page.rejected, source="playlist_tracks", now=now)
    counts = {"read": len(page.entries), "playlists": 0}
    playlist = OwnPlaylist.objects.for_user(user).filter(pk=cursor["playlist"]).order_by("pk").first()
    if playlist is None:
        return Turn(_next_changed(user, after=cursor["playlist"]), counts)
    _replace_entries(user, playlist, page, now=now)
    if page.next_offset is not None:
        return Turn({**cursor, "offset": page.next_offset}, counts)
    _note_read(playlist, cursor, now=now)
    return Turn(_next_changed(user, after=playlist.pk), {**counts, "playlists": 1})


def skip_playlist(user: User, cursor: Cursor, *, now: datetime) -> Cursor | None:
    """Leave the playlist at `cursor` as it was until it changes again; the cursor of the next one."""
    playlist = OwnPlaylist.objects.for_user(user).filter(pk=cursor["playlist"]).order_by("pk").first()
    if playlist is not None:
        _note_read(playlist, cursor, now=now)
    return _next_changed(user, after=cursor["playlist"])


PLAYLIST_TRACKS: Step[Any] = Step(_open_tracks, _fetch_tracks, _store_tracks)


def _replace_entries(user: User, playlist: OwnPlaylist, page: Page[PlaylistEntry], *, now: datetime) -> None:
    songs = [(entry, entry.track) for entry in page.entries if entry.track]
    track_ids = store_tracks([track for _, track in songs], now=now)
    covered = playlist.entries.filter(position__gte=page.offset)
    if page.next_offset is not None:
        covered = covered.filter(position__lt=page.next_offset)
    before = set(covered.values_list("track_id", flat=True))
    covered.delete()
    OwnPlaylistTrack.objects.bulk_create(
        OwnPlaylistTrack(
            playlist=playlist,
            track_id=track_ids[track.uri],
            position=entry.position,
            added_at=entry.added_at,
        )
        for entry, track in songs
    )
    count_again(user, before | set(track_ids.values()))


def _note_read(playlist: OwnPlaylist, cursor: Cursor, *, now: datetime) -> None:
    playlist.read_snapshot_id, playlist.read_at = cursor["snapshot"], now
    playlist.save(update_fields=["read_snapshot_id", "read_at"])
