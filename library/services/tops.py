"""The three lists of what a listener plays most, each replaced as a whole."""

from datetime import datetime
from functools import partial
from typing import Any

from accounts.models import User
from library.models import TopTrack
from library.services.catalogue import store_tracks
from library.services.counting import count_again
from library.services.letters import store_surprising_letters
from library.services.steps import Cursor, Step, Turn
from spotify.client import SpotifyClient
from spotify.types import Page, TimeRange, TrackRef


def _open(user: User, now: datetime) -> Cursor:
    return {"offset": 0}


def _fetch(client: SpotifyClient, cursor: Cursor, *, time_range: TimeRange) -> Page[TrackRef]:
    return client.top_tracks(time_range)


def _store(user: User, page: Page[TrackRef], cursor: Cursor, now: datetime, *, time_range: TimeRange) -> Turn:
    store_surprising_letters(user, page.rejected, source="top", now=now)
    track_ids = store_tracks(page.entries, now=now)
    ranked = _ranked(page, track_ids)
    listed = TopTrack.objects.filter(user=user, time_range=time_range.value)
    before = set(listed.values_list("track_id", flat=True))
    listed.delete()
    TopTrack.objects.bulk_create(
        TopTrack(user_id=user.pk, track_id=track_id, time_range=time_range.value, rank=rank, fetched_at=now)
        for rank, track_id in ranked.items()
    )
    after = set(ranked.values())
    count_again(user, before ^ after)
    counts = {"read": len(page.entries), "new": len(after - before), "gone": len(before - after)}
    return Turn(None, counts, total=len(page.entries))


def _ranked(page: Page[TrackRef], track_ids: dict[str, int]) -> dict[int, int]:
    """Row id by rank from 1; an unreadable entry leaves its rank open."""
    rejected = {entry.position for entry in page.rejected}
    size = len(page.entries) + len(page.rejected)
    ranks = (position + 1 for position in range(size) if position not in rejected)
    return {rank: track_ids[ref.uri] for rank, ref in zip(ranks, page.entries, strict=True)}


def _step(time_range: TimeRange) -> Step[Any]:
    return Step(_open, partial(_fetch, time_range=time_range), partial(_store, time_range=time_range))


TOPS = {f"top_{time_range.value}": _step(time_range) for time_range in TimeRange}
"""The three steps by name."""
