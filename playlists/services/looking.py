"""See how a playlist is on Spotify now, and take in what was changed there by hand."""

import html
from datetime import datetime
from typing import Any

from django.db import transaction

from jobs.kinds import Run
from library.services.catalogue import store_tracks
from playlists.models import Playlist, Removal, Version
from playlists.problems import Problem, WriteFailed, WriteWaits
from playlists.selection import Insert, Move, Remove, apply_edits
from playlists.services.hand_edits import hand_edits, with_hand_edits
from playlists.services.keys import entries_by_key, track_ids_by_uri
from playlists.services.naming import LONGEST_DESCRIPTION, LONGEST_NAME
from playlists.services.saving import Content, Line, add_version
from spotify.client import SpotifyClient
from spotify.errors import NotFound, RateLimited, SpotifyUnavailable
from spotify.types import Page, PlaylistEntry, PlaylistSummary

Edit = Remove[str] | Insert[str] | Move


def look(playlist: Playlist, client: SpotifyClient, *, run: Run, now: datetime) -> None:
    """Make the row say what is on Spotify; edits by hand become a version of their own.

    Settles a change whose answer never came. Raises WriteFailed where the playlist is gone or
    another's, and what the client raises.
    """
    summary = own_playlist_there(playlist, client)
    _adopt_details(playlist, summary)
    if playlist.state == Playlist.State.EDITED:
        _keep(playlist, state=Playlist.State.PUBLISHED, updated_at=now)
    if playlist.snapshot_id and summary.snapshot_id == playlist.snapshot_id:
        _keep(playlist, pending={}, reading={})
        return
    current = _read(playlist, client, snapshot_id=summary.snapshot_id or "", run=run, now=now)
    with transaction.atomic():
        run.checkpoint(step="look")
        _absorb(playlist, current, now=now)
        _keep(playlist, on_spotify=current, snapshot_id=summary.snapshot_id or "", pending={}, reading={})


def edit_as_json(edit: Edit) -> dict[str, Any]:
    """A change about to be sent, for `Playlist.pending`."""
    match edit:
        case Remove(ids):
            return {"remove": list(ids)}
        case Insert(position, ids):
            return {"insert": list(ids), "position": position}
        case _:
            return {"move": [edit.start, edit.length, edit.before]}


def _edit_from_json(stored: dict[str, Any]) -> Edit:
    if "remove" in stored:
        return Remove(tuple(stored["remove"]))
    if "insert" in stored:
        return Insert(stored["position"], tuple(stored["insert"]))
    return Move(*stored["move"])


def _keep(playlist: Playlist, **changes: Any) -> None:
    for name, value in changes.items():
        setattr(playlist, name, value)
    Playlist.objects.filter(pk=playlist.pk).update(**changes)


def own_playlist_there(playlist: Playlist, client: SpotifyClient) -> PlaylistSummary:
    """The playlist as Spotify sees it. Raises WriteFailed where it is gone or another account's.

    Deleting one on Spotify only takes it out of the listener's library: it can still be read.
    """
    spotify_id = playlist.spotify_id or ""
    try:
        summary = client.playlist(spotify_id)
        held = client.library_contains([f"spotify:playlist:{spotify_id}"])[0]
    except NotFound as error:
        raise WriteFailed(Problem.GONE) from error
    connection = playlist.user.connection_or_none()
    if connection is None or summary.owner_id != connection.spotify_user_id:
        raise WriteFailed(Problem.NOT_YOURS)
    if not held:
        raise WriteFailed(Problem.GONE)
    return summary


def _adopt_details(playlist: Playlist, summary: PlaylistSummary) -> None:
    """Take over a name or description that was given on Spotify, unless another was given here since."""
    sent = dict(playlist.sent)
    description = html.unescape(summary.description or "")
    changes: dict[str, Any] = {}
    if summary.name != sent.get("name") and playlist.name == sent.get("name"):
        changes["name"] = summary.name[:LONGEST_NAME]
    if description != sent.get("description") and playlist.description == sent.get("own"):
        changes["description"] = description[:LONGEST_DESCRIPTION]
    if changes:
        told = {
            "name": summary.name,
            "description": description,
            "own": changes.get("description", sent.get("own")),
        }
        _keep(playlist, **changes, sent={**sent, **told})


