"""Libraries small enough to read, and a clock."""

from datetime import UTC, datetime

import numpy as np

from playlists.selection import Candidates

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
DAY_S = 86_400.0


def library(n, *, seed=0, artists=None, **columns):
    """n songs with everything known, spread over the plane, a third never heard."""
    rng = np.random.default_rng(seed)
    heard = rng.random(n) < 0.7
    listens = np.where(heard, rng.integers(1, 40, n), 0)
    points = rng.random((n, 2))
    base = {
        "track_id": np.arange(n) + 1,
        "artist_id": np.arange(n) % (artists or max(1, n // 4)),
        "genre": rng.integers(0, 8, n),
        "year": rng.integers(1970, 2025, n),
        "duration_ms": rng.integers(120_000, 320_000, n),
        "explicit": (rng.random(n) < 0.2).astype(int),
        "valence": points[:, 0],
        "arousal": points[:, 1],
        "spread_v": np.full(n, 0.1),
        "spread_a": np.full(n, 0.1),
        "probabilities": rng.random((n, 6)),
        "tempo": rng.uniform(60, 190, n),
        "key": rng.integers(0, 12, n),
        "mode": rng.integers(0, 2, n),
        "loudness": rng.uniform(-20, -3, n),
        "listens": listens,
        "plays": np.where(heard, listens + rng.integers(0, 5, n), 0),
        "unplayed": np.where(heard, rng.random(n) * listens * 0.5, 0.0),
        "last_listen_at": np.where(heard, NOW.timestamp() - rng.uniform(1, 300, n) * DAY_S, np.nan),
        "counters": np.where(heard[:, None], rng.uniform(0.5, 5, (n, 5)), 0.0),
    }
    return Candidates.from_columns(**{**base, **columns})
