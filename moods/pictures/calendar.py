"""The calendar: each day of a year with its commonest mood."""

from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from moods.classifier.taxonomy import UNKNOWN
from moods.pictures.levels import level

CELL = 10


@dataclass(frozen=True, slots=True)
class DayMood:
    """What was heard on a day: plays and the commonest mood (or mixed, or unknown)."""

    plays: int
    mood: str


@dataclass(frozen=True, slots=True)
class Day:
    """One square: its place in the month's box, and what was heard; strength 0 is a day without plays."""

    x: str
    y: str
    on: date
    plays: int
    mood: str
    level: int


@dataclass(frozen=True, slots=True)
class Month:
    """A month in a box of 7 by 6 squares; ``leading`` is the mood of most of its plays."""

    first: date
    days: tuple[Day, ...]
    plays: int
    leading: str


@dataclass(frozen=True, slots=True)
class Calendar:
    """Twelve months of one year."""

    year: int
    view_box: str
    months: tuple[Month, ...]
    plays: int
    days_heard: int


def calendar(year: int, *, days: Mapping[date, DayMood]) -> Calendar:
    """Draw a year; days that are missing were days without plays."""
    most = max((heard.plays for on, heard in days.items() if on.year == year), default=0)
    months = tuple(_month(date(year, number, 1), days=days, most=most) for number in range(1, 13))
    return Calendar(
        year=year,
        view_box=f"0 0 {7 * CELL} {6 * CELL}",
        months=months,
        plays=sum(month.plays for month in months),
        days_heard=sum(day.plays > 0 for month in months for day in month.days),
    )


def _month(first: date, *, days: Mapping[date, DayMood], most: int) -> Month:
    """Lay out one month, weeks from Monday."""
    blank, length = monthrange(first.year, first.month)
    squares = tuple(
        _day(first.replace(day=number + 1), place=blank + number, days=days, most=most)
        for number in range(length)
    )
    heard: dict[str, int] = {}
    for square in squares:
        heard[square.mood] = heard.get(square.mood, 0) + square.plays
    plays = sum(heard.values())
    return Month(first, squares, plays, max(heard, key=lambda mood: heard[mood]) if plays else UNKNOWN)


def _day(on: date, *, place: int, days: Mapping[date, DayMood], most: int) -> Day:
    """Place one square."""
    heard = days.get(on, DayMood(0, UNKNOWN))
    return Day(
        x=str(CELL * (place % 7)),
        y=str(CELL * (place // 7)),
        on=on,
        plays=heard.plays,
        mood=heard.mood if heard.plays else UNKNOWN,
        level=level(heard.plays, most),
    )
