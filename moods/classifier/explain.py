"""Why a mood: contributions that add up to its log-odds exactly, in plain words."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from moods.classifier.evidence import (
    ARTIST,
    AUDIO,
    audio_shares,
    present_sources,
    source_columns,
    source_evidence,
    word_evidence,
)
from moods.classifier.inputs import Inputs, believable
from moods.classifier.joint import joint_evidence
from moods.classifier.phrases import say_feature, say_source
from moods.classifier.taxonomy import AXES, FEATURES, OUTPUTS, SOURCES
from moods.classifier.weights import Pool, Weights

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Positions = npt.NDArray[np.intp]

PARTS = ("baseline", *FEATURES, *SOURCES[1:])
"""What an output is the sum of, in the order of every `(n, 18)` array.

The features are those of the track itself.
"""


@dataclass(frozen=True, slots=True)
class Contribution:
    """One part of an output's log-odds (of an axis: of its standardised value).

    feature: one of PARTS. value: the feature's own value, None where it has none.
    """

    feature: str
    value: float | None
    logit: float
    words: str


def contributions_of(weights: Weights, *, inputs: Inputs, output: str) -> tuple[Contribution, ...]:
    """The baseline, then every part that gave anything, largest first, of a batch of one song."""
    given, speaker = _opened(weights, inputs=inputs, outputs=[output])
    order = [part for part in np.argsort(-np.abs(given[0]), kind="stable") if part and given[0, part]]
    return tuple(speaker.contribution(0, int(part), float(given[0, part])) for part in [0, *order])


def strongest(
    weights: Weights, *, inputs: Inputs, outputs: Sequence[str], count: int = 3
) -> list[tuple[Contribution, ...]]:
    """Of each song the parts that raised its output most, largest first; fewer where fewer did."""
    given, speaker = _opened(weights, inputs=inputs, outputs=outputs)
    best = np.argsort(-given[:, 1:], axis=1, kind="stable")[:, :count] + 1
    sizes = np.take_along_axis(given, best, axis=1)
    return [
        tuple(
            speaker.contribution(row, part, size)
            for part, size in zip(parts, given_to, strict=True)
            if size > 0
        )
        for row, (parts, given_to) in enumerate(zip(best.tolist(), sizes.tolist(), strict=True))
    ]


def contribution_matrix(weights: Weights, *, inputs: Inputs, outputs: Positions) -> Floats:
    """What each of PARTS gave to the output chosen for each row, (n, 18); rows sum to the logit."""
    columns = source_columns(weights, inputs)
    present = present_sources(columns)
    offset, gain = _pool_of(weights.pool, present=present, outputs=outputs)
    parts = np.zeros((len(inputs), len(PARTS)))
    parts[:, 0] = weights.pool.bias[outputs] + offset[:, AUDIO]
    said, shares = _said(weights, columns=columns, present=present, outputs=outputs)
    parts[:, 1:14] = shares[:, :-1] * gain[:, [AUDIO]]
    parts[:, 0] += shares[:, -1] * gain[:, AUDIO]
    parts[:, 14:] = np.where(present[:, 1:], said * gain[:, 1:], 0.0) + offset[:, 1:]
    parts[:, PARTS.index("genre")] += _beside_sound(weights, columns, present=present, outputs=outputs)
    return parts


def _beside_sound(
    weights: Weights, columns: tuple[Floats, ...], *, present: Flags, outputs: Positions
) -> Floats:
    """What an axis gains from sound and genre together, (n,): it would fall away with the genre."""
    added = np.zeros(len(outputs))
    axis = outputs < len(AXES)
    if axis.any():
        evidence = source_evidence(weights, [table[axis] for table in columns], present[axis])
        together = joint_evidence(weights.joint, evidence, present[axis])
        added[axis] = together[np.arange(len(together)), outputs[axis]]
    return added


def _pool_of(pool: Pool, *, present: Flags, outputs: Positions) -> tuple[Floats, Floats]:
    """Offset and gain of each source for the output of each row, both (n, 5)."""
    rows = np.arange(len(outputs))
    with_others = np.stack([(present @ others)[rows, outputs] for others in pool.gain_with], axis=1)
    return pool.offset[:, outputs].T * present, pool.gain[:, outputs].T + with_others


def _said(
    weights: Weights, *, columns: tuple[Floats, ...], present: Flags, outputs: Positions
) -> tuple[Floats, Floats]:
    """What the sources but audio say, (n, 4), and what each feature does, (n, 14)."""
    rows = np.arange(len(outputs))
    shares = np.zeros((2, len(rows), len(FEATURES) + 1))
    for source in (AUDIO, ARTIST):
        heard = present[:, source]
        shares[source, heard] = audio_shares(
            weights.audio, features=columns[source][heard], outputs=outputs[heard]
        )
    rest = word_evidence(weights, columns)[:, rows, outputs]
    return np.column_stack([shares[ARTIST].sum(axis=1), *rest]), shares[AUDIO]


def _opened(weights: Weights, *, inputs: Inputs, outputs: Sequence[str]) -> tuple[Floats, "_Speaker"]:
    chosen = np.array([OUTPUTS.index(output) for output in outputs], dtype=np.intp)
    features = believable(inputs.features)
    z = weights.audio.basis.standardise(features)
    return (
        contribution_matrix(weights, inputs=inputs, outputs=chosen),
        _Speaker(features.tolist(), z.tolist(), inputs.genres),
    )


@dataclass(frozen=True, slots=True)
class _Speaker:
    """Puts parts into words; rows as plain lists, which are read one number at a time."""

    features: list[list[float]]
    z: list[list[float]]
    genres: Sequence[tuple[str, ...]]

    def contribution(self, row: int, part: int, size: float) -> Contribution:
        name = PARTS[part]
        if not 1 <= part <= len(FEATURES):
            return Contribution(name, None, size, say_source(name, self.genres[row]))
        value = self.features[row][part - 1]
        words = say_feature(name, value=value, z=self.z[row][part - 1])
        return Contribution(name, None if math.isnan(value) else value, size, words)
