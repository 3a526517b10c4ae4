"""Plays of three years in thirty time zones: each is counted once, on the day its listener's clock showed."""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from moods.insights.heard import Heard
from moods.insights.hours import add_up
from moods.insights.listening import Listening
from moods.insights.rhythm import calendar_days, clock, years_with_plays
from moods.insights.timeline import Step, timeline
from moods.services.listener_moods import LibraryMoods

FIRST_YEARS = {
    "Africa/Cairo": 2022,  # Has summer time again from 2023 on.
    "Africa/Casablanca": 2023,  # Winter time is the month of Ramadan.
    "America/Asuncion": 2023,  # Keeps summer time from 2024 on.
    "America/Caracas": 2015,  # Half an hour forward in 2016.
    "America/Havana": 2023,  # The clock changes at midnight.
    "America/Los_Angeles": 2023,
    "America/Mexico_City": 2021,  # No summer time from 2023 on.
    "America/New_York": 2005,  # Summer time became longer in 2007.
    "America/Santiago": 2021,
    "America/Sao_Paulo": 2017,  # Days without a midnight; no summer time from 2019 on.
    "America/St_Johns": 2010,  # The clock changed one minute after midnight until 2011.
    "Antarctica/Troll": 2023,  # Two hours at once.
    "Asia/Almaty": 2023,  # One hour back in 2024.
    "Asia/Gaza": 2023,
    "Asia/Kathmandu": 2023,
    "Asia/Kolkata": 2023,
    "Asia/Pyongyang": 2015,  # Half an hour back in 2015.
    "Asia/Tehran": 2020,  # No summer time from 2023 on.
    "Australia/Adelaide": 2023,
    "Australia/Lord_Howe": 2023,  # Summer time is half an hour.
    "Australia/Sydney": 2023,
    "Europe/Berlin": 2023,
    "Europe/Istanbul": 2015,  # Stays on summer time from 2016 on.
    "Europe/London": 2023,
    "Europe/Moscow": 2011,  # Stays on summer time from 2011 on.
    "Pacific/Apia": 2010,  # 30 December 2011 was left out.
    "Pacific/Auckland": 2023,
    "Pacific/Chatham": 2023,
    "Pacific/Kiritimati": 2023,
    "Pacific/Marquesas": 2023,
}
DAY = timedelta(days=1)
NOTHING = np.empty(0)
NO_MOODS = LibraryMoods(
    track_ids=np.empty(0, dtype=np.int64),
    valence=NOTHING,
    arousal=NOTHING,
    valence_spread=NOTHING,
    arousal_spread=NOTHING,
    probabilities=np.empty((0, 6)),
    masses=np.empty((0, 8), dtype=np.float32),
    states=np.empty(0, dtype=np.int8),
    said={},
)


def days_of(year: int) -> Iterator[datetime]:
    """Each UTC day of the three years from `year` on."""
    day = datetime(year, 1, 1, tzinfo=UTC)
    while day.year < year + 3:
        yield day
        day += DAY


def clock_change(day: datetime, zone: ZoneInfo) -> timedelta | None:
    """By how much the zone's clock is put forward within these 24 hours."""
    return (day + DAY).astimezone(zone).utcoffset() - day.astimezone(zone).utcoffset()


def moments_in(zone: ZoneInfo, year: int) -> list[datetime]:
    """Plays every 5 h 17 min for three years, and around each change of the clock two every ten minutes."""
    first, *_, last = days_of(year)
    step = timedelta(hours=5, minutes=17)
    usual = [first + n * step for n in range((last + DAY - first) // step)]
    changes = [day for day in days_of(year) if clock_change(day, zone)]
    tens = [day + timedelta(minutes=10 * n) for day in changes for n in range(-60, 204)]
    return sorted({*usual, *tens, *(moment - timedelta(seconds=1) for moment in tens)})


def heard_at(moments: list[datetime], zone: ZoneInfo) -> Heard:
    """One song of unknown mood, three minutes at each moment."""
    listening = Listening(
        track_ids=np.array([1]),
        tracks=np.zeros(len(moments), dtype=np.int32),
        at_s=np.array([moment.timestamp() for moment in moments], dtype=np.uint32),
        minutes=np.full(len(moments), 3, dtype=np.float32),
    )
    return Heard(zone, NO_MOODS, listening, add_up(listening, NO_MOODS, zone), np.empty(0, dtype=np.int64))


def counted(heard: Heard, step: Step, end: date) -> dict[date, int]:
    """The plays of each period that has any."""
    found = timeline(heard, start=None, end=end, step=step)
    return {start: plays for start, plays in zip(found.starts, found.plays.tolist(), strict=True) if plays}


@pytest.mark.parametrize(("name", "year"), FIRST_YEARS.items())
def test_every_play_of_three_years_is_counted_once_on_its_local_day(name, year):
    zone = ZoneInfo(name)
    moments = moments_in(zone, year)
    local = [moment.astimezone(zone) for moment in moments]
    days = [moment.date() for moment in local]

    heard, end = heard_at(moments, zone), days[-1] + DAY

    by_day = counted(heard, Step.DAY, end)
    assert by_day == Counter(days)
    assert counted(heard, Step.WEEK, end) == Counter(day - day.weekday() * DAY for day in days)
    assert counted(heard, Step.MONTH, end) == Counter(day.replace(day=1) for day in days)
    slots = Counter((moment.weekday(), moment.hour) for moment in local)
    assert dict(np.ndenumerate(clock(heard).plays)) == {
        (d, h): slots[d, h] for d in range(7) for h in range(24)
    }
    calendar = {
        day: of.plays for one in years_with_plays(heard) for day, of in calendar_days(heard, one).items()
    }
    assert calendar == by_day
    assert sum(by_day.values()) == slots.total() == len(moments)


def test_the_zones_have_short_and_long_days_and_one_that_never_was():
    found = {
        clock_change(day, ZoneInfo(name)) / timedelta(hours=1)
        for name, year in FIRST_YEARS.items()
        for day in days_of(year)
    }

    assert len(FIRST_YEARS) == 30
    assert found == {-2, -1, -0.5, 0, 0.5, 1, 2, 24}
