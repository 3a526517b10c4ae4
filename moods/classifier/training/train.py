"""From a data folder to the files that the run-time code reads."""

import json
from pathlib import Path
from typing import Any, Final

from moods.classifier.training.datasets import Corpus
from moods.classifier.training.document import weights_document
from moods.classifier.training.fitting import fit, versions, word_document
from moods.classifier.training.table import Table

Document = dict[str, Any]
WEIGHTS_FILE: Final = "default.json"
WORDS_FILE: Final = "words.json"


def train(corpus: Corpus, *, figures: Document, seed: int = 0) -> tuple[Document, Document]:
    """The documents of default.json and words.json; the same corpus and seed give the same bytes."""
    table = Table.of(corpus)
    fitted = fit(table, corpus.sentences, seed=seed)
    provenance = {
        "training_data_sha256": corpus.digest,
        "songs": len(table),
        "seed": seed,
        **versions(),
        "figures": figures,
    }
    words = word_document(fitted.lists)
    weights = weights_document(fitted, table, provenance={**provenance, "words": words["version"]})
    return weights, words


def write_weights(folder: Path, *, weights: Document, words: Document) -> tuple[Path, Path]:
    """Write both documents, which belong together, and say where."""
    paths = folder / WEIGHTS_FILE, folder / WORDS_FILE
    for path, document in zip(paths, (weights, words), strict=True):
        path.write_text(one_line_a_part(document) + "\n", encoding="utf-8")
    return paths


def one_line_a_part(document: Document) -> str:
    """JSON with every part of a part on a line of its own: short enough to read a change of."""
    parts = [f"{json.dumps(name)}: {_inner(part)}" for name, part in document.items()]
    return "{\n" + ",\n".join(parts) + "\n}"


def _inner(part: Any) -> str:
    if not isinstance(part, dict):
        return json.dumps(part, separators=(",", ":"), allow_nan=False)
    lines = [
        f"{json.dumps(name)}: {json.dumps(value, separators=(',', ':'), allow_nan=False)}"
        for name, value in part.items()
    ]
    return "{\n" + ",\n".join(lines) + "\n}"
