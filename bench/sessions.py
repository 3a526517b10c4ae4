"""Measures whether a mood list holds what a made-up listener plays next (B2)."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from bench.listeners import NOW_S, Listener, make_listener
from playlists.selection import Aim, Request, count_listens, prepare
from playlists.selection.prepared import Prepared
from playlists.selection.scoring import recent_activation, score_pool

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

_SONGS = 3_000
_DAY_S = 86_400.0
_LENGTH = 12
_NEAREST = 300
_HEARD_BEFORE = 0.76
_MOOD_WIDTH = 0.2
_FAMILIARITY = 0.6
_NOISE = 0.03
"""Features are taken as measured: how well they tell the mood is B3's question."""


@dataclass(frozen=True)
class Session:
    """Songs played one after the other from `started_at` on, epoch seconds."""

    started_at: float
    songs: Ints


def next_songs(*, seed: int, days: int) -> dict[str, tuple[float, float]]:
    """By method: mean nDCG@50 of the rest of each late session, and the RMS distance to its mood in sigma."""
    listener = make_listener(_SONGS, seed=seed, noise=_NOISE)
    sessions = _sessions(np.random.default_rng(seed + 100), listener, days=days)
    spread = float(listener.points.std(axis=0).mean())
    found: dict[str, list[tuple[float, float]]] = {}
    for index in range(len(sessions) // 2, len(sessions)):
        for method, (gain, distance) in _ranked(listener, sessions, index).items():
            found.setdefault(method, []).append((gain, distance / spread))
    return {
        method: (
            float(np.mean([gain for gain, _ in each])),
            float(np.sqrt(np.mean([rms**2 for _, rms in each]))),
        )
        for method, each in found.items()
    }


def _sessions(rng: np.random.Generator, listener: Listener, *, days: int) -> list[Session]:
    """Two sessions a day, each in a mood: three songs in four were heard before, drawn by how recently and
    how often.

    The share and the power law of recency are those measured on real histories (76 % heard before).
    """
    liking = rng.lognormal(0, 1.1, _SONGS)
    songs, times = np.zeros(0, dtype=np.int64), np.zeros(0)
    sessions = []
    for half_day in range(2 * days):
        now = NOW_S + half_day * _DAY_S / 2
        near = np.exp(-((listener.points - rng.beta(2, 2, 2)) ** 2).sum(axis=1) / (2 * _MOOD_WIDTH**2))
        drawn = np.bincount(songs, weights=1 / ((now - times) / _DAY_S + 1 / 24), minlength=_SONGS)
        played = _play(rng, heard=drawn * near, liked=liking * near)
        sessions.append(Session(now, played))
        songs, times = np.append(songs, played), np.append(times, np.full(_LENGTH, now))
    return sessions


def _play(rng: np.random.Generator, *, heard: Floats, liked: Floats) -> Ints:
    chances = _HEARD_BEFORE * heard / max(heard.sum(), 1e-12) + (1 - _HEARD_BEFORE) * liked / liked.sum()
    return rng.choice(_SONGS, size=_LENGTH, replace=False, p=chances / chances.sum())


def _ranked(listener: Listener, sessions: list[Session], index: int) -> dict[str, tuple[float, float]]:
    session = sessions[index]
    library, last, counts = _heard_until(listener, sessions[:index])
    seen = np.stack([listener.candidates.valence, listener.candidates.arousal], axis=1)
    query = seen[session.songs[:3]].mean(axis=0)
    nearest = np.argsort(((seen - query) ** 2).sum(axis=1))[:_NEAREST]
    ours = _ours(library, query, now=session.started_at)
    rankings = {
        "random": np.random.default_rng(index).permutation(nearest),
        "filter + play count": nearest[np.argsort(-counts[nearest], kind="stable")],
        "filter + taste": nearest[
            np.argsort(-_activation(library, session.started_at)[nearest], kind="stable")
        ],
        "filter + last played": nearest[np.argsort(-last[nearest], kind="stable")],
        "Moodsite": ours,
    }
    return {name: _score(ranking, session, listener.points, query) for name, ranking in rankings.items()}


def _heard_until(listener: Listener, sessions: list[Session]) -> tuple[Prepared, Floats, Ints]:
    rows = np.concatenate([session.songs for session in sessions])
    times = np.repeat([session.started_at for session in sessions], _LENGTH)
    heard = count_listens(rows, times, n=_SONGS)
    known = replace(
        listener.candidates,
        counters=heard.counters,
        listens=heard.listens,
        plays=heard.listens,
        unplayed=np.zeros(_SONGS),
        last_listen_at=heard.last_listen_at,
        work_key=np.arange(_SONGS),
    )
    return prepare(known), np.nan_to_num(heard.last_listen_at), heard.listens


def _activation(library: Prepared, now: float) -> Floats:
    """Recent activation in the order of the songs."""
    activation = np.empty(_SONGS)
    activation[library.order] = recent_activation(library, now=now)
    return activation


def _ours(library: Prepared, query: Floats, *, now: float) -> Ints:
    """Our order by score alone, since a list proper is also varied, which this measure does not ask for."""
    aim = Aim(point=(float(query[0]), float(query[1])))
    request = Request(aim, tracks=50, variety=0.0, familiarity=_FAMILIARITY)
    pool = score_pool(library, np.arange(_SONGS), request=request, now=now)
    return library.order[np.argsort(-pool.score, kind="stable")]


def _score(ranking: Ints, session: Session, points: Floats, query: Floats) -> tuple[float, float]:
    """nDCG@50 of the songs after the third, and the RMS distance of the fifty to the mood asked for."""
    shown = [song for song in ranking if song not in session.songs[:3]][:50]
    hits = np.isin(shown, session.songs[3:])
    discount = 1 / np.log2(np.arange(2, 52))
    gain = float((hits * discount[: len(hits)]).sum() / discount[: _LENGTH - 3].sum())
    return gain, float(np.sqrt(((points[shown] - query) ** 2).mean()))
