"""Audio features in Spotify's manner, made from the latent mood and the genre of each song with noise."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sandbox.genres import GENRES

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

FEATURES = (
    "acousticness",
    "danceability",
    "energy",
    "instrumentalness",
    "key",
    "liveness",
    "loudness",
    "mode",
    "speechiness",
    "tempo",
    "valence",
    "time_signature",
    "duration_ms",
)


def _unit(values: Floats) -> Floats:
    return np.clip(values, 0.001, 0.999).round(3)


def _genre_column(genre: NDArray[np.int64], name: str) -> Floats:
    return np.array([float(getattr(entry, name)) for entry in GENRES])[genre]


def _instrumentalness(genre: NDArray[np.int64], rng: np.random.Generator) -> Floats:
    wordless = rng.random(len(genre)) < _genre_column(genre, "instrumental")
    sung = np.round(rng.beta(0.4, 9, len(genre)) ** 2, 5)
    return np.where(wordless, _unit(rng.beta(8, 1.6, len(genre))), sung)


def _tempo(genre: NDArray[np.int64], arousal: Floats, rng: np.random.Generator) -> Floats:
    drawn = _genre_column(genre, "tempo") + 34 * (arousal - 0.5) + rng.normal(0, 15, len(genre))
    halved = np.where(rng.random(len(genre)) < 0.06, drawn / 2, drawn)
    return np.round(np.clip(halved, 48, 214), 3)


def _key(count: int, rng: np.random.Generator) -> Floats:
    keys = rng.integers(0, 12, count).astype(np.float64)
    return np.where(rng.random(count) < 0.01, -1.0, keys)


def draw_features(points: Floats, *, genre: NDArray[np.int64], rng: np.random.Generator) -> Floats:
    """Features of each song, shape (n_songs, 13), columns in the order of `FEATURES`.

    `points`: (n_songs, 2), valence and arousal of 0 to 1. `genre`: (n_songs,), indices into `GENRES`.
    """
    count, valence, arousal = len(points), points[:, 0], points[:, 1]
    energy = _unit(0.04 + 0.9 * arousal + rng.normal(0, 0.085, count))
    length_s = _genre_column(genre, "length_s") * np.exp(rng.normal(0, 0.2, count))
    danceable = 0.33 + 0.28 * valence + 0.08 * arousal + _genre_column(genre, "dance")
    acoustic = 0.78 - 0.85 * energy + _genre_column(genre, "acoustic")
    columns = (
        _unit(acoustic + rng.normal(0, 0.15, count)),
        _unit(danceable + rng.normal(0, 0.09, count)),
        energy,
        _instrumentalness(genre, rng),
        _key(count, rng),
        _unit(0.05 + rng.beta(1.4, 7, count)),
        np.round(-19 + 15.5 * energy + rng.normal(0, 1.7, count), 3),
        (rng.random(count) < 0.34 + 0.5 * valence).astype(np.float64),
        _unit(_genre_column(genre, "speech") * np.exp(rng.normal(0, 0.4, count))),
        _tempo(genre, arousal, rng),
        _unit(0.05 + 0.86 * valence + rng.normal(0, 0.11, count)),
        rng.choice([4.0, 3.0, 5.0], count, p=[0.93, 0.055, 0.015]),
        np.round(np.clip(length_s, 35, 900) * 1000),
    )
    return np.column_stack(columns)
