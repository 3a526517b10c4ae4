"""Everything that a listener's insights are made of, read once per page and never out of date."""

from dataclasses import dataclass
from functools import lru_cache
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt

from accounts.models import User
from moods.insights.hours import Hours, add_up
from moods.insights.listening import Listening, forget_plays, listening_at
from moods.insights.local_time import zone_named
from moods.services.library_stamp import library_stamp
from moods.services.listener_moods import LibraryMoods, MoodKey, library_moods_at, mood_key


@dataclass(frozen=True, slots=True, eq=False)
class Heard:
    """A listener's moods, plays, and both added up by the hour of the listener's own clock.

    plays: (n,) how often each track of `moods` was played.
    """

    zone: ZoneInfo
    moods: LibraryMoods
    listening: Listening
    hours: Hours
    plays: npt.NDArray[np.int64]


def heard_by(user: User) -> Heard:
    """What the listener heard; one query where nothing changed since this process last looked."""
    return heard_at(user, mood_key(user))


def heard_at(user: User, key: MoodKey) -> Heard:
    """The same, where the caller has the listener's key already."""
    zone = zone_named(user.time_zone)
    return _cached(user, key, zone) if key.is_certain else _read(user, key, zone)


def forget_cached() -> None:
    """Empty this process's caches."""
    _cached.cache_clear()
    forget_plays()


@lru_cache(maxsize=8)
def _cached(user: User, key: MoodKey, zone: ZoneInfo) -> Heard:
    return _read(user, key, zone)


def _read(user: User, key: MoodKey, zone: ZoneInfo) -> Heard:
    stamp = library_stamp(user)
    moods, listening = library_moods_at(user, key, stamp), listening_at(user.pk, stamp)
    return Heard(
        zone=zone,
        moods=moods,
        listening=listening,
        hours=add_up(listening, moods, zone),
        plays=_plays_by_row(moods, listening),
    )


def _plays_by_row(moods: LibraryMoods, listening: Listening) -> npt.NDArray[np.int64]:
    plays = np.zeros(len(moods), dtype=np.int64)
    rows = moods.rows_of(listening.track_ids)
    here = rows >= 0
    plays[rows[here]] = listening.plays_by_track[here]
    return plays
