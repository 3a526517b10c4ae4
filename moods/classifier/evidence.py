"""What each source says on its own, before anything is added up."""

from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

from moods.classifier.inputs import Inputs, believable
from moods.classifier.taxonomy import FEATURES, OUTPUTS, SOUND, SOURCES
from moods.classifier.weights import Audio, Linear, Weights

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
AUDIO: Final = SOURCES.index("audio")
ARTIST: Final = SOURCES.index("artist")
GENRE: Final = SOURCES.index("genre")
_FAR: Final = 3.0


def source_columns(weights: Weights, inputs: Inputs) -> tuple[Floats, ...]:
    """The columns of each of SOURCES, in order, NaN where unknown.

    (n, 13), (n, 13), (n, 12) which is what genres say already, (n, lyrics), (n, title).
    """
    return (
        believable(inputs.features),
        believable(inputs.artist_features),
        _genre_evidence(weights, inputs.genres),
        inputs.lyrics,
        inputs.titles,
    )


def _genre_evidence(weights: Weights, genres: Sequence[tuple[str, ...]]) -> Floats:
    """Evidence (n, 12), worked out once for all songs of the same genres; NaN where these say nothing."""
    kinds = {names: row for row, names in enumerate(dict.fromkeys(genres))}
    table = weights.genre_columns.matrix(list(kinds))
    silent = np.isnan(table).all(axis=1, keepdims=True)
    said = np.where(silent, np.nan, linear_evidence(weights.genre, table))
    return said[[kinds[names] for names in genres]]


def present_sources(columns: Sequence[Floats]) -> Flags:
    """Which sources count for each song, (n, 5)."""
    return fall_back(available_sources(columns))


def available_sources(columns: Sequence[Floats]) -> Flags:
    """Which sources say anything about each song, (n, 5): a feature of the sound, or any other column."""
    sound = [~np.isnan(features[:, SOUND]).all(axis=1) for features in columns[:2]]
    rest = [~np.isnan(table).all(axis=1) for table in columns[2:]]
    return np.stack([*sound, *rest], axis=1)


def fall_back(available: Flags) -> Flags:
    """Which of the available sources (n, 5) count.

    The artist's other songs only where the song's own sound or its genre is unknown: beside both they
    say nothing new.
    """
    used = available.copy()
    used[:, ARTIST] &= ~(available[:, AUDIO] & available[:, GENRE])
    return used


def source_evidence(weights: Weights, columns: Sequence[Floats], present: Flags) -> Floats:
    """Evidence of every source for every output: (5, n, 12), zeros where the source does not count."""
    evidence = np.zeros((len(SOURCES), len(present), len(OUTPUTS)))
    for source in (AUDIO, ARTIST):
        heard = present[:, source]
        evidence[source, heard] = audio_evidence(weights.audio, columns[source][heard])
    evidence[2:] = word_evidence(weights, columns)
    return evidence


def word_evidence(weights: Weights, columns: Sequence[Floats]) -> Floats:
    """Evidence of genre, lyrics and title, (3, n, 12); zeros where unknown."""
    _, _, genre, lyrics, title = columns
    said = linear_evidence(weights.lyrics, lyrics), linear_evidence(weights.title, title)
    return np.stack([np.nan_to_num(genre), *said])


def audio_evidence(audio: Audio, features: Floats) -> Floats:
    """Features (n, 13) -> evidence (n, 12)."""
    evidence = audio.basis.expand(features) @ audio.weights
    for axis, forest in enumerate(audio.forests):
        grown = forest.predict(features) - audio.forest_mean[axis]
        evidence += grown[:, None] * audio.forest_weights[axis]
    return evidence


def linear_evidence(source: Linear, columns: Floats) -> Floats:
    """Columns (n, k) of one source -> evidence (n, 12)."""
    z = np.clip((columns - source.mean) / source.sd, -_FAR, _FAR)
    return np.asarray(np.nan_to_num(z) @ source.weights)


def audio_shares(audio: Audio, *, features: Floats, outputs: npt.NDArray[np.intp]) -> Floats:
    """What each feature gave to the chosen output of each row.

    (n, 14), the last column what no feature gave.
    """
    bent = audio.basis.expand(features) * audio.weights[:, outputs].T
    shares = np.zeros((len(features), len(FEATURES) + 1))
    shares[:, :-1] = bent @ audio.basis.owners
    for axis, forest in enumerate(audio.forests):
        given, start = forest.contributions(features)
        scale = audio.forest_weights[axis, outputs]
        shares[:, :-1] += given * scale[:, None]
        shares[:, -1] += (start - audio.forest_mean[axis]) * scale
    return shares
