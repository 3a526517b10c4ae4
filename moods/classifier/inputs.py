"""A batch of what is known about songs, as arrays in which NaN means unknown."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Self

import numpy as np
import numpy.typing as npt

from moods.classifier.lyrics_scores import LyricsScores
from moods.classifier.taxonomy import FEATURES, LYRICS_COLUMNS, RANGES, TITLE_COLUMNS
from moods.classifier.titles import TitleScores

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is known about one song.

    Features are by name (FEATURES); a name left out or None is unknown, and so is a value outside RANGES.
    `artist_features` are means over the artist's *other* songs. `genres` are raw names of any source.
    """

    features: Mapping[str, float | None] = field(default_factory=dict)
    artist_features: Mapping[str, float | None] = field(default_factory=dict)
    genres: tuple[str, ...] = ()
    title: TitleScores | None = None
    lyrics: LyricsScores | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Inputs:
    """What is known about n songs; NaN is unknown.

    features, artist_features: (n, 13) in the order of FEATURES.
    genres: n tuples of raw genre names.
    titles: (n, len(TITLE_COLUMNS)). lyrics: (n, len(LYRICS_COLUMNS)).
    """

    features: Floats
    artist_features: Floats
    genres: Sequence[tuple[str, ...]]
    titles: Floats
    lyrics: Floats

    def __len__(self) -> int:
        return len(self.features)

    @classmethod
    def from_rows(cls, rows: Iterable[Evidence]) -> Self:
        """A batch in the order of the rows."""
        listed = list(rows)
        return cls(
            features=feature_array([row.features for row in listed]),
            artist_features=feature_array([row.artist_features for row in listed]),
            genres=[row.genres for row in listed],
            titles=_columns(
                [row.title.values if row.title else None for row in listed],
                len(TITLE_COLUMNS),
            ),
            lyrics=_columns([_usable(row.lyrics) for row in listed], len(LYRICS_COLUMNS)),
        )

    @classmethod
    def from_features(cls, features: Floats) -> Self:
        """A batch of which only audio features (n, 13) are known."""
        n = len(features)
        return cls(
            features=features,
            artist_features=np.full((n, len(FEATURES)), np.nan),
            genres=[()] * n,
            titles=np.full((n, len(TITLE_COLUMNS)), np.nan),
            lyrics=np.full((n, len(LYRICS_COLUMNS)), np.nan),
        )

    def take(self, rows: npt.NDArray[np.intp] | slice) -> "Inputs":
        """The chosen rows as a batch of their own."""
        chosen = np.arange(len(self))[rows]
        return Inputs(
            features=self.features[chosen],
            artist_features=self.artist_features[chosen],
            genres=[self.genres[row] for row in chosen],
            titles=self.titles[chosen],
            lyrics=self.lyrics[chosen],
        )


def feature_array(rows: Sequence[Mapping[str, float | None]]) -> Floats:
    """Features by name -> (n, 13) in the order of FEATURES, NaN where unknown or impossible."""
    values = np.array([[row.get(name) for name in FEATURES] for row in rows], dtype=np.float64)
    return believable(values.reshape(len(rows), len(FEATURES)))


def believable(features: Floats) -> Floats:
    """Features (n, 13) with NaN for what cannot be.

    Out of range, no key found (-1), no tempo (0), no length.
    """
    low, high = np.array([RANGES[name] for name in FEATURES]).T
    open_below = np.isin(FEATURES, ("tempo", "duration_ms", "time_signature"))
    low = np.where(np.array(FEATURES) == "key", 0.0, low)
    wrong = (features < low) | (features > high) | (open_below & (features <= 0))
    return np.where(wrong, np.nan, features)


def means_of_others(features: Floats, artists: Sequence[str]) -> Floats:
    """Mean features over the *other* rows of the same artist, (n, 13); NaN where there are none.

    An empty artist name stands for nobody. Names are compared without case.
    """
    names, group = np.unique([name.strip().lower() for name in artists], return_inverse=True)
    known = ~np.isnan(features) & (names[group] != "")[:, None]
    filled = np.where(known, features, 0.0)
    total = np.zeros((len(names), features.shape[1]))
    count = np.zeros_like(total)
    np.add.at(total, group, filled)
    np.add.at(count, group, known.astype(float))
    others = (count[group] - known) * (names[group] != "")[:, None]
    return np.where(others > 0, (total[group] - filled) / np.maximum(others, 1), np.nan)


def _usable(lyrics: LyricsScores | None) -> tuple[float, ...] | None:
    return lyrics.values if lyrics is not None and lyrics.known else None


def _columns(rows: Sequence[tuple[float, ...] | None], width: int) -> Floats:
    unknown = (np.nan,) * width
    return np.array([unknown if row is None else row for row in rows], dtype=np.float64).reshape(
        len(rows), width
    )
