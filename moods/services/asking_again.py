"""When to ask a source again, by how the last question ended."""

from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import QuerySet

from library.models import Track
from moods.models import LookUp, SourceHealth
from moods.sources.types import Blocked, Failed

MISSED = timedelta(days=30)
"""A song that a source does not know is asked for again after a month, ..."""

MISSED_AND_NEW = timedelta(days=7)
"""... or a week while it is younger than a year, since sources learn new songs late."""

FIRST_RETRY = timedelta(minutes=5)
LONGEST_RETRY = timedelta(days=1)


def after_miss(track: Track, *, now: datetime) -> datetime:
    """When to ask again for a track that the source does not know."""
    return now + (MISSED_AND_NEW if is_new(track, now.date()) else MISSED)


def after_failure(failure: Failed, *, attempts: int, now: datetime) -> datetime:
    """When to ask again after the `attempts`-th failure in a row: soon, then later and later."""
    if isinstance(failure, Blocked):
        return now + failure.wait
    backoff = min(LONGEST_RETRY, FIRST_RETRY * (1 << min(attempts - 1, 10)))
    return now + max(backoff, failure.after or backoff)


def status_of(failure: Failed) -> LookUp:
    """How the row of a question that failed is marked."""
    return LookUp.BLOCKED if isinstance(failure, Blocked) else LookUp.RETRY


def is_new(track: Track, today: date) -> bool:
    """Whether the track came out less than a year ago, as far as its album says."""
    released = track.album.release_date if track.album else ""
    if not released:
        return False
    a_year_ago = today.replace(year=today.year - 1, day=min(today.day, 28)).isoformat()
    return released >= a_year_ago[: len(released)]


def ask_again(rows: "QuerySet[Any]", *, now: datetime) -> int:
    """Have these answers' questions asked at the next look. The number of them."""
    sources = set(rows.values_list("source", flat=True))
    asked = rows.update(next_try_at=now)
    SourceHealth.objects.filter(pk__in=sources).update(complete_at=None)
    return asked
