"""Figures on labelled songs whose artists the model has not seen, beside rule, majority and plain models."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from moods.classifier.evidence import present_sources, source_columns
from moods.classifier.genres import FAMILIES, families_of
from moods.classifier.inputs import Inputs
from moods.classifier.model import Model
from moods.classifier.scores import sigmoid, softmax
from moods.classifier.taxonomy import AXES, FEATURES, MOODS, OUTPUTS, SOURCES
from moods.classifier.training.columns import Lists, lyric_table, title_table
from moods.classifier.training.datasets import Corpus, Sentence
from moods.classifier.training.deletion import flipped_when_deleted
from moods.classifier.training.document import weights_document
from moods.classifier.training.fitting import fit
from moods.classifier.training.metrics import (
    auc,
    axis_figures,
    calibration_error,
    choice_figures,
    class_figures,
    line_figures,
)
from moods.classifier.training.plain import unseen_by_plain
from moods.classifier.training.table import FOLDS, Table, fold_of
from moods.classifier.weights import parse_weights

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Figures = dict[str, Any]

SUBSETS: Final[Mapping[str, tuple[str, ...]]] = {
    "audio": ("audio",),
    "audio + genre": ("audio", "genre"),
    "audio + genre + title": ("audio", "genre", "title"),
    "audio + artist": ("audio", "artist"),
    "audio + artist + genre + title": ("audio", "artist", "genre", "title"),
    "all": SOURCES,
    "no audio": ("artist", "genre", "lyrics", "title"),
}
"""Sets of sources that figures are given for."""

_SALT: Final = "outer"  # deals other folds than those the fit uses inside
_ENERGY, _VALENCE = FEATURES.index("energy"), FEATURES.index("valence")
_RULE_QUADRANT: Final = np.array([2, 1, 3, 0])  # by (valence high) * 2 + (energy high)


@dataclass(frozen=True, slots=True, eq=False)
class Unseen:
    """Cross-validated results.

    `logits` (n, 12) per name in SUBSETS, the `fold` (n,) that each song was scored in, per fold the model
    with its songs, and what plain models say, (n, 12) per name in PLAIN, where that was asked for.
    """

    table: Table
    fold: npt.NDArray[np.intp]
    logits: Mapping[str, Floats]
    present: Flags
    folds: tuple[tuple[Model, Inputs, Floats], ...]
    plain: Mapping[str, Floats] = field(default_factory=dict)

    @property
    def compared(self) -> Mapping[str, Floats]:
        """Logits of the plain models, then those of ours."""
        return {**self.plain, **self.logits}


def evaluate(corpus: Corpus, *, folds: int = FOLDS, seed: int = 0) -> Figures:
    """All tables, as one JSON-able report."""
    unseen = cross_validate(Table.of(corpus), corpus.sentences, folds=folds, seed=seed)
    plain = unseen_by_plain(unseen.table, unseen.fold)
    return to_four_places(report(replace(unseen, plain=plain)))


def to_four_places(figures: Figures) -> Figures:
    """Figures, however nested, as far as they mean anything."""
    return {
        name: to_four_places(value) if isinstance(value, dict) else round(value, 4)
        for name, value in figures.items()
    }


def cross_validate(
    table: Table, sentences: tuple[Sentence, ...], *, folds: int = FOLDS, seed: int = 0
) -> Unseen:
    """Score the artists of each fold by the run-time code, fitted on the artists of all others."""
    outer = np.array([fold_of(song.artist, folds, salt=_SALT) for song in table.songs], dtype=np.intp)
    logits = {name: np.full((len(table), len(OUTPUTS)), np.nan) for name in SUBSETS}
    present = np.zeros((len(table), len(SOURCES)), dtype=np.bool_)
    fitted = []
    for fold in range(folds):
        here = outer == fold
        model, lists = fitted_model(table.take(~here), sentences, seed=seed)
        part = table.take(here)
        inputs = inputs_of(part, lists)
        present[here] = present_sources(source_columns(model.weights, inputs))
        for name, sources in SUBSETS.items():
            logits[name][here] = model.logits(only(inputs, sources))[0]
        fitted.append((model, inputs, part.quadrant))
    return Unseen(table, outer, logits, present, tuple(fitted))


def fitted_model(table: Table, sentences: tuple[Sentence, ...], *, seed: int) -> tuple[Model, Lists]:
    """A run-time model fitted on a table, and its lists of words."""
    fitted = fit(table, sentences, seed=seed)
    return Model(parse_weights(weights_document(fitted, table, provenance={}))), fitted.lists


def inputs_of(table: Table, lists: Lists) -> Inputs:
    """Songs of a table as the run-time code takes them."""
    return Inputs(
        features=table.features,
        artist_features=table.artist_features,
        genres=table.genres,
        titles=title_table(table, lists.titles),
        lyrics=lyric_table(table, lists.lyrics),
    )


def only(inputs: Inputs, sources: tuple[str, ...]) -> Inputs:
    """A batch of which only some of SOURCES are known."""

    def shown(columns: Floats, source: str) -> Floats:
        return columns if source in sources else np.full_like(columns, np.nan)

    return Inputs(
        features=shown(inputs.features, "audio"),
        artist_features=shown(inputs.artist_features, "artist"),
        genres=inputs.genres if "genre" in sources else [()] * len(inputs),
        titles=shown(inputs.titles, "title"),
        lyrics=shown(inputs.lyrics, "lyrics"),
    )


def report(unseen: Unseen) -> Figures:
    """Every table of a cross-validation."""
    return {
        "quadrants": quadrant_table(unseen),
        "axes": {name: axis_table(unseen, axis) for axis, name in enumerate(AXES)},
        "moods": mood_table(unseen),
        "happy against sad in playlists": playlist_table(unseen),
        "calibration": calibration_table(unseen),
        "interval": interval_table(unseen),
        "labels lost with what explains them": deletion_table(unseen),
        "accuracy by genre": genre_table(unseen),
    }


def quadrant_table(unseen: Unseen) -> Figures:
    """Four quadrants: songs with a label and sound."""
    table = unseen.table
    use = ~np.isnan(table.quadrant) & unseen.present[:, 0]
    label = table.quadrant[use]
    rule = rule_quadrants(table.features[use])
    majority = np.full(len(label), np.bincount(label.astype(int)).argmax())
    return {
        "majority": choice_figures(majority, label),
        "rule": choice_figures(rule, label),
        **{name: class_figures(softmax(logits[use, 8:]), label) for name, logits in unseen.compared.items()},
    }


def rule_quadrants(features: Floats) -> npt.NDArray[np.intp]:
    """What hobby projects do: Spotify's energy and valence, each from .5 on or not."""
    high = (features[:, _VALENCE] >= 0.5) * 2 + (features[:, _ENERGY] >= 0.5)
    return np.asarray(_RULE_QUADRANT[high.astype(int)])


