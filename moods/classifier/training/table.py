"""Songs as arrays: labels with NaN where there is none, sources, and folds that never share an artist."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt

from moods.classifier.inputs import means_of_others
from moods.classifier.training.datasets import Corpus, Song, feature_table

Floats = npt.NDArray[np.float64]
FOLDS = 5


@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """n songs as arrays.

    features, artist_features: (n, 13). genres: n tuples. axes: (n, 2). moods: (n, 6). quadrant,
    playlist: (n,)
    class numbers. fold: (n,), equal for all songs of an artist.
    """

    songs: Sequence[Song]
    features: Floats
    artist_features: Floats
    genres: Sequence[tuple[str, ...]]
    axes: Floats
    moods: Floats
    quadrant: Floats
    playlist: Floats
    fold: npt.NDArray[np.intp]

    def __len__(self) -> int:
        return len(self.songs)

    @classmethod
    def of(cls, corpus: Corpus) -> Self:
        """All songs of a corpus."""
        songs = corpus.songs
        features = feature_table(songs)
        return cls(
            songs=songs,
            features=features,
            artist_features=means_of_others(features, [song.artist for song in songs]),
            genres=[corpus.genres.get(song.artist, ()) for song in songs],
            axes=labels([song.axes for song in songs], 2),
            moods=labels([song.moods for song in songs], 6),
            quadrant=labels([None if s.quadrant is None else (s.quadrant,) for s in songs], 1)[:, 0],
            playlist=labels([None if s.playlist is None else (s.playlist,) for s in songs], 1)[:, 0],
            fold=np.array([fold_of(song.artist) for song in songs], dtype=np.intp),
        )

    def take(self, rows: npt.NDArray[np.bool_]) -> "Table":
        """The songs where `rows` is true; artist means stay as they were."""
        chosen = np.flatnonzero(rows).tolist()
        return Table(
            songs=[self.songs[row] for row in chosen],
            features=self.features[chosen],
            artist_features=self.artist_features[chosen],
            genres=[self.genres[row] for row in chosen],
            axes=self.axes[chosen],
            moods=self.moods[chosen],
            quadrant=self.quadrant[chosen],
            playlist=self.playlist[chosen],
            fold=self.fold[chosen],
        )


def fold_of(artist: str, folds: int = FOLDS, *, salt: str = "") -> int:
    """The fold of an artist, the same wherever the artist turns up; another salt deals the folds anew."""
    return int(hashlib.sha256((salt + artist).encode()).hexdigest(), 16) % folds


def labels(rows: Sequence[Sequence[float] | None], width: int) -> Floats:
    """Label rows -> (n, width), NaN where there is none."""
    unknown = (np.nan,) * width
    table = [unknown if row is None else tuple(map(float, row)) for row in rows]
    return np.array(table, dtype=np.float64).reshape(len(rows), width)
