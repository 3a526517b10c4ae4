"""Fitted and hand-set weights, read from the JSON files beside this module into arrays."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from moods.classifier.basis import Basis
from moods.classifier.genres import FAMILIES, GenreColumns
from moods.classifier.taxonomy import (
    FEATURES,
    LYRICS_COLUMNS,
    OUTPUTS,
    SOURCES,
    TITLE_COLUMNS,
)
from moods.classifier.trees import Forest

Floats = npt.NDArray[np.float64]
SCHEMA: Final = 3
FOLDER: Final = Path(__file__).parent


class BadWeights(ValueError):
    """The file does not hold weights that this code can use; train them again."""


@dataclass(frozen=True, slots=True, eq=False)
class Linear:
    """One source whose columns (n, k) become evidence (n, 12): ((x - mean) / sd) @ weights."""

    mean: Floats
    sd: Floats
    weights: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Audio:
    """Features (n, 13) become evidence (n, 12): bends, plus a forest per axis spread over the outputs.

    weights: (k, 12). forests: one per axis. forest_weights: (2, 12). forest_mean: (2,).
    """

    basis: Basis
    weights: Floats
    forests: tuple[Forest, ...]
    forest_weights: Floats
    forest_mean: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Pool:
    """How evidence adds up: bias + sum over known sources of (offset + gain * evidence).

    bias: (12,). offset: (5, 12). gain: (5, 12). gain_with: (5, 5, 12), added to the gain of the first source
    where the second one is known too, because what they say overlaps.
    """

    bias: Floats
    offset: Floats
    gain: Floats
    gain_with: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Weights:
    """Everything a model is.

    `joint`: a forest per axis on what sound and genre say of both (`moods.classifier.joint`), or none.
    `half_width` (32, 2): of the 80 % interval, by which sources are known, as bits.
    """

    version: str
    medians: Floats
    audio: Audio
    genre_columns: GenreColumns
    genre: Linear
    lyrics: Linear
    title: Linear
    pool: Pool
    joint: tuple[Forest, ...]
    half_width: Floats
    thresholds: Floats
    provenance: Mapping[str, Any]


def read_weights(path: Path) -> Weights:
    """Weights of a JSON file; raises BadWeights where it is of another schema or shape."""
    try:
        return parse_weights(json.loads(path.read_text(encoding="utf-8")))
    except ValueError as error:
        raise BadWeights(f"{path.name}: {error}") from error


def parse_weights(stored: Mapping[str, Any]) -> Weights:
    """Weights of a JSON document; raises BadWeights where it is of another schema or shape."""
    try:
        _check_names(stored)
        return _weights(stored)
    except (KeyError, TypeError, ValueError) as error:
        raise BadWeights(repr(error)) from error


def _check_names(stored: Mapping[str, Any]) -> None:
    expected = {
        "schema": SCHEMA,
        "features": list(FEATURES),
        "outputs": list(OUTPUTS),
        "sources": list(SOURCES),
        "families": list(FAMILIES),
        "lyrics_columns": list(LYRICS_COLUMNS),
        "title_columns": list(TITLE_COLUMNS),
    }
    for name, value in expected.items():
        if stored[name] != value:
            raise BadWeights(f"{name} is not what this version of the classifier reads")


def _weights(stored: Mapping[str, Any]) -> Weights:
    genre_columns = GenreColumns(_names(stored["genre_words"]), _names(stored["genre_names"]))
    return Weights(
        version=str(stored["version"]),
        medians=_array(stored["medians"], (len(FEATURES),)),
        audio=_audio(stored["audio"]),
        genre_columns=genre_columns,
        genre=_linear(stored["genre"], len(genre_columns)),
        lyrics=_linear(stored["lyrics"], len(LYRICS_COLUMNS)),
        title=_linear(stored["title"], len(TITLE_COLUMNS)),
        pool=_pool(stored["pool"]),
        joint=tuple(_forest(forest) for forest in stored["joint"]),
        half_width=_array(stored["half_width"], (2 ** len(SOURCES), 2)),
        thresholds=_array(stored["thresholds"], (6,)),
        provenance=dict(stored["provenance"]),
    )


def _names(listed: Sequence[Any]) -> tuple[str, ...]:
    return tuple(map(str, listed))


def _array(values: Sequence[Any], shape: tuple[int, ...]) -> Floats:
    array = np.array(values, dtype=np.float64)
    if array.shape != shape:
        raise BadWeights(f"expected shape {shape}, found {array.shape}")
    return array


def _audio(stored: Mapping[str, Any]) -> Audio:
    basis = _basis(stored["basis"])
    forests = tuple(_forest(forest) for forest in stored["forests"])
    return Audio(
        basis=basis,
        weights=_array(stored["weights"], (len(basis.centre), len(OUTPUTS))),
        forests=forests,
        forest_weights=np.array(stored["forest_weights"], dtype=np.float64).reshape(
            len(forests), len(OUTPUTS)
        ),
        forest_mean=_array(stored["forest_mean"], (len(forests),)),
    )


def _basis(stored: Mapping[str, Any]) -> Basis:
    shape = (len(FEATURES),)
    knots = tuple(tuple(float(knot) for knot in feature) for feature in stored["knots"])
    pairs = tuple((int(first), int(second)) for first, second in stored["pairs"])
    return Basis(
        shift=_array(stored["shift"], shape),
        mean=_array(stored["mean"], shape),
        sd=_array(stored["sd"], shape),
        knots=knots,
        pairs=pairs,
        centre=_array(stored["centre"], (sum(1 + len(feature) for feature in knots) + len(pairs),)),
    )


def _forest(stored: Mapping[str, Any]) -> Forest:
    return Forest(
        roots=np.array(stored["roots"], dtype=np.intp),
        feature=np.array(stored["feature"], dtype=np.intp),
        threshold=np.array(stored["threshold"], dtype=np.float64),
        left=np.array(stored["left"], dtype=np.intp),
        right=np.array(stored["right"], dtype=np.intp),
        missing_left=np.array(stored["missing_left"], dtype=np.bool_),
        value=np.array(stored["value"], dtype=np.float64),
        depth=int(stored["depth"]),
    )


def _linear(stored: Mapping[str, Any], columns: int) -> Linear:
    return Linear(
        mean=_array(stored["mean"], (columns,)),
        sd=_array(stored["sd"], (columns,)),
        weights=_array(stored["weights"], (columns, len(OUTPUTS))),
    )


def _pool(stored: Mapping[str, Any]) -> Pool:
    sources, outputs = len(SOURCES), len(OUTPUTS)
    return Pool(
        bias=_array(stored["bias"], (outputs,)),
        offset=_array(stored["offset"], (sources, outputs)),
        gain=_array(stored["gain"], (sources, outputs)),
        gain_with=_array(stored["gain_with"], (sources, sources, outputs)),
    )
