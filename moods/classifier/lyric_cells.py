"""Lyrics in a table: the text itself, or line statistics and word counts of texts that cannot be shown."""

import math
import re
from collections.abc import Mapping
from typing import Final

import numpy as np

from moods.classifier.cells import Column, Problem, numbers
from moods.classifier.lyrics import LineStatistics, lyric_values, score_lyrics
from moods.classifier.wordlists import lyric_words

STATISTICS: Final = (
    "n_words",
    "n_unique",
    "vader_mean",
    "vader_sd",
    "vader_pos_share",
    "vader_neg_share",
    "vader_last_quarter",
)
LYRIC_CELLS: Final = (*STATISTICS, "words")
"""Columns that stand for a text; `words` holds `word:count` pairs, parted by blanks.

A blank statistic counts as typical.
"""

_PAIR: Final = re.compile(r"([a-z']+):([1-9][0-9]{0,5})")

Values = tuple[float, ...] | None


def lyric_values_of(texts: Column, columns: Mapping[str, Column], *, problems: list[Problem]) -> list[Values]:
    """For each song the values in the order of LYRICS_COLUMNS, or None; a text goes before its numbers."""
    given = np.column_stack([numbers(columns[name], problems=problems) for name in STATISTICS])
    return [
        _of_text(text)
        if text.strip()
        else _of_numbers(row, statistics=given[row].tolist(), columns=columns, problems=problems)
        for row, text in enumerate(texts.cells)
    ]


def _of_text(text: str) -> Values:
    scores = score_lyrics(text)
    return scores.values if scores is not None else None


def _of_numbers(
    row: int, *, statistics: list[float], columns: Mapping[str, Column], problems: list[Problem]
) -> Values:
    words = columns["words"].cells[row].split()
    if not words and (statistics[0] == 0 or all(map(math.isnan, statistics))):
        return None  # no lyrics, or lyrics without a word
    pairs = [_PAIR.fullmatch(pair) for pair in words]
    if None in pairs:
        problems.append(Problem(row + 1, "words", "needs word:count pairs, counts from 1"))
        return None
    counts = {pair[1]: int(pair[2]) for pair in pairs if pair}
    return lyric_values(LineStatistics(*statistics), counts, lyric_words())
