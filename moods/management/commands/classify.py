"""`classify`: work out the moods that are missing or out of date, and print one JSON report."""

import json
from collections import Counter
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from library.models import LibraryTrack
from moods.services.classifying import AT_ONCE, classify_stale, current_model, mark_stale


class Command(BaseCommand):
    """Score tracks with what the sources have told so far; asks nobody anything."""

    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        """`--all` scores every track of every library again."""
        parser.add_argument("--all", action="store_true", help="score every track again")

    def handle(self, *args: Any, **options: Any) -> None:
        """Score batch by batch until nothing is stale."""
        if options["all"]:
            self._mark_everything()
        counts: Counter[str] = Counter(scored=0, known=0)
        while (batch := classify_stale(now=timezone.now()))["scored"]:
            counts.update(batch)
        self.stdout.write(json.dumps({"model": current_model().version, **counts}))

    def _mark_everything(self) -> None:
        rows = LibraryTrack.objects.order_by("track_id").values_list("track_id", flat=True).distinct()
        track_ids = list(rows)
        for start in range(0, len(track_ids), AT_ONCE):
            mark_stale(track_ids[start : start + AT_ONCE])
