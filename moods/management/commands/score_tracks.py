"""Score the songs of a CSV file."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from moods.classifier.cells import BadTable
from moods.classifier.model import load_model
from moods.classifier.tables import score_file


class Command(BaseCommand):
    """Write IN.csv with moods added to OUT.csv and print one JSON report (columns: docs/model-card.md)."""

    help = "Add moods to the songs of IN.csv and write OUT.csv."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The two files, and whose weights."""
        parser.add_argument("source", metavar="IN.csv", type=Path)
        parser.add_argument("target", metavar="OUT.csv", type=Path)
        parser.add_argument("--model", choices=("default", "prior"), default=settings.MOOD_MODEL)

    def handle(self, *, source: Path, target: Path, model: str, **_options: Any) -> None:
        """Score, or say which row and column to mend."""
        try:
            report = score_file(source, target, model=load_model(model))
        except BadTable as error:
            lines = "\n".join(map(str, error.problems))
            raise CommandError(f"{source} cannot be scored:\n{lines}") from error
        except OSError as error:
            raise CommandError(f"{error.filename}: {error.strerror}") from error
        self.stdout.write(json.dumps(report, ensure_ascii=False))
