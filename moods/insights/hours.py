"""Mood by the hour on the listener's clock: what every picture over time adds up."""

from dataclasses import dataclass
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt

from moods.insights.listening import Listening
from moods.insights.local_time import local_seconds
from moods.pictures.states import STATES
from moods.services.listener_moods import LibraryMoods

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Hours:
    """What was heard in h hours with a play, in the order of time.

    hours: (h,) whole hours since 1970 on the listener's clock. plays: (h,). minutes: (h, 8) listened, by
    STATES. doubt: (h, 8) variance of those minutes, in minutes squared: each song may be of another mood
    than it seems. known_minutes: (h,) of songs with a known place on the map; valence, arousal: (h,) sums of
    that place over those minutes.
    """

    hours: npt.NDArray[np.int64]
    plays: npt.NDArray[np.int64]
    minutes: Floats
    doubt: Floats
    known_minutes: Floats
    valence: Floats
    arousal: Floats

    @property
    def days(self) -> npt.NDArray[np.int64]:
        """The day of each hour, (h,), since 1970 on the listener's clock."""
        return self.hours // 24


def add_up(listening: Listening, moods: LibraryMoods, zone: ZoneInfo) -> Hours:
    """Plays and moods added up by local hour."""
    by_track = _by_track(listening, moods)
    hours, places = np.unique(local_seconds(listening.at_s, zone) // 3600, return_inverse=True)
    minutes = listening.minutes.astype(np.float64)

    def total(weights: Floats, of_track: Floats) -> Floats:
        return np.asarray(
            np.bincount(places, weights=weights * of_track[listening.tracks], minlength=len(hours))
        )

    masses, valence, arousal = by_track[:, :8], by_track[:, 8], by_track[:, 9]
    known = (~np.isnan(valence)).astype(np.float64)
    return Hours(
        hours=hours,
        plays=np.bincount(places, minlength=len(hours)),
        minutes=_columns([total(minutes, mass) for mass in masses.T]),
        doubt=_columns([total(minutes**2, mass * (1 - mass)) for mass in masses.T]),
        known_minutes=total(minutes, known),
        valence=total(minutes, np.nan_to_num(valence)),
        arousal=total(minutes, np.nan_to_num(arousal)),
    )


def _by_track(listening: Listening, moods: LibraryMoods) -> Floats:
    """Masses, valence and arousal of the tracks that were played, (u, 10)."""
    table = np.full((len(listening.track_ids), 10), np.nan)
    table[:, : len(STATES)] = np.eye(len(STATES))[STATES.index("unknown")]
    rows = moods.rows_of(listening.track_ids)
    here = rows >= 0
    found = rows[here]
    table[here, : len(STATES)] = moods.masses[found]
    table[here, len(STATES)] = moods.valence[found]
    table[here, len(STATES) + 1] = moods.arousal[found]
    return table


def _columns(columns: list[Floats]) -> Floats:
    return np.stack(columns, axis=1)
