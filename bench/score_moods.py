"""How long 100,000 tracks take `score_tracks`, beside only reading and writing the same file.

    python bench/score_moods.py [TRACKS]

Prints one JSON report: processor seconds of the whole command, of its floor (the csv module alone) and
their ratio; of scoring what was read before and saying why, which is what a new model costs a site; and
whether scikit-learn was loaded.
"""

import csv
import json
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from moods.classifier.model import load_model
from moods.classifier.song_table import read_table
from moods.classifier.tables import reasons, score_file, table_inputs
from moods.classifier.taxonomy import FEATURES, RANGES

TRACKS = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
GENRES = ("rock", "alternative metal|nu metal", "dance pop|pop", "ambient", "folk|indie folk", "")
WORDS = ("Love", "Night", "Train", "Dance", "Window", "Summer", "Home", "River", "Blue", "Again")


def write_tracks(path: Path, rng: np.random.Generator) -> None:
    """Made-up tracks: 13 features, one in twenty cells empty, half with an artist of several tracks."""
    low, high = np.array([RANGES[name] for name in FEATURES]).T
    features = rng.uniform(low, np.minimum(high, 400_000), (TRACKS, len(FEATURES)))
    empty = rng.random(features.shape) < 0.05
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["artist", "title", *FEATURES, "genres"])
        for row in range(TRACKS):
            cells = ["" if e else f"{v:.4g}" for v, e in zip(features[row], empty[row], strict=True)]
            title = " ".join(rng.choice(WORDS, 3)) + f" {row}"
            writer.writerow([f"Artist {row % (TRACKS // 8)}", title, *cells, GENRES[row % 6]])


def seconds(work: Callable[[], object]) -> float:
    """Processor time of one run, which other work on the machine does not lengthen."""
    start = time.process_time()
    work()
    return time.process_time() - start


def copy(source: Path, target: Path) -> None:
    """The floor: every cell read and written, nothing worked out."""
    with source.open(encoding="utf-8", newline="") as read, target.open("w", newline="") as write:
        csv.writer(write).writerows(csv.reader(read))


def main() -> None:
    """Measure and report."""
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder, "in.csv"), Path(folder, "out.csv")
        write_tracks(source, np.random.default_rng(1))
        floor = seconds(lambda: copy(source, target))
        scoring = seconds(lambda: score_file(source, target, model=load_model()))
        model, inputs = load_model(), table_inputs(read_table(source))
        again = seconds(lambda: reasons(model, inputs=inputs, scores=model.score(inputs)))
    report = {
        "tracks": TRACKS,
        "seconds": round(scoring, 2),
        "floor_seconds": round(floor, 2),
        "ratio": round(scoring / floor, 1),
        "rescoring_seconds": round(again, 2),
        "scikit_learn_loaded": "sklearn" in sys.modules,
    }
    print(json.dumps(report))


if __name__ == "__main__":
    main()
