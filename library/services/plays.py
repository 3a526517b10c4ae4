"""Read the recently played list: the plays, the gap if there is one, and when to look again."""

import random
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction

from accounts.models import Connection, User
from accounts.services import TryLater
from library.models import PollSchedule
from library.problems import problem_of
from library.services.holding import hold_connected_library
from library.services.pacing import calmed_gap_s, fastest_gap_s, longest_wait, next_wait, retry_wait
from library.services.recording import Recorded, record_window
from library.services.steps import Cursor, Step, Turn
from library.services.waiting import allowed_again_at
from spotify.client import SpotifyClient
from spotify.errors import RateLimited, SpotifyError
from spotify.types import RecentlyPlayed


def poll_plays(user: User, *, client: SpotifyClient, now: datetime) -> Recorded:
    """Read the last fifty plays, store what is new and set the time of the next look, all at once.

    The whole window every time: with a cursor neither late plays nor gaps would be seen. Raises
    what the client raises, and then stores nothing.
    """
    window = client.recently_played()
    with transaction.atomic():
        hold_connected_library(user)
        return _store_window(user, window, now=now)


def put_off_poll(user: User, error: SpotifyError, *, now: datetime) -> None:
    """Note that a poll failed and when to try again: soon, or when Spotify says."""
    schedule = PollSchedule.objects.filter(user=user).order_by("pk").first()
    if schedule is None:
        return
    failures = schedule.failures + 1
    PollSchedule.objects.filter(pk=schedule.pk).update(
        next_poll_at=_next_try_at(error, failures=failures, now=now),
        last_polled_at=now,
        failures=min(failures, 1000),
        problem=problem_of(error),
    )


def _next_try_at(error: SpotifyError, *, failures: int, now: datetime) -> datetime:
    if isinstance(error, RateLimited):
        return allowed_again_at(error, now=now)
    if isinstance(error, TryLater):
        return error.until
    return now + retry_wait(failures, jitter=_jitter())


def _store_window(user: User, window: RecentlyPlayed, *, now: datetime) -> Recorded:
    schedule, _ = PollSchedule.objects.get_or_create(user=user, defaults={"next_poll_at": now})
    recorded = record_window(user, window, now=now, last_ok_at=schedule.last_ok_at)
    _look_again(schedule, window, now=now)
    return recorded


def _look_again(schedule: PollSchedule, window: RecentlyPlayed, *, now: datetime) -> None:
    moments = [play.played_at for play in window.plays]
    schedule.fastest_gap_s = _gap_s(schedule, moments, now=now)
    known = [moment for moment in (schedule.newest_played_at, *moments) if moment]
    schedule.newest_played_at = max(known, default=None)
    wait = next_wait(
        gap_s=schedule.fastest_gap_s,
        last_play_age=now - schedule.newest_played_at if schedule.newest_played_at else None,
        idle_for=now - _last_sign(schedule),
        longest=longest_wait(
            listeners=Connection.objects.usable().count(),
            calls_per_30_s=settings.SPOTIFY_CALLS_PER_30_SECONDS,
        ),
        jitter=_jitter(),
    )
    schedule.next_poll_at = now + wait
    schedule.last_polled_at = schedule.last_ok_at = now
    schedule.failures, schedule.problem = 0, ""
    schedule.save(
        update_fields=[
            "next_poll_at",
            "last_polled_at",
            "last_ok_at",
            "newest_played_at",
            "fastest_gap_s",
            "failures",
            "problem",
        ]
    )


def _gap_s(schedule: PollSchedule, moments: list[datetime], *, now: datetime) -> float:
    elapsed = now - (schedule.last_ok_at or now)
    calmed = calmed_gap_s(schedule.fastest_gap_s, elapsed)
    seen = fastest_gap_s(moments)
    return calmed if seen is None else min(calmed, seen)


def _last_sign(schedule: PollSchedule) -> datetime:
    """The listener's last play or visit that we know of."""
    listener = schedule.user
    signs = (schedule.newest_played_at, listener.last_seen_at, listener.date_joined)
    return max(sign for sign in signs if sign)


def _jitter() -> float:
    return random.random()  # noqa: S311  # spreads calls, guards nothing


def _open(user: User, now: datetime) -> Cursor:
    return {"window": True}


def _fetch(client: SpotifyClient, cursor: Cursor) -> RecentlyPlayed:
    return client.recently_played()


def _store(user: User, window: RecentlyPlayed, cursor: Cursor, now: datetime) -> Turn:
    recorded = _store_window(user, window, now=now)
    counts = {
        "read": len(window.plays) + len(window.rejected),
        "new": recorded.added,
        "unreadable": recorded.unreadable,
    }
    return Turn(None, counts)


PLAYS: Step[Any] = Step(_open, _fetch, _store)
