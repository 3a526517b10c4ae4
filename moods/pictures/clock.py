"""The clock: which mood was heard at which hour of which weekday, and how much."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from moods.classifier.taxonomy import UNKNOWN
from moods.pictures.levels import level
from moods.pictures.strokes import percent_of

A_MONDAY = date(2024, 1, 1)
"""Any Monday: templates write weekday names from dates, in the listener's language."""
HOURS = 24
LABEL_HOURS = (0, 6, 12, 18)
ROW_PX = 26
# A tenth of the width is left for the names of the weekdays.
LEFT, SPAN = 10, 90


@dataclass(frozen=True, slots=True)
class Hour:
    """One cell: its place, plays, commonest mood and strength 0..4; ``label`` is the whole hour, 0..23."""

    x: str
    y: str
    width: str
    hour: int
    plays: int
    mood: str
    level: int


@dataclass(frozen=True, slots=True)
class Weekday:
    """One row: a date that falls on the weekday (for its name), the height of its text, and 24 hours."""

    on: date
    text_y: str
    plays: int
    hours: tuple[Hour, ...]


@dataclass(frozen=True, slots=True)
class HourLabel:
    """An hour named under the picture."""

    x: str
    hour: int


@dataclass(frozen=True, slots=True)
class Clock:
    """Seven rows from Monday, labels, the busiest hour (None without plays) and the sum."""

    height: str
    label_y: str
    days: tuple[Weekday, ...]
    labels: tuple[HourLabel, ...]
    busiest: tuple[date, Hour] | None
    plays: int


def clock(plays: Sequence[Sequence[int]], *, moods: Sequence[Sequence[str]]) -> Clock:
    """Draw the week by hours.

    plays, moods: (7, 24), Monday first, local time; a mood is the commonest of the hour, or mixed or unknown.
    """
    most = max(max(row) for row in plays)
    days = tuple(_weekday(number, plays=plays[number], moods=moods[number], most=most) for number in range(7))
    cells = [(day.on, hour) for day in days for hour in day.hours]
    return Clock(
        height=str(7 * ROW_PX + 24),
        label_y=str(7 * ROW_PX + 18),
        days=days,
        labels=tuple(HourLabel(percent_of(LEFT + SPAN * hour / HOURS, 100), hour) for hour in LABEL_HOURS),
        busiest=max(cells, key=lambda cell: cell[1].plays) if most else None,
        plays=sum(day.plays for day in days),
    )


def _weekday(number: int, *, plays: Sequence[int], moods: Sequence[str], most: int) -> Weekday:
    """Lay out one row."""
    hours = tuple(
        Hour(
            x=percent_of(LEFT + SPAN * hour / HOURS, 100),
            y=str(number * ROW_PX + 1),
            width=percent_of(SPAN / HOURS * 0.9, 100),
            hour=hour,
            plays=plays[hour],
            mood=moods[hour] if plays[hour] else UNKNOWN,
            level=level(plays[hour], most),
        )
        for hour in range(HOURS)
    )
    on = A_MONDAY + timedelta(days=number)
    return Weekday(on=on, text_y=str(number * ROW_PX + 17), plays=sum(plays), hours=hours)
