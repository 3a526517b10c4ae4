"""Mood over time: equal periods from one day to another."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

import numpy as np
import numpy.typing as npt

from moods.insights.heard import Heard
from moods.insights.local_time import EPOCH, day_number
from moods.insights.periods import share_of


class Step(StrEnum):
    """How long each period is. Weeks begin on Monday."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"


@dataclass(frozen=True, slots=True, eq=False)
class MoodTimeline:
    """n periods without holes. shares, doubts: (n, 8) by STATES, see `PeriodMood`. plays, minutes: (n,)."""

    starts: tuple[date, ...]
    shares: npt.NDArray[np.float64]
    doubts: npt.NDArray[np.float64]
    plays: npt.NDArray[np.int64]
    minutes: npt.NDArray[np.float64]


def timeline(heard: Heard, *, start: date | None, end: date, step: Step = Step.WEEK) -> MoodTimeline:
    """Mood from the period of `start` (None: of the first play) until before `end`."""
    hours = heard.hours
    first_day = int(hours.days[0]) if len(hours.days) else day_number(end) - 1
    since = first_day if start is None else day_number(start)
    starts = _starts(since, day_number(end), step)
    places = np.searchsorted(starts, hours.days, side="right") - 1
    here = (places >= 0) & (hours.days < day_number(end))
    shape = len(starts)
    minutes, doubt = np.zeros((shape, 8)), np.zeros((shape, 8))
    plays = np.zeros(shape, dtype=np.int64)
    np.add.at(minutes, places[here], hours.minutes[here])
    np.add.at(doubt, places[here], hours.doubt[here])
    np.add.at(plays, places[here], hours.plays[here])
    shares, doubts = share_of(minutes, doubt)
    dates = tuple(date.fromordinal(EPOCH.toordinal() + int(number)) for number in starts)
    return MoodTimeline(dates, shares, doubts, plays, minutes.sum(axis=1))


def period_from(start: date, step: Step) -> tuple[date, date]:
    """The period that holds the day `start`: its first day and the first day after it."""
    number = day_number(start)
    first = int(_period_starts(np.array([number]), step)[0])
    after = {Step.DAY: 1, Step.WEEK: 7, Step.MONTH: 31}[step]
    following = int(_period_starts(np.array([first + after]), step)[0])
    return _date(first), _date(following)


def _starts(first: int, end: int, step: Step) -> npt.NDArray[np.int64]:
    if first >= end:
        return np.empty(0, dtype=np.int64)
    return np.unique(_period_starts(np.arange(first, end), step))


def _period_starts(days: npt.NDArray[np.int64], step: Step) -> npt.NDArray[np.int64]:
    """The first day of the period of each day, all since 1970, which began on a Thursday."""
    if step is Step.DAY:
        return days
    if step is Step.WEEK:
        return days - (days + 3) % 7
    months = days.astype("datetime64[D]").astype("datetime64[M]")
    return np.asarray(months.astype("datetime64[D]").astype(np.int64))


def _date(number: int) -> date:
    return date.fromordinal(EPOCH.toordinal() + number)
