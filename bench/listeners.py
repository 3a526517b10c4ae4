"""Made-up libraries with a hidden true mood, for measuring playlists without anybody's history."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from playlists.selection import ANCHORS, HALF_LIVES_DAYS, Candidates

NOW_S = 1_750_000_000.0
_WIDTH = 0.20
_SHARPNESS = 8.0


@dataclass(frozen=True)
class Listener:
    """A library and what only the maker knows: true valence and arousal (n, 2), true moods (n, 6)."""

    candidates: Candidates
    points: NDArray[np.float64]
    moods: NDArray[np.bool_]


def make_listener(n: int, *, seed: int, noise: float = 0.10) -> Listener:
    """Draw n songs of about n / 8 artists; `noise` is the standard deviation of the estimated point."""
    rng = np.random.default_rng(seed)
    artist = _zipf(rng, n, most=max(3, n // 8))
    centres = rng.beta(2.2, 2.2, (artist.max() + 1, 2))
    points = np.clip(0.45 * centres[artist] + 0.55 * rng.beta(1.8, 1.8, (n, 2)), 0, 1)
    chances = _mood_chances(points)
    moods = rng.random((n, 6)) < chances
    return Listener(_columns(rng, artist=artist, points=points, noise=noise), points, moods)


def _zipf(rng: np.random.Generator, n: int, *, most: int) -> NDArray[np.int64]:
    weights = 1 / np.arange(1, most + 1) ** 0.8
    return rng.choice(most, size=n, p=weights / weights.sum())


def _mood_chances(points: NDArray[np.float64]) -> NDArray[np.float64]:
    distance = np.linalg.norm(points[:, None] - np.array(ANCHORS), axis=2)
    return 0.95 / (1 + np.exp(_SHARPNESS * (distance - _WIDTH) / _WIDTH))


def _columns(
    rng: np.random.Generator,
    *,
    artist: NDArray[np.int64],
    points: NDArray[np.float64],
    noise: float,
) -> Candidates:
    n = len(artist)
    spread = noise * rng.uniform(0.6, 1.5, n)
    seen = np.clip(points + rng.normal(size=(n, 2)) * spread[:, None], 0, 1)
    listening = _listening(rng, n)
    arousal = points[:, 1]
    return Candidates.from_columns(
        track_id=np.arange(n) + 1_000,
        artist_id=artist,
        song_key=np.arange(n),
        work_key=np.where(rng.random(n) < 0.03, rng.integers(0, n, n), np.arange(n)),
        album_id=artist * 20 + rng.integers(0, 12, n),
        genre=(artist * 7) % 18,
        year=1970 + (artist * 13) % 45 + rng.integers(0, 8, n),
        duration_ms=np.clip(rng.normal(225_000, 55_000, n), 60_000, 600_000).astype(np.int64),
        explicit=(rng.random(n) < 0.15).astype(np.int64),
        valence=seen[:, 0],
        arousal=seen[:, 1],
        spread_v=spread,
        spread_a=spread,
        probabilities=_expected_chances(seen, spread),
        tempo=np.clip(75 + 75 * arousal + rng.normal(0, 22, n), 50, 210),
        key=rng.integers(0, 12, n),
        mode=(rng.random(n) < 0.4 + 0.3 * points[:, 0]).astype(np.int64),
        loudness=-15 + 11 * arousal + rng.normal(0, 2.2, n),
        **listening,
    )


def _expected_chances(seen: NDArray[np.float64], spread: NDArray[np.float64]) -> NDArray[np.float64]:
    """Calibrated by construction: chances averaged over where the song may truly lie."""
    nodes = np.array([-1.2247, 0.0, 1.2247])
    weights = np.array([1 / 6, 2 / 3, 1 / 6])
    total = np.zeros((len(seen), 6))
    for dv, wv in zip(nodes, weights, strict=True):
        for da, wa in zip(nodes, weights, strict=True):
            moved = np.clip(seen + np.sqrt(2) * np.array([dv, da]) * spread[:, None], 0, 1)
            total += wv * wa * _mood_chances(moved)
    return total


def _listening(rng: np.random.Generator, n: int) -> dict[str, NDArray[np.generic]]:
    heard = rng.random(n) < 0.7
    listens = np.where(heard, 1 + rng.geometric(0.12, n), 0)
    days = np.where(heard, rng.exponential(120, n) + 0.2, np.nan)
    recency = np.exp2(-np.minimum(rng.exponential(60, n)[:, None] / HALF_LIVES_DAYS, 40))
    counters = np.where(heard[:, None], 1 + (listens[:, None] - 1) * recency, 0.0)
    skips = rng.binomial(np.maximum(listens, 1), rng.beta(1.5, 5, n))
    return {
        "listens": listens,
        "plays": np.where(heard, listens + skips, 0),
        "unplayed": np.where(heard, skips * 0.85, 0.0),
        "last_listen_at": NOW_S - days * 86_400,
        "counters": counters,
        "liked": rng.random(n) < 0.2,
    }
