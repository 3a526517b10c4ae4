"""Songs by mood: coverage, the map of the most played, and the songs of one mood."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from library.models import Track
from moods.classifier.taxonomy import MOODS
from moods.insights.heard import Heard
from moods.pictures.mood_map import MOST_CLOUDS, MapPoint
from moods.pictures.states import STATES
from moods.services.listener_moods import MIXED, UNKNOWN, LibraryMoods

MAPPED = 1000
"""So many of the most played songs make the map; more would not move its outlines."""


@dataclass(frozen=True, slots=True)
class Coverage:
    """Of how many tracks, and of how much of what was heard, the mood is known. Shares are 0..1."""

    tracks: int
    known_tracks: int
    plays: int
    known_plays: int

    @property
    def share_of_plays(self) -> float:
        """Share of plays with a known mood; 0 without plays."""
        return self.known_plays / self.plays if self.plays else 0.0

    @property
    def share_of_tracks(self) -> float:
        """Share of tracks with a known mood; 0 without tracks."""
        return self.known_tracks / self.tracks if self.tracks else 0.0


@dataclass(frozen=True, slots=True)
class SongOfMood:
    """A track and how much of it is of the mood (0..1), with its plays."""

    track_id: int
    fit: float
    plays: int


def coverage(heard: Heard) -> Coverage:
    """How much of the listener's music has a known mood."""
    moods, plays = heard.moods, heard.plays
    known = moods.states != UNKNOWN
    return Coverage(
        tracks=len(moods),
        known_tracks=int(known.sum()),
        plays=int(plays.sum()),
        known_plays=int(plays[known].sum()),
    )


def top_songs(heard: Heard, mood: str, *, by_plays: bool, count: int = 20) -> list[SongOfMood]:
    """The songs of a mood: those that are most of it, or those of it that are played most."""
    moods, plays = heard.moods, heard.plays
    fit = moods.masses[:, STATES.index(mood)].astype(np.float64)
    rows = np.flatnonzero(_sounding(moods, mood))
    first, second = (plays, fit) if by_plays else (fit, plays)
    ranked = rows[np.lexsort((-second[rows], -first[rows]))][:count]
    return [SongOfMood(int(moods.track_ids[row]), float(fit[row]), int(plays[row])) for row in ranked]


def count_of_mood(heard: Heard, mood: str) -> tuple[int, int]:
    """How many tracks sound like it, and how often those were played."""
    here = _sounding(heard.moods, mood)
    return int(here.sum()), int(heard.plays[here].sum())


def mood_map(heard: Heard, *, mood: str = "") -> list[MapPoint]:
    """The most played songs with a place on the map, of one mood or of all; the first ones with names."""
    moods, plays = heard.moods, heard.plays
    rows = mapped_rows(heard, mood=mood)
    named = Track.objects.in_bulk([int(one) for one in moods.track_ids[rows[:MOST_CLOUDS]]])
    return [_point(moods, int(row), plays=int(plays[row]), named=named) for row in rows]


def mapped_rows(heard: Heard, *, mood: str = "") -> npt.NDArray[np.intp]:
    """Where in `heard.moods` the most played songs with a place on the map stand, the most played first."""
    moods, plays = heard.moods, heard.plays
    placed = ~np.isnan(moods.valence) & ~np.isnan(moods.arousal)
    if mood:
        placed &= _sounding(moods, mood)
    rows = np.flatnonzero(placed)
    return rows[np.argsort(-plays[rows], kind="stable")][:MAPPED]


def songs_sounding(heard: Heard, state: str) -> npt.NDArray[np.int64]:
    """The tracks (k,), ascending, that sound like it: most songs carry more than one mood."""
    return heard.moods.track_ids[_sounding(heard.moods, state)]


def songs_mainly(heard: Heard, state: str) -> npt.NDArray[np.int64]:
    """The tracks (k,), ascending, of which it is the main mood."""
    mainly: npt.NDArray[np.bool_] = heard.moods.states == STATES.index(state)
    return heard.moods.track_ids[mainly]


def _sounding(moods: LibraryMoods, state: str) -> npt.NDArray[np.bool_]:
    """Which of n tracks reach the mood's own threshold; only there does it outweigh mixed."""
    column = STATES.index(state)
    if state not in MOODS:
        return np.asarray(moods.states == column)
    heavy = moods.masses[:, column] >= moods.masses[:, MIXED]
    return np.asarray(heavy & (moods.states != UNKNOWN))


def _point(moods: LibraryMoods, row: int, *, plays: int, named: dict[int, Track]) -> MapPoint:
    track = named.get(int(moods.track_ids[row]))
    spread = (moods.valence_spread[row] + moods.arousal_spread[row]) / 2
    return MapPoint(
        valence=float(moods.valence[row]),
        arousal=float(moods.arousal[row]),
        spread=float(spread),
        plays=plays,
        mood=STATES[moods.states[row]],
        title=track.title if track else "",
        artists=track.artist_name if track else "",
        href=track.get_absolute_url() if track else "",
    )
