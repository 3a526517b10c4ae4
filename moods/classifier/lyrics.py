"""Lyrics to numbers: the text is read once, scored, and can be dropped at once."""

import math
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from statistics import fmean, stdev
from typing import Final

from moods.classifier.language import language_of
from moods.classifier.lyrics_scores import LyricsScores
from moods.classifier.sentiment import polarity
from moods.classifier.wordlists import WordList, lyric_words

_TOKEN: Final = re.compile(r"[a-z]+(?:'[a-z]+)?")
_POSITIVE, _NEGATIVE = 0.05, -0.05  # VADER's own bounds of neutral


@dataclass(frozen=True, slots=True)
class LineStatistics:
    """Size of a text and VADER compound over its lines; shares are of lines beyond ±.05. NaN is unknown."""

    n_words: float
    n_unique: float
    vader_mean: float
    vader_sd: float
    vader_pos_share: float
    vader_neg_share: float
    vader_last_quarter: float


def score_lyrics(text: str) -> LyricsScores | None:
    """Numbers of a song text, or None where there is no word in it."""
    if not any(character.isalpha() for character in text):
        return None
    language = language_of(text)
    if language != "en":
        return LyricsScores(language, None)
    counts = Counter(_TOKEN.findall(text.lower()))
    return LyricsScores(language, lyric_values(line_statistics(text, counts), counts, lyric_words()))


def line_statistics(text: str, counts: Mapping[str, int]) -> LineStatistics:
    """VADER over the non-empty lines of an English text of which `counts` are the words."""
    moods = [polarity(line) for line in text.splitlines() if line.strip()]
    return LineStatistics(
        n_words=sum(counts.values()),
        n_unique=len(counts),
        vader_mean=fmean(moods),
        vader_sd=stdev(moods) if len(moods) > 1 else 0.0,
        vader_pos_share=fmean(mood >= _POSITIVE for mood in moods),
        vader_neg_share=fmean(mood <= _NEGATIVE for mood in moods),
        vader_last_quarter=fmean(moods[-max(1, len(moods) // 4) :]),
    )


def lyric_values(lines: LineStatistics, counts: Mapping[str, int], words: WordList) -> tuple[float, ...]:
    """Everything kept of a text, in the order of LYRICS_COLUMNS."""
    return (
        lines.vader_mean,
        lines.vader_sd,
        lines.vader_pos_share,
        lines.vader_neg_share,
        lines.vader_last_quarter,
        math.log1p(lines.n_words),
        lines.n_unique / max(lines.n_words, 1.0),
        *words.point_to([counts])[0].tolist(),
    )
