"""A title to numbers: weak evidence, never enough alone."""

import math
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from moods.classifier.sentiment import polarity
from moods.classifier.wordlists import WordList, title_words

Floats = npt.NDArray[np.float64]

_TOKEN: Final = re.compile(r"[a-z]+(?:'[a-z]+)?")
_EDITION: Final = re.compile(
    r"\s*[-(\[].*\b(remaster(ed)?|version|edit|live|mono|stereo|mix|feat|ft|with|from|bonus|demo)\b.*$",
    re.IGNORECASE,
)


_OPENING: Final = frozenset("-([")


@dataclass(frozen=True, slots=True)
class TitleScores:
    """Numbers of a title, in the order of TITLE_COLUMNS."""

    values: tuple[float, ...]


def score_title(title: str) -> TitleScores | None:
    """Numbers of a title, or None where it has no word."""
    (values,) = title_values([title], title_words()).tolist()
    return None if math.isnan(values[0]) else TitleScores(tuple(values))


def _without_edition(title: str) -> str:
    if _OPENING.isdisjoint(title):
        return title  # most titles end here, which costs less than to search them
    return _EDITION.sub("", title) or title


def title_values(titles: Sequence[str], words: WordList) -> Floats:
    """Everything kept of n titles, (n, len(TITLE_COLUMNS)); NaN rows where there is no word.

    What only names an edition ("Remastered 2011") is left out.
    """
    songs = [_without_edition(title) for title in titles]
    texts = [Counter(_TOKEN.findall(song.lower())) for song in songs]
    table = np.column_stack([[polarity(song) for song in songs], words.point_to(texts)])
    table[[not counts for counts in texts]] = np.nan
    return table
