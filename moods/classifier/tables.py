"""Songs in a CSV file, scored into another: the plain part of the `score_tracks` command."""

import csv
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

from moods.classifier.cells import BadTable, Problem, numbers
from moods.classifier.inputs import Inputs, means_of_others
from moods.classifier.lyric_cells import LYRIC_CELLS, lyric_values_of
from moods.classifier.model import Model
from moods.classifier.scores import Scores
from moods.classifier.song_table import PROBLEMS_TOLD, SongTable, read_table
from moods.classifier.taxonomy import (
    FEATURES,
    LYRICS_COLUMNS,
    MIXED,
    MOODS,
    QUADRANTS,
    UNKNOWN,
)
from moods.classifier.titles import title_values
from moods.classifier.wordlists import title_words

Floats = npt.NDArray[np.float64]

ADDED: Final = (
    "valence",
    "arousal",
    "valence_low",
    "valence_high",
    "arousal_low",
    "arousal_high",
    *(f"p_{mood}" for mood in MOODS),
    "quadrant",
    *(f"q_{quadrant}" for quadrant in QUADRANTS),
    "mood",
    "known",
    "because",
)
"""Columns that are added, in this order; a column of the input with such a name is told apart by KEPT_AS."""

KEPT_AS: Final = "input_"
_TOO_LITTLE: Final = "too little is known of this song"
_NOTHING_STANDS_OUT: Final = "no mood stands out"


def score_file(source: Path, target: Path, *, model: Model) -> dict[str, object]:
    """Score a CSV file into another and report counts; raises BadTable, naming row and column, or OSError."""
    table = read_table(source)
    inputs = table_inputs(table)
    scores = model.score(inputs)
    write_table(target, table=table, added=added_columns(model, inputs=inputs, scores=scores))
    moods = scores.main_moods
    return {
        "tracks": len(table.rows),
        "known": int(scores.known.sum()),
        "moods": {mood: moods.count(mood) for mood in (*MOODS, MIXED, UNKNOWN)},
        "missing_columns": [name for name in FEATURES if name not in table.header],
        "model": model.version,
    }


def table_inputs(table: SongTable) -> Inputs:
    """What a table knows about its songs; raises BadTable, naming every bad cell up to twenty."""
    problems: list[Problem] = []
    features = np.column_stack([numbers(table.column(name), problems=problems) for name in FEATURES])
    lyrics = _lyrics(table, problems)
    if problems:
        raise BadTable(sorted(problems)[:PROBLEMS_TOLD])
    return Inputs(
        features=features,
        artist_features=means_of_others(features, table.column("artist").cells),
        genres=_genres(table.column("genres").cells),
        titles=title_values(table.column("title").cells, title_words()),
        lyrics=_rows(lyrics, len(LYRICS_COLUMNS)),
    )


def _lyrics(table: SongTable, problems: list[Problem]) -> Sequence[tuple[float, ...] | None]:
    if not {"lyrics", *LYRIC_CELLS} & set(table.header):
        return [None] * len(table.rows)
    cells = {name: table.column(name) for name in LYRIC_CELLS}
    return lyric_values_of(table.column("lyrics"), cells, problems=problems)


def _genres(cells: Sequence[str]) -> list[tuple[str, ...]]:
    named = {cell: tuple(name.strip() for name in cell.split("|") if name.strip()) for cell in set(cells)}
    return [named[cell] for cell in cells]


def _rows(rows: Sequence[tuple[float, ...] | None], width: int) -> Floats:
    unknown = (np.nan,) * width
    table = [unknown if row is None else row for row in rows]
    return np.array(table, dtype=np.float64).reshape(len(rows), width)


def added_columns(model: Model, *, inputs: Inputs, scores: Scores) -> list[Sequence[str]]:
    """Cells of ADDED, a sequence per column; numbers to four places, blank where unknown."""
    points = [getattr(scores, name) for name in ADDED[:6]]
    return [
        *map(_numbers, points),
        *map(_numbers, scores.probabilities.T),
        scores.main_quadrants,
        *map(_numbers, scores.quadrants.T),
        scores.main_moods,
        ["true" if known else "false" for known in scores.known],
        reasons(model, inputs=inputs, scores=scores),
    ]


def _numbers(values: Floats) -> list[str]:
    return ["" if value != value else f"{value:.4f}" for value in values.tolist()]  # noqa: PLR0124 - NaN


def reasons(model: Model, *, inputs: Inputs, scores: Scores) -> list[str]:
    """Why each song is what it is, in plain words: of a mixed one, what speaks for its likeliest mood."""
    margins = np.nan_to_num(scores.probabilities / scores.thresholds)
    likeliest = [MOODS[mood] for mood in margins.argmax(axis=1)]
    moods = scores.main_moods
    named = [mood if mood in MOODS else likely for mood, likely in zip(moods, likeliest, strict=True)]
    told = model.reasons(inputs, named)
    return [
        _sentence(mood, likely, [part.words for part in parts])
        for mood, likely, parts in zip(moods, named, told, strict=True)
    ]


def _sentence(mood: str, likely: str, words: list[str]) -> str:
    if mood == UNKNOWN:
        return _TOO_LITTLE
    spoken = "; ".join(words) or "nothing out of the ordinary"
    if mood == MIXED:
        return f"{_NOTHING_STANDS_OUT}; likeliest {likely}: {spoken}"
    return f"sounds {mood}: {spoken}"


def write_table(path: Path, *, table: SongTable, added: list[Sequence[str]]) -> None:
    """Write the input's columns, then ADDED."""
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(_lines(table, added))


def _lines(table: SongTable, added: list[Sequence[str]]) -> Iterator[list[str]]:
    yield [KEPT_AS + name if name in ADDED else name for name in table.header] + list(ADDED)
    for row, cells in zip(table.rows, zip(*added, strict=True), strict=True):
        yield [*row, *cells]
