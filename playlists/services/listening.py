"""What a listener's plays say of each track: how often, how lately, how far, at which times of day."""

from zoneinfo import ZoneInfo

import numpy as np

from library.imports.limits import LISTEN_MS
from moods.insights.local_time import local_seconds
from playlists.recipes import DAYPARTS
from playlists.selection import count_listens
from playlists.selection.arrays import Bools, Floats, Ints
from playlists.services.columns import Columns, Plays

_HOUR_S, _DAY_S = 3_600, 86_400
_FIRST_HOURS = np.array([5, 11, 17, 22])
_EPOCH_WEEKDAY = 3
"""The first of January 1970 was a Thursday."""


def listening_columns(plays: Plays, *, duration_ms: Ints) -> Columns:
    """Counters, listens, skipped shares and the last listen of n tracks whose durations are given."""
    is_listen = (plays.ms_played < 0) | (plays.ms_played >= LISTEN_MS)
    listened_at = plays.played_at[is_listen].astype(np.float64)
    counted = count_listens(plays.rows[is_listen], listened_at, n=len(duration_ms))
    return {
        "counters": counted.counters,
        "listens": counted.listens,
        "last_listen_at": counted.last_listen_at,
        "unplayed": _unplayed(plays, duration_ms=duration_ms),
    }


def daypart_counts(plays: Plays, *, n: int, time_zone: ZoneInfo) -> Ints:
    """Listens of n tracks in each of DAYPARTS by the listener's own clock. Shape (n, 8)."""
    is_listen = (plays.ms_played < 0) | (plays.ms_played >= LISTEN_MS)
    part = _dayparts(plays.played_at[is_listen], time_zone=time_zone)
    cell = plays.rows[is_listen] * len(DAYPARTS) + part
    return np.bincount(cell, minlength=n * len(DAYPARTS)).reshape(n, len(DAYPARTS)).astype(np.int64)


def _unplayed(plays: Plays, *, duration_ms: Ints) -> Floats:
    """Summed shares not played; a play of unknown length counts as the listener's usual one."""
    durations = duration_ms[plays.rows]
    known: Bools = (plays.ms_played >= 0) & (durations > 0)
    share = np.zeros(len(plays.rows))
    share[known] = 1 - np.minimum(plays.ms_played[known] / durations[known], 1.0)
    share[~known] = share[known].mean() if known.any() else 0.0
    return np.bincount(plays.rows, weights=share, minlength=len(duration_ms)).astype(np.float64)


def _dayparts(moments: Ints, *, time_zone: ZoneInfo) -> Ints:
    """Which of DAYPARTS each moment (epoch seconds) falls in; a night belongs to the evening before it."""
    local = local_seconds(moments, time_zone) - _FIRST_HOURS[0] * _HOUR_S
    day, second = np.divmod(local, _DAY_S)
    hour = second // _HOUR_S + _FIRST_HOURS[0]
    is_weekend = (day + _EPOCH_WEEKDAY) % 7 >= 5
    part: Ints = is_weekend * len(_FIRST_HOURS) + np.searchsorted(_FIRST_HOURS, hour, side="right") - 1
    return part
