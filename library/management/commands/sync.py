"""Fetch one listener's library from Spotify, here and now."""

import json
import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts.models import User
from jobs.models import Job
from jobs.running import run_claimed
from jobs.services import start_job
from library.tasks import SYNC

LONGEST_PAUSE_S = 60


class Command(BaseCommand):
    """Run a full sync in this process and print one JSON report.

    It is the same job that a worker would do, so both can be started at once. Short pauses are
    waited for; after a longer one the report says until when, and a worker goes on then.
    """

    help = "Fetch plays, liked songs, top lists and playlists of USER from Spotify."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The listener."""
        parser.add_argument("user", help="user name")

    def handle(self, *args: Any, **options: Any) -> None:
        """Sync and report."""
        user = User.objects.filter(username=options["user"]).order_by("pk").first()
        if user is None:
            raise CommandError(f"There is no user {options['user']}.")
        job = start_job(SYNC, user=user, key=str(user.pk))
        report = self._report(self._followed(job))
        self.stdout.write(json.dumps(report))
        if report["state"] == Job.State.FAILED:
            raise CommandError(str(report["problem"]))

    def _followed(self, job: Job) -> Job:
        """The job after its end, or when it waits for longer than a minute."""
        while job.is_live:
            pause_s = (job.run_after - timezone.now()).total_seconds()
            if pause_s > LONGEST_PAUSE_S:
                break
            time.sleep(max(0.0, pause_s))
            if run_claimed(job.pk) == "skipped":
                time.sleep(1)  # A worker has it.
            job.refresh_from_db()
        return job

    def _report(self, job: Job) -> dict[str, Any]:
        counts = job.result or job.progress.get("counts", {})
        waits_until = job.run_after.isoformat() if job.is_live else None
        return {"state": job.state, "counts": counts, "problem": job.error, "waits_until": waits_until}
