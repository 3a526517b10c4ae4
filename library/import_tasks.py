"""The job that reads an uploaded download, and the tick that leaves none behind."""

from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from jobs.kinds import Postpone, Report, Run, every_tick, job_kind
from jobs.models import Job
from jobs.services import start_job
from jobs.starting import enqueue
from library.models import HistoryImport
from library.services.importing.ending import settle_imports
from library.services.importing.reading import AnotherIsRead, read_upload

IMPORT = "library.import"
LOOK_AGAIN = timedelta(seconds=5)


@job_kind(IMPORT)
def read_import(run: Run, *, import_id: int) -> Report:
    """Read an uploaded download into its listener's history."""
    history_import = _to_be_read(import_id)
    if history_import is None:
        return {}
    now = timezone.now()
    try:
        is_over = read_upload(history_import, run=run, now=now)
    except AnotherIsRead as wait:
        raise Postpone(now + LOOK_AGAIN, "another import") from wait
    if not is_over:
        raise Postpone(now)
    return {
        "import": history_import.pk,
        "state": history_import.state,
        "rows": history_import.rows_read,
        "added": history_import.plays_added,
    }


@every_tick
def look_after_imports(now: datetime) -> int:
    """Start imports whose start was lost, settle those whose work has ended. The number of them."""
    lost = list(HistoryImport.objects.without_job().select_related("user"))
    for history_import in lost:
        start_import(history_import)
    return len(lost) + settle_imports(now)


def start_import(history_import: HistoryImport) -> Job:
    """Have an upload read by a worker; asking twice does it once."""
    job = enqueue(IMPORT, **_asked(history_import))
    _note_job(history_import, job)
    return job


def start_import_here(history_import: HistoryImport) -> Job:
    """The same without telling a worker, for who will do the job in this process."""
    job = start_job(IMPORT, **_asked(history_import))
    _note_job(history_import, job)
    return job


def _asked(history_import: HistoryImport) -> dict[str, Any]:
    import_id = history_import.pk
    return {"user": history_import.user, "key": str(import_id), "args": {"import_id": import_id}}


def _note_job(history_import: HistoryImport, job: Job) -> None:
    history_import.job = job
    history_import.save(update_fields=["job"])


def _to_be_read(import_id: int) -> HistoryImport | None:
    found = HistoryImport.objects.to_be_read().select_related("user").filter(pk=import_id)
    return found.order_by("pk").first()
