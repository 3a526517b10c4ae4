"""Plays over time as bars: of one track, one artist, or everything."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from moods.pictures.spans import Tick, ticks
from moods.pictures.strokes import percent_of


@dataclass(frozen=True, slots=True)
class Bar:
    """One period: its place, height from the ground, and plays."""

    start: date
    x: str
    y: str
    width: str
    height: str
    plays: int


@dataclass(frozen=True, slots=True)
class History:
    """Bars, labels, the sum, and the busiest period (None without plays)."""

    bars: tuple[Bar, ...]
    ticks: tuple[Tick, ...]
    plays: int
    busiest: Bar | None


def history(starts: Sequence[date], *, plays: Sequence[int]) -> History:
    """Draw equal periods, given by their first days, with their numbers of plays."""
    most = max(plays, default=0) or 1
    bars = tuple(
        Bar(
            start=start,
            x=percent_of(index + 0.1, len(starts)),
            y=percent_of(most - count, most),
            width=percent_of(0.8, len(starts)),
            height=percent_of(count, most),
            plays=count,
        )
        for index, (start, count) in enumerate(zip(starts, plays, strict=True))
    )
    busiest = max(bars, key=lambda bar: bar.plays, default=None)
    total = sum(plays)
    return History(bars=bars, ticks=ticks(starts), plays=total, busiest=busiest if total else None)