def axis_table(unseen: Unseen, axis: int) -> Figures:
    """Valence or arousal on the scale of its labels: songs with a label and sound."""
    table = unseen.table
    use = ~np.isnan(table.axes[:, axis]) & unseen.present[:, 0]
    rule = table.features[use, (_VALENCE, _ENERGY)[axis]]
    label = table.axes[use, axis]
    known = ~np.isnan(rule)
    return {
        "rule": line_figures(rule[known], label[known]),
        **{name: axis_figures(logits[use, axis], label) for name, logits in unseen.compared.items()},
    }


def mood_table(unseen: Unseen) -> Figures:
    """Area under the curve of each mood: songs with emotion tags and sound."""
    moods, features = unseen.table.moods, unseen.table.features
    use = ~np.isnan(moods[:, 0]) & unseen.present[:, 0]
    return {
        "songs": int(use.sum()),
        "rule": _areas(rule_moods(features[use]), moods[use]),
        **{name: _areas(logits[use, 2:8], moods[use]) for name, logits in unseen.compared.items()},
    }


def _areas(ranks: Floats, moods: Floats) -> Figures:
    areas = {name: auc(ranks[:, mood], moods[:, mood]) for mood, name in enumerate(MOODS)}
    return {**areas, "mean": float(np.mean(list(areas.values())))}