def _read(
    playlist: Playlist, client: SpotifyClient, *, snapshot_id: str, run: Run, now: datetime
) -> list[str]:
    """Every URI in order; what was read before an interruption is not read again."""
    kept = playlist.reading if playlist.reading.get("snapshot_id") == snapshot_id else {}
    uris: list[str] = list(kept.get("uris", []))
    known = set(playlist.on_spotify)
    try:
        return _read_on(playlist.spotify_id or "", client, uris=uris, known=known, run=run, now=now)
    except (RateLimited, WriteWaits):
        _keep(playlist, reading={"snapshot_id": snapshot_id, "uris": uris})
        raise


def _read_on(
    spotify_id: str, client: SpotifyClient, *, uris: list[str], known: set[str], run: Run, now: datetime
) -> list[str]:
    """Read the pages after `uris`, adding to them; tracks that are new to us go into the catalogue."""
    while True:
        if run.out_of_time():
            raise WriteWaits(now)
        page = client.playlist_items(spotify_id, offset=len(uris))
        found = [entry.track for entry in page.entries if entry.track and entry.uri not in known]
        store_tracks([track for track in found if track.spotify_id], now=now)
        uris.extend(_uris_of(page))
        if page.next_offset is None:
            break
    if page.total is not None and page.total != len(uris):
        raise SpotifyUnavailable("the playlist changed while it was read")
    return uris


def _uris_of(page: Page[PlaylistEntry]) -> list[str]:
    """One word per place; a place that cannot be read keeps one that is like no other."""
    by_place = {entry.position: entry.uri for entry in page.entries}
    by_place.update({lost.position: f"unreadable:{lost.position}" for lost in page.rejected})
    return [by_place[place] for place in sorted(by_place)]


def _absorb(playlist: Playlist, current: list[str], *, now: datetime) -> None:
    """Make a version of what differs from what we left there, if anything does."""
    before = _left_there(playlist, current)
    edits = hand_edits(before, current)
    if not edits:
        return
    target = _target(playlist)
    entries = dict(entries_by_key(target))
    keys = [key for key, _ in entries_by_key(target)]
    merged = with_hand_edits(keys, before=before, current=current)
    track_ids = track_ids_by_uri([key for key in merged if key not in entries])
    lines = []
    for key in merged:
        entry = entries.get(key)
        if entry is not None:
            lines.append(Line(entry.track_id, entry.reasons, entry.locked, entry.by_hand))
        elif key in track_ids:
            lines.append(Line(track_ids[key], locked=True, by_hand=True))
    version = add_version(
        playlist, Content(lines, target.note), reason=Version.Reason.EDITED_ON_SPOTIFY, now=now
    )
    _note_removals(playlist, edits.removed, added=edits.added, now=now)
    if playlist.writing_version is not None:
        _keep(playlist, writing_version=version.number)
    else:
        Version.objects.filter(pk=version.pk).update(published_at=now)


def _left_there(playlist: Playlist, current: list[str]) -> list[str]:
    """What our last change left, judging by what is there now whether it arrived."""
    without: list[str] = list(playlist.on_spotify)
    if not playlist.pending:
        return without
    arrived = apply_edits(without, [_edit_from_json(playlist.pending)])
    return min((arrived, without), key=lambda before: _distance(before, current))


def _distance(before: list[str], current: list[str]) -> int:
    edits = hand_edits(before, current)
    return len(edits.added) + len(edits.removed) + edits.is_reordered


def _target(playlist: Playlist) -> Version:
    if playlist.writing_version is not None:
        return playlist.versions.get(number=playlist.writing_version)
    return playlist.versions.order_by("-number")[0]


def _note_removals(
    playlist: Playlist, removed: tuple[str, ...], *, added: tuple[str, ...], now: datetime
) -> None:
    """Remember what must not come back, and forget it of what the listener put back."""
    gone, come = track_ids_by_uri(removed), track_ids_by_uri(added)
    Removal.objects.filter(playlist=playlist, track__in=come.values()).delete()
    Removal.objects.bulk_create(
        [Removal(playlist=playlist, track_id=track_id, at=now) for track_id in gone.values()],
        ignore_conflicts=True,
    )
