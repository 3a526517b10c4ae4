"""Measure the mood classifier on labelled songs."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from moods.classifier.training.datasets import read_corpus
from moods.classifier.training.evaluation import evaluate
from moods.classifier.training.table import FOLDS


class Command(BaseCommand):
    """Cross-validate on a data folder and print one JSON report of all tables."""

    help = "Fit on all artists but those of a fold, score these, for every fold; print the figures."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Where the labelled songs are, and into how many folds their artists are dealt."""
        parser.add_argument("--data", metavar="DIR", type=Path, required=True)
        parser.add_argument("--folds", metavar="N", type=int, choices=range(2, 21), default=FOLDS)

    def handle(self, *, data: Path, folds: int, **_options: Any) -> None:
        """Read, cross-validate, print."""
        try:
            corpus = read_corpus(data)
        except (OSError, KeyError, ValueError) as error:
            raise CommandError(f"{data} is not a data folder: {error}") from error
        self.stdout.write(json.dumps(evaluate(corpus, folds=folds), indent=1))
