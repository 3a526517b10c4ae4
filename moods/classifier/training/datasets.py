"""Labelled songs of a data folder as one table, each song once."""

import csv
import gzip
import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

from moods.classifier.inputs import feature_array
from moods.classifier.lyrics import LineStatistics
from moods.classifier.taxonomy import FEATURES, MOODS

Floats = npt.NDArray[np.float64]
Row = Mapping[str, str]

FILES: Final = (
    "deezer.csv.gz",
    "moodylyrics4q.csv.gz",
    "moodylyrics4q_lyrics.csv.gz",
    "animo.csv.gz",
    "artist_genres.csv.gz",
    "emobank.csv.gz",
)

EMOTIONS: Final = {
    "happy": ("happiness", "cheerfulness"),
    "sad": ("sadness", "depression", "grief", "loneliness", "desperation"),
    "energetic": ("excitement",),
    "calm": ("calmness", "comfort"),
    "angry": ("anger", "aggressiveness", "annoyance"),
    "romantic": ("romanticism", "erotic"),
}
"""Emotion words of listeners that stand for each of MOODS."""

ENOUGH_TAGS: Final = 0.2
"""Share of a song's emotion tags from which on it counts as of a mood."""

QUADRANT_LABELS: Final = ("happy", "angry", "sad", "relaxed")
PLAYLIST_LABELS: Final = ("Happy", "Sad", "Energetic")


@dataclass(frozen=True, slots=True)
class Words:
    """Lyrics as published: line statistics and word counts, no text."""

    lines: LineStatistics
    counts: Mapping[str, int]


@dataclass(slots=True)
class Song:
    """One song with every label that any of the files gives it; None is unlabelled."""

    artist: str
    title: str
    features: dict[str, float | None] = field(default_factory=dict)
    words: Words | None = None
    axes: tuple[float, float] | None = None
    moods: tuple[bool, ...] | None = None
    quadrant: int | None = None
    playlist: int | None = None
    split: str = ""

    @property
    def key(self) -> tuple[str, str]:
        """What makes it the same song: the artist, and the letters and digits of the title."""
        return self.artist, "".join(filter(str.isalnum, self.title.lower()))


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of EmoBank with valence and arousal, 1 to 5, as its readers felt."""

    text: str
    valence: float
    arousal: float


@dataclass(frozen=True, slots=True)
class Corpus:
    """Everything there is to learn from. `digest`: SHA-256 of the files, in the order of FILES."""

    songs: tuple[Song, ...]
    genres: Mapping[str, tuple[str, ...]]
    sentences: tuple[Sentence, ...]
    digest: str


def read_corpus(folder: Path) -> Corpus:
    """Read a data folder with FILES in it.

    Raises OSError, KeyError or ValueError where one is not as told.
    """
    songs: dict[tuple[str, str], Song] = {}
    for song in (*_moodylyrics(folder), *_deezer(folder), *_animo(folder)):
        _merge(songs.setdefault(song.key, song), song)
    genres = {
        row["artist_group"]: tuple(row["genres"].split("|")) for row in _rows(folder, "artist_genres.csv.gz")
    }
    return Corpus(tuple(songs.values()), genres, tuple(_emobank(folder)), corpus_digest(folder))


def corpus_digest(folder: Path) -> str:
    """SHA-256 over the unpacked files of a data folder."""
    digest = hashlib.sha256()
    for name in FILES:
        digest.update(gzip.decompress((folder / name).read_bytes()))
    return digest.hexdigest()


def feature_table(songs: tuple[Song, ...]) -> Floats:
    """Features of songs, (n, 13)."""
    return feature_array([song.features for song in songs])


def _merge(kept: Song, other: Song) -> None:
    for name in ("words", "axes", "moods", "quadrant", "playlist"):
        if getattr(kept, name) is None:
            setattr(kept, name, getattr(other, name))
    if not any(value is not None for value in kept.features.values()):
        kept.features = other.features
    kept.split = kept.split or other.split


def _rows(folder: Path, name: str) -> Iterator[dict[str, str]]:
    with gzip.open(folder / name, "rt", encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def _song(row: Row) -> Song:
    features = {name: float(row[name]) if row.get(name) else None for name in FEATURES}
    return Song(artist=row["artist_group"], title=row["title"], features=features)


def _deezer(folder: Path) -> Iterator[Song]:
    for row in _rows(folder, "deezer.csv.gz"):
        song = _song(row)
        song.axes = float(row["label_valence"]), float(row["label_arousal"])
        song.moods = _tagged(json.loads(row["emotion_tags"] or "{}"))
        song.split = row["split"]
        yield song


def _tagged(tags: Mapping[str, int]) -> tuple[bool, ...] | None:
    total = sum(tags.values())
    if not total:
        return None
    return tuple(sum(tags.get(word, 0) for word in EMOTIONS[mood]) >= ENOUGH_TAGS * total for mood in MOODS)


def _moodylyrics(folder: Path) -> Iterator[Song]:
    lyrics = {row["song"]: _words(row) for row in _rows(folder, "moodylyrics4q_lyrics.csv.gz")}
    for row in _rows(folder, "moodylyrics4q.csv.gz"):
        song = _song(row)
        song.quadrant = QUADRANT_LABELS.index(row["mood"])
        song.words = lyrics.get(row["song"])
        yield song


def _words(row: Row) -> Words | None:
    if not row["words"]:
        return None
    pairs = (pair.rsplit(":", 1) for pair in row["words"].split())
    lines = LineStatistics(**{name: float(row[name]) for name in LineStatistics.__slots__})
    return Words(lines, {word: int(count) for word, count in pairs})


def _animo(folder: Path) -> Iterator[Song]:
    for row in _rows(folder, "animo.csv.gz"):
        song = _song(row)
        song.playlist = PLAYLIST_LABELS.index(row["mood"])
        yield song


def _emobank(folder: Path) -> Iterator[Sentence]:
    for row in _rows(folder, "emobank.csv.gz"):
        yield Sentence(row["text"], float(row["V"]), float(row["A"]))
