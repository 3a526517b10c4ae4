"""Import files of Spotify's privacy download for one listener, here and now."""

import json
import time
from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts.models import User
from jobs.models import Job
from jobs.running import run_claimed
from library.import_report import summary_of
from library.import_tasks import start_import_here
from library.models import HistoryImport
from library.services.importing.ending import settle_imports
from library.services.importing.receiving import receive_download
from library.services.importing.upload import PART_BYTES, UploadTooLarge

LONGEST_PAUSE_S = 60.0


class Command(BaseCommand):
    """Read each FILE into the history of USER in this process and print one JSON report.

    It needs no worker, and does no harm beside one: the work is the same job. The report has one
    entry per file; each accounts for every row of it.
    """

    help = "Import Spotify's privacy download (ZIP or JSON) for USER."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The listener and the files."""
        parser.add_argument("user", help="user name")
        parser.add_argument("files", nargs="+", metavar="file", type=Path)
        parser.add_argument("--leave-out-incognito", action="store_true", help="skip private sessions")

    def handle(self, *args: Any, **options: Any) -> None:
        """Import and report."""
        user = User.objects.filter(username=options["user"]).order_by("pk").first()
        if user is None:
            raise CommandError(f"There is no user {options['user']}.")
        for path in options["files"]:
            if not path.is_file():
                raise CommandError(f"There is no file {path}.")
        private = options["leave_out_incognito"]
        imports = [self._import(user, path, leaves_out_incognito=private) for path in options["files"]]
        self.stdout.write(json.dumps({"imports": imports}))
        failed = [entry["file"] for entry in imports if entry["state"] == HistoryImport.State.FAILED]
        if failed:
            raise CommandError(f"Not imported: {', '.join(failed)}")

    def _import(self, user: User, path: Path, *, leaves_out_incognito: bool) -> dict[str, Any]:
        try:
            history_import = receive_download(
                user,
                _blocks(path),
                file_name=path.name,
                leaves_out_incognito=leaves_out_incognito,
                now=timezone.now(),
            )
        except UploadTooLarge:
            problem = "The file is too large."
            return {"file": path.name, "state": HistoryImport.State.FAILED.value, "problem": problem}
        if history_import.is_live:
            _follow(start_import_here(history_import))
            settle_imports(timezone.now())
            history_import.refresh_from_db()
        return summary_of(history_import)


def _blocks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while block := file.read(PART_BYTES):
            yield block


def _follow(job: Job) -> None:
    """Do the job to its end; where a worker has it, or it waits for another import, wait with it."""
    while job.is_live:
        pause_s = (job.run_after - timezone.now()).total_seconds()
        time.sleep(min(LONGEST_PAUSE_S, max(0.0, pause_s)))
        if run_claimed(job.pk) == "skipped":
            time.sleep(0.2)
        job.refresh_from_db()
