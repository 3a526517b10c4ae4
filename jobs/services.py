"""Start, claim, keep, end and sweep jobs; each a conditional update that two workers can race."""

import uuid
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import IntegrityError, transaction
from django.db.models import F

from jobs.kinds import GiveUp, Kind, LeaseLost, Postpone, kind_named
from jobs.models import LEASE, Job

KEPT_AFTER_END = timedelta(days=30)
MAX_BACKOFF = timedelta(hours=1)


def start_job(
    kind: str,
    *,
    user: AbstractBaseUser | None = None,
    key: str = "",
    args: Mapping[str, Any] | None = None,
    run_after: datetime | None = None,
) -> Job:
    """The new job, or the live one of the same kind and key: asking twice does it once."""
    job = Job(kind=kind, user_id=user.pk if user else None, key=key, args=dict(args or {}))
    if run_after:
        job.run_after = run_after
    try:
        with transaction.atomic():
            job.save(force_insert=True)
    except IntegrityError:
        live = Job.objects.live().of_kind(kind).filter(key=key).first()
        return live or start_job(kind, user=user, key=key, args=args, run_after=run_after)
    return job


def claim_job(job_id: uuid.UUID, *, now: datetime) -> Job | None:
    """The job, leased to the caller, or None: already done, not due, or held by somebody else.

    The attempt is counted before any work, so that a job which kills its worker ends as failed.
    """
    lease = uuid.uuid4()
    claimed = (
        Job.objects.claimable(now)
        .filter(pk=job_id)
        .update(
            state=Job.State.RUNNING,
            lease=lease,
            leased_until=now + LEASE,
            attempts=F("attempts") + 1,
        )
    )
    return Job.objects.get(pk=job_id) if claimed else None


def keep_lease(job: Job, *, now: datetime, progress: Mapping[str, Any], attempts: int | None = None) -> None:
    """Extend the lease, show `progress`, set `attempts` if given.

    Raises `LeaseLost` when the job is not ours any more.
    """
    job.progress = {**job.progress, **progress}
    job.attempts = job.attempts if attempts is None else attempts
    held = Job.objects.filter(pk=job.pk, lease=job.lease, state=Job.State.RUNNING)
    if not held.update(leased_until=now + LEASE, progress=job.progress, attempts=job.attempts):
        raise LeaseLost


def finish_job(job: Job, *, result: Mapping[str, Any], now: datetime) -> None:
    """Mark it done with `result`; raises `LeaseLost`, so that a caller's transaction is undone."""
    _release(job, state=Job.State.DONE, result=dict(result), error="", finished_at=now)


def postpone_job(job: Job, postponed: Postpone) -> None:
    """Put it back until the moment asked for; the attempt does not count."""
    _release(
        job,
        state=Job.State.QUEUED,
        run_after=postponed.until,
        attempts=0,
        sent_at=None,
        error=postponed.reason,
    )


def fail_job(job: Job, problem: Exception, *, now: datetime) -> None:
    """Try again later, or end it as failed when it gave up or has no attempt left."""
    kind = kind_named(job.kind)
    message = str(problem) if isinstance(problem, GiveUp) else ""
    if isinstance(problem, GiveUp) or kind is None or job.attempts >= kind.max_attempts:
        _release(job, state=Job.State.FAILED, error=message, finished_at=now)
        return
    _release(job, state=Job.State.QUEUED, run_after=now + _backoff(kind, job.attempts), sent_at=None)


def cancel_job(job: Job, *, now: datetime) -> bool:
    """Stop it: a running function notices at its next checkpoint. False when it had ended."""
    return bool(
        Job.objects.live().filter(pk=job.pk).update(state=Job.State.CANCELLED, lease=None, finished_at=now)
    )


def retry_job(job: Job, *, now: datetime) -> bool:
    """Put a failed job back at the start of its attempts. False when it had not failed."""
    return bool(
        Job.objects.failed()
        .filter(pk=job.pk)
        .update(state=Job.State.QUEUED, attempts=0, run_after=now, sent_at=None, finished_at=None)
    )


def hurry_job(job: Job, *, now: datetime) -> bool:
    """Let a job that waits for later go on at once. False when it does not wait."""
    waiting = Job.objects.filter(pk=job.pk, state=Job.State.QUEUED, run_after__gt=now)
    return bool(waiting.update(run_after=now, sent_at=None))


def free_job(job: Job, *, now: datetime) -> bool:
    """Take a running job from its worker, so that another may go on. False when it does not run.

    The worker notices at its next checkpoint and stops.
    """
    running = Job.objects.filter(pk=job.pk, state=Job.State.RUNNING)
    freed = running.update(state=Job.State.QUEUED, lease=None, leased_until=None, run_after=now, sent_at=None)
    return bool(freed)


def mark_sent(job_ids: list[uuid.UUID], *, now: datetime) -> None:
    """Note that the broker was told about these jobs."""
    Job.objects.filter(pk__in=job_ids).update(sent_at=now)


def bury_poison(*, now: datetime) -> int:
    """Fail jobs that died with their worker as often as their kind allows. The number of them."""
    buried = 0
    for job in Job.objects.claimable(now).filter(state=Job.State.RUNNING):
        kind = kind_named(job.kind)
        if kind is not None and job.attempts < kind.max_attempts:
            continue
        buried += Job.objects.filter(pk=job.pk, lease=job.lease).update(
            state=Job.State.FAILED,
            error="It stopped the worker each time it was tried.",
            finished_at=now,
        )
    return buried


def forget_ended_jobs(*, now: datetime) -> int:
    """Delete jobs that ended more than thirty days ago. The number of them."""
    deleted, _ = Job.objects.ended_before(now - KEPT_AFTER_END).delete()
    return deleted


def _release(job: Job, **changes: Any) -> None:
    held = Job.objects.filter(pk=job.pk, lease=job.lease, state=Job.State.RUNNING)
    if not held.update(lease=None, leased_until=None, **changes):
        raise LeaseLost


def _backoff(kind: Kind, attempts: int) -> timedelta:
    return min(MAX_BACKOFF, kind.backoff * (1 << max(0, attempts - 1)))
