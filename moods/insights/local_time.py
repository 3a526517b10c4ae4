"""Moments as a listener's clock showed them, for a million at once, summer time included."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import numpy as np
import numpy.typing as npt

DAY_S = 86_400
EPOCH = date(1970, 1, 1)


def zone_named(name: str) -> ZoneInfo:
    """The time zone, or UTC where the name is empty or unknown."""
    try:
        return ZoneInfo(name or "UTC")
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")


def local_seconds(at_s: npt.NDArray[np.integer], zone: ZoneInfo) -> npt.NDArray[np.int64]:
    """Seconds since 1970 UTC (n,) as seconds since midnight of 1 January 1970 on the zone's clock (n,)."""
    moments = at_s.astype(np.int64)
    if not len(moments):
        return moments
    changes, offsets = _offsets(int(moments.min()), int(moments.max()), zone)
    return moments + offsets[np.searchsorted(changes, moments, side="right")]


def day_number(day: date) -> int:
    """Days since 1 January 1970."""
    return (day - EPOCH).days


def date_of(number: int) -> date:
    """The date so many days after 1 January 1970."""
    return EPOCH + timedelta(days=int(number))


def _offsets(
    first_s: int, last_s: int, zone: ZoneInfo
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """When the zone's clock changed between two moments (k,), and its offsets before and after (k + 1,)."""
    days = range(first_s - DAY_S, last_s + 2 * DAY_S, DAY_S)
    changes: list[int] = []
    offsets = [_offset(days[0], zone)]
    for start in days:
        later = _offset(start + DAY_S, zone)
        if later != offsets[-1]:
            changes.append(_moment_of_change(start, before=offsets[-1], zone=zone))
            offsets.append(later)
    return np.array(changes, dtype=np.int64), np.array(offsets, dtype=np.int64)


def _moment_of_change(start_s: int, *, before: int, zone: ZoneInfo) -> int:
    """The first second of the day from `start_s` that has another offset, by halving."""
    low, high = start_s, start_s + DAY_S
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if _offset(middle, zone) == before else (low, middle)
    return high


def _offset(at_s: int, zone: ZoneInfo) -> int:
    offset = datetime.fromtimestamp(at_s, UTC).astimezone(zone).utcoffset()
    return int(offset.total_seconds()) if offset is not None else 0
