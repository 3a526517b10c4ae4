"""Labelled songs for scripts that measure the model: they are in no repository, so a host names a folder."""

import argparse
from pathlib import Path

from moods.classifier.training.datasets import FILES, Corpus, read_corpus

WHAT_IT_NEEDS = (
    "DIR holds labelled songs, which nobody may ship: "
    f"{', '.join(FILES)}. What is in them: docs/model-card.md, 'Train again'."
)


def told_corpus(purpose: str) -> Corpus:
    """What the command line's --data holds; ends with a sentence where it is missing or is no data folder."""
    parser = argparse.ArgumentParser(description=purpose, epilog=WHAT_IT_NEEDS)
    parser.add_argument("--data", metavar="DIR", type=Path, help="folder of labelled songs")
    folder = parser.parse_args().data
    if folder is None:
        parser.error(f"--data DIR is needed. {WHAT_IT_NEEDS}")
    try:
        return read_corpus(folder)
    except (OSError, KeyError, ValueError) as error:
        parser.error(f"{folder} is not a data folder: {error}. {WHAT_IT_NEEDS}")
