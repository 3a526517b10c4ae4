"""Plays over time as bars."""

from datetime import date

from moods.pictures.history import Bar, History, history
from moods.pictures.spans import Tick

JANUARY, FEBRUARY = date(2026, 1, 1), date(2026, 2, 1)


def test_history_is_empty_when_there_are_no_periods():
    assert history([], plays=[]) == History((), (), 0, None)


def test_bars_stand_on_the_ground_when_plays_differ():
    quiet = Bar(JANUARY, "5%", "75%", "40%", "25%", 1)
    busy = Bar(FEBRUARY, "55%", "0%", "40%", "100%", 4)

    assert history([JANUARY, FEBRUARY], plays=[1, 4]) == History(
        bars=(quiet, busy),
        ticks=(
            Tick("0%", JANUARY, is_minor=False, names_year=True),
            Tick("50%", FEBRUARY, is_minor=True, names_year=False),
        ),
        plays=5,
        busiest=busy,
    )


def test_history_has_no_busiest_period_when_nothing_was_played():
    assert history([JANUARY], plays=[0]).busiest is None
