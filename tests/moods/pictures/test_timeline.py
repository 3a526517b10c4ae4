"""Mood over time as stacked bands."""

from datetime import date, timedelta

import numpy as np
import pytest

from moods.pictures.spans import Tick
from moods.pictures.states import STACK, STATES
from moods.pictures.timeline import Band, Period, Timeline, timeline

MONDAY = date(2026, 3, 2)


def starts(count: int) -> list[date]:
    return [MONDAY + timedelta(weeks=number) for number in range(count)]


def share(**parts: float) -> list[float]:
    return [parts.get(state, 0.0) for state in STATES]


def test_timeline_is_empty_when_there_are_no_periods():
    picture = timeline([], shares=np.zeros((0, 8)), plays=[])

    assert picture == Timeline(
        view_box="0 0 10 1000", bands=(), periods=(), ticks=(), plays=0, known_percent=None,
        leading="unknown", leading_percent=0, states=(),
    )  # fmt: skip


def test_timeline_draws_two_weeks_when_moods_change():
    shares = np.array([share(happy=0.75, sad=0.25), share(sad=1.0)])

    picture = timeline(starts(2), shares=shares, plays=[30, 10])

    assert picture == Timeline(
        view_box="0 0 20 1000",
        bands=(
            Band("happy", "M0 1000V0H5C10 0 10 0 15 0h5V1000Z"),
            Band("sad", "M0 1000V750H5C10 750 10 0 15 0h5V1000Z"),
        ),
        periods=(
            Period(MONDAY, "0%", "50%", "100%", 30, 100, False, "happy", (("happy", 75), ("sad", 25))),
            Period(
                MONDAY + timedelta(weeks=1), "50%", "50%", "33.33%", 10, 100, False, "sad", (("sad", 100),)
            ),
        ),
        ticks=(Tick("0%", MONDAY, is_minor=False, names_year=True),),
        plays=40,
        known_percent=100,
        leading="happy",
        leading_percent=56,
        states=("happy", "sad"),
    )


def test_band_is_interrupted_when_a_week_had_no_plays():
    shares = np.array([share(calm=1.0), share(), share(calm=1.0)])

    picture = timeline(starts(3), shares=shares, plays=[20, 0, 20])

    assert picture.bands == (Band("calm", "M0 1000V0H5h5V1000ZM20 1000V0H25h5V1000Z"),)


def test_week_without_plays_knows_nothing_when_it_is_listed():
    picture = timeline(starts(1), shares=np.array([share()]), plays=[0])

    assert picture.periods == (Period(MONDAY, "0%", "100%", "0%", 0, None, False, "unknown", ()),)


@pytest.mark.parametrize(
    ("unknown", "plays", "uncertain"), [(0.0, 9, True), (0.0, 10, False), (0.5, 40, False), (0.51, 40, True)]
)
def test_week_is_uncertain_when_plays_are_few_or_mostly_unknown(unknown, plays, uncertain):
    shares = np.array([share(happy=1 - unknown, unknown=unknown)])

    picture = timeline(starts(1), shares=shares, plays=[plays])

    assert picture.periods[0].is_uncertain == uncertain


def test_only_unknown_leads_nowhere_when_no_mood_was_heard():
    picture = timeline(starts(1), shares=np.array([share(unknown=0.6, mixed=0.4)]), plays=[50])

    assert (picture.leading, picture.leading_percent, picture.known_percent) == ("unknown", 0, 40)


def test_bands_come_topmost_first_when_all_states_were_heard():
    picture = timeline(starts(2), shares=np.full((2, 8), 0.125), plays=[9, 9])

    assert [band.state for band in picture.bands] == list(reversed(STACK))


def test_stack_shows_every_state_once_when_compared_with_the_columns():
    assert sorted(STACK) == sorted(STATES)
