"""When a playlist refreshes next, by its listener's own clock: plain, no Django."""

import hashlib
from datetime import UTC, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

SPREAD: Final = timedelta(minutes=30)
"""Refreshes asked for at one hour are spread over so long after it, so that they do not all call at once."""


def next_refresh_at(
    now: datetime, *, hour: int, weekday: int | None, time_zone: ZoneInfo, seed: str
) -> datetime:
    """The next moment after `now`, in UTC, at which the clock in `time_zone` shows `hour`, and a bit.

    Every day, or on one `weekday` (0 is Monday). An hour that a clock change leaves out comes when the
    clock shows the one after it; one that comes twice counts the first time. The bit is the same for
    the same `seed`.
    """
    today = now.astimezone(time_zone).date()
    for days in range(9):
        day = today + timedelta(days=days)
        if weekday is not None and day.weekday() != weekday:
            continue
        moment = datetime.combine(day, time(hour), time_zone).astimezone(UTC) + _jitter(seed)
        if moment > now:
            return moment
    raise AssertionError("a week has every weekday")


def _jitter(seed: str) -> timedelta:
    digest = hashlib.blake2b(seed.encode(), digest_size=4).digest()
    return SPREAD * (int.from_bytes(digest, "big") / 2**32)
