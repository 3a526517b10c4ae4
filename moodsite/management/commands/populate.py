"""`populate`: made-up listeners with made-up plays, for measuring; prints one JSON report."""

import json
import time
from datetime import UTC, datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from moodsite.populating import populate


class Command(BaseCommand):
    """The same arguments make the same people. They cannot sign in: no password, no Spotify."""

    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        """How many people, plays each, songs in all; until when; which world."""
        parser.add_argument("--users", type=int, required=True, help="how many listeners")
        parser.add_argument("--plays", type=int, required=True, help="plays of each")
        parser.add_argument("--tracks", type=int, help="songs in all (a twelfth of the plays)")
        parser.add_argument("--until", type=_moment, help="when the history ends, ISO 8601 (last midnight)")
        parser.add_argument("--seed", type=int, default=1, help="which made-up world")

    def handle(self, *args: Any, **options: Any) -> None:
        """Write, add up, print."""
        if min(options["users"], options["plays"], options["tracks"] or 1) < 1:
            raise CommandError("--users, --plays and --tracks must be 1 or more.")
        started = time.monotonic()
        until = options["until"] or timezone.now().replace(hour=0, minute=0, second=0, microsecond=0)
        sizes = {name: options[name] for name in ("users", "plays", "tracks", "seed")}
        report = populate(**sizes, until=until)
        seconds = round(time.monotonic() - started, 1)
        self.stdout.write(json.dumps({**report, "until": until.isoformat(), "seconds": seconds}))


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
