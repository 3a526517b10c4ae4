"""When which mood is heard: by hour and weekday, and day by day through a year."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt

from moods.insights.heard import Heard
from moods.insights.local_time import date_of, day_number
from moods.insights.periods import share_of
from moods.pictures.calendar import DayMood
from moods.pictures.states import STATES


@dataclass(frozen=True, slots=True, eq=False)
class MoodClock:
    """The week by hours, Monday first, on the listener's clock.

    plays: (7, 24). shares, doubts: (7, 24, 8) of the time listened, by STATES.
    """

    plays: npt.NDArray[np.int64]
    shares: npt.NDArray[np.float64]
    doubts: npt.NDArray[np.float64]

    @property
    def moods(self) -> list[list[str]]:
        """The state heard most in each hour, (7, 24); "unknown" without plays."""
        return [[STATES[_leading(hour)] for hour in day] for day in self.shares]


def clock(heard: Heard, *, start: date | None = None, end: date | None = None) -> MoodClock:
    """When the listener hears what, from `start` until before `end`; None: as far as plays go."""
    hours = heard.hours
    low = 0 if start is None else int(np.searchsorted(hours.days, day_number(start)))
    high = len(hours.days) if end is None else int(np.searchsorted(hours.days, day_number(end)))
    here = slice(low, high)
    # 1 January 1970 was a Thursday, the fourth day from Monday.
    slots = (hours.days[here] + 3) % 7 * 24 + hours.hours[here] % 24
    plays = np.bincount(slots, weights=hours.plays[here], minlength=168).astype(np.int64)
    minutes, doubt = np.zeros((168, 8)), np.zeros((168, 8))
    np.add.at(minutes, slots, hours.minutes[here])
    np.add.at(doubt, slots, hours.doubt[here])
    shares, doubts = share_of(minutes, doubt)
    return MoodClock(plays.reshape(7, 24), shares.reshape(7, 24, 8), doubts.reshape(7, 24, 8))


def when_heard(heard: Heard, mood: str) -> MoodClock:
    """The clock of one mood: plays (7, 24) are those that are likely of it, rounded."""
    whole = clock(heard)
    likely = np.rint(whole.plays * whole.shares[:, :, STATES.index(mood)]).astype(np.int64)
    return MoodClock(likely, whole.shares, whole.doubts)


def calendar_days(heard: Heard, year: int) -> Mapping[date, DayMood]:
    """Each day of the year with a play: how many, and the state heard most."""
    hours = heard.hours
    here = slice(
        *np.searchsorted(hours.days, [day_number(date(year, 1, 1)), day_number(date(year + 1, 1, 1))])
    )
    days, places = np.unique(hours.days[here], return_inverse=True)
    minutes = np.zeros((len(days), 8))
    np.add.at(minutes, places, hours.minutes[here])
    plays = np.bincount(places, weights=hours.plays[here], minlength=len(days))
    return {
        date_of(day): DayMood(int(count), STATES[_leading(heard)])
        for day, count, heard in zip(days, plays, minutes, strict=True)
    }


def years_with_plays(heard: Heard) -> list[int]:
    """The years that have a play, latest first."""
    hours = heard.hours
    if not len(hours.days):
        return []
    years = np.unique(hours.days.astype("datetime64[D]").astype("datetime64[Y]").astype(int) + 1970)
    return [int(year) for year in years[::-1]]


def _leading(shares: npt.NDArray[np.float64]) -> int:
    return int(shares.argmax()) if shares.any() else STATES.index("unknown")
