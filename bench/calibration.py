"""How far told and true shares lie apart, for every subset of sources.

    python bench/calibration.py --data DIR

Cross-validates on DIR (artists never shared): per subset the pooled calibration error of the six moods
and of the four quadrants, and of the moods how far the worst bin of told probability is off.
"""

import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench.labelled import told_corpus
from bench.table import Line, show
from moods.classifier.scores import sigmoid
from moods.classifier.training.evaluation import Unseen, calibration_table, cross_validate
from moods.classifier.training.metrics import BINS
from moods.classifier.training.table import Table

Floats = npt.NDArray[np.float64]
MOST_WRONG = 0.03
ENOUGH = 100


def main() -> int:
    """Cross-validate and print the table; 1 when something in it is missed."""
    corpus = told_corpus(__doc__.splitlines()[0])
    return show(_lines(cross_validate(Table.of(corpus), corpus.sentences, seed=0)))


def _lines(unseen: Unseen) -> Iterator[Line]:
    for subset, errors in calibration_table(unseen).items():
        for kind, error in errors.items():
            yield Line(f"{subset}: {kind}, pooled error", error, "", reach=MOST_WRONG)
        counted, apart = _bins(unseen, subset)
        name = f"{subset}: six moods, bin furthest off of those with {ENOUGH} or more"
        yield Line(name, float(apart[counted >= ENOUGH].max()), "")


def _bins(unseen: Unseen, subset: str) -> tuple[Floats, Floats]:
    """By bin of told probability of the six moods: how many, and how far told and true shares lie apart."""
    tagged = ~np.isnan(unseen.table.moods[:, 0]) & ~np.isnan(unseen.logits[subset][:, 0])
    told = sigmoid(unseen.logits[subset][tagged, 2:8]).ravel()
    true = unseen.table.moods[tagged].ravel()
    bins = np.minimum((told * BINS).astype(int), BINS - 1)
    counted = np.bincount(bins, minlength=BINS).astype(np.float64)
    apart = np.bincount(bins, told - true, minlength=BINS) / np.maximum(counted, 1)
    return counted, np.abs(apart)


if __name__ == "__main__":
    sys.exit(main())
