"""Bring a version to Spotify in as few calls as possible, safe to interrupt anywhere."""

import logging
import secrets
from datetime import datetime
from typing import Any

from django.db import transaction

from jobs.kinds import Run
from playlists.covers import cover_jpeg
from playlists.models import Playlist, Version
from playlists.problems import Problem, WriteFailed, WriteWaits
from playlists.selection import Insert, Move, Remove, apply_edits, edit_script
from playlists.services.hand_edits import with_guests
from playlists.services.keys import entries_by_key, is_track, sendable
from playlists.services.looking import Edit, edit_as_json
from playlists.services.naming import LONGEST_DESCRIPTION, description_of
from spotify.client import SpotifyClient
from spotify.errors import RejectedRequest, SpotifyError, SpotifyUnavailable
from spotify.types import PlaylistSummary

logger = logging.getLogger(__name__)

MOST_REFUSED = 50
"""When Spotify refuses more songs than this something else is wrong."""


def found_there(playlist: Playlist, client: SpotifyClient) -> bool:
    """Whether an earlier attempt, whose answer never came, made the playlist on Spotify; then it is ours."""
    found = _made_before(client, playlist.publish_token) if playlist.publish_token else None
    if found is not None:
        _note_created(playlist, found)
    return found is not None


def create_there(playlist: Playlist, version: Version, client: SpotifyClient, *, run: Run) -> None:
    """Make the playlist on Spotify, with a token in its description by which it is found again."""
    description = description_of(playlist, version)
    token = playlist.publish_token or secrets.token_hex(8)
    with transaction.atomic():
        run.checkpoint(step="create")
        keep(playlist, publish_token=token)
    marked = f"{description[: LONGEST_DESCRIPTION - len(token) - 3]} · {token}"
    try:
        made = client.create_playlist(playlist.name, description=marked, public=False)
    except SpotifyUnavailable:
        raise  # It may have been made all the same: the token finds it.
    except SpotifyError:
        keep(playlist, publish_token="")
        raise
    _note_created(playlist, made)


def details_to_send(playlist: Playlist, version: Version) -> dict[str, str]:
    """Name and description, where they differ from what was sent last; else nothing."""
    wanted = {"name": playlist.name, "description": description_of(playlist, version)}
    is_sent = wanted == {name: playlist.sent.get(name) for name in wanted}
    return {} if is_sent else wanted


def send_details(playlist: Playlist, version: Version, client: SpotifyClient) -> None:
    """Send name and description where they differ from what was sent last."""
    wanted = details_to_send(playlist, version)
    if wanted:
        there = playlist.spotify_id or ""
        client.change_details(there, name=wanted["name"], description=wanted["description"])
        keep(playlist, sent={**wanted, "own": playlist.description})


def send_cover(playlist: Playlist, client: SpotifyClient) -> None:
    """Give it a cover once, if Spotify lets us; without one it gets Spotify's own, which is no harm."""
    connection = playlist.user.connection_or_none()
    if playlist.cover_version is not None or connection is None or not connection.may("ugc-image-upload"):
        return
    try:
        client.upload_cover(playlist.spotify_id or "", cover_jpeg(playlist.recipe, seed=str(playlist.pk)))
    except SpotifyError as error:
        logger.info("playlist %s has no cover: %s", playlist.pk, type(error).__name__)
        return
    keep(playlist, cover_version=1)


def send_content(
    playlist: Playlist, version: Version, client: SpotifyClient, *, run: Run, now: datetime
) -> int:
    """Make its tracks those of `version`, moving as little as possible. The number of calls."""
    keys = [key for key, _ in entries_by_key(version)]
    calls = 0
    while edits := edit_script(playlist.on_spotify, _wanted(playlist, keys)):
        for edit in edits:
            if run.out_of_time():
                raise WriteWaits(now)
            calls += 1
            if not _sent(playlist, edit, client, run=run):
                break
    return calls


def keep(playlist: Playlist, **changes: Any) -> None:
    """Write these fields of the row, and nothing else of it."""
    for name, value in changes.items():
        setattr(playlist, name, value)
    Playlist.objects.filter(pk=playlist.pk).update(**changes)


def _wanted(playlist: Playlist, keys: list[str]) -> list[str]:
    """What is to be there: our tracks, and whatever the listener put there that is no track."""
    there: list[str] = playlist.on_spotify
    guests = [uri for uri in there if not is_track(uri)]
    return with_guests(sendable(keys, refused=playlist.refused), current=there, guests=guests)


def _made_before(client: SpotifyClient, token: str) -> PlaylistSummary | None:
    offset: int | None = 0
    while offset is not None:
        page = client.my_playlists(offset)
        for found in page.entries:
            if token in (found.description or ""):
                return found
        offset = page.next_offset
    return None


def _note_created(playlist: Playlist, made: PlaylistSummary) -> None:
    keep(
        playlist,
        spotify_id=made.spotify_id,
        snapshot_id="",
        on_spotify=[],
        pending={},
        sent={"name": made.name, "description": made.description or "", "own": playlist.description},
    )


def _sent(playlist: Playlist, edit: Edit, client: SpotifyClient, *, run: Run) -> bool:
    """Send one change. False where Spotify does not take one of its songs: then the rest is planned anew."""
    try:
        _send(playlist, edit, client, run=run)
    except RejectedRequest as error:
        keep(playlist, pending={})
        if not isinstance(edit, Insert):
            raise
        _split(playlist, edit, client, run=run, error=error)
        return False
    return True


def _split(
    playlist: Playlist, edit: Insert[str], client: SpotifyClient, *, run: Run, error: RejectedRequest
) -> None:
    """Find the song that a refusal is about: one bad one makes Spotify refuse all that come with it."""
    if len(edit.ids) == 1:
        if len(playlist.refused) >= MOST_REFUSED:
            raise WriteFailed(Problem.REFUSED) from error
        keep(playlist, refused=[*playlist.refused, *edit.ids])
        return
    half = len(edit.ids) // 2
    _sent(playlist, Insert(edit.position, edit.ids[:half]), client, run=run)


def _send(playlist: Playlist, edit: Edit, client: SpotifyClient, *, run: Run) -> None:
    """Note the change, send it, note its answer; a refusal that certainly had no effect is forgotten."""
    with transaction.atomic():
        run.checkpoint(step="content", done=len(playlist.on_spotify))
        keep(playlist, pending=edit_as_json(edit))
    try:
        snapshot_id = _call(playlist, edit, client)
    except (SpotifyUnavailable, RejectedRequest):
        raise
    except SpotifyError:
        keep(playlist, pending={})
        raise
    keep(
        playlist,
        on_spotify=apply_edits(playlist.on_spotify, [edit]),
        snapshot_id=snapshot_id,
        pending={},
    )


def _call(playlist: Playlist, edit: Edit, client: SpotifyClient) -> str:
    there, snapshot_id = playlist.spotify_id or "", playlist.snapshot_id or None
    match edit:
        case Remove(ids):
            return client.remove_items(there, ids, snapshot_id=snapshot_id)
        case Insert(position, ids):
            return client.add_items(there, ids, position=position)
        case Move(start, length, before):
            return client.reorder_items(
                there, range_start=start, insert_before=before, range_length=length, snapshot_id=snapshot_id
            )
