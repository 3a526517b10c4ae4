"""Fit the mood classifier on labelled songs."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from moods.classifier.training.datasets import read_corpus
from moods.classifier.training.evaluation import evaluate
from moods.classifier.training.table import FOLDS
from moods.classifier.training.train import train, write_weights
from moods.classifier.weights import FOLDER


class Command(BaseCommand):
    """Cross-validate, fit on everything, write the weights and print one JSON report."""

    help = "Fit the weights on a data folder; the figures of its cross-validation go into them."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Where the labelled songs are, how many folds to measure with, and where the weights go."""
        parser.add_argument("--data", metavar="DIR", type=Path, required=True)
        parser.add_argument("--folds", metavar="N", type=int, choices=range(2, 21), default=FOLDS)
        parser.add_argument("--out", metavar="DIR", type=Path, default=FOLDER)

    def handle(self, *, data: Path, folds: int, out: Path, **_options: Any) -> None:
        """Read, measure, fit, write."""
        try:
            corpus = read_corpus(data)
        except (OSError, KeyError, ValueError) as error:
            raise CommandError(f"{data} is not a data folder: {error}") from error
        weights, words = train(corpus, figures=evaluate(corpus, folds=folds))
        paths = write_weights(out, weights=weights, words=words)
        report = {"version": weights["version"], "files": [path.name for path in paths]}
        self.stdout.write(json.dumps(report))
