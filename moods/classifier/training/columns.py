"""The columns of genre, lyrics and title for a table of songs, given the lists of words."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from moods.classifier.genres import GenreColumns, genre_name, genre_words
from moods.classifier.lyrics import lyric_values
from moods.classifier.taxonomy import LYRICS_COLUMNS
from moods.classifier.titles import title_values
from moods.classifier.training.datasets import Sentence
from moods.classifier.training.table import FOLDS, Table, labels
from moods.classifier.training.words import fit_lyric_words, fit_title_words, title_counts
from moods.classifier.wordlists import WordList

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Lists:
    """Lists of words: of lyrics, of titles, of genre names."""

    lyrics: WordList
    titles: WordList
    genres: GenreColumns


def fit_lists(table: Table, sentences: tuple[Sentence, ...]) -> Lists:
    """Word lists from all songs of a table."""
    sung = [song for song in table.songs if song.words and song.quadrant is not None]
    texts = [song.words.counts for song in sung if song.words]
    quadrant = np.array([song.quadrant for song in sung], dtype=np.float64)
    titles = [title_counts(song.title) for song in table.songs]
    return Lists(
        lyrics=fit_lyric_words(texts, quadrant, sentences),
        titles=fit_title_words(titles, table.axes, table.moods),
        genres=GenreColumns(
            words=_common(table, genre_words, least=10),
            names=_common(table, lambda name: frozenset({genre_name(name)}), least=8),
        ),
    )


def _common(table: Table, parts: Callable[[str], frozenset[str]], *, least: int) -> tuple[str, ...]:
    """Parts of genre names that so many artists have, by the alphabet."""
    artists = {song.artist: names for song, names in zip(table.songs, table.genres, strict=True)}
    said = [frozenset().union(*map(parts, names)) for names in artists.values() if names]
    count = Counter(part for own in said for part in own)
    return tuple(sorted(part for part, artists_with in count.items() if artists_with >= least))


def source_tables(table: Table, lists: Lists) -> list[Floats]:
    """Columns of all five SOURCES of a table, in order."""
    return [
        table.features,
        table.artist_features,
        lists.genres.matrix(table.genres),
        lyric_table(table, lists.lyrics),
        title_table(table, lists.titles),
    ]


def lyric_table(table: Table, words: WordList) -> Floats:
    """(n, len(LYRICS_COLUMNS))."""
    sung = [song.words for song in table.songs]
    rows = [None if w is None else lyric_values(w.lines, w.counts, words) for w in sung]
    return labels(rows, len(LYRICS_COLUMNS))


def title_table(table: Table, words: WordList) -> Floats:
    """(n, len(TITLE_COLUMNS))."""
    return title_values([song.title for song in table.songs], words)


def unseen_source_tables(table: Table, lists: Lists, sentences: tuple[Sentence, ...]) -> list[Floats]:
    """As `source_tables`, but words of each fold are scored by lists fitted without it."""
    columns = source_tables(table, lists)
    for fold in range(FOLDS):
        here = table.fold == fold
        unseen = fit_lists(table.take(~here), sentences)
        columns[3][here] = lyric_table(table.take(here), unseen.lyrics)
        columns[4][here] = title_table(table.take(here), unseen.titles)
    return columns
