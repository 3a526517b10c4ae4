"""Pictures with made-up numbers for people who have no history here yet; always labelled as examples."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from itertools import accumulate
from math import cos, pi, radians, sin

import numpy as np

from moods.classifier.taxonomy import MOODS
from moods.pictures.calendar import Calendar, DayMood, calendar
from moods.pictures.clock import Clock, clock
from moods.pictures.curve import Curve, curve
from moods.pictures.fingerprint import Fingerprint, fingerprint
from moods.pictures.history import History, history
from moods.pictures.mood_map import MapPoint, MoodMap, mood_map
from moods.pictures.share_bar import ShareBar, share_bar
from moods.pictures.states import ANGLES, STATES
from moods.pictures.timeline import Timeline, timeline

WEEKS = 53
GOLDEN_ANGLE = radians(137.508)
# How much of each state there is, how many weeks its tide takes, and where in it the year begins.
TIDES = {
    "happy": (1.5, 46, 0.5),
    "sad": (1.0, 39, 3.2),
    "energetic": (1.2, 33, 1.4),
    "calm": (1.3, 28, 4.1),
    "angry": (0.4, 21, 2.2),
    "romantic": (0.7, 26, 5.3),
    "mixed": (0.5, 40, 0.0),
    "unknown": (0.35, 60, 1.0),
}
SONGS = {"happy": 17, "sad": 10, "energetic": 14, "calm": 16, "angry": 5, "romantic": 9}


@dataclass(frozen=True, slots=True)
class Examples:
    """Each picture once, with made-up numbers: a year, songs, one track, a playlist, hours, days, plays."""

    timeline: Timeline
    mood_map: MoodMap
    fingerprint: Fingerprint
    curve: Curve
    clock: Clock
    calendar: Calendar
    history: History
    share_bar: ShareBar


@cache
def examples() -> Examples:
    """Draw every example once for the life of the process."""
    return Examples(
        timeline=_year(),
        mood_map=mood_map(_songs()),
        fingerprint=fingerprint([0.38, 0.14, 0.3, 0.78, 0.05, 0.52]),
        curve=_journey(),
        clock=_week(),
        calendar=calendar(2026, days=dict(_days())),
        history=history(_mondays(), plays=_plays()),
        share_bar=share_bar([TIDES[state][0] for state in STATES]),
    )


def _mondays() -> list[date]:
    """List the weeks of the year shown."""
    return [date(2025, 6, 2) + timedelta(weeks=week) for week in range(WEEKS)]


def _year() -> Timeline:
    """Let the states swell and ebb over a year."""
    weeks = np.arange(WEEKS)[:, None]
    size, period, phase = np.array([TIDES[state] for state in STATES]).T
    tides = size * np.exp(
        0.75 * np.sin(2 * pi * weeks / period + phase) + 0.3 * np.sin(weeks * (1.3 + phase / 9))
    )
    plays = [round(120 + 45 * sin(week / 5) + 25 * sin(week * 2.1)) for week in range(WEEKS)]
    return timeline(_mondays(), shares=tides / tides.sum(axis=1, keepdims=True), plays=plays)


def _songs() -> list[MapPoint]:
    """Scatter songs round the place of their mood like seeds of a sunflower."""
    return [_song(mood, seed=seed, of=SONGS[mood]) for mood in MOODS for seed in range(SONGS[mood])]


def _song(mood: str, *, seed: int, of: int) -> MapPoint:
    """Place one song; those in the middle of their mood are played most."""
    share = (seed + 0.5) / of
    lean, turn = radians(ANGLES[mood]), seed * GOLDEN_ANGLE + ANGLES[mood]
    out = 0.19 * share**0.5
    return MapPoint(
        valence=0.5 + 0.27 * cos(lean) + out * cos(turn),
        arousal=0.5 + 0.27 * sin(lean) + out * sin(turn),
        spread=0.07 + 0.05 * share,
        plays=round(4 + 60 * (1 - share) ** 3),
        mood=mood,
    )


def _journey() -> Curve:
    """Rise from calm to happy in sixteen tracks."""
    moods: Sequence[str] = ["calm"] * 5 + ["romantic"] * 3 + ["mixed"] + ["happy"] * 5 + ["energetic"] * 2
    climb = list(accumulate((0.045 + 0.02 * sin(3 * step) for step in range(len(moods))), initial=0.2))[1:]
    return curve([0.2 + 0.8 * energy for energy in climb], arousal=climb, moods=moods)


def _plays() -> list[int]:
    """Play one track in bursts."""
    return [max(0, round(6 * sin(week / 3) * sin(week))) for week in range(WEEKS)]


def _week() -> Clock:
    """Play something lively on the way to work and calm at night, more at weekends."""
    plays = [
        [
            round((9 if day > 4 else 6) * max(0.0, sin((hour - 6) / 17 * pi)) * (1 + sin(hour)))
            for hour in range(24)
        ]
        for day in range(7)
    ]
    row = ["calm"] * 6 + ["energetic"] * 5 + ["happy"] * 7 + ["romantic"] * 2 + ["calm"] * 2 + ["sad"] * 2
    return clock(plays, moods=[row[day // 3 :] + row[: day // 3] for day in range(7)])


def _days() -> Iterator[tuple[date, DayMood]]:
    """Let moods take turns from January to the end of September, with days off."""
    moods = ("sad", "calm", "romantic", "happy", "energetic")
    for number in range(273):
        if number % 11:
            turn = round(2 + 2 * sin(number / 24) + 1.2 * sin(number * 1.7))
            heard = DayMood(round(20 + 18 * sin(number)), moods[min(max(turn, 0), 4)])
            yield date(2026, 1, 1) + timedelta(days=number), heard
