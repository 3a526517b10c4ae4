"""What a listener's corrections gain, another label source playing the listener.

    python bench/personal_moods.py --data DIR

The model is fitted on DIR without the playlist labels; happy and sad playlists then play a
listener who corrects 3, 5, 10, 20 or 50 songs. The figure is the accuracy of happy against sad on the songs
that were not corrected, mean of 40 draws; the floor is the same without the corrections.
"""

import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench.labelled import told_corpus
from bench.table import Line, show
from moods.classifier.inputs import Inputs
from moods.classifier.model import Model
from moods.classifier.personal import apply_personal, fit_personal, target_row
from moods.classifier.taxonomy import MOODS
from moods.classifier.training.evaluation import fitted_model
from moods.classifier.training.table import Table

DRAWS = 40
CORRECTIONS = (3, 5, 10, 20, 50)
MOST_LOST, REACH = 0.01, {20: 0.82}
"""Of accuracy: what corrections may cost, and what so many have to lead to."""

HAPPY, SAD = MOODS.index("happy"), MOODS.index("sad")


def accuracy(probabilities: np.ndarray, is_happy: np.ndarray, chosen: np.ndarray) -> float:
    """Share of the chosen songs whose likelier mood of the two is the listener's."""
    says_happy = probabilities[chosen, HAPPY] > probabilities[chosen, SAD]
    return float((says_happy == is_happy[chosen]).mean())


def simulate(model: Model, table: Table) -> dict[str, dict[str, float]]:
    """Base and personal accuracy by number of corrections."""
    inputs = Inputs.from_features(table.features)
    probabilities, z = model.score(inputs).probabilities, model.standardise(inputs)
    is_happy = table.playlist == 0
    targets = np.stack([target_row(frozenset({"happy" if h else "sad"})) for h in is_happy])
    return {
        str(count): _drawn(count, probabilities=probabilities, z=z, targets=targets, is_happy=is_happy)
        for count in CORRECTIONS
    }


def _drawn(
    count: int, *, probabilities: np.ndarray, z: np.ndarray, targets: np.ndarray, is_happy: np.ndarray
) -> dict[str, float]:
    rng = np.random.default_rng(count)
    base, personal = [], []
    for _ in range(DRAWS):
        order = rng.permutation(len(z))
        told, rest = order[:count], order[count:]
        offset = fit_personal(probabilities[told], z=z[told], targets=targets[told])
        moved = apply_personal(offset, probabilities=probabilities, z=z)
        base.append(accuracy(probabilities, is_happy, rest))
        personal.append(accuracy(moved, is_happy, rest))
    return {"base": round(float(np.mean(base)), 4), "personal": round(float(np.mean(personal)), 4)}


def main() -> int:
    """Fit, simulate, print the table; 1 when something in it is missed."""
    corpus = told_corpus(__doc__.splitlines()[0])
    table = Table.of(corpus)
    blind = replace(table, playlist=np.full(len(table), np.nan))
    model, _ = fitted_model(blind, corpus.sentences, seed=0)
    listener = table.take(np.isin(table.playlist, (0, 1)))
    return show(_lines(simulate(model, listener)))


def _lines(found: dict[str, dict[str, float]]) -> Iterator[Line]:
    for corrections, accuracy in found.items():
        base, ours = accuracy["base"], accuracy["personal"]
        reach = max(base - MOST_LOST, REACH.get(int(corrections), 0.0))
        yield Line(f"{corrections} corrections", ours, "right", base, reach, at_least=True)


if __name__ == "__main__":
    sys.exit(main())
