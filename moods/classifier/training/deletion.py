"""Do explanations name what decided? Delete the parts they name and see whether the label falls."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import numpy as np
import numpy.typing as npt

from moods.classifier.explain import PARTS
from moods.classifier.inputs import Inputs
from moods.classifier.model import Model
from moods.classifier.taxonomy import FEATURES, MIXED, UNKNOWN

NAMED: Final = 3


def flipped_when_deleted(model: Model, inputs: Inputs) -> dict[str, float]:
    """Share of songs that lose their main mood with the three parts named for it, and with any three.

    Songs of which no more than three parts are known prove nothing and are left out.
    """
    scores = model.score(inputs)
    moods = scores.main_moods
    parts = [_known(inputs, row, present) for row, present in enumerate(scores.present)]
    kept = [row for row, mood in enumerate(moods) if mood not in (MIXED, UNKNOWN) and len(parts[row]) > NAMED]
    songs, labels = inputs.take(np.array(kept, dtype=np.intp)), [moods[row] for row in kept]
    named = [tuple(part.feature for part in reasons) for reasons in model.reasons(songs, labels)]
    rng = np.random.default_rng(0)
    random = [tuple(rng.permutation(parts[row])[:NAMED]) for row in kept]
    return {
        "songs": float(len(songs)),
        "named": _flipped(model, songs=songs, labels=labels, deleted=named),
        "random": _flipped(model, songs=songs, labels=labels, deleted=random),
    }


def without(inputs: Inputs, deleted: Sequence[Sequence[str]]) -> Inputs:
    """The batch with the parts named for each song unknown."""
    features, titles, lyrics = inputs.features.copy(), inputs.titles.copy(), inputs.lyrics.copy()
    artist, genres = inputs.artist_features.copy(), list(inputs.genres)
    for row, parts in enumerate(deleted):
        features[row, [FEATURES.index(part) for part in parts if part in FEATURES]] = np.nan
        for name, table in (("artist", artist), ("lyrics", lyrics), ("title", titles)):
            if name in parts:
                table[row] = np.nan
        genres[row] = () if "genre" in parts else genres[row]
    return replace(
        inputs, features=features, artist_features=artist, genres=genres, titles=titles, lyrics=lyrics
    )


def _known(inputs: Inputs, row: int, present: npt.NDArray[np.bool_]) -> list[str]:
    """Parts that could be deleted of a song, given which SOURCES count (5,)."""
    told = [*~np.isnan(inputs.features[row]), *present[1:]]
    return [part for part, known in zip(PARTS[1:], told, strict=True) if known]


def _flipped(
    model: Model, *, songs: Inputs, labels: Sequence[str], deleted: Sequence[Sequence[str]]
) -> float:
    after = model.score(without(songs, deleted)).main_moods
    return float(np.mean([old != new for old, new in zip(labels, after, strict=True)]))
