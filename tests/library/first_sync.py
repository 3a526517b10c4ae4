"""A worker's process for tests that kill it: `python -m tests.library.first_sync prepare|go|report`.

The database and the sandbox are given by the environment. Each call prints one JSON line.
"""

import json
import os
import sys
from datetime import timedelta
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "moodsite.settings")
django.setup()

from django.core.management import call_command  # noqa: E402
from django.utils import timezone  # noqa: E402

from accounts.models import User  # noqa: E402
from jobs.models import Job  # noqa: E402
from library.models import LibraryTrack, Play, SavedTrack, SyncRun, Track  # noqa: E402
from sandbox import Remote  # noqa: E402
from tests.outside import connect  # noqa: E402


def prepare() -> None:
    """An empty database with one connected listener."""
    call_command("migrate", verbosity=0)
    user = User.objects.create_user("karl")
    connect(user, Remote(os.environ["SANDBOX_URL"]), "karl", now=timezone.now())


def go() -> None:
    """Sync to the end, as a worker does after the lease of the one before has run out."""
    Job.objects.update(leased_until=timezone.now() - timedelta(seconds=1))
    call_command("sync", "karl")


def report() -> None:
    """All rows that matter, to compare with the truth."""
    rows: dict[str, Any] = {
        "liked": sorted(SavedTrack.objects.values_list("track__spotify_id", flat=True)),
        "plays": Play.objects.count(),
        "tracks": Track.objects.count(),
        "library": LibraryTrack.objects.filter(is_liked=True).count(),
        "syncs": list(SyncRun.objects.values_list("state", flat=True)),
    }
    sys.stdout.write(json.dumps(rows))


if __name__ == "__main__":
    {"prepare": prepare, "go": go, "report": report}[sys.argv[1]]()