def rule_moods(features: Floats) -> Floats:
    """The six moods from energy and valence alone, (n, 6): ranks, not probabilities."""
    energy, valence = np.nan_to_num(features[:, [_ENERGY, _VALENCE]], nan=0.5).T
    poles = (valence + energy, -valence - energy, energy, valence - energy, energy - valence, -energy)
    return np.stack(poles, axis=1)


def playlist_table(unseen: Unseen) -> Figures:
    """Songs of happy and of sad playlists, by the difference of the two probabilities' logits."""
    table = unseen.table
    use = np.isin(table.playlist, (0, 1)) & unseen.present[:, 0]
    happy = (table.playlist[use] == 0).astype(np.float64)
    by_rule = table.features[use, _VALENCE]
    return {
        "songs": int(use.sum()),
        "rule": auc(by_rule, happy),
        **{name: auc(logits[use, 2] - logits[use, 3], happy) for name, logits in unseen.compared.items()},
    }


def calibration_table(unseen: Unseen) -> Figures:
    """Pooled calibration error of the six moods and of the quadrants; songs that have all of the subset."""
    table = unseen.table
    figures: Figures = {}
    for name, logits in unseen.logits.items():
        moods = ~np.isnan(table.moods[:, 0]) & ~np.isnan(logits[:, 0])
        quadrants = ~np.isnan(table.quadrant) & ~np.isnan(logits[:, 0])
        corners = np.eye(4)[table.quadrant[quadrants].astype(int)]
        figures[name] = {
            "moods": calibration_error(sigmoid(logits[moods, 2:8]), table.moods[moods]),
            "quadrants": calibration_error(softmax(logits[quadrants, 8:]), corners),
        }
    return figures


def interval_table(unseen: Unseen) -> Figures:
    """Share of labels inside the 80 % interval."""
    inside: dict[str, list[Flags]] = {axis: [] for axis in AXES}
    for misses, widths in _misses(unseen):
        for axis, name in enumerate(AXES):
            inside[name].append(misses[:, axis] <= widths[:, axis])
    return {name: float(np.concatenate(parts).mean()) for name, parts in inside.items()}


def _misses(unseen: Unseen) -> Iterator[tuple[Floats, Floats]]:
    for fold, (model, _, _) in enumerate(unseen.folds):
        use = (unseen.fold == fold) & ~np.isnan(unseen.table.axes[:, 0]) & unseen.present[:, 0]
        codes = unseen.present[use] @ (2 ** np.arange(len(SOURCES)))
        misses = np.abs(unseen.logits["all"][use, :2] - unseen.table.axes[use])
        yield misses, model.weights.half_width[codes]


def deletion_table(unseen: Unseen) -> Figures:
    """Mean over folds of `flipped_when_deleted`, from sound alone and from all there is."""
    alone = [flipped_when_deleted(model, only(inputs, ("audio",))) for model, inputs, _ in unseen.folds]
    everything = [flipped_when_deleted(model, inputs) for model, inputs, _ in unseen.folds]
    return {
        name: {part: float(np.mean([fold[part] for fold in folds])) for part in ("named", "random")}
        for name, folds in (("audio", alone), ("all", everything))
    }


def genre_table(unseen: Unseen, fewest: int = 30) -> Figures:
    """Accuracy on the quadrants by family of genre, where there are songs enough to tell."""
    table = unseen.table
    use = ~np.isnan(table.quadrant) & unseen.present[:, 0]
    right = unseen.logits["all"][use, 8:].argmax(axis=1) == table.quadrant[use]
    families = [families_named(names) for names, used in zip(table.genres, use, strict=True) if used]
    figures: Figures = {}
    for family in sorted({name for names in families for name in names}):
        here = np.array([family in names for names in families])
        if here.sum() >= fewest:
            figures[family] = {"songs": int(here.sum()), "accuracy": float(right[here].mean())}
    return figures


def families_named(names: tuple[str, ...]) -> frozenset[str]:
    """Names of the families of raw genre names."""
    return frozenset(FAMILIES[position] for name in names for position in families_of(name))
