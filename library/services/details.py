"""Ask Spotify, one by one and seldom, about tracks that only a download told of."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.models import User
from accounts.services import Priority, call_spotify
from jobs.kinds import Run
from library.models import LibraryTrack, PollSchedule, Track
from library.services.catalogue import store_tracks
from library.services.holding import hold_connected_library
from spotify.client import SpotifyClient
from spotify.errors import NotFound, RejectedRequest, SpotifyError

LOOKED_UP_AT_ONCE = 25
"""Four times a day; a few hundred single look-ups a day have cost others a day's lock-out."""


def look_up_details(user: User, *, run: Run, now: datetime) -> dict[str, Any]:
    """Fetch details of the most played tracks without any; counts.

    Stops at the first sign that Spotify has enough: the next time goes on after the last track.
    """
    PollSchedule.objects.filter(user=user).update(details_at=now)
    counts = {"found": 0, "gone": 0}
    for track in _most_played_without(user):
        if run.out_of_time():
            break
        try:
            found = _look_up(user, track, run=run, now=now)
        except SpotifyError as error:
            return {**counts, "stopped": type(error).__name__}
        counts["found" if found else "gone"] += 1
    return counts


def _most_played_without(user: User) -> list[Track]:
    rows = LibraryTrack.objects.for_user(user).without_details().order_by("-listens", "track")
    return [row.track for row in rows.select_related("track")[:LOOKED_UP_AT_ONCE]]


def _look_up(user: User, track: Track, *, run: Run, now: datetime) -> bool:
    def ask(client: SpotifyClient) -> bool:
        return look_up_track(user, track, client=client, run=run, now=now)

    return call_spotify(user, ask, now=now, priority=Priority.ENRICHMENT)


def look_up_track(user: User, track: Track, *, client: SpotifyClient, run: Run, now: datetime) -> bool:
    """Store what Spotify says of one track. False when it is gone; that is remembered.

    Spotify may answer with another id of the same recording; the details go to the one asked for.
    """
    if not track.spotify_id:
        return False
    try:
        ref = client.track(track.spotify_id)
    except (NotFound, RejectedRequest):
        ref = None
    with transaction.atomic():
        hold_connected_library(user)
        if ref is not None:
            store_tracks([replace(ref, spotify_id=track.spotify_id, uri=track.spotify_uri)], now=now)
        else:
            Track.objects.filter(pk=track.pk).update(detailed_at=now, is_playable=False)
        run.checkpoint()
    return ref is not None
