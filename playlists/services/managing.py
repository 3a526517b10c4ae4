"""Rename, describe, copy, delete and bring back playlists."""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from jobs.kinds import Run
from playlists.models import Playlist, Version
from playlists.problems import Problem, WriteFailed
from playlists.services.holding import hold_playlist
from playlists.services.looking import own_playlist_there
from playlists.services.publishing import forget_there, on_spotify
from playlists.services.saving import Content, Line, add_version
from playlists.services.writing import keep
from spotify.client import SpotifyClient

KEPT_DELETED = timedelta(days=30)
"""How long a deleted playlist can be brought back."""


def rename_playlist(playlist: Playlist, *, name: str, description: str, now: datetime) -> bool:
    """Call it something else. True where Spotify has to be told."""
    is_changed = (playlist.name, playlist.description) != (name, description)
    if not is_changed:
        return False
    keep(playlist, name=name, description=description, updated_at=now)
    if not playlist.spotify_id:
        return False
    if playlist.writing_version is None:
        keep(playlist, writing_version=playlist.newest_version().number)
    return True


def duplicate_playlist(playlist: Playlist, *, name: str, now: datetime) -> Playlist:
    """A copy of its recipe and current songs, here only."""
    newest = playlist.newest_version()
    rows = newest.entries.order_by("position").values_list("track_id", "reasons", "locked", "by_hand")
    with transaction.atomic():
        copy = Playlist.objects.create(
            user=playlist.user,
            name=name[:100],
            description=playlist.description,
            recipe=playlist.recipe,
            revision=playlist.revision,
            created_at=now,
            updated_at=now,
        )
        content = Content([Line(*row) for row in rows], newest.note)
        add_version(copy, content, reason=Version.Reason.BUILT, now=now)
    return copy


def delete_playlist(playlist: Playlist, *, now: datetime) -> None:
    """Put it away; for thirty days it can be brought back."""
    keep(playlist, deleted_at=now, next_refresh_at=None)


def bring_back(playlist: Playlist, *, now: datetime) -> None:
    """Undo a deletion; a schedule that it had starts anew when it is set again."""
    keep(playlist, deleted_at=None, updated_at=now, paused=True)


def remove_there(playlist: Playlist, *, run: Run, now: datetime) -> dict[str, Any]:
    """Take it out of the listener's library on Spotify. Raises WriteWaits and WriteFailed."""
    hold_playlist(playlist, run=run, now=now)
    if not playlist.spotify_id:
        return {"removed": 0}

    def remove(client: SpotifyClient) -> None:
        run.checkpoint(step="remove")
        try:
            own_playlist_there(playlist, client)
        except WriteFailed as failure:
            if failure.problem == Problem.GONE:
                return
            raise
        client.remove_playlist(playlist.spotify_id or "")

    on_spotify(playlist, remove, now=now)
    forget_there(playlist)
    keep(playlist, state=Playlist.State.LOCAL, writing_version=None, problem="", waits_until=None)
    return {"removed": 1}


def purge_deleted(now: datetime) -> int:
    """Forget playlists that were deleted thirty days ago. The number of them."""
    old = Playlist.objects.deleted().filter(deleted_at__lt=now - KEPT_DELETED)
    count = old.count()
    old.delete()
    return count
