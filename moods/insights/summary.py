"""Today's and this month's mood, each beside the period before it."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from moods.insights.heard import Heard
from moods.insights.hours import Hours
from moods.insights.periods import PeriodMood, mood_between

CLEAR = 0.05
"""A share that moved by less than five points did not move, to anybody's ear."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """A period and the one before it; `moved` is the mood whose share moved most, "" if none did clearly."""

    now: PeriodMood
    before: PeriodMood
    moved: str
    by: float


@dataclass(frozen=True, slots=True)
class Summary:
    """The listener's mood now. The day before today's is the last seven days, for a day alone is chance."""

    today: Comparison
    month: Comparison


def summary(heard: Heard, now: datetime) -> Summary:
    """Today and this month as the listener's clock has them."""
    today = now.astimezone(heard.zone).date()
    hours = heard.hours
    tomorrow, first = today + timedelta(days=1), today.replace(day=1)
    month_before = (first - timedelta(days=1)).replace(day=1)
    return Summary(
        today=_compared(hours, (today, tomorrow), before=(today - timedelta(days=7), today)),
        month=_compared(hours, (first, tomorrow), before=(month_before, first)),
    )


def _compared(hours: Hours, now: tuple[date, date], *, before: tuple[date, date]) -> Comparison:
    this, that = mood_between(hours, *now), mood_between(hours, *before)
    if not this.plays or not that.plays:
        return Comparison(this, that, "", 0.0)
    moves = {mood: share - that.shares[mood] for mood, share in this.ranked}
    # Of two that moved alike the one that grew: that is what one hears.
    moved = max(moves, key=lambda mood: (round(abs(moves[mood]), 3), moves[mood]), default="")
    if not moved or abs(moves[moved]) < max(CLEAR, 2 * (this.doubts[moved] + that.doubts[moved])):
        return Comparison(this, that, "", 0.0)
    return Comparison(this, that, moved, moves[moved])
