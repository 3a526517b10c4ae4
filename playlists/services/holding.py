"""Keep two jobs from working on one playlist at the same time."""

from datetime import datetime, timedelta
from uuid import UUID

from jobs.kinds import Run
from jobs.models import Job
from playlists.models import Playlist
from playlists.problems import WriteWaits

LOOK_AGAIN = timedelta(seconds=5)


def hold_playlist(playlist: Playlist, *, run: Run, now: datetime) -> None:
    """Make the running job the one that works on the playlist; it holds it for as long as it runs.

    A job that was put back holds nothing: what it began is in the row, for whoever comes next. Raises
    WriteWaits while another one runs.
    """
    holder = Playlist.objects.values_list("busy_job", flat=True).get(pk=playlist.pk)
    if holder is not None and holder != run.job_id and _runs(holder, now):
        raise WriteWaits(now + LOOK_AGAIN)
    if not Playlist.objects.filter(pk=playlist.pk, busy_job=holder).update(busy_job=run.job_id):
        raise WriteWaits(now + LOOK_AGAIN)
    playlist.refresh_from_db()


def _runs(job_id: UUID, now: datetime) -> bool:
    job = Job.objects.filter(pk=job_id, state=Job.State.RUNNING).order_by("pk").first()
    return job is not None and job.leased_until is not None and job.leased_until > now
