"""A fit as the JSON document that `moods.classifier.weights` reads."""

from typing import Any, Final

import numpy as np
import numpy.typing as npt

from moods.classifier.genres import FAMILIES
from moods.classifier.taxonomy import FEATURES, LYRICS_COLUMNS, OUTPUTS, SOURCES, TITLE_COLUMNS
from moods.classifier.training.experts import AudioExperts, LinearExperts
from moods.classifier.training.fitting import Fit, blends, content_digest, rounded
from moods.classifier.training.table import Table
from moods.classifier.trees import Forest
from moods.classifier.weights import SCHEMA, Pool

Document = dict[str, Any]
Floats = npt.NDArray[np.float64]
VERSION: Final = "3"


def weights_document(fit: Fit, table: Table, *, provenance: Document) -> Document:
    """The JSON of default.json; its version is told by what it holds."""
    sound, _, genre, lyrics, title = blends()
    content = {
        "medians": _medians(table.features),
        "audio": _audio(fit.experts.audio, sound),
        "genre": _linear(fit.experts.genre, genre),
        "lyrics": _linear(fit.experts.lyrics, lyrics),
        "title": _linear(fit.experts.title, title),
        "pool": _pool(fit.pool),
        "joint": [_forest(forest) for forest in fit.joint],
        "half_width": rounded(fit.half_width.tolist()),
        "thresholds": rounded(fit.thresholds.tolist()),
        "genre_words": list(fit.lists.genres.words),
        "genre_names": list(fit.lists.genres.names),
    }
    names = {
        "schema": SCHEMA,
        "version": f"{VERSION}-{content_digest(content)}",
        "features": list(FEATURES),
        "outputs": list(OUTPUTS),
        "sources": list(SOURCES),
        "families": list(FAMILIES),
        "lyrics_columns": list(LYRICS_COLUMNS),
        "title_columns": list(TITLE_COLUMNS),
    }
    return {**names, "provenance": provenance, **content}


def _medians(features: Floats) -> list[float]:
    known = [column[~np.isnan(column)] for column in features.T]
    return [float(np.median(column)) if len(column) else 0.0 for column in known]


def _audio(experts: AudioExperts, blend: Floats) -> Document:
    basis, linear = experts.basis, len(experts.coefficients.T)
    return {
        "basis": {
            "shift": [None if np.isnan(shift) else float(shift) for shift in basis.shift],
            "mean": rounded(basis.mean.tolist()),
            "sd": rounded(basis.sd.tolist()),
            "knots": [list(knots) for knots in basis.knots],
            "pairs": [list(pair) for pair in basis.pairs],
            "centre": rounded(basis.centre.tolist()),
        },
        "weights": rounded((experts.coefficients @ blend[:linear]).tolist()),
        "forests": [_forest(forest) for forest in experts.forests],
        "forest_weights": rounded(blend[linear:].tolist()),
        "forest_mean": rounded(experts.forest_mean.tolist()),
    }


def _forest(forest: Forest) -> Document:
    return {
        "roots": forest.roots.tolist(),
        "feature": forest.feature.tolist(),
        "threshold": rounded(forest.threshold.tolist()),
        "left": forest.left.tolist(),
        "right": forest.right.tolist(),
        "missing_left": forest.missing_left.astype(int).tolist(),
        "value": rounded(forest.value.tolist()),
        "depth": forest.depth,
    }


def _linear(experts: LinearExperts, blend: Floats) -> Document:
    return {
        "mean": rounded(experts.mean.tolist()),
        "sd": rounded(experts.sd.tolist()),
        "weights": rounded((experts.coefficients @ blend).tolist()),
    }


def _pool(pool: Pool) -> Document:
    parts = {"bias": pool.bias, "offset": pool.offset, "gain": pool.gain, "gain_with": pool.gain_with}
    return {name: rounded(part.tolist()) for name, part in parts.items()}
