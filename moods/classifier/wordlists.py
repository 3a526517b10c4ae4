"""Bags of words: where each word points, as fitted weights."""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

_FILE: Final = Path(__file__).with_name("weights") / "words.json"
LYRICS_POINT_TO: Final = 6
TITLES_POINT_TO: Final = 8


@dataclass(frozen=True, slots=True, eq=False)
class WordList:
    """Weights of words in a text.

    rows: word -> row. rarity: n_words inverse document frequencies. weights: (n_words, n_columns).
    """

    rows: Mapping[str, int]
    rarity: Sequence[float]
    weights: npt.NDArray[np.float64]

    def point_to(self, texts: Sequence[Mapping[str, int]]) -> npt.NDArray[np.float64]:
        """Where word counts of n texts point to, (n, n_columns); zeros where no word is listed."""
        text, row, amount = self.amounts(texts)
        table = np.zeros((len(texts), self.weights.shape[1]))
        np.add.at(table, text, np.array(amount)[:, None] * self.weights[row])
        return table

    def amounts(self, texts: Sequence[Mapping[str, int]]) -> tuple[list[int], list[int], list[float]]:
        """tf-idf of listed words, of unit length in each text: number of the text, row, amount."""
        numbers: list[int] = []
        rows: list[int] = []
        amounts: list[float] = []
        for number, counts in enumerate(texts):
            known = [self.rows[word] for word in counts if word in self.rows]
            raw = [self._damped(word, count) for word, count in counts.items() if word in self.rows]
            length = math.hypot(*raw)
            numbers += [number] * len(known)
            rows += known
            amounts += [amount / length for amount in raw]
        return numbers, rows, amounts

    def _damped(self, word: str, count: int) -> float:
        return (1.0 + math.log(count)) * self.rarity[self.rows[word]]


def word_list(weights: Mapping[str, Sequence[float]], columns: int) -> WordList:
    """A list from word -> rarity and `columns` weights."""
    table = np.array(list(weights.values()), dtype=np.float64).reshape(len(weights), 1 + columns)
    return WordList({word: row for row, word in enumerate(weights)}, table[:, 0].tolist(), table[:, 1:])


@lru_cache(maxsize=1)
def lyric_words() -> WordList:
    """Words of lyrics: log-odds of happy, angry, sad, calm, then valence and arousal."""
    return word_list(_lists()["lyrics"], LYRICS_POINT_TO)


@lru_cache(maxsize=1)
def title_words() -> WordList:
    """Words of titles: valence, arousal, then log-odds of the six moods."""
    return word_list(_lists()["titles"], TITLES_POINT_TO)


@lru_cache(maxsize=1)
def words_version() -> str:
    """Changes when the lists do, so that scores stored from older lists are told apart."""
    return str(json.loads(_FILE.read_text(encoding="utf-8"))["version"])


@lru_cache(maxsize=1)
def _lists() -> dict[str, dict[str, list[float]]]:
    return dict(json.loads(_FILE.read_text(encoding="utf-8"))["lists"])
