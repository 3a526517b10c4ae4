"""Plain models on the songs of the same folds: what ours must beat to be worth its weights."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from sklearn.base import clone
from sklearn.ensemble import (
    HistGradientBoostingClassifier,
    HistGradientBoostingRegressor,
    RandomForestClassifier,
    RandomForestRegressor,
)
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from moods.classifier.genres import FAMILIES, families_of
from moods.classifier.scores import logit
from moods.classifier.sentiment import polarity
from moods.classifier.taxonomy import AXES, MOODS, OUTPUTS, SOUND
from moods.classifier.training.table import Table

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Plain:
    """A regressor for the axes and a classifier for moods and quadrants, on `columns` of a table (n, k)."""

    columns: Callable[[Table], Floats]
    regressor: Any
    classifier: Any


def sound(table: Table) -> Floats:
    """The features as they are, (n, 13)."""
    return table.features


def sound_genre_title(table: Table) -> Floats:
    """Features, which families of genre there are, and VADER of the title: (n, 13 + families + 1)."""
    families = np.zeros((len(table), len(FAMILIES)))
    for row, names in enumerate(table.genres):
        families[row, [family for name in names for family in families_of(name)]] = 1.0
    titles = [polarity(song.title) for song in table.songs]
    return np.column_stack([table.features, families, titles])


def _scaled(model: Any) -> Any:
    return make_pipeline(SimpleImputer(strategy="median", keep_empty_features=True), StandardScaler(), model)


_FOREST: Final = {"n_estimators": 200, "min_samples_leaf": 8, "max_features": 0.4, "random_state": 0}
_RIDGE: Final = _scaled(Ridge(alpha=10.0))
_LOGISTIC: Final = _scaled(LogisticRegression(max_iter=1000))

PLAIN: Final[Mapping[str, Plain]] = {
    "plain boosting, audio": Plain(
        sound, HistGradientBoostingRegressor(random_state=0), HistGradientBoostingClassifier(random_state=0)
    ),
    "plain forest, audio": Plain(
        sound, _scaled(RandomForestRegressor(**_FOREST)), _scaled(RandomForestClassifier(**_FOREST))
    ),
    "plain linear, audio": Plain(sound, _RIDGE, _LOGISTIC),
    "plain linear, audio + genre + title": Plain(sound_genre_title, _RIDGE, _LOGISTIC),
}
"""Boosting is as scikit-learn sets it; the forest has larger leaves, which such noisy labels need."""


def unseen_by_plain(table: Table, fold: npt.NDArray[np.intp]) -> dict[str, Floats]:
    """What every model of PLAIN says of songs of folds (n,) that it was not fitted on: (n, 12) each."""
    said = {name: np.zeros((len(table), len(OUTPUTS))) for name in PLAIN}
    heard = ~np.isnan(table.features[:, SOUND]).all(axis=1)
    for here in (fold == number for number in np.unique(fold)):
        seen, unseen = table.take(~here & heard), table.take(here)
        for name, plain in PLAIN.items():
            said[name][here] = plain_logits(plain, seen=seen, unseen=unseen)
    return said


def plain_logits(plain: Plain, *, seen: Table, unseen: Table) -> Floats:
    """Every output of unseen songs, (n, 12), by models fitted on those seen songs that have the label."""
    told, asked = plain.columns(seen), plain.columns(unseen)
    parts = [_values(plain.regressor, told, seen.axes[:, axis], asked) for axis in range(len(AXES))]
    parts += [_log_odds(plain.classifier, told, seen.moods[:, mood], asked) for mood in range(len(MOODS))]
    return np.column_stack([*parts, np.log(_chances(plain.classifier, told, seen.quadrant, asked) + 1e-9)])


def _values(model: Any, told: Floats, label: Floats, asked: Floats) -> Floats:
    use = ~np.isnan(label)
    return np.asarray(clone(model).fit(told[use], label[use]).predict(asked))


def _log_odds(model: Any, told: Floats, label: Floats, asked: Floats) -> Floats:
    return logit(_chances(model, told, label, asked)[:, 1])


def _chances(model: Any, told: Floats, label: Floats, asked: Floats) -> Floats:
    use = ~np.isnan(label)
    return np.asarray(clone(model).fit(told[use], label[use].astype(int)).predict_proba(asked))
