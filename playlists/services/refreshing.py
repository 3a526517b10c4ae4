"""Refresh a playlist: the same one, with the smallest change, the listener's own edits kept."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
from django.db import transaction

from accounts.services import Event, announce
from jobs.kinds import Run
from playlists.models import Entry, Playlist, Version
from playlists.recipes import Recipe
from playlists.schedules import next_refresh_at
from playlists.selection import Pick, Request, Selection, refresh
from playlists.services.candidates import Library
from playlists.services.comparing import Change, changes_between
from playlists.services.discovering import beyond_first
from playlists.services.filters import Wishes, eligible_rows, request_of
from playlists.services.holding import hold_playlist
from playlists.services.looking import look
from playlists.services.publishing import (
    on_spotify,
    publish_playlist,
    publish_seen_playlist,
    waits_for_consent,
)
from playlists.services.saving import Content, Line, add_version, note_of, with_strangers
from playlists.services.suggestions import library_wanted
from playlists.services.writing import keep
from playlists.wording import reasons_of

DUE_AT_ONCE = 100
LATE = timedelta(hours=12)
"""A refresh that is so late (the site was off) waits for its next time."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What a refresh would make of a playlist."""

    content: Content
    changes: tuple[Change, ...]


def plan_refresh(playlist: Playlist, *, now: datetime) -> Plan:
    """What a refresh at `now` would change, as far as is known here of Spotify; nothing is written."""
    entries = list(playlist.newest_version().entries.order_by("position"))
    recipe = Recipe.from_json(playlist.recipe)
    library = library_wanted(playlist.user, recipe)
    request = _request(playlist, recipe, entries, library=library)
    eligible = eligible_rows(library, recipe, user=playlist.user, now=now)
    selection = refresh(
        library.prepared,
        request,
        [entry.track_id for entry in entries],
        keep_share=1 - recipe.renewal,
        now=now,
        eligible=beyond_first(library, request, eligible, now=now),
    )
    lines = with_strangers(_lines(selection, entries), entries, held=_held(entries, library))
    changes = changes_between([entry.track_id for entry in entries], [line.track_id for line in lines])
    return Plan(Content(lines, note_of(selection)), changes)


def refresh_playlist(playlist: Playlist, *, asked_at: datetime, run: Run, now: datetime) -> dict[str, Any]:
    """Refresh it here and on Spotify; the number of changes, and of calls. Safe to repeat.

    An unfinished write is finished first; where it is itself a refresh, that was it. Raises WriteWaits
    and WriteFailed.
    """
    hold_playlist(playlist, run=run, now=now)
    is_only_here = waits_for_consent(playlist)
    counts: dict[str, Any] = {}
    if playlist.writing_version is not None and not is_only_here:
        is_refresh = playlist.newest_version().reason == Version.Reason.REFRESHED
        counts = publish_playlist(playlist, run=run, now=now)
        if is_refresh:
            return counts
        playlist.refresh_from_db()
    if playlist.refreshed_at is not None and playlist.refreshed_at >= asked_at:
        return counts
    if playlist.spotify_id:
        on_spotify(playlist, partial(look, playlist, run=run, now=now), now=now)
        playlist.refresh_from_db()
    plan = plan_refresh(playlist, now=now)
    with transaction.atomic():
        run.checkpoint(step="refresh", changes=len(plan.changes))
        _apply(playlist, plan, now=now)
        told = {"playlist": str(playlist.pk), "name": playlist.name, "changes": len(plan.changes)}
        announce(playlist.user, Event.PLAYLIST_REFRESHED, told, now=now)
    counts = {} if is_only_here else publish_seen_playlist(playlist, run=run, now=now)
    return {"changes": len(plan.changes), **counts}


def set_schedule(
    playlist: Playlist, *, schedule: str, hour: int, weekday: int, paused: bool, now: datetime
) -> None:
    """Refresh it by itself from now on, or no longer."""
    keep(
        playlist,
        schedule=schedule,
        schedule_hour=hour,
        schedule_weekday=weekday,
        paused=paused,
        next_refresh_at=None,
    )
    keep(playlist, next_refresh_at=_next(playlist, now=now))


def claim_due_refreshes(now: datetime) -> list[Playlist]:
    """The playlists whose time has come, each given out once and set to its next time."""
    claimed = []
    for playlist in Playlist.objects.due_at(now).select_related("user")[:DUE_AT_ONCE]:
        due_at = playlist.next_refresh_at
        mine = Playlist.objects.filter(pk=playlist.pk, next_refresh_at=due_at)
        if mine.update(next_refresh_at=_next(playlist, now=now)) and due_at and due_at > now - LATE:
            claimed.append(playlist)
    return claimed


def _next(playlist: Playlist, *, now: datetime) -> datetime | None:
    if playlist.schedule == Playlist.Schedule.NEVER or playlist.paused:
        return None
    return next_refresh_at(
        now,
        hour=playlist.schedule_hour,
        weekday=playlist.schedule_weekday if playlist.schedule == Playlist.Schedule.WEEKLY else None,
        time_zone=ZoneInfo(playlist.user.time_zone or "UTC"),
        seed=str(playlist.pk),
    )


def _request(playlist: Playlist, recipe: Recipe, entries: Sequence[Entry], *, library: Library) -> Request:
    """What is asked of the engine: what is locked stays, what was taken out by hand stays out."""
    locks = tuple(
        (entry.position, entry.track_id)
        for entry in entries
        if (entry.locked or entry.by_hand) and entry.track_id in _held(entries, library)
    )
    removed = frozenset(playlist.removals.values_list("track_id", flat=True))
    wishes = Wishes(playlist.revision + 1, locks, removed - {track for _, track in locks})
    return request_of(recipe, user=playlist.user, wishes=wishes)


def _held(entries: Sequence[Entry], library: Library) -> set[int]:
    """Those of the tracks that the library has."""
    track_ids = np.array([entry.track_id for entry in entries], dtype=np.int64)
    return set(track_ids[np.isin(track_ids, library.track_ids)].tolist())


def _lines(selection: Selection, entries: Sequence[Entry]) -> list[Line]:
    before = {entry.track_id: entry for entry in entries}
    return [_line(pick, before.get(pick.track_id)) for pick in selection.picks]


def _line(pick: Pick, before: Entry | None) -> Line:
    if before is None:
        return Line(pick.track_id, reasons_of(pick))
    return Line(pick.track_id, reasons_of(pick), before.locked, before.by_hand)


def _apply(playlist: Playlist, plan: Plan, *, now: datetime) -> None:
    keep(playlist, refreshed_at=now, revision=playlist.revision + 1)
    if not plan.changes:
        return
    version = add_version(playlist, plan.content, reason=Version.Reason.REFRESHED, now=now)
    if playlist.spotify_id or playlist.writing_version is not None:
        keep(playlist, writing_version=version.number, state=Playlist.State.PUBLISHING)
