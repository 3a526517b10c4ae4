"""What a listener plays on a day: a schedule fixed by seed and date, so that any day stands alone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from sandbox.catalogue import Catalogue, Song, build_catalogue
from sandbox.genres import GENRES
from sandbox.ids import fraction
from sandbox.listeners import LISTENERS, Listener, Session

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

_TASTE_SPREAD = 0.17
_SHORTEST_LISTED_MS = 30_000


@dataclass(frozen=True, slots=True)
class Play:
    """One listening: ended at `ended_at` after `ms_played`; Spotify lists it from `visible_at` on."""

    song: Song
    ended_at: datetime
    ms_played: int
    reason_start: str
    reason_end: str
    shuffle: bool
    skipped: bool
    from_album: bool
    occasion: str
    visible_at: datetime

    @property
    def is_listed(self) -> bool:
        """Whether it is long enough to count as a play at Spotify."""
        return self.ms_played >= _SHORTEST_LISTED_MS


class Schedule:
    """The plays of one listener, worked out day by day when first asked for.

    It depends on listener and seed alone, so that sandboxes of one process may share it.
    """

    def __init__(self, listener: Listener, catalogue: Catalogue, *, seed: int) -> None:
        self.listener = listener
        self._seed = seed
        self._days: dict[date, tuple[Play, ...]] = {}
        self.pool, self._liking = _pool(listener, catalogue, seed=seed)
        self._points = np.array([song.point for song in self.pool]).reshape(-1, 2)
        self._released = np.array([song.album.released.toordinal() for song in self.pool])

    def day(self, day: date) -> tuple[Play, ...]:
        """The plays of the listener's day, oldest first; they may end on the next calendar day."""
        if day not in self._days:
            self._days[day] = tuple(self._draw_day(day)) if self.pool else ()
        return self._days[day]

    def between(self, start: datetime, stop: datetime) -> Iterator[Play]:
        """Plays that ended in [start, stop], oldest first, skips included."""
        day = start.date() - timedelta(days=2)
        while day <= stop.date() + timedelta(days=1):
            yield from (play for play in self.day(day) if start <= play.ended_at <= stop)
            day += timedelta(days=1)

    def newest_first(self, start: datetime, stop: datetime) -> Iterator[Play]:
        """The same plays, newest first, without working out more days than are read."""
        day = stop.date() + timedelta(days=1)
        while day >= start.date() - timedelta(days=2):
            yield from (play for play in reversed(self.day(day)) if start <= play.ended_at <= stop)
            day -= timedelta(days=1)

    def _draw_day(self, day: date) -> Iterator[Play]:
        rng = np.random.default_rng([self._seed, day.toordinal(), *self.listener.id.encode()])
        amount, shift = self._phase(day)
        free_from = datetime.combine(day, time(), UTC)
        for session in self.listener.sessions:
            if day.weekday() not in session.weekdays or rng.random() > session.chance * min(1.0, amount):
                continue
            for play in self._draw_session(
                session, day=day, amount=amount, shift=shift, free_from=free_from, rng=rng
            ):
                free_from = play.ended_at
                yield play

    def _phase(self, day: date) -> tuple[float, tuple[float, float]]:
        """How much more than usual is played that day, and how far the mood sought is moved."""
        season = 0.06 * np.cos(2 * np.pi * (day.timetuple().tm_yday - 196) / 365.25)
        wander = 0.07 * np.sin(day.toordinal() / 11.0 + len(self.listener.id))
        amount, valence, arousal = 1.0, season + wander, season / 2
        for phase in self.listener.phases:
            if phase.covers(day):
                amount *= phase.amount
                valence, arousal = valence + phase.shift[0], arousal + phase.shift[1]
        return amount, (float(valence), float(arousal))

    def _draw_session(
        self,
        session: Session,
        *,
        day: date,
        amount: float,
        shift: tuple[float, float],
        free_from: datetime,
        rng: np.random.Generator,
    ) -> Iterator[Play]:
        hour = session.hour - self.listener.utc_offset_h + rng.normal(0, 0.35)
        moment = max(datetime.combine(day, time(), UTC) + timedelta(hours=hour), free_from)
        target = np.array(session.target) + shift + rng.normal(0, 0.06, 2)
        count = max(1, rng.poisson(session.songs * max(1.0, amount)))
        shuffle, from_album = bool(rng.random() < 0.45), bool(rng.random() < 0.5)
        reason = "clickrow"
        for song in self._draw_songs(target, day=day, count=count, rng=rng):
            play = _draw_play(
                song,
                self.listener,
                after=moment,
                reason_start=reason,
                shuffle=shuffle,
                from_album=from_album,
                occasion=session.name,
                rng=rng,
            )
            yield play
            moment, reason = play.ended_at, play.reason_end

    def _draw_songs(self, target: Floats, *, day: date, count: int, rng: np.random.Generator) -> list[Song]:
        distance = ((self._points - target) ** 2).sum(axis=1)
        weights = (
            self._liking * np.exp(-distance / (2 * _TASTE_SPREAD**2)) * (self._released <= day.toordinal())
        )
        if weights.sum() <= 0:
            return []
        drawn = rng.choice(
            len(self.pool), min(count, int((weights > 0).sum())), replace=False, p=weights / weights.sum()
        )
        return [self.pool[index] for index in drawn]


@lru_cache(maxsize=32)
def schedule_of(listener: str, seed: int) -> Schedule:
    """The schedule of a listener in the world of a seed."""
    return Schedule(LISTENERS[listener], build_catalogue(seed), seed=seed)


def _draw_play(
    song: Song,
    listener: Listener,
    *,
    after: datetime,
    reason_start: str,
    shuffle: bool,
    from_album: bool,
    occasion: str,
    rng: np.random.Generator,
) -> Play:
    chance, ms_played, reason = rng.random(), song.duration_ms, "trackdone"
    if chance < listener.skip_share * 0.7:
        ms_played, reason = int(rng.integers(800, 29_000)), "fwdbtn"
    elif chance < listener.skip_share:
        ms_played, reason = int(song.duration_ms * rng.uniform(0.3, 0.9)), "fwdbtn"
    pause_ms = int(rng.integers(0, 1_400)) if rng.random() < 0.93 else int(rng.integers(20_000, 400_000))
    ended_at = after + timedelta(milliseconds=ms_played + pause_ms)
    ended_at = ended_at.replace(microsecond=ended_at.microsecond // 1000 * 1000)
    return Play(
        song,
        ended_at,
        ms_played,
        reason_start,
        reason,
        shuffle,
        reason == "fwdbtn",
        from_album,
        occasion,
        ended_at,
    )


def _pool(listener: Listener, catalogue: Catalogue, *, seed: int) -> tuple[tuple[Song, ...], Floats]:
    """The songs a listener plays at all, and how much they like each."""
    liking = {song: _liking(listener, song, seed=seed) for song in catalogue.songs if song.core}
    chosen = sorted((song for song in liking if liking[song] > 0), key=lambda song: -liking[song])[
        : listener.repertoire
    ]
    return tuple(chosen), np.array([liking[song] for song in chosen])


def _liking(listener: Listener, song: Song, *, seed: int) -> float:
    artist = song.artists[0]
    genre = listener.genres.get(GENRES[artist.genre].name, 0.0)
    devotion = fraction(seed, listener.id, artist.id) ** 3
    return float(genre * (0.05 + devotion) * (0.1 + fraction(seed, listener.id, song.id) ** 2))
