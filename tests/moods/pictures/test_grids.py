"""The clock, the calendar and their shades."""

from datetime import date

import pytest

from moods.pictures.calendar import Day, DayMood, calendar
from moods.pictures.clock import A_MONDAY, Hour, HourLabel, clock
from moods.pictures.levels import level


def week(**plays: int) -> list[list[int]]:
    """Build 7 by 24 zeros with plays at places named like d2h14."""
    grid = [[0] * 24 for _ in range(7)]
    for place, count in plays.items():
        day, hour = place[1:].split("h")
        grid[int(day)][int(hour)] = count
    return grid


@pytest.mark.parametrize(
    ("count", "most", "shade"),
    [(0, 9, 0), (5, 0, 0), (1, 100, 1), (25, 100, 2), (26, 100, 3), (57, 100, 4), (9, 9, 4)],
)
def test_level_grows_with_the_root_when_counts_grow(count, most, shade):
    assert level(count, most) == shade


def test_clock_shows_the_busiest_hour_when_there_were_plays():
    picture = clock(week(d2h14=3, d6h0=1), moods=[["calm"] * 24] * 7)

    assert (picture.plays, picture.busiest, picture.days[6].hours[0]) == (
        4,
        (date(2024, 1, 3), Hour("62.5%", "53", "3.38%", 14, 3, "calm", 4)),
        Hour("10%", "157", "3.38%", 0, 1, "calm", 3),
    )


def test_clock_has_no_busiest_hour_when_nothing_was_played():
    picture = clock(week(), moods=[["happy"] * 24] * 7)

    assert (picture.busiest, picture.plays, {hour.mood for day in picture.days for hour in day.hours}) == (
        None,
        0,
        {"unknown"},
    )


def test_clock_names_weekdays_and_hours_when_drawn():
    picture = clock(week(), moods=[["happy"] * 24] * 7)

    assert ([day.on.weekday() for day in picture.days], picture.labels, A_MONDAY.weekday()) == (
        [0, 1, 2, 3, 4, 5, 6],
        (HourLabel("10%", 0), HourLabel("32.5%", 6), HourLabel("55%", 12), HourLabel("77.5%", 18)),
        0,
    )


def test_calendar_places_days_by_weekday_when_a_month_begins_on_sunday():
    heard = {date(2026, 2, 1): DayMood(8, "sad"), date(2026, 2, 2): DayMood(2, "calm")}

    february = calendar(2026, days=heard).months[1]

    assert (february.days[:2], february.plays, february.leading, len(february.days)) == (
        (
            Day("60", "0", date(2026, 2, 1), 8, "sad", 4),
            Day("0", "10", date(2026, 2, 2), 2, "calm", 2),
        ),
        10,
        "sad",
        28,
    )


def test_calendar_is_blank_when_no_day_was_heard():
    picture = calendar(2026, days={date(2025, 12, 31): DayMood(5, "happy")})

    assert (picture.plays, picture.days_heard, {month.leading for month in picture.months}) == (
        0,
        0,
        {"unknown"},
    )


def test_calendar_has_every_day_when_the_year_is_a_leap_year():
    picture = calendar(2028, days={})

    assert sum(len(month.days) for month in picture.months) == 366
