"""Fitting the bags of words: rare-word weighted counts against labels."""

import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression, Ridge

from moods.classifier.training.datasets import Sentence
from moods.classifier.wordlists import WordList

Floats = npt.NDArray[np.float64]
Counts = Mapping[str, int]

TOKEN: Final = re.compile(r"[a-z]+(?:'[a-z]+)?")
STRUCTURE: Final = frozenset(
    {"chorus", "verse", "bridge", "intro", "outro", "repeat", "instrumental", "solo", "x"}
)
"""Words of those who wrote the lyrics down, not of those who sing."""


def title_counts(title: str) -> Counts:
    """Word counts of a title."""
    return Counter(TOKEN.findall(title.lower()))


def vocabulary(texts: Sequence[Counts], *, least: int, columns: int) -> WordList:
    """Words in at least so many texts with their rarity, log(n / df) + 1; weights still zero."""
    frequency = Counter(word for text in texts for word in text)
    kept = sorted(w for w, df in frequency.items() if df >= least and w not in STRUCTURE and len(w) > 1)
    rarity = [math.log(len(texts) / frequency[word]) + 1.0 for word in kept]
    return WordList({w: row for row, w in enumerate(kept)}, rarity, np.zeros((len(kept), columns)))


def matrix(words: WordList, texts: Sequence[Counts]) -> csr_matrix:
    """tf-idf of texts: sparse (n_texts, n_words), rows of unit length."""
    text, row, amount = words.amounts(texts)
    return csr_matrix((amount, (text, row)), shape=(len(texts), len(words.rows)))


def fit_lyric_words(texts: Sequence[Counts], quadrant: Floats, sentences: Sequence[Sentence]) -> WordList:
    """Lyrics against their quadrant (n,), and sentences of EmoBank against valence and arousal."""
    words = vocabulary(texts, least=6, columns=6)
    model = LogisticRegression(C=2.0, max_iter=500).fit(matrix(words, texts), quadrant)
    read = matrix(words, [title_counts(sentence.text) for sentence in sentences])
    felt = np.array([[sentence.valence, sentence.arousal] for sentence in sentences])
    emotion = Ridge(alpha=5.0, solver="sparse_cg").fit(read, felt)
    return WordList(words.rows, words.rarity, np.column_stack([model.coef_.T, emotion.coef_.T]))


def fit_title_words(texts: Sequence[Counts], axes: Floats, moods: Floats) -> WordList:
    """Titles against valence and arousal (n, 2) and the six moods (n, 6); NaN is unlabelled."""
    words = vocabulary(texts, least=5, columns=8)
    table = matrix(words, texts)
    columns = [_fit_axis(table, axes[:, axis]) for axis in range(2)]
    columns += [_fit_mood(table, moods[:, mood]) for mood in range(moods.shape[1])]
    return WordList(words.rows, words.rarity, np.column_stack(columns))


def _fit_axis(table: csr_matrix, label: Floats) -> Floats:
    use = ~np.isnan(label)
    return np.asarray(Ridge(alpha=10.0, solver="sparse_cg").fit(table[use], label[use]).coef_)


def _fit_mood(table: csr_matrix, label: Floats) -> Floats:
    use = ~np.isnan(label)
    return np.asarray(LogisticRegression(C=0.5, max_iter=500).fit(table[use], label[use]).coef_[0])
