"""Whose recently played list is read next, under a budget that may not suffice for all."""

from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.conf import settings
from django.db.models import Exists, OuterRef, QuerySet

from accounts.models import Connection, User
from accounts.services import Priority, call_spotify
from library.models import LibraryTrack, PollSchedule, SyncRun
from library.services.pacing import SHARE_FOR_POLLS, SPACING, expected_fill
from library.services.plays import poll_plays, put_off_poll
from spotify.errors import SpotifyError

CLAIMED_FOR = timedelta(minutes=5)
"""A claimed poll that nobody carries out comes up again after this."""

LOOK_FOR_CHANGES_EVERY = timedelta(days=1)
LOOK_UP_EVERY = timedelta(hours=6)
READ_ALL_EVERY = timedelta(days=21)
"""Un-likes that the cheap look misses come out, and no cached detail gets older than thirty days."""

_CONSIDERED = 5000


def poll_listener(user: User, *, now: datetime) -> dict[str, Any]:
    """Read one listener's list, or note why it could not be read; what came of it.

    The schedule in the database is what brings the next try, so a failure is not raised.
    """
    try:
        recorded = call_spotify(
            user, lambda client: poll_plays(user, client=client, now=now), now=now, priority=Priority.POLL
        )
    except SpotifyError as error:
        put_off_poll(user, error, now=now)
        return {"problem": type(error).__name__}
    return {
        "added": recorded.added,
        "known": recorded.known,
        "unreadable": recorded.unreadable,
        "gaps": int(recorded.gap is not None),
    }


def claim_due_polls(now: datetime) -> list[User]:
    """Take the listeners whose list should be read now, the fullest windows first.

    No more than the budget for polls allows until the next tick. Two callers at once get different
    listeners; nobody is given out twice within two minutes.
    """
    claimed = [
        schedule
        for schedule in _fullest_first(now)[: _polls_per_tick()]
        if PollSchedule.objects.unchanged(schedule).update(next_poll_at=now + CLAIMED_FOR)
    ]
    return [schedule.user for schedule in claimed]


def add_missing_schedules(now: datetime) -> int:
    """Give a schedule to every listener who can be polled and has none. The number of them."""
    missing = Connection.objects.usable().filter(user__poll_schedule=None).values_list("user_id", flat=True)
    schedules = [PollSchedule(user_id=user_id, next_poll_at=now) for user_id in missing[:_CONSIDERED]]
    PollSchedule.objects.bulk_create(schedules, ignore_conflicts=True)
    return len(schedules)


def due_for_changes(now: datetime) -> list[User]:
    """Listeners whose library was last looked at a day ago; one that failed is tried again as late."""
    day_ago = now - LOOK_FOR_CHANGES_EVERY
    tried = SyncRun.objects.started_since(day_ago).filter(user=OuterRef("user"))
    return _listeners(PollSchedule.objects.with_old_library(day_ago).exclude(Exists(tried)))


def due_for_details(now: datetime) -> list[User]:
    """Listeners with tracks that only a download told of, a few hours after the last look-ups."""
    rested = PollSchedule.objects.without_details_since(now - LOOK_UP_EVERY)
    bare = LibraryTrack.objects.without_details().filter(user=OuterRef("user"))
    return _listeners(rested.filter(Exists(bare)))


def kind_of_look(user: User, *, now: datetime) -> SyncRun.Kind:
    """Everything when that was last read three weeks ago or was not read to its end."""
    full = SyncRun.objects.for_user(user).of_kind(SyncRun.Kind.FULL)
    lately = full.done().started_since(now - READ_ALL_EVERY)
    if full.unfinished().exists() or not lately.exists():
        return SyncRun.Kind.FULL
    return SyncRun.Kind.CHANGES


def _fullest_first(now: datetime) -> list[PollSchedule]:
    rested = PollSchedule.objects.due_at(now).rested_since(now - SPACING)
    due = rested.select_related("user").order_by("next_poll_at")[:_CONSIDERED]
    return sorted(due, key=partial(_fill, now=now), reverse=True)


def _fill(schedule: PollSchedule, *, now: datetime) -> float:
    since_last = now - schedule.last_ok_at if schedule.last_ok_at else None
    return expected_fill(since_last=since_last, gap_s=schedule.fastest_gap_s)


def _polls_per_tick() -> int:
    budget = SHARE_FOR_POLLS * settings.SPOTIFY_CALLS_PER_30_SECONDS / 30
    return max(1, int(budget * settings.DISPATCH_EVERY.total_seconds()))


def _listeners(schedules: QuerySet[PollSchedule]) -> list[User]:
    return [
        schedule.user for schedule in schedules.select_related("user").order_by("library_synced_at")[:100]
    ]
