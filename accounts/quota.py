"""The gate before every call to Spotify: one budget and one set of blocks for all processes.

Spotify counts per developer account: a rate over thirty seconds, and a daily quota per family of
endpoints whose size is not published. So the budget and the blocks live in the database, where every
process and every restart sees them; with Redis the budget is counted there. Nothing sleeps: who may
not call is told until when, and puts its work back.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum

from django.conf import settings
from django.db.models import F, Q

from accounts.counting import take_call
from accounts.floor import take_floor_call
from accounts.models import QuotaFamily
from accounts.redis_counting import CounterGone, take_redis_call
from spotify.errors import QuotaExceeded, RateLimited, fallback_wait

WINDOW = timedelta(seconds=30)
CALM = timedelta(minutes=10)
"""After this long without a refusal the next one counts as the first, and the budget is whole again."""

QUOTA_FALLBACK = timedelta(hours=6)
"""Spotify's daily quota came back after 13 to 24 hours where it said; asking four times a day finds out."""

SHORTEST_BLOCK = timedelta(seconds=1)
_SERVICE = "spotify"


class Priority(Enum):
    """Who goes first when the budget runs low: the share of it that each class may fill up."""

    INTERACTIVE = 1.0
    POLL = 0.95
    WRITE = 0.7
    ENRICHMENT = 0.2


_PRIORITY_OF_FAMILY = {
    "recently_played": Priority.POLL,
    "me": Priority.POLL,
    "token": Priority.POLL,
    "track": Priority.ENRICHMENT,
    "artist": Priority.ENRICHMENT,
    "search": Priority.ENRICHMENT,
}
"""What a family is worth where the caller did not say; all the others are WRITE."""


@dataclass(frozen=True, slots=True)
class QuotaWait:
    """A family of endpoints that rests: until when, and whether the daily quota is the reason."""

    family: str
    until: datetime
    is_quota: bool


class QuotaGate:
    """The Gate of one client: counts its calls in the budget, hears and keeps Spotify's refusals.

    `priority` None means by family. `now` starts the gate's clock, which then runs by itself.
    """

    def __init__(self, *, now: datetime, priority: Priority | None = None) -> None:
        self._priority = priority
        self._clock = _clock_from(now)

    def admit(self, family: str) -> None:
        """Count one call of `family`; raises QuotaExceeded or RateLimited while it may not be sent."""
        now = self._clock()
        _refuse_blocked(family, now=now)
        priority = self._priority or _PRIORITY_OF_FAMILY.get(family, Priority.WRITE)
        wait = _take(priority, now=now)
        if wait:
            raise RateLimited(wait, family)

    def report_block(self, family: str, *, wait: timedelta | None, quota: bool) -> None:
        """Keep the 429 on `family` for everybody; where Spotify named no wait, a growing one."""
        block_family(family, wait=wait, quota=quota, now=self._clock())


def block_family(family: str, *, wait: timedelta | None, quota: bool, now: datetime) -> datetime:
    """Let nobody call `family` for `wait`, or for a fallback that doubles. When it may be called again.

    Two processes that report at once leave the longer block.
    """
    row, _ = QuotaFamily.objects.get_or_create(family=family, defaults={"updated_at": now})
    kept = QuotaFamily.objects.filter(pk=family)
    if kept.filter(updated_at__lt=now - CALM, blocked_until__lt=now - CALM).update(consecutive=0):
        row.consecutive = 0
    until = now + max(SHORTEST_BLOCK, _wait(wait, quota=quota, consecutive=row.consecutive))
    kept.update(consecutive=F("consecutive") + 1, updated_at=now)
    shorter = Q(blocked_until=None) | Q(blocked_until__lt=until)
    kept.filter(shorter).update(blocked_until=until, is_quota=quota)
    return until


def quota_waits(now: datetime) -> list[QuotaWait]:
    """The families that rest at `now`, the one that rests longest last."""
    resting = QuotaFamily.objects.blocked_at(now).order_by("blocked_until", "family")
    return [QuotaWait(row.family, row.blocked_until, row.is_quota) for row in resting if row.blocked_until]


def lift_block(family: str) -> bool:
    """Let `family` be called again, as the person who runs the site decides. False: it was free."""
    blocked = QuotaFamily.objects.filter(pk=family).exclude(blocked_until=None)
    return bool(blocked.update(blocked_until=None, consecutive=0))


def _wait(stated: timedelta | None, *, quota: bool, consecutive: int) -> timedelta:
    if stated is not None:
        return stated
    return QUOTA_FALLBACK if quota else fallback_wait(consecutive)


def _refuse_blocked(family: str, *, now: datetime) -> None:
    row = QuotaFamily.objects.blocked_at(now).filter(pk=family).order_by("pk").first()
    if row is None or row.blocked_until is None:
        return
    refusal = QuotaExceeded if row.is_quota else RateLimited
    raise refusal(row.blocked_until - now, family)


def _take(priority: Priority, *, now: datetime) -> timedelta:
    """Zero when the call was counted, otherwise the wait until there is room for this class."""
    limit = max(1, int(_budget(now) * priority.value))
    if not settings.REDIS_URL:
        return take_call(_SERVICE, limit=limit, window=WINDOW, now=now).wait
    try:
        return take_redis_call(_SERVICE, limit=limit, window=WINDOW).wait
    except CounterGone:
        return take_floor_call(_SERVICE, allowed=priority in {Priority.INTERACTIVE, Priority.POLL})


def _budget(now: datetime) -> int:
    """Calls in thirty seconds; half of the ceiling for ten minutes after a rate limit."""
    ceiling: int = settings.SPOTIFY_CALLS_PER_30_SECONDS
    return ceiling // 2 if QuotaFamily.objects.rate_limited_since(now - CALM).exists() else ceiling


def _clock_from(now: datetime) -> Callable[[], datetime]:
    started = time.monotonic()
    return lambda: now + timedelta(seconds=time.monotonic() - started)
