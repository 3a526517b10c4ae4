"""The model: evidence of every known source, added up on the log-odds scale."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from moods.classifier.evidence import present_sources, source_columns, source_evidence
from moods.classifier.explain import Contribution, contributions_of, strongest
from moods.classifier.inputs import Inputs, believable
from moods.classifier.joint import joint_evidence
from moods.classifier.scores import Scores, sigmoid, softmax
from moods.classifier.taxonomy import AXES, SOURCES
from moods.classifier.weights import FOLDER, Pool, Weights, read_weights

Floats = npt.NDArray[np.float64]
_ROWS_AT_ONCE = 8_192
_SPREAD = 4.0  # standardised labels of ±2 become 0 and 1


@dataclass(frozen=True, slots=True, eq=False)
class Model:
    """Weights that score batches of songs."""

    weights: Weights

    @property
    def version(self) -> str:
        """Changes when the same inputs may be scored differently."""
        return self.weights.version

    def logits(self, inputs: Inputs) -> tuple[Floats, npt.NDArray[np.bool_]]:
        """Every output before its link function, (n, 12), and which SOURCES there were, (n, 5)."""
        parts = [
            slice(start, start + _ROWS_AT_ONCE) for start in range(0, max(1, len(inputs)), _ROWS_AT_ONCE)
        ]
        pooled = [self._pooled(inputs.take(part)) for part in parts]
        return np.concatenate([logits for logits, _ in pooled]), np.concatenate(
            [there for _, there in pooled]
        )

    def score(self, inputs: Inputs) -> Scores:
        """Moods of a batch; songs of which only a title is known stay unknown."""
        logits, present = self.logits(inputs)
        known = np.asarray(present[:, : SOURCES.index("title")].any(axis=1))
        logits[~known] = np.nan
        half = self.weights.half_width[source_code(present)]
        middle = logits[:, :2]
        low, point, high = (to_unit(axis) for axis in (middle - half, middle, middle + half))
        return Scores(
            valence=point[:, 0],
            arousal=point[:, 1],
            valence_low=low[:, 0],
            valence_high=high[:, 0],
            arousal_low=low[:, 1],
            arousal_high=high[:, 1],
            probabilities=sigmoid(logits[:, 2:8]),
            quadrants=softmax(logits[:, 8:]),
            known=known,
            present=present,
            thresholds=self.weights.thresholds,
        )

    def explain(self, inputs: Inputs, row: int, output: str) -> tuple[Contribution, ...]:
        """What one song's output (a mood, an axis or `q_` and a quadrant) is the exact sum of.

        The first contribution is where every song starts; the others are ordered by size.
        """
        return contributions_of(self.weights, inputs=inputs.take(slice(row, row + 1)), output=output)

    def reasons(self, inputs: Inputs, outputs: Sequence[str]) -> list[tuple[Contribution, ...]]:
        """Of each song the three contributions that speak most for the output named for it."""
        return [
            reasons
            for start in range(0, len(inputs), _ROWS_AT_ONCE)
            for reasons in strongest(
                self.weights,
                inputs=inputs.take(slice(start, start + _ROWS_AT_ONCE)),
                outputs=outputs[start : start + _ROWS_AT_ONCE],
            )
        ]

    def standardise(self, inputs: Inputs) -> Floats:
        """Features as z (n, 13) for `personal`, of the track or else of its artist.

        NaN where neither is known.
        """
        own = self.weights.audio.basis.standardise(believable(inputs.features))
        artist = self.weights.audio.basis.standardise(believable(inputs.artist_features))
        return np.where(np.isnan(own), artist, own)

    def _pooled(self, inputs: Inputs) -> tuple[Floats, npt.NDArray[np.bool_]]:
        columns = source_columns(self.weights, inputs)
        present = present_sources(columns)
        evidence = source_evidence(self.weights, columns, present)
        logits = pool(self.weights.pool, evidence, present)
        logits[:, : len(AXES)] += joint_evidence(self.weights.joint, evidence, present)
        return logits, present


def pool(weights: Pool, evidence: Floats, present: npt.NDArray[np.bool_]) -> Floats:
    """Evidence (5, n, 12) of the sources that are present (n, 5) -> logits (n, 12)."""
    logits = np.tile(weights.bias, (len(present), 1))
    for source, gain in enumerate(weights.gain):
        full_gain = gain + present @ weights.gain_with[source]
        logits += np.where(
            present[:, [source]],
            weights.offset[source] + full_gain * evidence[source],
            0.0,
        )
    return logits


def source_code(present: npt.NDArray[np.bool_]) -> npt.NDArray[np.intp]:
    """Which sources are present (n, 5) as one number (n,), the first source being the lowest bit."""
    return np.asarray(present @ (2 ** np.arange(len(SOURCES))), dtype=np.intp)


def to_unit(standardised: Floats) -> Floats:
    """Valence or arousal on the scale of its labels (mean 0, deviation 1) -> 0 to 1."""
    return np.clip(0.5 + standardised / _SPREAD, 0.0, 1.0)


@lru_cache(maxsize=4)
def load_model(name: str = "default") -> Model:
    """The model of `weights/<name>.json`: "default" is fitted, "prior" is set by hand; raises BadWeights."""
    return Model(read_weights(FOLDER / f"{name}.json"))
