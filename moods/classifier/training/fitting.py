"""The whole fit: labelled songs in, the two JSON documents of the run-time model out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from json import dumps
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import sklearn

from moods.classifier.evidence import available_sources, fall_back
from moods.classifier.joint import both_known, joint_columns, joint_evidence
from moods.classifier.model import pool as add_up
from moods.classifier.scores import sigmoid
from moods.classifier.taxonomy import AXES, MOODS, OUTPUTS, SOURCES
from moods.classifier.training.blending import LYRICS_BLEND, OWN_BLEND, SOUND_BLEND, blend_matrix
from moods.classifier.training.columns import Lists, fit_lists, unseen_source_tables
from moods.classifier.training.datasets import Sentence
from moods.classifier.training.experts import (
    LABELS,
    AudioExperts,
    LinearExperts,
    fit_audio,
    fit_linear,
)
from moods.classifier.training.forests import grow_joint
from moods.classifier.training.pooling import Sample, fit_pool, sample
from moods.classifier.training.table import FOLDS, Table
from moods.classifier.trees import Forest
from moods.classifier.weights import Pool

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

STRENGTHS: Final = {
    "genre": (2500.0, 0.004, 0.015),
    "lyrics": (50.0, 0.1, 0.1),
    "title": (100.0, 0.1, 0.02),
}
"""Ridge penalty of the axes, inverse penalties of moods and of classes, chosen by cross-validation."""

_BLENDS: Final = (SOUND_BLEND, SOUND_BLEND, OWN_BLEND, LYRICS_BLEND, OWN_BLEND)
_COVERED: Final = 0.8
_ENOUGH: Final = 200


@dataclass(frozen=True, slots=True, eq=False)
class Experts:
    """One of each source."""

    audio: AudioExperts
    genre: LinearExperts
    lyrics: LinearExperts
    title: LinearExperts

    def evidence(self, columns: Sequence[Floats]) -> Floats:
        """Columns of the five sources -> evidence (5, n, 12)."""
        by_source: tuple[AudioExperts | LinearExperts, ...] = (
            self.audio,
            self.audio,
            self.genre,
            self.lyrics,
            self.title,
        )
        return np.stack(
            [
                experts.say(table) @ blend
                for experts, table, blend in zip(by_source, columns, blends(), strict=True)
            ]
        )


@dataclass(frozen=True, slots=True, eq=False)
class Fit:
    """Everything fitted: from the pool on by experts that had not seen the songs."""

    lists: Lists
    experts: Experts
    pool: Pool
    joint: tuple[Forest, ...]
    half_width: Floats
    thresholds: Floats


def blends() -> list[Floats]:
    """The blend of each of SOURCES as a matrix (experts, 12)."""
    sizes = (LABELS + 4, LABELS + 4, LABELS, LABELS, LABELS)
    return [blend_matrix(blend, size) for blend, size in zip(_BLENDS, sizes, strict=True)]


def fit(table: Table, sentences: tuple[Sentence, ...], *, seed: int = 0) -> Fit:
    """Fit on a table; the pool learns from experts on songs of artists they have not seen."""
    lists = fit_lists(table, sentences)
    columns = unseen_source_tables(table, lists, sentences)
    available = available_sources(columns)
    evidence = unseen_evidence(table, columns, seed=seed)
    songs = sample(evidence, available, seed=seed)
    pool = fit_pool(songs, table)
    joint = fit_joint(pool, songs, axes=table.axes[songs.rows], seed=seed)
    logits = add_up(pool, evidence, fall_back(available))
    return Fit(
        lists=lists,
        experts=fit_experts(table, columns, seed=seed),
        pool=pool,
        joint=joint,
        half_width=half_widths(pool, joint, evidence=evidence, available=available, axes=table.axes),
        thresholds=fit_thresholds(logits[:, 2:8], table.moods),
    )


def fit_experts(table: Table, columns: Sequence[Floats], *, seed: int) -> Experts:
    """Experts of every source from all songs of a table."""
    return Experts(
        audio=fit_audio(table, seed=seed),
        genre=fit_linear(columns[2], table, strengths=STRENGTHS["genre"]),
        lyrics=fit_linear(columns[3], table, strengths=STRENGTHS["lyrics"]),
        title=fit_linear(columns[4], table, strengths=STRENGTHS["title"]),
    )


def unseen_evidence(table: Table, columns: Sequence[Floats], *, seed: int) -> Floats:
    """Evidence (5, n, 12), that of each fold by experts fitted on the others."""
    evidence = np.zeros((len(SOURCES), len(table), len(OUTPUTS)))
    for fold in range(FOLDS):
        here = table.fold == fold
        seen = [source[~here] for source in columns]
        experts = fit_experts(table.take(~here), seen, seed=seed)
        evidence[:, here] = experts.evidence([source[here] for source in columns])
    return evidence


def fit_joint(pool: Pool, songs: Sample, *, axes: Floats, seed: int) -> tuple[Forest, ...]:
    """A forest per axis for what the pool misses of axes (n, 2) where sound and genre are both known.

    None where too few songs have both.
    """
    use = ~np.isnan(axes[:, 0]) & both_known(songs.present)
    if use.sum() < _ENOUGH:
        return ()
    missing = axes[use] - add_up(pool, songs.evidence[:, use], songs.present[use])[:, : len(AXES)]
    columns = joint_columns(songs.evidence[:, use])
    return tuple(grow_joint(columns, missing[:, axis], seed=seed) for axis in range(len(AXES)))


def half_widths(
    pool: Pool, joint: tuple[Forest, ...], *, evidence: Floats, available: Flags, axes: Floats
) -> Floats:
    """Half width of the 80 % interval of either axis for every set of sources, (32, 2), split conformal."""
    rated = ~np.isnan(axes[:, 0])
    widths = np.zeros((2 ** len(SOURCES), 2))
    for code in range(1, len(widths)):
        wanted = (code >> np.arange(len(SOURCES)) & 1).astype(bool)
        use = rated & available[:, wanted].all(axis=1)
        if use.sum() < _ENOUGH:
            use = rated & available.any(axis=1)
        shown = fall_back(available[use] & wanted)
        points = add_up(pool, evidence[:, use], shown)[:, : len(AXES)]
        points += joint_evidence(joint, evidence[:, use], shown)
        missed = np.abs(points - axes[use])
        widths[code] = np.quantile(missed, _COVERED, axis=0) if len(missed) else 1.0
    widths[0] = widths[1:].max(axis=0)
    return widths


def fit_thresholds(logits: Floats, moods: Floats) -> Floats:
    """For each mood the probability that as many songs reach as listeners tag with it, (6,)."""
    thresholds = np.full(len(MOODS), 0.5)
    for mood in range(len(MOODS)):
        tagged = ~np.isnan(moods[:, mood])
        if tagged.any():
            share = moods[tagged, mood].mean()
            thresholds[mood] = np.quantile(sigmoid(logits[tagged, mood]), 1.0 - share)
    return thresholds


def word_document(lists: Lists) -> dict[str, Any]:
    """The JSON of words.json."""
    tables = {"lyrics": lists.lyrics, "titles": lists.titles}
    content = {
        name: {word: rounded([words.rarity[row], *words.weights[row]]) for word, row in words.rows.items()}
        for name, words in tables.items()
    }
    return {"version": content_digest(content), "lists": content}


def rounded(values: Any) -> Any:
    """Numbers, however nested, at five significant digits."""
    if isinstance(values, list | tuple):
        return [rounded(value) for value in values]
    return float(f"{float(values):.5g}")


def content_digest(content: Mapping[str, Any]) -> str:
    """First twelve hex digits of SHA-256."""
    return sha256(dumps(content, sort_keys=True).encode()).hexdigest()[:12]


def versions() -> dict[str, str]:
    """What the weights were fitted with."""
    return {"scikit_learn": sklearn.__version__, "numpy": np.__version__}
