"""A worker's process for tests that kill it; called with `prepare`, `go` or `report`.

The database and the download (DOWNLOAD) are given by the environment.
"""

import json
import os
import sys
from datetime import timedelta
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "moodsite.settings")
django.setup()

from django.core.management import call_command  # noqa: E402
from django.utils import timezone  # noqa: E402

from accounts.models import User  # noqa: E402
from jobs.models import Job  # noqa: E402
from jobs.running import run_claimed  # noqa: E402
from jobs.services import bury_poison  # noqa: E402
from library.import_tasks import start_import_here  # noqa: E402
from library.models import HistoryImport, LibraryTrack, UploadPart  # noqa: E402
from library.services.importing.receiving import receive_download  # noqa: E402
from tests.library.importing.builders import stored, verdicts  # noqa: E402
from tests.outside import NOW  # noqa: E402


def prepare() -> None:
    """An empty database with one upload that waits."""
    call_command("migrate", verbosity=0)
    user = User.objects.create_user("alice")
    content = Path(os.environ["DOWNLOAD"]).read_bytes()
    start_import_here(receive_download(user, [content], file_name="my_spotify_data.zip", now=NOW))


def go() -> None:
    """Tell the rows that are stored and read on, as a worker does after the lease of one before ran out."""
    Job.objects.update(leased_until=timezone.now() - timedelta(seconds=1))
    bury_poison(now=timezone.now())
    print(HistoryImport.objects.get().rows_read, flush=True)
    run_claimed(Job.objects.get().pk)


def report() -> None:
    """All that matters, to compare with the truth."""
    done = HistoryImport.objects.get()
    rows = {
        "plays": stored(done.user),
        "verdicts": verdicts(done),
        "state": done.state,
        "rows_read": done.rows_read,
        "added": done.plays_added,
        "library": sum(LibraryTrack.objects.for_user(done.user).values_list("plays", flat=True)),
        "parts": UploadPart.objects.count(),
    }
    sys.stdout.write(json.dumps(rows))


if __name__ == "__main__":
    {"prepare": prepare, "go": go, "report": report}[sys.argv[1]]()
