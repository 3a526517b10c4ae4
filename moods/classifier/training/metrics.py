"""Figures of predictions against labels."""

from typing import Final

import numpy as np
import numpy.typing as npt
from sklearn.metrics import f1_score, log_loss, r2_score, roc_auc_score

Floats = npt.NDArray[np.float64]
Figures = dict[str, float]

BINS: Final = 10


def calibration_error(probabilities: Floats, outcomes: Floats) -> float:
    """Pooled expected calibration error: mean distance of told and true share over ten bins, by size."""
    told, true = probabilities.ravel(), outcomes.ravel()
    bins = np.minimum((told * BINS).astype(int), BINS - 1)
    distance = np.bincount(bins, weights=told - true, minlength=BINS)
    return float(np.abs(distance).sum() / max(1, len(told)))


def class_figures(probabilities: Floats, label: Floats) -> Figures:
    """Of class probabilities (n, 4) against class numbers (n,)."""
    wanted = label.astype(int)
    chosen = probabilities.argmax(axis=1)
    return {
        **choice_figures(chosen, label),
        "log_loss": float(log_loss(wanted, probabilities, labels=range(probabilities.shape[1]))),
        "calibration": calibration_error(probabilities, np.eye(probabilities.shape[1])[wanted]),
        "calibration_of_choice": calibration_error(
            probabilities.max(axis=1), (chosen == wanted).astype(np.float64)
        ),
    }


def choice_figures(chosen: npt.NDArray[np.intp], label: Floats) -> Figures:
    """Of bare choices (n,)."""
    wanted = label.astype(int)
    return {
        "songs": float(len(label)),
        "accuracy": float((chosen == wanted).mean()),
        "macro_f1": float(f1_score(wanted, chosen, average="macro")),
    }


def axis_figures(points: Floats, label: Floats) -> Figures:
    """Of a value on an axis: R² as it stands, r after the best straight line."""
    return {
        "songs": float(len(label)),
        "r2": float(r2_score(label, points)),
        "r": float(np.corrcoef(points, label)[0, 1]),
    }


def line_figures(points: Floats, label: Floats) -> Figures:
    """As `axis_figures` for a rule without a scale: R² is that of the best straight line."""
    r = float(np.corrcoef(points, label)[0, 1])
    return {"songs": float(len(label)), "r2": r * r, "r": r}


def auc(ranks: Floats, outcomes: Floats) -> float:
    """Area under the ROC curve."""
    return float(roc_auc_score(outcomes, ranks))
