"""Go back to an earlier version; each one is kept, with its reasons."""

from datetime import datetime
from functools import partial
from typing import Any

from django.db import transaction

from jobs.kinds import Run
from playlists.models import Playlist, Removal, Version
from playlists.services.holding import hold_playlist
from playlists.services.looking import look
from playlists.services.publishing import (
    on_spotify,
    publish_playlist,
    publish_seen_playlist,
    waits_for_consent,
)
from playlists.services.saving import Content, Line, add_version
from playlists.services.writing import keep


def restore_version(
    playlist: Playlist, *, number: int, asked_at: datetime, run: Run, now: datetime
) -> dict[str, Any]:
    """Make an earlier version the current one, here and on Spotify, as a new version. Safe to repeat.

    What was changed on Spotify by hand since becomes a version first, so that nothing is lost. Raises
    WriteWaits and WriteFailed.
    """
    hold_playlist(playlist, run=run, now=now)
    is_only_here = waits_for_consent(playlist)
    if playlist.writing_version is not None and not is_only_here:
        counts = publish_playlist(playlist, run=run, now=now)
        playlist.refresh_from_db()
        if _is_restored(playlist, number=number, asked_at=asked_at):
            return counts
    if _is_restored(playlist, number=number, asked_at=asked_at):
        return {}
    if playlist.spotify_id:
        on_spotify(playlist, partial(look, playlist, run=run, now=now), now=now)
        playlist.refresh_from_db()
    with transaction.atomic():
        run.checkpoint(step="restore")
        restore_here(playlist, number=number, now=now)
    return {} if is_only_here else publish_seen_playlist(playlist, run=run, now=now)


def restore_here(playlist: Playlist, *, number: int, now: datetime) -> Version:
    """Write the earlier version anew as the current one, to be brought to Spotify if it is there."""
    wanted = playlist.versions.get(number=number)
    rows = wanted.entries.order_by("position").values_list("track_id", "reasons", "locked", "by_hand")
    lines = [Line(*row) for row in rows]
    note = {**wanted.note, "restored_from": number}
    version = add_version(playlist, Content(lines, note), reason=Version.Reason.RESTORED, now=now)
    wanted_back = [line.track_id for line in lines]
    Removal.objects.filter(playlist=playlist, track__in=wanted_back).delete()
    if playlist.spotify_id or playlist.writing_version is not None:
        keep(playlist, writing_version=version.number, state=Playlist.State.PUBLISHING)
    return version


def _is_restored(playlist: Playlist, *, number: int, asked_at: datetime) -> bool:
    newest = playlist.newest_version()
    return newest.note.get("restored_from") == number and newest.created_at >= asked_at
