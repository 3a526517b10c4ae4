"""Jobs that fetch from Spotify, and the tick that starts those that are due."""

from datetime import datetime, timedelta

from django.utils import timezone

from accounts.models import User
from accounts.services import on_disconnect
from jobs.kinds import GiveUp, Postpone, Report, Run, every_tick, job_kind
from jobs.models import Job
from jobs.services import hurry_job
from jobs.starting import enqueue
from library import import_tasks  # noqa: F401  # Workers look for jobs in this module only.
from library.models import SyncRun
from library.problems import what_happened
from library.services.details import look_up_details
from library.services.polling import (
    add_missing_schedules,
    claim_due_polls,
    due_for_changes,
    due_for_details,
    kind_of_look,
    poll_listener,
)
from library.services.removal import forget_spotify_library
from library.services.retention import forget_unused_catalogue
from library.services.syncing import SyncFailed, SyncWaits, sync_library

SYNC, CHANGES, POLL = "library.sync", "library.changes", "library.poll"
DETAILS, RETENTION = "library.details", "library.retention"
TIDY_EVERY = timedelta(days=1)

on_disconnect(forget_spotify_library)


@job_kind(SYNC)
def sync(run: Run) -> Report:
    """Fetch everything Spotify has of a listener."""
    return _fetch(run, SyncRun.Kind.FULL)


@job_kind(CHANGES)
def changes(run: Run) -> Report:
    """Fetch what changed since the last look."""
    return _fetch(run, SyncRun.Kind.CHANGES)


@job_kind(POLL, max_attempts=2)
def poll(run: Run) -> Report:
    """Read a listener's last fifty plays."""
    user = _listener(run)
    return poll_listener(user, now=timezone.now()) if user else {}


@job_kind(DETAILS)
def details(run: Run) -> Report:
    """Ask Spotify about a few tracks that only a download told of."""
    user = _listener(run)
    return look_up_details(user, run=run, now=timezone.now()) if user else {}


@job_kind(RETENTION)
def retention(run: Run) -> Report:
    """Forget what nobody needs any more, a few hundred rows at a time."""
    now = timezone.now()
    counts = forget_unused_catalogue(now)
    run.checkpoint(**counts)
    if any(counts.values()):
        raise Postpone(now)
    return counts


def start_sync(user: User, *, now: datetime) -> Job:
    """Start a full sync, or let the one that waits go on at once."""
    job = enqueue(SYNC, user=user, key=str(user.pk))
    hurry_job(job, now=now)
    return job


@every_tick
def start_due_polls(now: datetime) -> int:
    """Start the polls whose time has come. The number of them."""
    add_missing_schedules(now)
    due = claim_due_polls(now)
    for user in due:
        enqueue(POLL, user=user, key=str(user.pk))
    return len(due)


@every_tick
def start_due_changes(now: datetime) -> int:
    """Start the daily looks at likes, top lists and playlists. The number of them."""
    due = due_for_changes(now)
    for user in due:
        is_full = kind_of_look(user, now=now) == SyncRun.Kind.FULL
        enqueue(SYNC if is_full else CHANGES, user=user, key=str(user.pk))
    return len(due)


@every_tick
def start_due_details(now: datetime) -> int:
    """Start look-ups for listeners who have tracks without details. The number of them."""
    due = due_for_details(now)
    for user in due:
        enqueue(DETAILS, user=user, key=str(user.pk))
    return len(due)


@every_tick
def start_retention(now: datetime) -> int:
    """Tidy up once a day; 1 when it was time."""
    if Job.objects.of_kind(RETENTION).created_since(now - TIDY_EVERY).exists():
        return 0
    enqueue(RETENTION, key="daily")
    return 1


def _listener(run: Run) -> User | None:
    return User.objects.in_bulk([run.user_id]).get(run.user_id) if run.user_id else None


def _fetch(run: Run, kind: SyncRun.Kind) -> Report:
    user = _listener(run)
    if user is None:
        return {}
    try:
        return sync_library(user, kind=kind, run=run, now=timezone.now())
    except SyncWaits as wait:
        raise Postpone(wait.until, wait.problem) from wait
    except SyncFailed as failure:
        raise GiveUp(what_happened(failure.problem)) from failure
